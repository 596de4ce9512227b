"""Banks of the played year: a process of its own that reads its instruction topics and answers on its results topics, or does both over REST.

`python -m deploy.local.bank_simulator --bootstrap … --banks BAAC,GSB,KTB --seed 1 --misbehave "late=0.02,lost=0.01"`
"""
