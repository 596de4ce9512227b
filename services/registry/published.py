"""What goes on the topics: a row of history as an event, one by one with models or in bulk without."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from services.registry.domain import Change
from services.registry.vault import Vault
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.envelope import envelope_bytes
from shared.contracts.registry import (
    CardholderDeceased,
    CardholderMoved,
    CardholderRegistered,
    CardholderUpdated,
    HolderState,
    PayeeChanged,
)
from shared.ids import same_id

_MODELS: Final[dict[str, type[HolderState]]] = {
    Change.REGISTERED: CardholderRegistered,
    Change.UPDATED: CardholderUpdated,
    Change.REGROUPED: CardholderUpdated,
    Change.MOVED: CardholderMoved,
    Change.DECEASED: CardholderDeceased,
}


def event_of(row: Any) -> Event:
    """The event of a row of history. Its id is the same however often it is made."""
    data = _MODELS[row["what"]].model_validate(state_data(row))
    return Event.of(data, subject=row["holder_id"], time=row["recorded_at"], identity=(row["version"],))


def event_bytes(row: Any) -> bytes:
    """The same event as message value, made without models."""
    event_type = _MODELS[row["what"]].type
    subject = str(row["holder_id"])
    return envelope_bytes(same_id(event_type, subject, row["version"]), event_type, subject, row["recorded_at"], state_data(row))


def state_data(row: Any) -> dict[str, Any]:
    """The data of the event: the whole non-personal state, and what its kind adds."""
    return {
        "holder_id": str(row["holder_id"]),
        "version": row["version"],
        "citizen_index": row["citizen_index"].hex(),
        "card_index": row["card_index"].hex(),
        "index_key": row["index_key"],
        "tier": row["tier"],
        "age": row["age"],
        "visit_group": row["visit_group"],
        "policy_version": row["policy_version"],
        "subdistrict": row["subdistrict"],
        "bank": row["bank"],
        "status": row["status"],
        "recorded_on": on_day(row["recorded_at"]).isoformat(),
        **_of_kind(row),
    }


def _of_kind(row: Any) -> dict[str, Any]:
    match row["what"]:
        case Change.UPDATED | Change.REGROUPED:
            return {"changed": row["changed"]}
        case Change.MOVED:
            return {"previous_subdistrict": row["previous_subdistrict"], "moved_on": _iso(row["moved_on"])}
        case Change.DECEASED:
            return {"deceased_on": _iso(row["deceased_on"]), "evidence": row["why"]}
        case _:
            return {}


def payee_bytes(row: Any, vault: Vault) -> bytes:
    """The PayeeChanged message of a holder (a row of repository.history.of_chunk), of the present version."""
    holder_id: UUID = row["holder_id"]
    version = row["current_version"]
    data = {
        "holder_id": str(holder_id),
        "version": version,
        "bank": row["current_bank"],
        "key_id": vault.payees.current,
        "sealed": vault.sealed_payee(row),
    }
    return envelope_bytes(same_id(PayeeChanged.type, str(holder_id), version), PayeeChanged.type, str(holder_id), row["recorded_at"], data)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
