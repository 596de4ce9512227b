"""Follow-ups of June, September and between, and who is missing when a round is over."""

from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from services.interview import events
from services.interview.commands.act import Act
from services.interview.commands.ask_notices import ask_about_cases
from services.interview.commands.reaching import acting_officer
from services.interview.commands.state_wish import check_alive
from services.interview.domain import Case, Change, Step
from services.interview.errors import NotInterviewed
from services.interview.forms.follow_up import FollowUpForm
from services.interview.repository import cases, contacts, follow_ups, people
from services.interview.rules.follow_up_rounds import check_contact, due_day_passed
from services.interview.rules.income_band import IncomeBand, income_band
from services.interview.rules.plan_lines import found_lines
from services.interview.rules.policy import Policy
from services.interview.rules.quality_of_life import OWN_VIEW
from shared.auth import require_area
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.interview import FollowUpOverdue, FollowUpRecorded, FollowUpRound
from shared.db import Tx
from shared.ids import new_id

CASES_AT_ONCE_MAX: Final = 2000


@dataclass(frozen=True, slots=True)
class Contacted:
    """A contact that was recorded: the case after it, the plan's lines, and the income's band at the interview and now."""

    follow_up_id: UUID
    case: Case
    plan_lines: list[dict[str, Any]]
    band_at_interview: IncomeBand | None
    band_now: IncomeBand | None


async def record_follow_up(tx: Tx, act: Act, column: Literal["case_id", "holder_id"], value: UUID, form: FollowUpForm) -> Contacted:
    """Record a contact.

    Raises NotFound, HolderDeceased, NotInterviewed, OfficerRequired, NotTheCaseOfficer, Invalid (also for a line that the plan has
    not), TooEarly, CaseNotReady.
    """
    found = await people.lock_case(tx, act.caller.reach, column, value)
    check_alive(found.person, found.case)
    case = found.case
    if case.interviewed_on is None:
        raise NotInterviewed(case_id=case.case_id)
    officer_id = acting_officer(case, form.officer_id)
    check_contact(found.policy, form.round, form.contacted_on, act.today)
    known = (await follow_ups.known_lines_of(tx, [case.holder_id], act.today))[case.holder_id]
    lines = found_lines(known, [(line.line_no, line.status, line.agency_outcome) for line in form.plan_lines])
    change = _followed(Change.of(case), form)
    follow_up_id = new_id()
    await cases.save_changes(tx, [change], by=act.by, at=act.at)
    await contacts.add_follow_up(tx, _row(act, follow_up_id, case, officer_id, form, lines))
    await outbox.add_many(tx, [_event(act, follow_up_id, case, officer_id, form)])
    if form.next_on is not None and form.next_on > act.today:
        await ask_about_cases(tx, [events.contact_notice(case, form.next_on, at=act.at)], act.at)
    band_then = income_band(case.interviewed_on, await follow_ups.income_at_interview(tx, case.case_id))
    band_now = income_band(form.contacted_on, form.yearly_income_baht, form.monthly_income_baht)
    return Contacted(follow_up_id, change.after, lines, band_then, band_now)


async def sweep_follow_ups(tx: Tx, act: Act, district: str, round_: FollowUpRound) -> int:
    """Find for whom no contact was made in the round, once each; returns how many are new. Raises NotFound, Invalid, TooEarly."""
    require_area(act.caller, district)
    policy = await people.newest_policy(tx)
    swept, after = 0, None
    while found := await sweep_some(tx, after, act, policy, round_, district):
        swept, after = swept + len(found), found[-1].holder_id
    return swept


async def sweep_some(
    tx: Tx, after: UUID | None, act: Act, policy: Policy, round_: FollowUpRound, district: str | None = None
) -> list[Case]:
    """Find the next ones (by holder), of a district or of all, CASES_AT_ONCE_MAX at most; returns them. Raises Invalid, TooEarly."""
    due_by = due_day_passed(policy, round_, act.today)
    missed = await follow_ups.not_contacted(tx, round_, due_by, district, after, CASES_AT_ONCE_MAX)
    if not missed:
        return []
    await follow_ups.add_overdue(tx, round_, [case.case_id for case in missed], due_by=due_by, found_on=act.today)
    overdue = [
        FollowUpOverdue(holder_id=case.holder_id, case_id=case.case_id, round=round_, due_by=due_by, officer_id=case.officer_id)
        for case in missed
    ]
    await outbox.add_many(tx, [Event.of(fact, subject=fact.holder_id, time=act.at, identity=(fact.case_id, round_)) for fact in overdue])
    return missed


def _followed(change: Change, form: FollowUpForm) -> Change:
    change = change.step(Step.FOLLOWED_UP, round=form.round, contacted_on=form.contacted_on, reached=form.reached)
    column = contacts.ROUND_COLUMN.get(form.round)
    if column is not None and getattr(change.after, column) is None:
        change = change.put(**{column: form.contacted_on})
    return change.step_if_possible(Step.SEPTEMBER_DONE) if form.round is FollowUpRound.SEPTEMBER else change


def _answers(form: FollowUpForm, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The rest of the form: the plan's lines as known and as found, and the name of the scale beside the answer on it."""
    scale = {"quality_of_life_scale": OWN_VIEW} if form.quality_of_life is not None else {}
    rest = {name: value for name, value in form.answers.items() if name not in {*FollowUpForm.columns, "officer_id"}}
    return {**rest, "plan_lines": lines, **scale}


def _row(act: Act, follow_up_id: UUID, case: Case, officer_id: UUID, form: FollowUpForm, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "follow_up_id": follow_up_id,
        "case_id": case.case_id,
        "officer_id": officer_id,
        **{name: getattr(form, name) for name in FollowUpForm.columns},
        "form_version": form.definition.version,
        "answers": _answers(form, lines),
        "recorded_at": act.at,
        "recorded_by": act.by,
    }


def _event(act: Act, follow_up_id: UUID, case: Case, officer_id: UUID, form: FollowUpForm) -> Event:
    fact = FollowUpRecorded(
        holder_id=case.holder_id,
        case_id=case.case_id,
        follow_up_id=follow_up_id,
        round=form.round,
        contacted_on=form.contacted_on,
        reached=form.reached,
        officer_id=officer_id,
        job_status=form.job_status,
        monthly_income_baht=form.monthly_income_baht,
        yearly_income_baht=form.yearly_income_baht,
        recommendation=form.recommendation,
        reasonable_cause=form.reasonable_cause,
    )
    return Event.of(fact, subject=case.holder_id, time=act.at, identity=(follow_up_id,))
