"""The declared tables, the migrated ones, and what the app role may not do."""

from datetime import date

import asyncpg
import pytest

from services.payments.tables import Base
from shared.ids import new_id
from tests.support.service_database import differences, rewritable

APPEND_ONLY = (
    "policy_version",
    "payee_sealed",
    "entitlement_fact",
    "entitlement_history",
    "run_history",
    "status_request",
    "bank_message",
    "bank_result",
    "recovery",
    "ledger_entry",
    "run_eligible",
    "run_proof",
    "run_proof_chunk",
    "ledger_day",
    "bank_file_answer",
    "bank_file_refusal",
    "bank_file_fetch",
    "life_change",
    "adjustment",
    "envelope_entry",
    "use_report",
    "wallet_entry",
    "use_request",
)


async def test_tables_py_and_the_migrated_database_agree(payments_dsns):
    assert await differences(payments_dsns, Base.metadata, partitions=("obligation_20", "obligation_rest")) == []


async def test_the_app_role_cannot_rewrite_what_happened(payments_dsns):
    assert await rewritable(payments_dsns, *APPEND_ONLY) == []
    assert await rewritable(payments_dsns, "entitlement") == ["entitlement"]  # the question can be answered yes


@pytest.mark.parametrize("month", [date(2018, 3, 1), date(2019, 1, 1), date(2030, 1, 1)])
async def test_an_obligation_is_unique_by_person_programme_and_month(payments, month):
    holder_id = new_id()

    async def owe(tx):
        await tx.execute(
            """INSERT INTO obligation (holder_id, programme, benefit_month, amount_satang, tier, state, payable)
               VALUES ($1, 'P', $2, 1, 'T', 'DUE', true)""",
            holder_id,
            month,
        )

    async with payments.db.pool.acquire() as connection:
        rolled_back = connection.transaction()
        await rolled_back.start()
        await owe(connection)
        with pytest.raises(asyncpg.UniqueViolationError):
            await owe(connection)
        await rolled_back.rollback()


async def test_the_database_itself_refuses_an_approval_by_the_proposer(payments):
    with pytest.raises(asyncpg.CheckViolationError):
        async with payments.db.transaction() as tx:
            await tx.execute(
                """INSERT INTO run (run_id, month, status, benefit, proposed_by, proposed_at, approved_by)
                   VALUES (gen_random_uuid(), '2018-03-01', 'APPROVED', 'GOODS_LIMIT', 'same', now(), 'same')"""
            )
