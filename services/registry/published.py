"""What goes on the topics: a row of history as an event, one by one with models or in bulk without."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.registry.domain import Change, Groups
from services.registry.vault import Vault, payee_json
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.common import Bank
from shared.contracts.envelope import envelope_bytes, format_of, parted
from shared.contracts.registry import (
    CardholderDeathTakenBack,
    CardholderDeceased,
    CardholderErased,
    CardholderMerged,
    CardholderMoved,
    CardholderRegistered,
    CardholderUnmerged,
    CardholderUpdated,
    HolderState,
    HolderStatus,
    NoticeStateChanged,
    PayeeChanged,
)
from shared.ids import same_id, same_ids_text

_MODELS: Final[dict[str, type[HolderState]]] = {
    Change.REGISTERED: CardholderRegistered,
    Change.UPDATED: CardholderUpdated,
    Change.REGROUPED: CardholderUpdated,
    Change.MOVED: CardholderMoved,
    Change.DECEASED: CardholderDeceased,
    Change.DEATH_TAKEN_BACK: CardholderDeathTakenBack,
    Change.ERASED: CardholderErased,
    Change.MERGED: CardholderMerged,
    Change.UNMERGED: CardholderUnmerged,
    Change.CONSENTED: CardholderUpdated,
    Change.NAME_CHANGED: CardholderUpdated,
    Change.CARD_REPLACED: CardholderUpdated,
    Change.CARD_CANCELLED: CardholderUpdated,
    Change.INCOME_CORRECTED: CardholderUpdated,
    Change.BANK_CHANGED: CardholderUpdated,
    Change.PROMPTPAY_CHANGED: CardholderUpdated,
}


FACT: Final = CardholderRegistered.type
FIRST_VERSION: Final = "1"
"""With the type and the holder's id what the ids of these persons' events are made of."""


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
        "merged_into": None if row["merged_into"] is None else str(row["merged_into"]),
        "merged_on": _iso(row["merged_on"]),
        "consents": row["consents"],
        **_wrong_death(row),
        **_of_kind(row),
    }


def _wrong_death(row: Any) -> dict[str, Any]:
    """What nearly nobody has is left out: a state is sent millions of times."""
    if row["alive_again_on"] is None:
        return {}
    return {"wrong_death_on": _iso(row["wrong_death_on"]), "alive_again_on": _iso(row["alive_again_on"])}


def _of_kind(row: Any) -> dict[str, Any]:
    add = _ADDED.get(row["what"])
    return {} if add is None else add(row)


_NAMED: Final = (
    Change.UPDATED,
    Change.REGROUPED,
    Change.CONSENTED,
    Change.NAME_CHANGED,
    Change.CARD_REPLACED,
    Change.CARD_CANCELLED,
    Change.INCOME_CORRECTED,
    Change.BANK_CHANGED,
    Change.PROMPTPAY_CHANGED,
)
_ADDED: Final[dict[str, Callable[[Any], dict[str, Any]]]] = {
    **dict.fromkeys(_NAMED, lambda row: {"changed": row["changed"]}),
    Change.MOVED: lambda row: {"previous_subdistrict": row["previous_subdistrict"], "moved_on": _iso(row["moved_on"])},
    Change.DECEASED: lambda row: {"deceased_on": _iso(row["deceased_on"]), "evidence": row["why"]},
    Change.DEATH_TAKEN_BACK: lambda row: {"evidence": row["why"]},
    Change.ERASED: lambda row: {"erased_on": on_day(row["recorded_at"]).isoformat()},
    Change.MERGED: lambda row: {"reason": row["why"]},
    Change.UNMERGED: lambda row: {"unmerged_on": on_day(row["recorded_at"]).isoformat(), "reason": row["why"]},
}
"""What each kind of change adds to the state; those that are not here add nothing."""


def payee_event(holder: Any, vault: Vault) -> Event:
    """PayeeChanged of a row of card_holder."""
    data = PayeeChanged(
        holder_id=holder["holder_id"],
        version=holder["version"],
        bank=holder["bank"],
        key_id=vault.payees.current,
        sealed=vault.sealed_payee(holder),
        card_cancelled=holder["card_cancelled_on"] is not None,
    )
    return Event.of(data, subject=holder["holder_id"], time=holder["recorded_at"], identity=(holder["version"],))


def payee_bytes(row: Any, vault: Vault) -> bytes:
    """The PayeeChanged message of a holder (a row of repository.history.of_chunk), of the present version."""
    if row["erased_at"] is not None:
        return erased_payee(row["holder_id"], row["current_version"], row["current_bank"], row["erased_at"]).to_bytes()
    payee = _Payee(row["current_version"], row["current_bank"], vault.payees.current, vault.sealed_payee(row))
    cancelled = {"card_cancelled": True} if row["card_cancelled_on"] is not None else {}
    return _payee_bytes(row["holder_id"], payee, row["recorded_at"], cancelled)


def erased_payee(holder_id: UUID, version: int, bank: str, at: datetime) -> Event:
    """PayeeChanged that makes payments, and the compacted topic, forget the payee."""
    data = PayeeChanged(holder_id=holder_id, version=version, bank=Bank(bank), key_id="", sealed="", erased=True)
    return Event.of(data, subject=holder_id, time=at, identity=(version,))


class _Payee(NamedTuple):
    version: int
    bank: str
    key_id: str
    sealed: str


def _payee_bytes(holder_id: UUID, payee: _Payee, at: datetime, more: Mapping[str, Any] = MappingProxyType({})) -> bytes:
    subject = str(holder_id)
    identifier = same_id(PayeeChanged.type, subject, payee.version)
    return envelope_bytes(identifier, PayeeChanged.type, subject, at, {"holder_id": subject, **payee._asdict(), **more})


class Entering(NamedTuple):
    """What CardholderRegistered says of a person beside their id and what all have in common."""

    citizen_index: bytes
    card_index: bytes
    groups: Groups
    subdistrict: str
    bank: str


class RegisteredMessages:
    """The messages of persons who enter, all recorded at one moment: the same bytes as of `event_bytes` and `payee_bytes`.

    Those are made once, of a person who is not, and keep a place for each value that is a person's own: a tenth of the time.
    `fact`, `payee` and `private_payee`, which is sealed in it, are the texts around these places.
    """

    def __init__(self, index_key: str, policy_version: int, at: datetime, payee_key_id: str) -> None:
        holder_id, citizen, card = UUID(int=1), b"\1" * 32, b"\2" * 32
        nobody = {
            "what": Change.REGISTERED, "holder_id": holder_id, "version": 1, "citizen_index": citizen, "card_index": card, "index_key": index_key,
            "tier": "<tier>", "age": 987_654_321, "visit_group": "<visit>", "policy_version": policy_version, "subdistrict": "<subdistrict>",
            "bank": "<bank>", "status": HolderStatus.ALIVE.value, "recorded_at": at, "merged_into": None, "merged_on": None, "consents": None,
            "wrong_death_on": None, "alive_again_on": None,
        }  # fmt: skip
        holder, event_id = str(holder_id), str(same_id(FACT, str(holder_id), 1))
        places = [event_id, holder, holder, citizen.hex(), card.hex(), "<tier>", "987654321", '"<visit>"', "<subdistrict>", "<bank>"]
        self.fact = parted(event_bytes(nobody), places)
        payee = _payee_bytes(holder_id, _Payee(1, "<bank>", payee_key_id, "<sealed>"), at)
        event_id = str(same_id(PayeeChanged.type, holder, 1))
        self.payee = parted(payee, [event_id, holder, holder, "<bank>", "<sealed>"])
        self.private_payee = parted(payee_json("<name>", "<account>", "<card>"), ["<name>", '"<account>"', "<card>"])
        self._fact, self._payee = format_of(self.fact), format_of(self.payee)

    def facts(self, holders: Sequence[str], persons: Iterable[Entering]) -> list[bytes]:
        """CardholderRegistered of the persons with these ids."""
        form, visits = self._fact, ("false", "true")
        return [
            (form % (event_id, holder, holder, citizen.hex(), card.hex(), tier, age, visits[visit_group], subdistrict, bank)).encode()
            for event_id, holder, (citizen, card, (tier, age, visit_group), subdistrict, bank) in zip(
                same_ids_text(FACT, holders, FIRST_VERSION), holders, persons, strict=True
            )
        ]

    def payees(self, holders: Sequence[str], banks: Iterable[str], sealed: Iterable[str]) -> list[bytes]:
        """PayeeChanged of the persons with these ids."""
        form, event_ids = self._payee, same_ids_text(PayeeChanged.type, holders, FIRST_VERSION)
        return [
            (form % (event_id, holder, holder, bank, payee)).encode()
            for event_id, holder, bank, payee in zip(event_ids, holders, banks, sealed, strict=True)
        ]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def notice_event(row: Any, at: datetime) -> Event:
    """A notice's state. Its id is the same however often it is made."""
    names = ("notice_id", "holder_id", "source", "notice_key", "template", "version", "status", "reason")
    data = NoticeStateChanged(**{name: row[name] for name in names})
    return Event.of(data, subject=row["holder_id"], time=at, identity=(row["notice_id"], row["version"]))
