"""A country that an earlier version kept for a year is brought up to date: nobody is lost, and all that must hold holds."""

import asyncio
from importlib import import_module

import pytest

from deploy.databases import SERVICES, app_role, create_databases, database_name, owner_role
from deploy.migrate import migrate
from shared import invariants
from shared.db import ReadTx
from tests.support.service_database import PASSWORDS, opened
from tests.upgrade.landed_country import lay

PREFIX = "upgrade_tests"
KEPT = {
    "registry": ("card_holder", "card_holder_history", "audit_entry", "notice"),
    "interview": ("interview", "intent", "follow_up", "decision"),
    "plan": ("plan", "plan_line", "referral", "recommendation"),
    "payments": ("entitlement", "obligation", "disbursement", "ledger_entry", "bank_result"),
    "reporting": ("person", "payment", "interview", "plan_line"),
}
"""What must have as many rows afterwards as it had."""


async def counted(tx: ReadTx, service: str) -> dict[str, int]:
    return {table: await tx.fetchval(f"SELECT count(*) FROM {table}") for table in KEPT[service]}


@pytest.fixture(scope="module")
async def landed(postgres):
    """The server with the databases as they were."""
    await create_databases(postgres.superuser_dsn, PASSWORDS, PREFIX)
    await asyncio.to_thread(lay, postgres, PREFIX)
    return postgres


@pytest.mark.parametrize("service", SERVICES)
async def test_nobody_is_lost_and_every_invariant_holds(landed, service):
    owner, app = (landed.dsn(database_name(service, PREFIX), role(service), PASSWORDS[role(service)]) for role in (owner_role, app_role))
    async with opened(owner, "landed") as db, db.reading() as tx:
        before = await counted(tx, service)
    assert all(before.values()), before
    await asyncio.to_thread(migrate, service, owner)
    async with opened(app, "updated") as db, db.reading() as tx:
        assert await counted(tx, service) == before
        standing = import_module(f"services.{service}.invariants").INVARIANTS
        assert [(one.name, one.examples) for one in await invariants.check(tx, standing)] == []
