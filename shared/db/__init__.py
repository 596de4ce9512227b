"""PostgreSQL: a pool, reading and writing transactions that are different types, COPY in and out.

SQL is plain text with `$1` arguments over asyncpg; tables are declared by SQLModel in each service's tables.py for the
migrations (docs/adr/0003). Only runners at the edge (HTTP call, consumer, job, relay) open transactions.
"""

from shared.db.away import AWAY, BUSY, CLASHED
from shared.db.database import Database, ReadTx, Tx

__all__ = ["AWAY", "BUSY", "CLASHED", "Database", "ReadTx", "Tx"]
