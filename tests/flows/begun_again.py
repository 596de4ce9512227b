"""A suite of which there is one after the other: the apps of the first serve all, and databases are copies of the first's before anything was in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import asyncpg
from fastapi import FastAPI

from deploy.databases import database_name
from deploy.local.postgres import LocalPostgres
from deploy.local.suite import SERVICES, Suite
from tests.support.one_app import made_once

MIGRATED: Final = "migrated"
_APPS: Final[dict[str, FastAPI]] = {}


@dataclass
class SuiteBegunAgain(Suite):
    """The suite; with the same secrets for all, as the apps know those of the first. Its phones tell at once what became of messages."""

    receipts_every_seconds: float = 0.02

    async def prepare(self) -> None:
        """Copies of migrated databases where there are some; what is done to a database at each preparation is done to them."""
        await copied(self.postgres, MIGRATED, "sukjai")
        await super().prepare()
        await copied(self.postgres, "sukjai", MIGRATED)

    async def build(self) -> None:
        """Wire the services on the apps."""
        with made_once(_APPS, SERVICES):
            await super().build()


async def copied(postgres: LocalPostgres, source: str, target: str, services: Iterable[str] = SERVICES) -> None:
    """For each of the services the database of the prefix `target`, where it is not there yet and that of `source` is, each with an epoch of its own."""
    connection = await asyncpg.connect(postgres.superuser_dsn)
    try:
        there = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
        for service in services:
            old, new = database_name(service, source), database_name(service, target)
            if old in there and new not in there:
                await connection.execute(f'CREATE DATABASE "{new}" TEMPLATE "{old}"')
                await _renewed(postgres, new)
    finally:
        await connection.close()


async def _renewed(postgres: LocalPostgres, database: str) -> None:
    connection = await asyncpg.connect(postgres.superuser_dsn, database=database)
    try:
        await connection.execute("UPDATE database_epoch SET epoch = gen_random_uuid()")
    finally:
        await connection.close()
