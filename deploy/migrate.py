"""Bring the services' tables up to date as their owner roles: `python -m deploy.migrate [service|all]`."""

import os
import sys
from pathlib import Path
from typing import Annotated, Final

import typer
from alembic import command
from alembic.config import Config

from deploy.databases import SERVICES, SettingsError

MIGRATIONS_ROOT: Final = Path(__file__).parents[1] / "services"


def migrate(service: str, dsn: str, root: Path = MIGRATIONS_ROOT) -> None:
    """Run `upgrade head` of a service's history on the database of the DSN.

    Blocks, and starts an event loop of its own: from a running loop call it by `asyncio.to_thread`.
    """
    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(root / service / "migrations"))
    # ConfigParser reads % as the begin of an interpolation.
    config.set_main_option("sqlalchemy.url", dsn.replace("postgresql://", "postgresql+asyncpg://", 1).replace("%", "%%"))
    command.upgrade(config, "head")


def main(service: Annotated[str, typer.Argument(help="one service, or all")] = "all") -> None:
    """Run the migrations; the DSNs come from <SERVICE>_DATABASE_OWNER_DSN."""
    if service != "all" and service not in SERVICES:
        raise typer.BadParameter(f"one of {', '.join(SERVICES)}, or all", param_hint="service")
    try:
        for name in SERVICES if service == "all" else (service,):
            migrate(name, owner_dsn(name))
            typer.echo(f"migrated: {name}")
    except SettingsError as error:
        sys.exit(f"{type(error).__name__}: {error}")


def owner_dsn(service: str) -> str:
    """The owner's DSN of a service from the environment. Raises SettingsError naming what is not set."""
    setting = f"{service.upper()}_DATABASE_OWNER_DSN"
    if not os.environ.get(setting):
        raise SettingsError(f"{setting} is not set")
    return os.environ[setting]


if __name__ == "__main__":
    typer.run(main)
