"""Stating the wish to develop, at a meeting place or at home (docs/measure.md 4: late forms, June or later, twice)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.interview import events
from services.interview.commands.act import Act
from services.interview.commands.reaching import reaches
from services.interview.domain import Case, Change, IntentStatus, State, Step
from services.interview.errors import (
    CaseChanged,
    HolderDeceased,
    HolderErased,
    HolderMerged,
    LateApprovalRequired,
    NotInRegistry,
    UnknownPlace,
)
from services.interview.forms.wish import NAMES_OF_OTHERS, WishPaper
from services.interview.repository import cases, intents, people, staff
from services.interview.repository.intents import Intent
from services.interview.repository.people import Person
from services.interview.rules.expected_benefit import expected_benefit
from services.interview.rules.wish_window import Timing, timing_of
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.common import Channel
from shared.contracts.registry import HolderStatus
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.ids import new_id
from shared.thai.titles import head_of

APPROVE_LATE = "interview.intents:approve"
"""The scope of who may approve a form entered late: the district chief."""

FoundBy = Literal["holder_id", "citizen_index", "card_index"]


@dataclass(frozen=True, slots=True)
class Wish:
    """A signed wish: when, how and where it was stated, the district wished for, and the rest of the paper."""

    channel: Channel
    stated_on: date
    paper: WishPaper
    place_id: UUID | None = None
    wished_district: str | None = None


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
    """Record the wish of the person found by the key, and return the slip; of who has one, the first.

    Raises NotInRegistry, HolderDeceased, UnknownPlace, LateApprovalRequired and what rules.wish_window raises.
    """
    person = await people.lock_holder(tx, found_by, value)
    if person is None:
        raise NotInRegistry.told()
    case = await people.case_of_holder(tx, person.holder_id)
    if not reaches(act.caller, case, person.subdistrict[:4], wish.wished_district):
        raise NotInRegistry.told()
    first = case if case is not None and case.intent_status is not None and case.state is not State.MERGED else None
    first = first or await people.case_that_goes_on(tx, person.holder_id)
    check_alive(person, first)
    if first is not None:
        return Slip(await intents.intent_of_case(tx, first.case_id), repeated=True)
    if wish.place_id is not None and not await staff.place_exists(tx, wish.place_id):
        raise UnknownPlace(place_id=wish.place_id)
    change = Change.of(case or Case.open(person.holder_id, person.subdistrict, on=act.today))
    stated = await prepare_wish(tx, act, person, change, wish, fields)
    await cases.save_changes(tx, [stated.change], by=act.by, at=act.at)
    await store_intent(tx, stated.intent)
    await outbox.add_many(tx, stated.events)
    return Slip(stated.intent, repeated=False)


def check_alive(person: Person, case: Case | None) -> None:
    """Raises HolderDeceased, HolderErased, or HolderMerged for one who was found to be another, unless this case of theirs goes on."""
    if person.erased_on is not None:
        raise HolderErased(holder_id=person.holder_id, erased_on=person.erased_on)
    if person.status is HolderStatus.DECEASED:
        raise HolderDeceased(holder_id=person.holder_id)
    if person.merged_into is not None and (case is None or not case.is_open):
        raise HolderMerged(holder_id=person.holder_id, merged_into=person.merged_into)


async def prepare_wish(tx: Tx, act: Act, person: Person, change: Change, wish: Wish, fields: FieldCipher) -> StatedWish:
    """The case after the wish, the intent and the events; nothing is stored but the slip number that was drawn."""
    timing = timing_of(person.policy, wish.channel, wish.stated_on, act.today)
    approver = _approver(act, wish, timing, wish.wished_district or change.after.responsible_district)
    change, routing = _route(act, change, wish.wished_district)
    intent = _intent(act, person, change.after, wish, timing, fields)
    intent = replace(intent, approved_late_by=approver, slip_no=await intents.next_slip_no(tx, intent.district))
    change = change.put(intent_status=intent.status, stated_on=wish.stated_on, channel=wish.channel)
    consents = events.consents(intent, wish.paper, act.caller.officer_id, act.at)
    if intent.status is IntentStatus.PENDING_DECISION:
        return StatedWish(change.step(Step.LATE_WISH_STATED, stated_on=wish.stated_on), intent, (*routing, *consents))
    return StatedWish(with_wish(change, Step.WISH_STATED), intent, (*routing, events.declared(intent, act.at), *consents))


def with_wish(change: Change, step: Step, reason: str = "") -> Change:
    """The case once the wish counts; who has an officer already is assigned at once."""
    change = change.step(step, reason, stated_on=change.after.stated_on)
    return change.step(Step.OFFICER_ASSIGNED, officer_id=change.after.officer_id) if change.after.officer_id else change


async def store_intent(tx: Tx, intent: Intent) -> None:
    """Store the intent. Raises CaseChanged when the case has one after all."""
    if not await intents.add_intent(tx, intent):
        raise CaseChanged(case_id=intent.case_id)


def _approver(act: Act, wish: Wish, timing: Timing, district: str) -> str | None:
    """The district chief who enters, and so approves, a late form; None for a form in time."""
    if timing is not Timing.NEEDS_APPROVAL:
        return None
    if APPROVE_LATE not in act.caller.scopes:
        head = head_of(district)
        raise LateApprovalRequired(
            f"A form entered late needs the approval of: {head.en}",
            f"แบบที่บันทึกล่าช้าต้องได้รับอนุมัติจาก{head.th}",
            needed_scope=APPROVE_LATE,
            stated_on=wish.stated_on,
            entered_on=act.today,
        )
    return act.by


def _route(act: Act, change: Change, wished_district: str | None) -> tuple[Change, Sequence[Event]]:
    """Take the case to the district wished for. The first time that a case is heard of, others are told where it is."""
    is_new = change.before.version == 0
    if wished_district is not None and wished_district != change.after.responsible_district:
        change = change.put(responsible_district=wished_district, officer_id=None, co_interviewer_id=None)
        change = change.step(Step.ROUTED, "WISHED", to_district=wished_district)
        return change, [events.routed(change, on=act.today, at=act.at, reason="WISHED")]
    return change, [events.routed(change, on=act.today, at=act.at, reason="OPENED")] if is_new else []


def _intent(act: Act, person: Person, case: Case, wish: Wish, timing: Timing, fields: FieldCipher) -> Intent:
    expected = expected_benefit(person.policy, person.tier, wish.stated_on)
    intent_id = new_id()
    return Intent(
        intent_id=intent_id,
        case_id=case.case_id,
        holder_id=case.holder_id,
        slip_no="",
        status=IntentStatus.PENDING_DECISION if timing is Timing.NEEDS_DECISION else IntentStatus.VALID,
        stated_on=wish.stated_on,
        received_on=act.today,
        channel=wish.channel,
        place_id=wish.place_id,
        district=case.responsible_district,
        tier=person.tier,
        monthly_satang=expected.monthly_satang,
        first_month=expected.first_month,
        last_month=expected.last_month,
        months=expected.months,
        policy_version=person.policy.version,
        form=wish.paper.model_dump(mode="json", exclude=set(NAMES_OF_OTHERS)),
        people_sealed=_sealed_names(wish.paper, fields, intent_id),
        recorded_by=act.by,
    )


def _sealed_names(paper: WishPaper, fields: FieldCipher, intent_id: UUID) -> bytes | None:
    names: dict[str, Any] = paper.model_dump(include=set(NAMES_OF_OTHERS), exclude_none=True)
    if not names:
        return None
    return fields.seal(paper.model_dump_json(include=set(NAMES_OF_OTHERS), exclude_none=True), intent_id.bytes)
