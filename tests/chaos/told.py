"""The events by which payments hears of a fact."""

from datetime import date
from uuid import UUID

from shared.contracts import Event
from shared.contracts.common import Bank, Tier
from shared.contracts.interview import Answer, DecisionKind
from shared.contracts.registry import (
    CardholderDeathTakenBack,
    CardholderDeceased,
    CardholderMoved,
    DuplicateStatus,
    HolderState,
    HolderStatus,
)
from tests.payments import story


def events_of(kind: str, holder: UUID, on: date, more: dict, day: date) -> tuple[Event, ...]:
    """The events of a fact of the day `on` that is told on `day`; `more` as the generator gives it."""
    return tuple(_EVENTS[kind](holder, on, more, day))


def _decided(holder: UUID, on: date, more: dict, _: date) -> list[Event]:
    month = more["effective"] and f"2018-{more['effective']:02d}"
    return [story.decided(holder, DecisionKind(more["decision"]), on, effective_month=month)]


def _suspected(holder: UUID, on: date, more: dict, _: date) -> list[Event]:
    two = (holder, UUID(more["other"]))
    status = DuplicateStatus.OPEN if more["open"] else DuplicateStatus.DIFFERENT
    return [story.suspected(*one, version=more["pair_version"], status=status, on=on) for one in (two, two[::-1])]


def _corrected(holder: UUID, _: date, more: dict, day: date) -> list[Event]:
    return [story.updated(holder, version=more["version"], subdistrict=more["subdistrict"], tier=Tier(more["tier"]), on=day)]


def _state(holder: UUID, more: dict, day: date, status: HolderStatus = HolderStatus.ALIVE) -> dict:
    return story._state(holder, more["version"], more["subdistrict"], Bank.KTB, status, Tier(more["tier"]), day)


def _lived(holder: UUID, more: dict, day: date, data: HolderState) -> list[Event]:
    return [Event.of(data, subject=holder, time=story.at(day), identity=(more["version"],))]


def _moved(holder: UUID, on: date, more: dict, day: date) -> list[Event]:
    return _lived(holder, more, day, CardholderMoved(**_state(holder, more, day), previous_subdistrict=more["previous"], moved_on=on))


def _died(holder: UUID, on: date, more: dict, day: date) -> list[Event]:
    return _lived(holder, more, day, CardholderDeceased(**_state(holder, more, day, HolderStatus.DECEASED), deceased_on=on))


def _alive(holder: UUID, on: date, more: dict, day: date) -> list[Event]:
    state = _state(holder, more, day)
    return _lived(holder, more, day, CardholderDeathTakenBack(**state, wrong_death_on=more["wrong"], alive_again_on=on))


_EVENTS = {
    "REGISTERED": lambda who, on, more, _: [story.registered(who, subdistrict=more["subdistrict"], tier=Tier(more["tier"]), on=on)],
    "PAYEE": lambda who, on, more, _: [story.payee(who, bank=Bank(more["bank"]), version=more["payee_version"], on=on)],
    "TIER": _corrected,
    "MOVED": _moved,
    "DEAD": _died,
    "ALIVE": _alive,
    "WISH": lambda who, on, more, _: [story.wish(who, on, tier=Tier(more["tier"]), intent_id=more["intent"])],
    "WITHDRAWN": lambda who, on, *_: [story.withdrawn(who, on)],
    "INTERVIEWED": lambda who, on, more, _: [story.interviewed(who, on, Answer(more["answer"]), revision=more["revision"])],
    "STOPPED": _decided,
    "REINSTATED": _decided,
    "REPORTED_DEAD": lambda who, on, *_: [story.reported_dead(who, on=on)],
    "SUSPECTED": _suspected,
}
