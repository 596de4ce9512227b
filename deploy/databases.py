"""Create each service's database and its two roles: `python -m deploy.databases`.

The owner role runs the migrations, never the server; the app role reads and writes rows. Neither can connect to
another service's database.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import unquote, urlsplit

import asyncpg
import typer

SERVICES: Final = ("registry", "interview", "plan", "payments", "reporting")

_LOCK: Final = 2561_0109
"""Of the set-ups that run at the same time one works, the others wait for it."""


class SettingsError(ValueError):
    """A setting of the environment is missing or does not fit; the message names it."""


def database_name(service: str, prefix: str = "sukjai") -> str:
    """The name of a service's database."""
    return f"{prefix}_{service}"


def owner_role(service: str) -> str:
    """The role that owns a service's tables."""
    return f"{service}_owner"


def app_role(service: str) -> str:
    """The role of a service's server."""
    return f"{service}_app"


def roles() -> tuple[str, ...]:
    """All ten roles."""
    return tuple(role for service in SERVICES for role in (owner_role(service), app_role(service)))


async def create_databases(superuser_dsn: str, passwords: Mapping[str, str], prefix: str = "sukjai") -> None:
    """Create what is missing of the ten roles and five databases, and set the roles' passwords and rights.

    `passwords` maps every role of `roles()` to its password (KeyError without one). `prefix` begins the databases'
    names, so that tests have several sets on one server; the roles are the server's. Doing it again changes nothing
    but passwords.
    """
    connection = await asyncpg.connect(superuser_dsn)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        for role in roles():
            await _create_role(connection, role, passwords[role])
        for service in SERVICES:
            await _create_database(connection, service, database_name(service, prefix))
    finally:
        await connection.close()
    for service in SERVICES:
        await _grant_inside(superuser_dsn, service, database_name(service, prefix))


async def _create_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", role):
        await connection.execute(f'CREATE ROLE "{role}"')
    rights = f'ALTER ROLE "{role}" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD '
    await connection.execute(rights + await connection.fetchval("SELECT quote_literal($1)", password))


async def _create_database(connection: asyncpg.Connection, service: str, database: str) -> None:
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", database):
        # pg_trgm asks LC_CTYPE, not the provider, what a letter is: with C it finds nothing in Thai.
        await connection.execute(
            f"CREATE DATABASE \"{database}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        )
    await connection.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
    # Temporary tables take in what COPY brings; CREATE lets the owner add extensions.
    await connection.execute(f'GRANT CONNECT, TEMPORARY, CREATE ON DATABASE "{database}" TO "{owner_role(service)}"')
    await connection.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO "{app_role(service)}"')


async def _grant_inside(superuser_dsn: str, service: str, database: str) -> None:
    owner, app = owner_role(service), app_role(service)
    connection = await asyncpg.connect(superuser_dsn, database=database)
    try:
        await connection.execute(f"""
            ALTER SCHEMA public OWNER TO "{owner}";
            REVOKE ALL ON SCHEMA public FROM PUBLIC;
            GRANT USAGE ON SCHEMA public TO "{app}";
            ALTER DEFAULT PRIVILEGES FOR ROLE "{owner}" IN SCHEMA public
                GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "{app}";
            ALTER DEFAULT PRIVILEGES FOR ROLE "{owner}" IN SCHEMA public GRANT USAGE ON SEQUENCES TO "{app}";
        """)
    finally:
        await connection.close()


def dsn_settings(service: str) -> dict[str, str]:
    """The two environment variables that hold a service's DSNs, each with the role that it must name."""
    return {f"{service.upper()}_DATABASE_DSN": app_role(service), f"{service.upper()}_DATABASE_OWNER_DSN": owner_role(service)}


def passwords_from(environment: Mapping[str, str]) -> dict[str, str]:
    """The password of every role, out of the DSNs that the services themselves use.

    Raises SettingsError that names a DSN which is missing, or is not of its role and database, or has no password.
    """
    return {
        role: _password(name, environment.get(name, ""), role, database_name(service))
        for service in SERVICES
        for name, role in dsn_settings(service).items()
    }


def _password(name: str, dsn: str, role: str, database: str) -> str:
    parts = urlsplit(dsn)
    if (parts.username, parts.path) != (role, f"/{database}") or not parts.password:
        raise SettingsError(f"{name} must be postgresql://{role}:<password>@<host>/{database}")
    return unquote(parts.password)


def main(superuser_dsn: Annotated[str, typer.Option(envvar="POSTGRES_SUPERUSER_DSN", help="postgresql://… of a superuser")]) -> None:
    """Create the databases and roles; passwords come from <SERVICE>_DATABASE_DSN and <SERVICE>_DATABASE_OWNER_DSN."""
    try:
        asyncio.run(create_databases(superuser_dsn, passwords_from(os.environ)))
    except SettingsError as error:
        sys.exit(f"{type(error).__name__}: {error}")
    typer.echo(f"databases: {', '.join(database_name(service) for service in SERVICES)}")


if __name__ == "__main__":
    typer.run(main)
