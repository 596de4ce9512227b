"""The databases of a small country as an earlier version left them: taken by `python -m tests.upgrade.landed_country FOLDER`, laid by tests.

A country is played by the demo of that version (`--scale 100000`, 115 persons, a whole year) and stays up while it is taken.
"""

import subprocess
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import quote

import typer

from deploy.databases import SERVICES, database_name, owner_role
from deploy.local.postgres import LocalPostgres, binaries

LANDED: Final = Path(__file__).with_name("landed")
"""One custom-format dump a service, schema and rows."""


def lay(server: LocalPostgres, prefix: str) -> None:
    """Restore the dumps into the server's empty databases of the prefix, as their owners' tables. Raises RuntimeError with what PostgreSQL said."""
    for service in SERVICES:
        database = f"{server.superuser_dsn.rsplit('/', 1)[0]}/{database_name(service, prefix)}"
        _run(
            "pg_restore",
            "--no-owner",
            "--no-comments",
            f"--role={owner_role(service)}",
            "--exit-on-error",
            "-d",
            database,
            str(LANDED / f"{service}.dump"),
        )


def take(port: int, password: str) -> None:
    """Dump the five databases of a demo that stays up."""
    LANDED.mkdir(exist_ok=True)
    for service in SERVICES:
        database = f"postgresql://postgres:{quote(password, safe='')}@127.0.0.1:{port}/{database_name(service)}"
        _run("pg_dump", "-Fc", "-Z", "9", "-d", database, "-f", str(LANDED / f"{service}.dump"))


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run([binaries() / program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr}")


def main(folder: Annotated[Path, typer.Argument(help="the demo's folder of PostgreSQL: .run/suite/postgres")]) -> None:
    """Take the country."""
    port = int((folder / "cluster" / "postmaster.pid").read_text().splitlines()[3])
    take(port, (folder / "superuser-password").read_text())


if __name__ == "__main__":
    typer.run(main)
