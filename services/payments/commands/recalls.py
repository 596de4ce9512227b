"""Asking banks to give payments of a released run back. It pays nobody anew: that waits for what the bank answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.payments.commands.runs import Actor, chunk_ranges, locked_run, require_status
from services.payments.domain import OUT_AT_BANKS, RunStatus
from services.payments.repository import bank_messages, recalls
from services.payments.repository.recalls import Recall, Refusal
from shared.contracts.common import Bank
from shared.db import Tx
from shared.ids import new_id

RECALLS_EXPANDER: Final = "recalls"
"""The bulk lane of PaymentRecallRequested; a chunk is a range of a run's chunks of a bank."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which payments of a run are wanted back, and why; without bank and instructions all of them."""

    reason: str
    bank: Bank | None = None
    instructions: Sequence[UUID] | None = None


async def ask_back(tx: Tx, run_id: UUID, wanted: Wanted, actor: Actor) -> tuple[Recall, int]:
    """Ask the banks to give payments back that are out or paid; returns the recall and how many. Each payment is asked back once.

    Raises RunNotInState, NotFound.
    """
    run = await locked_run(tx, run_id)
    require_status(run, *OUT_AT_BANKS, RunStatus.CLOSED)
    recall = Recall(new_id(), run_id, wanted.reason, actor.who, actor.at)
    await recalls.insert(tx, recall)
    asked = await recalls.add_payments(tx, recall, wanted.bank, wanted.instructions)
    common = {"run_id": str(run_id), "recall_id": str(recall.recall_id)}
    await bank_messages.add(tx, RECALLS_EXPANDER, [{**common, **one} for one in chunk_ranges(asked)], actor.at)
    return recall, sum(payments for _, _, payments in asked)


async def take_refusals(tx: Tx, refusals: Sequence[Refusal], at: datetime) -> set[UUID]:
    """Take in that banks cannot give payments back; a repeated one changes nothing.

    Returns the instructions that the bank was asked for; the rest was never asked back of it.
    """
    return await recalls.refuse(tx, refusals, at)
