"""Giving a bank its instructions of a run as files."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.payments.domain import Month
from services.payments.errors import NothingToPay
from services.payments.repository import instruction_files
from services.payments.rules.bank_files.conventions import conventions_of, execution_date
from services.payments.rules.bank_files.pain_001 import Batch, Payment
from shared import audit
from shared.audit import Caller, Entry
from shared.clock import on_day
from shared.contracts.common import Bank
from shared.db import Tx
from shared.errors import NotFound
from shared.ids import bank_ref, same_id

OpenPayee = Callable[[UUID, str], dict[str, Any]]
"""Opens what is sealed of a holder's payee."""

ACTION: Final = "FETCH_INSTRUCTIONS"
_TOLD: Final = ("name", "account_no", "card_no", "promptpay")
_OPENED_AT_ONCE: Final = 200


async def fetch(tx: Tx, open_payee: OpenPayee, run_id: UUID, bank: Bank, file_no: int, caller: Caller, at: datetime) -> Batch:
    """The payments of the file that wait for an answer, with their payees in the clear; that they were given out is kept and audited.

    Raises NotFound, NothingToPay.
    """
    released_at = await instruction_files.released_at(tx, run_id, bank, file_no)
    if released_at is None:
        raise NotFound
    rows = await instruction_files.payments(tx, run_id, bank, file_no)
    if not rows:
        raise NothingToPay
    released_on = on_day(released_at)
    batch = Batch(
        batch_id=same_id("instruction-file", run_id, bank, file_no),
        created_at=released_at,
        # The first look at a year's holidays takes a second or more.
        execution_date=await asyncio.to_thread(execution_date, released_on),
        payer=conventions_of(bank, released_on).payer,
        payments=await _opened(rows, open_payee),
    )
    entry = Entry(ACTION, None, _TOLD, detail=f"run {run_id} {bank} {file_no} {batch.message_id}")
    await audit.append_together(tx, caller, entry, [row["holder_id"] for row in rows])
    await instruction_files.note_fetch(tx, run_id, bank, file_no, batch, caller.client, at)
    return batch


async def _opened(rows: Sequence[Any], open_payee: OpenPayee) -> list[Payment]:
    payments: list[Payment] = []
    for first in range(0, len(rows), _OPENED_AT_ONCE):
        payments += [_payment(row, open_payee) for row in rows[first : first + _OPENED_AT_ONCE]]
        await asyncio.sleep(0)  # the event loop also serves others
    return payments


def _payment(row: Any, open_payee: OpenPayee) -> Payment:
    payee = open_payee(row["holder_id"], row["sealed"])
    return Payment(
        instruction_id=bank_ref(row["disbursement_id"]),
        month=Month(row["benefit_month"]),
        amount_satang=row["amount_satang"],
        name=payee["name"],
        account_no=payee.get("account_no"),
        card_no=payee.get("card_no"),
        promptpay=payee.get("promptpay"),
        usable_until=row["usable_until"],
    )
