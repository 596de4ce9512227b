"""How a transaction of the DCI API stands, told only to the sender that made it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.registry.repository.dci import transactions
from services.registry.rules.dci.requests import locale_of, reference_of
from services.registry.rules.dci.words import ID_CHARACTERS_MAX, SEARCH_CODES, Action, Fault, Status, both
from shared.db import ReadTx

REFERENCES_MAX: Final = 1_000
_ACTIONS: Final = {
    "search": (Action.SEARCH,),
    "subscribe": (Action.SUBSCRIBE, Action.UNSUBSCRIBE),
    "receipt": tuple(Action),
}
# A status of any transaction is told in the form of a search's answer, which knows only its own codes.
_CODES: Final = frozenset(SEARCH_CODES.values())


@dataclass(frozen=True, slots=True)
class Told:
    """The status of a transaction; without a message there is none, and `words` say so."""

    status: Status
    total: int
    completed: int
    message: dict[str, Any] | None
    words: str | None = None


async def status(tx: ReadTx, sender_id: str, transaction_id: str, correlation_id: str, asked: Any, now: datetime) -> Told:
    """The answer to a `txnstatus_request` of this call. Another sender's transaction is not there, and one that was forgotten neither."""
    kind = asked.get("txn_type") if isinstance(asked, Mapping) else None
    if not isinstance(kind, str) or kind not in _ACTIONS:
        return _none("txn_type is search, subscribe or receipt", "txn_type ต้องเป็น search subscribe หรือ receipt")
    wanted = _wanted(asked.get("attribute_type"), asked.get("attribute_value"))
    if wanted is None:
        return _none("the transaction is not named rightly", "ระบุธุรกรรมไม่ถูกต้อง")
    row = await transactions.find(tx, sender_id, _ACTIONS[kind], **wanted)
    if row is None:
        return _unknown(transaction_id, correlation_id, asked, wanted.get("reference_ids", [reference_of(asked)]), now)
    told = {"transaction_id": row["transaction_id"]}
    if kind == "receipt":
        # Enrolled and updated beneficiaries are those of a programme's own registry; this one has none to tell of.
        told |= {"receipt_information": {"beneficiaries": []}}
    else:
        found = await transactions.references(tx, row["correlation_id"], wanted.get("reference_ids"), REFERENCES_MAX)
        told |= {"correlation_id": str(row["correlation_id"]), "search_response": [_reference(one, asked) for one in found]}
    message = _message(transaction_id, str(row["correlation_id"]), kind, told)
    return Told(Status(row["status"]), row["total"], row["completed"], message)


def _unknown(transaction_id: str, correlation_id: str, asked: Mapping[str, Any], references: Sequence[str], now: datetime) -> Told:
    """The document's one code for what is asked about and is not there."""
    words = both("there is no such transaction, or it was forgotten", "ไม่พบธุรกรรม หรือพ้นระยะเวลาเก็บแล้ว")
    rejected = {"status": Status.REJECTED.value, "status_reason_code": SEARCH_CODES[Fault.REFERENCE], "status_reason_message": words}
    answers = [{"reference_id": one, "timestamp": now.isoformat(), **rejected, "locale": locale_of(asked)} for one in references]
    told = {"transaction_id": transaction_id, "correlation_id": correlation_id, "search_response": answers}
    return Told(Status.REJECTED, 1, 1, _message(transaction_id, correlation_id, asked["txn_type"], told), words)


def _message(transaction_id: str, correlation_id: str, kind: str, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "transaction_id": transaction_id,
        "correlation_id": correlation_id,
        "txnstatus_response": {"txn_type": kind, "txn_status": told},
    }


def _wanted(kind: Any, value: Any) -> dict[str, Any] | None:
    match kind, value:
        case "transaction_id", str() if 0 < len(value) <= ID_CHARACTERS_MAX:
            return {"transaction_id": value}
        case "correlation_id", str():
            try:
                return {"correlation_id": UUID(value)}
            except ValueError:
                return None
        case "reference_id_list", list() if _are_references(value):
            return {"reference_ids": value}
        case _:
            return None


def _are_references(values: Sequence[Any]) -> bool:
    return 1 <= len(values) <= REFERENCES_MAX and all(isinstance(one, str) for one in values)


def _reference(row: Any, asked: Any) -> dict[str, Any]:
    told = {
        "reference_id": row["reference_id"],
        "timestamp": row["ended_at"].isoformat(),
        "status": row["status"],
        "locale": locale_of(asked),
    }
    if row["reason_code"] in _CODES:
        told["status_reason_code"] = row["reason_code"]
    if row["reason_message"] is not None:
        told["status_reason_message"] = (
            row["reason_message"] if row["reason_code"] in _CODES else f"{row['reason_code']}: {row['reason_message']}"[:999]
        )
    return told


def _none(en: str, th: str) -> Told:
    return Told(Status.REJECTED, 1, 1, None, both(en, th))
