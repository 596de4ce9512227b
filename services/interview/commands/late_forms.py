"""Forms that come late (docs/measure.md 4): one person enters, another approves; the date on the signed form counts."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.commands.state_wish import (
    Entered,
    FoundBy,
    Wish,
    case_for_wish,
    check_alive,
    check_form,
    find_for_wish,
    hold_place,
    store_wish,
)
from services.interview.domain import Case
from services.interview.errors import HolderErased, NotInRegistry
from services.interview.errors.places import FormNotLate, WishStatedBefore
from services.interview.forms.wish import WishPaper
from services.interview.repository import intents, people
from services.interview.repository.intents import Intent
from services.interview.rules.wish_window import Timing, timing_of
from shared import approvals
from shared.approvals import ApprovalStatus, Draft, Proposal
from shared.auth import Level, Reach
from shared.contracts.common import Channel
from shared.crypto import FieldCipher
from shared.db import ReadTx, Tx
from shared.ids import new_id

KIND: Final = "LATE_FORM"
_EVERYWHERE: Final = Reach(Level.COUNTRY, "")
"""For what is about a person whom the caller was found to reach."""


@dataclass(frozen=True, slots=True)
class LateForm:
    """A form that waits for approval, or had its decision; `repeated` when the person's form was entered before."""

    proposal: Proposal
    repeated: bool = False


async def enter_late_form(tx: Tx, act: Act, found_by: FoundBy, value: UUID | str, wish: Wish, reason: str, fields: FieldCipher) -> LateForm:
    """Put a form that is late before the district chief; of who has one waiting already, that one.

    Raises what declare_intent raises, WishStatedBefore, and FormNotLate for one that needs no approval.
    """
    person, case, stands = await find_for_wish(tx, act, found_by, value, wish)
    await _check_no_slip(tx, case, stands=stands)
    day = await hold_place(tx, act, wish)
    check_form(wish)
    timing = timing_of(person.policy, wish.channel, wish.stated_on, act.today)
    if timing is Timing.NEEDS_DECISION or (timing is Timing.IN_TIME and not (day is not None and day.closed)):
        raise FormNotLate(timing=timing, stated_on=wish.stated_on, entered_on=act.today)
    waiting = await _waiting(tx, person.holder_id)
    if waiting is not None:
        return LateForm(waiting, repeated=True)
    form_id = new_id()
    district = wish.wished_district or (case.responsible_district if case else person.subdistrict[:4])
    draft = Draft(
        kind=KIND,
        subject=person.holder_id,
        district=district,
        parameters=_parameters(act, wish),
        reason=reason,
        sealed=fields.seal(wish.paper.model_dump_json(exclude_none=True), form_id.bytes),
    )
    return LateForm(await approvals.propose(tx, draft, by=act.by, at=act.at, proposal_id=form_id))


async def approve_late_form(tx: Tx, act: Act, form_id: UUID, fields: FieldCipher) -> Intent:
    """Another person than who entered it approves: the wish counts from its own date.

    Raises NotFound, AlreadyDecided, DeciderIsProposer, WishStatedBefore, what became of the person meanwhile, and what rules.wish_window raises.
    """
    # The holder's row first, as everywhere: an erasure takes the form away under it.
    holder_id = (await approvals.one(tx, form_id, [KIND], act.caller.reach)).subject
    person = None if holder_id is None else await people.lock_holder(tx, "holder_id", holder_id)
    if person is None:
        raise NotInRegistry.told()
    case = await people.case_of_holder(tx, person.holder_id)
    check_alive(person, case)
    proposal = await approvals.lock(tx, form_id, [KIND], act.caller.reach)
    await approvals.decide(tx, proposal, approved=True, by=act.by, at=act.at, reason="")
    if proposal.sealed is None:
        raise HolderErased(holder_id=person.holder_id)
    wish = _wish(proposal.parameters, WishPaper.model_validate_json(fields.open(proposal.sealed, form_id.bytes)))
    entered_on = date.fromisoformat(proposal.parameters["entered_on"])
    case, stands = await case_for_wish(tx, person, case, wish.stated_on, entered_on)
    await _check_no_slip(tx, case, stands=stands)
    officer_id = proposal.parameters["officer_id"]
    entered = Entered(
        on=entered_on,
        by=proposal.proposed_by,
        officer_id=officer_id and UUID(officer_id),
        approved_by=act.by,
    )
    return (await store_wish(tx, act, person, case, wish, fields, entered)).intent


async def refuse_late_form(tx: Tx, act: Act, form_id: UUID, reason: str) -> Proposal:
    """The form does not count; it stays with the reason. Raises NotFound, AlreadyDecided, DeciderIsProposer."""
    proposal = await approvals.lock(tx, form_id, [KIND], act.caller.reach)
    await approvals.decide(tx, proposal, approved=False, by=act.by, at=act.at, reason=reason)
    return await approvals.one(tx, form_id, [KIND], act.caller.reach)


async def withdraw_late_form(tx: Tx, act: Act, form_id: UUID, reason: str) -> Proposal:
    """Who entered the form takes it back before it is decided; it may be entered anew. Raises NotFound, AlreadyDecided, NotYourProposal."""
    proposal = await approvals.lock(tx, form_id, [KIND], act.caller.reach, own=act.by)
    await approvals.withdraw(tx, proposal, by=act.by, at=act.at, reason=reason)
    return await approvals.one(tx, form_id, [KIND], act.caller.reach, own=act.by)


async def _check_no_slip(tx: Tx, case: Case | None, *, stands: bool) -> None:
    if stands and case is not None:
        intent = await intents.intent_of_case(tx, case.case_id)
        raise WishStatedBefore(intent_id=intent.intent_id, slip_no=intent.slip_no, stated_on=intent.stated_on)


async def _waiting(tx: ReadTx, holder_id: UUID) -> Proposal | None:
    found = await approvals.page(tx, [KIND], _EVERYWHERE, status=ApprovalStatus.PROPOSED, subject=holder_id, limit=1)
    return found[0] if found else None


def _parameters(act: Act, wish: Wish) -> dict[str, Any]:
    officer_id = act.caller.officer_id
    return {
        "channel": wish.channel,
        "stated_on": wish.stated_on.isoformat(),
        "form_version": wish.form_version,
        "entered_on": act.today.isoformat(),
        "place_id": None if wish.place_id is None else str(wish.place_id),
        "wished_district": wish.wished_district,
        "officer_id": None if officer_id is None else str(officer_id),
    }


def _wish(parameters: dict[str, Any], paper: WishPaper) -> Wish:
    place_id = parameters["place_id"]
    return Wish(
        channel=Channel(parameters["channel"]),
        stated_on=date.fromisoformat(parameters["stated_on"]),
        paper=paper,
        form_version=parameters["form_version"],
        place_id=place_id and UUID(place_id),
        wished_district=parameters["wished_district"],
    )
