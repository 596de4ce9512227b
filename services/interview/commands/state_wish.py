"""Stating the wish to develop, at a meeting place or at home (docs/measure.md 4: late forms, June or later, twice)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

import orjson

from services.interview import events
from services.interview.commands.act import Act
from services.interview.commands.queueing import serve_with_slip
from services.interview.commands.reaching import reaches
from services.interview.domain import CAME_TO_NOTHING, Case, Change, IntentStatus, State, Step
from services.interview.errors import (
    CaseChanged,
    HolderDeceased,
    HolderErased,
    HolderMerged,
    LateApprovalRequired,
    NotInRegistry,
    UnknownPlace,
)
from services.interview.errors.places import PlaceDayClosed
from services.interview.forms.wish import WishPaper, definition_of_paper
from services.interview.repository import cases, intents, people, place_days
from services.interview.repository.intents import Intent
from services.interview.repository.people import Person
from services.interview.repository.place_days import PlaceDay
from services.interview.rules.expected_benefit import expected_benefit
from services.interview.rules.privacy_notices import privacy_notices
from services.interview.rules.wish_paper import DatedPaper, check_paper
from services.interview.rules.wish_window import Timing, timing_of
from shared.auth import Level
from shared.bus import outbox
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.common import Channel
from shared.contracts.registry import HolderStatus
from shared.crypto import FieldCipher
from shared.db import ReadTx, Tx
from shared.ids import new_id
from shared.thai.titles import head_of

NAMES_OF_OTHERS: Final = "others"
"""What the form calls sensitive because it names other people: witness and proxy."""

FoundBy = Literal["holder_id", "citizen_index", "card_index"]


@dataclass(frozen=True, slots=True)
class Wish:
    """A signed wish: when, how and where it was stated, the district wished for, and the rest of the paper."""

    channel: Channel
    stated_on: date
    paper: WishPaper
    form_version: str
    place_id: UUID | None = None
    wished_district: str | None = None
    ticket_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """Who entered the form and when; `approved_by` is who approved that it came late."""

    on: date
    by: str
    officer_id: UUID | None
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """What the person takes home; `repeated` when it is the slip of an earlier day."""

    intent: Intent
    repeated: bool


@dataclass(frozen=True, slots=True)
class StatedWish:
    """A wish on its way into the database: the case it changes, the intent, and what is to be published."""

    change: Change
    intent: Intent
    events: tuple[Event, ...]


async def declare_intent(tx: Tx, act: Act, found_by: FoundBy, value: UUID | str, wish: Wish, fields: FieldCipher) -> Slip:
    """Record the wish of the person found by the key, and return the slip; of who has one, the first. A ticket of the place's queue ends with it.

    Who withdrew, refused or was content and states the wish anew on a later day, or after a withdrawal on the day that it was recorded, has another wish and slip. Raises NotInRegistry,
    HolderDeceased, HolderErased, HolderMerged, UnknownPlace, PlaceDayClosed, LateApprovalRequired, Invalid for what cannot stand on the
    paper, TicketEnded, and what rules.wish_window raises.
    """
    person, case, stands = await find_for_wish(tx, act, found_by, value, wish)
    if stands and case is not None:
        slip = Slip(await intents.intent_of_case(tx, case.case_id), repeated=True)
    else:
        day = await hold_place(tx, act, wish)
        if day is not None and day.closed:
            raise PlaceDayClosed(place_id=day.place_id, day=day.day, version=day.version)
        slip = Slip((await store_wish(tx, act, person, case, wish, fields)).intent, repeated=False)
    if wish.ticket_id is not None:
        await serve_with_slip(tx, act, wish.ticket_id, wish.place_id, slip.intent.intent_id)
    return slip


async def find_for_wish(tx: Tx, act: Act, found_by: FoundBy, value: UUID | str, wish: Wish) -> tuple[Person, Case | None, bool]:
    """The person found by the key, locked; and as `case_for_wish`. Raises NotInRegistry and what check_alive does."""
    person = await people.lock_holder(tx, found_by, value)
    if person is None:
        raise NotInRegistry.told()
    case = await people.case_of_holder(tx, person.holder_id)
    if not reaches(act.caller, case, person.subdistrict[:4], wish.wished_district):
        raise NotInRegistry.told()
    return person, *await case_for_wish(tx, person, case, wish.stated_on, act.today)


async def case_for_wish(tx: ReadTx, person: Person, case: Case | None, stated_on: date, entered_on: date) -> tuple[Case | None, bool]:
    """The case that a wish of the day is about, and whether a wish of it stands already. Raises what check_alive does."""
    first = case if case is not None and case.intent_status is not None and case.state is not State.MERGED else None
    first = first or await people.case_that_goes_on(tx, person.holder_id)
    check_alive(person, first)
    return (case, False) if first is None else (first, not await _comes_back(tx, first, stated_on, entered_on))


async def hold_place(tx: Tx, act: Act, wish: Wish) -> PlaceDay | None:
    """The day of the wish's place, held against a closing. Raises UnknownPlace, also for a place of others than the caller's area."""
    if wish.place_id is None:
        return None
    day = await place_days.hold(tx, wish.place_id, wish.stated_on)
    if day is None or not (act.caller.reach.level is Level.OFFICER or act.caller.reach.includes_district(day.district)):
        raise UnknownPlace(place_id=wish.place_id)
    return day


async def store_wish(
    tx: Tx, act: Act, person: Person, case: Case | None, wish: Wish, fields: FieldCipher, entered: Entered | None = None
) -> StatedWish:
    """Store the wish with its case, which is opened where there is none, and publish it. A wish that came to nothing is put aside for it."""
    change = Change.of(case or Case.open(person.holder_id, person.subdistrict, on=act.today))
    (number,) = await intents.slip_numbers(tx, 1)
    stated = prepare_wish(act, person, change, wish, number, fields, entered)
    await cases.save_changes(tx, [stated.change], by=act.by, at=act.at)
    if change.before.intent_status is not None:
        await intents.put_aside(tx, stated.intent.case_id, act.today)
    await store_intents(tx, [stated.intent])
    await outbox.add_many(tx, stated.events)
    return stated


async def _comes_back(tx: ReadTx, case: Case, stated_on: date, entered_on: date) -> bool:
    """Whether this is another wish than the one that came to nothing: stated on a later day than that was recorded.

    On the very day it is another one too where the person had withdrawn on an earlier day, or where it is entered that day: then it comes after the withdrawal.
    """
    since = await cases.stands_since(tx, case.case_id) if case.state in CAME_TO_NOTHING else None
    if since is None:
        return False
    recorded_on = on_day(since.recorded_at)
    if since.withdrawn_on is None or stated_on != recorded_on:
        return stated_on > recorded_on
    return since.withdrawn_on < stated_on or entered_on == stated_on


def check_alive(person: Person, case: Case | None) -> None:
    """Raises HolderDeceased, HolderErased, or HolderMerged for one who was found to be another, unless this case of theirs goes on."""
    if person.erased_on is not None:
        raise HolderErased(holder_id=person.holder_id, erased_on=person.erased_on)
    if person.status is HolderStatus.DECEASED:
        raise HolderDeceased(holder_id=person.holder_id)
    if person.merged_into is not None and (case is None or not case.is_open):
        raise HolderMerged(holder_id=person.holder_id, merged_into=person.merged_into)


def prepare_wish(
    act: Act, person: Person, change: Change, wish: Wish, slip_number: int, fields: FieldCipher, entered: Entered | None = None
) -> StatedWish:
    """The case after the wish, the intent and the events; nothing is stored. The slip's number is that of the district and the running one.

    Raises Invalid for what cannot stand on the paper, LateApprovalRequired, and what rules.wish_window raises.
    """
    entered = entered or Entered(act.today, act.by, act.caller.officer_id)
    check_form(wish)
    timing = timing_of(person.policy, wish.channel, wish.stated_on, entered.on)
    if timing is Timing.NEEDS_APPROVAL and entered.approved_by is None:
        head = head_of(wish.wished_district or change.after.responsible_district)
        raise LateApprovalRequired(
            f"A form entered late needs the approval of: {head.en}",
            f"แบบที่บันทึกล่าช้าต้องได้รับอนุมัติจาก{head.th}",
            stated_on=wish.stated_on,
            entered_on=entered.on,
        )
    change, routing = _route(act, change, wish.wished_district)
    intent = _intent(entered, person, change.after, wish, timing, fields)
    intent = replace(intent, slip_no=f"{intent.district}-{slip_number:08d}")
    change = change.put(intent_status=intent.status, stated_on=wish.stated_on, channel=wish.channel)
    consents = events.consents(intent, wish.paper, entered.officer_id, act.at)
    if intent.status is IntentStatus.PENDING_DECISION:
        return StatedWish(change.step(Step.LATE_WISH_STATED, stated_on=wish.stated_on), intent, (*routing, *consents))
    return StatedWish(_declared(change), intent, (*routing, events.declared(intent, act.at), *consents))


def _declared(change: Change) -> Change:
    """The case with a wish that counts. Who was interviewed and withdrew only then is where the interview had brought them."""
    withdrew = change.before.state is State.WITHDRAWN
    change = with_wish(change, Step.WISH_STATED)
    return as_interviewed(change, "") if withdrew else change


def as_interviewed(change: Change, reason: str) -> Change:
    """Who comes back with an interview and an officer need not be interviewed again."""
    interviewed = change.after.interviewed_on is not None and change.after.officer_id is not None
    return change.step(Step.INTERVIEWED, reason) if interviewed else change


def with_wish(change: Change, step: Step, reason: str = "") -> Change:
    """The case once the wish counts; who has an officer already is assigned at once."""
    change = change.step(step, reason, stated_on=change.after.stated_on)
    return change.step(Step.OFFICER_ASSIGNED, officer_id=change.after.officer_id) if change.after.officer_id else change


async def store_intents(tx: Tx, stated: Sequence[Intent]) -> None:
    """Store the intents. Raises CaseChanged when a case has one after all."""
    stored = await intents.add_intents(tx, stated)
    if stored != len(stated):
        raise CaseChanged(cases=len(stated), stored=stored)


def check_form(wish: Wish) -> None:
    """Raises Invalid for a privacy notice or dates that cannot stand on a form of that day."""
    paper = wish.paper
    dated = DatedPaper(
        paper.privacy_notice_version,
        paper.identity_paper_issued_on,
        paper.identity_paper_expires_on,
        paper.witness,
        paper.proxy.name if paper.proxy else None,
    )
    check_paper(dated, wish.stated_on, privacy_notices())


def _route(act: Act, change: Change, wished_district: str | None) -> tuple[Change, Sequence[Event]]:
    """Take the case to the district wished for. The first time that a case is heard of, others are told where it is."""
    is_new = change.before.version == 0
    if wished_district is not None and wished_district != change.after.responsible_district:
        change = change.put(responsible_district=wished_district, officer_id=None, co_interviewer_id=None)
        change = change.step(Step.ROUTED, "WISHED", to_district=wished_district)
        return change, [events.routed(change, on=act.today, at=act.at, reason="WISHED")]
    return change, [events.routed(change, on=act.today, at=act.at, reason="OPENED")] if is_new else []


def _intent(entered: Entered, person: Person, case: Case, wish: Wish, timing: Timing, fields: FieldCipher) -> Intent:
    expected = expected_benefit(person.policy, person.tier, wish.stated_on)
    intent_id = new_id()
    readable, sensitive = definition_of_paper(wish.form_version).parts(wish.paper.model_dump(mode="json", exclude_none=True))
    return Intent(
        intent_id=intent_id,
        case_id=case.case_id,
        holder_id=case.holder_id,
        slip_no="",
        status=IntentStatus.PENDING_DECISION if timing is Timing.NEEDS_DECISION else IntentStatus.VALID,
        stated_on=wish.stated_on,
        received_on=entered.on,
        channel=wish.channel,
        place_id=wish.place_id,
        district=case.responsible_district,
        tier=person.tier,
        monthly_satang=expected.monthly_satang,
        first_month=expected.first_month,
        last_month=expected.last_month,
        months=expected.months,
        policy_version=person.policy.version,
        form_version=wish.form_version,
        form=readable,
        people_sealed=_sealed_names(sensitive.get(NAMES_OF_OTHERS), fields, intent_id),
        recorded_by=entered.by,
        approved_late_by=entered.approved_by,
    )


def _sealed_names(names: Mapping[str, Any] | None, fields: FieldCipher, intent_id: UUID) -> bytes | None:
    return None if names is None else fields.seal(orjson.dumps(names).decode(), intent_id.bytes)
