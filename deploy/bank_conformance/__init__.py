"""Plays the suite against a bank's adapter, over its topics or over REST, and says rule by rule whether it keeps what docs/banks.md asks.

`python -m deploy.bank_conformance kafka --bank KTB --bank-key b1:… --bootstrap …`, or `… rest --bank KTB --bank-key b1:… --port 8600`
"""
