"""Agencies of the played year: a process of its own that takes referrals in by the way each agency is connected, and answers in its manner.

`python -m deploy.local.agency_simulator --address http://127.0.0.1:8561 --seed 1 --port 8571`
"""
