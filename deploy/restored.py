"""After a database was restored from a backup: `python -m deploy.restored <service>`, before the service starts.

The relay's place in Kafka carries the database's epoch. A restored database has older batch numbers than the broker has
seen under that name, and would take the broker's position for its own: it gets a new epoch.
"""

import asyncio
from typing import Annotated

import asyncpg
import typer

from deploy.migrate import owner_dsn


async def renew_epoch(dsn: str) -> None:
    """Give the database a new epoch. `dsn` is the owner's."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("UPDATE database_epoch SET epoch = gen_random_uuid()")
    finally:
        await connection.close()


def main(service: Annotated[str, typer.Argument(help="whose database was restored")]) -> None:
    """Renew the epoch of a restored database."""
    asyncio.run(renew_epoch(owner_dsn(service)))


if __name__ == "__main__":
    typer.run(main)
