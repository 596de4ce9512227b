"""Agencies of the played year: a process of its own that takes referrals in by the way each agency is connected, and answers in its manner.

`python -m deploy.local.agency_simulator --address http://127.0.0.1:8561 --bootstrap … --port 8571 --seed 1`; then `POST /days` there with
`{"day": "2018-03-16"}` lets every agency do the work of the day, and `GET /summary` tells what each did.
"""
