"""What a request would make of a person: plain values before and after, and the columns that hold them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson

from services.registry.domain import GroupPolicy
from services.registry.errors import CardTaken, HolderDeceased, HolderMerged, NotDeceased, NothingToChange
from services.registry.published import event_of, payee_event
from services.registry.repository import changes, facts, history, holders
from services.registry.repository.changes import Request
from services.registry.repository.history import Note
from services.registry.rules.changes import ASPECT_OF, CHANGE_OF, NEW_PAYEE, ChangeKind
from services.registry.rules.groups import groups_of
from services.registry.vault import Vault, joined
from shared.auth import Reach
from shared.bus import outbox
from shared.clock import on_day
from shared.contracts.registry import HolderStatus
from shared.db import Tx
from shared.errors import Invalid
from shared.thai.areas import UnknownArea, postcodes
from shared.thai.text import sort_key

OWN_CITIZEN_ID: Final = "CITIZEN_ID"
"""As `promptpay`: the person's own citizen id."""

_SHOWN: Final = frozenset(["subdistrict", "tier", "visit_group", "bank", "status", "deceased_on", "card_cancelled_on"])
"""What is not personal, and shown to everybody within reach."""


@dataclass(frozen=True)
class Effect:
    """Plain values by name, as JSON, before and after; the columns of the fact, and those that follow from them."""

    before: dict[str, Any]
    after: dict[str, Any]
    values: dict[str, Any]
    derived: dict[str, Any] = field(default_factory=dict)

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the values that become others."""
        return tuple(name for name, value in self.after.items() if self.before[name] != value)

    def fields(self) -> list[dict[str, Any]]:
        """The changed names, with the values that are not personal."""
        return [
            {
                "field": name,
                **{when: values[name] if name in _SHOWN else None for when, values in (("before", self.before), ("after", self.after))},
            }
            for name in self.changed
        ]

    def sealed(self, vault: Vault, holder_id: UUID) -> bytes | None:
        """All values, for who may read them, and for the decision."""
        return vault.seal(orjson.dumps({"before": self.before, "after": self.after}).decode(), holder_id)


def opened(sealed: bytes | None, vault: Vault, holder_id: UUID) -> dict[str, dict[str, Any]]:
    """The values of `Effect.sealed`: `before` and `after`."""
    values: dict[str, dict[str, Any]] = orjson.loads(vault.open(sealed, holder_id) or '{"before":{},"after":{}}')
    return values


def effect_of(kind: ChangeKind, row: Any, asked: Mapping[str, Any], valid_from: date, vault: Vault, policy: GroupPolicy) -> Effect:
    """The effect on a row of card_holder. Raises HolderDeceased, NotDeceased, HolderMerged, or Invalid for values that cannot be."""
    if row["status"] == HolderStatus.DECEASED and kind is not ChangeKind.DEATH_TAKEN_BACK:
        raise HolderDeceased(holder_id=str(row["holder_id"]))
    if row["merged_into"] is not None:
        raise HolderMerged(holder_id=str(row["holder_id"]), merged_into=str(row["merged_into"]))
    return _EFFECTS[kind](_Subject(row, vault, policy), asked, valid_from)


@dataclass(frozen=True)
class _Subject:
    row: Any
    vault: Vault
    policy: GroupPolicy

    def now(self, names: Sequence[str]) -> dict[str, Any]:
        return {name: self.row[name] for name in names}

    def private(self, **changed: str) -> bytes:
        sealed = self.vault.seal_for(self.row, joined(self.vault.private(self.row)._replace(**changed)))
        return sealed or b""


def _moved(who: _Subject, asked: Mapping[str, Any], _: date) -> Effect:
    try:
        usual = postcodes(asked["subdistrict"])[0]
    except UnknownArea:
        raise Invalid.field("home.subdistrict", "subdistrict", "is not a subdistrict's code", "ไม่ใช่รหัสตำบล") from None
    house_no = who.vault.house_no(who.row) or ""
    before = {"house_no": house_no, **who.now(("subdistrict", "moo", "road", "postcode"))}
    return Effect(before, {**asked, "house_no": asked["house_no"] or "", "postcode": asked["postcode"] or usual}, {})


def _died(who: _Subject, _: Mapping[str, Any], valid_from: date) -> Effect:
    wrong = who.row["wrong_death_on"]
    if wrong is not None and valid_from < wrong:
        raise Invalid.field(
            "valid_from",
            "death_taken_back",
            "lies before a death that was taken back: the person was alive on that day",
            "อยู่ก่อนวันเสียชีวิตที่ถูกเพิกถอนแล้ว ซึ่งบุคคลนี้ยังมีชีวิตอยู่",
            f"≥ {wrong}",
        )
    before = {"status": HolderStatus.ALIVE.value, "deceased_on": None}
    return Effect(before, {"status": HolderStatus.DECEASED.value, "deceased_on": valid_from.isoformat()}, {})


def _never_died(who: _Subject, _: Mapping[str, Any], valid_from: date) -> Effect:
    recorded = who.row["deceased_on"]
    if recorded is None:
        raise NotDeceased(holder_id=str(who.row["holder_id"]))
    if valid_from != recorded:
        raise Invalid.field(
            "valid_from", "day_of_death", "must be the recorded day of the death", "ต้องเป็นวันเสียชีวิตที่บันทึกไว้", recorded.isoformat()
        )
    before = {"status": HolderStatus.DECEASED.value, "deceased_on": recorded.isoformat()}
    return Effect(before, {"status": HolderStatus.ALIVE.value, "deceased_on": None}, {})


def _renamed(who: _Subject, asked: Mapping[str, Any], _: date) -> Effect:
    key = "\t".join((sort_key(asked["first_name"]), sort_key(asked["last_name"])))
    return Effect(who.now(("prefix", "first_name", "last_name")), dict(asked), dict(asked), {"name_sort_key": key})


def _new_card(who: _Subject, asked: Mapping[str, Any], _: date) -> Effect:
    before = {"card_no": who.vault.private(who.row).card_no, "card_cancelled_on": _iso(who.row["card_cancelled_on"])}
    values = {"private_sealed": who.private(card_no=asked["card_no"]), "card_cancelled_on": None}
    after = {"card_no": asked["card_no"], "card_cancelled_on": None}
    return Effect(before, after, values, {"card_index": who.vault.index_of(asked["card_no"])})


def _no_card(who: _Subject, _: Mapping[str, Any], valid_from: date) -> Effect:
    before = {"card_cancelled_on": _iso(who.row["card_cancelled_on"])}
    after = {"card_cancelled_on": valid_from.isoformat()}
    if who.row["card_cancelled_on"] is not None:
        raise NothingToChange
    return Effect(before, after, {"private_sealed": who.row["private_sealed"], "card_cancelled_on": valid_from})


def _income(who: _Subject, asked: Mapping[str, Any], _: date) -> Effect:
    income: int = asked["income_2559_satang"]
    groups = groups_of(income, who.row["birth_date"], who.policy)
    values = {"income_2559_satang": income}
    derived = {"tier": groups.tier.value, "visit_group": groups.visit_group}
    more = {"age": groups.age, "policy_version": who.policy.version}
    return Effect(who.now(("income_2559_satang", "tier", "visit_group")), values | derived, values, derived | more)


def _bank(who: _Subject, asked: Mapping[str, Any], _: date) -> Effect:
    account_no: str = asked["account_no"]
    before = {"bank": who.row["bank"], "account_no": who.vault.private(who.row).account_no}
    values = {"bank": asked["bank"], "private_sealed": who.private(account_no=account_no)}
    return Effect(before, {"bank": asked["bank"], "account_no": account_no}, values)


def _promptpay(who: _Subject, asked: Mapping[str, Any], _: date) -> Effect:
    number = who.vault.private(who.row).citizen_id if asked["promptpay"] == OWN_CITIZEN_ID else asked["promptpay"]
    before = {"promptpay": who.vault.promptpay(who.row)}
    return Effect(before, {"promptpay": number}, {"promptpay_sealed": who.vault.seal_for(who.row, number)})


_EFFECTS: Final = {
    ChangeKind.MOVE: _moved,
    ChangeKind.DEATH: _died,
    ChangeKind.DEATH_TAKEN_BACK: _never_died,
    ChangeKind.NAME_CHANGE: _renamed,
    ChangeKind.CARD_REPLACED: _new_card,
    ChangeKind.CARD_CANCELLED: _no_card,
    ChangeKind.INCOME_CORRECTION: _income,
    ChangeKind.BANK_CHANGE: _bank,
    ChangeKind.PROMPTPAY_CHANGE: _promptpay,
}


async def take_effect(tx: Tx, request: Request, effect: Effect, vault: Vault) -> None:
    """Give the locked person of the request a version with its values, history and events. Raises CardTaken.

    Where the record has a later fact of the same kind already, this one is written to the history and the present state stays.
    """
    holder_id, aspect = request.holder_id, ASPECT_OF[request.kind]
    await facts.begin(tx, holder_id)
    later = await facts.latest_day(tx, holder_id, aspect)
    present = later is None or later <= request.valid_from
    if not await changes.apply(tx, holder_id, aspect, effect.values | effect.derived if present else {}, request.said_at):
        raise CardTaken
    row: Any = await holders.by_id(tx, holder_id, Reach.country())
    await facts.add(tx, holder_id, row["version"], aspect, request.valid_from, effect.values, request.id)
    note = Note(
        CHANGE_OF[request.kind], request.said_by, request.evidence.words, request.said_at, effect.changed, valid_from=request.valid_from
    )
    events = [event_of(await history.append(tx, holder_id, note))]
    if present and request.kind in NEW_PAYEE:
        events.append(payee_event(row, vault))
    await outbox.add_many(tx, events)


def require_days(request: Request, born: date) -> None:
    """Raise Invalid for a day before birth or after the day on which it is said."""
    today = on_day(request.said_at)
    shown = request.evidence
    for name, day, first in (
        ("valid_from", request.valid_from, born),
        ("document.issued_on", shown.document_on, date.min),
        ("consent.given_on", shown.consent_on, born),
    ):
        if day is not None and not first <= day <= today:
            raise Invalid.field(name, "not_a_day_of_life", "must lie between birth and today", "ต้องอยู่ระหว่างวันเกิดและวันนี้", f"≤ {today}")


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
