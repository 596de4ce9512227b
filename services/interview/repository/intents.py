"""Stated wishes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.interview.domain import IntentStatus
from services.interview.repository.rows import insert_many, row_of
from shared.contracts.common import Channel, Tier
from shared.db import ReadTx, Tx
from shared.errors import NotFound

_TYPES: Final[Mapping[str, str]] = {
    "intent_id": "uuid",
    "case_id": "uuid",
    "holder_id": "uuid",
    "slip_no": "text",
    "status": "text",
    "stated_on": "date",
    "received_on": "date",
    "channel": "text",
    "place_id": "uuid",
    "district": "text",
    "tier": "text",
    "monthly_satang": "int",
    "first_month": "text",
    "last_month": "text",
    "months": "int",
    "policy_version": "int",
    "form_version": "text",
    "form": "jsonb",
    "people_sealed": "bytea",
    "recorded_by": "text",
    "approved_late_by": "text",
    "decision_reference": "text",
    "withdrawn_on": "date",
}


@dataclass(frozen=True, slots=True)
class Intent:
    """A stated wish as it is stored; `form` is the rest of annex 2."""

    intent_id: UUID
    case_id: UUID
    holder_id: UUID
    slip_no: str
    status: IntentStatus
    stated_on: date
    received_on: date
    channel: Channel
    place_id: UUID | None
    district: str
    tier: Tier
    monthly_satang: int
    first_month: str | None
    last_month: str | None
    months: int
    policy_version: int
    form_version: str
    form: Mapping[str, Any]
    people_sealed: bytes | None
    recorded_by: str
    approved_late_by: str | None = None
    decision_reference: str | None = None
    withdrawn_on: date | None = None


async def slip_numbers(tx: Tx, count: int) -> list[int]:
    """So many running numbers of the country for new slips."""
    return [row["number"] for row in await tx.fetch("SELECT nextval('slip_number') AS number FROM generate_series(1, $1)", count)]


async def add_intents(tx: Tx, stated: Sequence[Intent]) -> int:
    """Store the wishes but those whose case has one already; returns how many were stored."""
    return await insert_many(tx, "intent", _TYPES, [row_of(intent) for intent in stated], "ON CONFLICT (case_id) DO NOTHING")


async def put_aside(tx: Tx, case_id: UUID, on: date) -> None:
    """Make room for another wish of the case: the present one is kept among the former ones."""
    await tx.execute(
        """WITH gone AS (DELETE FROM intent WHERE case_id = $1 RETURNING *)
           INSERT INTO former_intent (intent_id, case_id, slip_no, status, stated_on, channel, district, withdrawn_on, replaced_on, form_version, form, people_sealed)
           SELECT intent_id, case_id, slip_no, status, stated_on, channel, district, withdrawn_on, $2, form_version, form, people_sealed FROM gone""",
        case_id,
        on,
    )


async def intent_of_case(tx: ReadTx, case_id: UUID) -> Intent:
    """The wish of the case. Raises NotFound."""
    return _one(await tx.fetchrow("SELECT * FROM intent WHERE case_id = $1", case_id))


async def case_of_intent(tx: Tx, intent_id: UUID) -> UUID:
    """The case of the wish. Raises NotFound."""
    case_id: UUID | None = await tx.fetchval("SELECT case_id FROM intent WHERE intent_id = $1", intent_id)
    if case_id is None:
        raise NotFound
    return case_id


async def settle(
    tx: Tx, case_id: UUID, status: IntentStatus, *, decision_reference: str | None = None, withdrawn_on: date | None = None
) -> Intent:
    """Set the wish's status with what brought it; returns the wish. The case, locked by the caller, guards the transition."""
    return _one(
        await tx.fetchrow(
            """UPDATE intent SET status = $2, decision_reference = coalesce($3, decision_reference), withdrawn_on = $4
                WHERE case_id = $1 RETURNING *""",
            case_id,
            status,
            decision_reference,
            withdrawn_on,
        )
    )


def _one(row: Mapping[str, Any] | None) -> Intent:
    if row is None:
        raise NotFound
    return Intent(**{**dict(row), "status": IntentStatus(row["status"]), "channel": Channel(row["channel"]), "tier": Tier(row["tier"])})
