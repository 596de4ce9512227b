"""Follow-ups of June, September and between, and who is missing when a round is over."""

from typing import Any, Literal
from uuid import UUID

from services.interview import events
from services.interview.commands.act import Act
from services.interview.commands.ask_notices import ask_about_cases
from services.interview.commands.reaching import acting_officer
from services.interview.commands.state_wish import check_alive
from services.interview.domain import TO_FOLLOW, Case, Change, Step
from services.interview.errors import NotInterviewed
from services.interview.forms.follow_up import FollowUpForm
from services.interview.repository import cases, contacts, people
from services.interview.rules.follow_up_rounds import check_contact, due_day_passed
from shared.auth import require_area
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.interview import FollowUpOverdue, FollowUpRecorded, FollowUpRound
from shared.db import Tx
from shared.ids import new_id


async def record_follow_up(tx: Tx, act: Act, column: Literal["case_id", "holder_id"], value: UUID, form: FollowUpForm) -> tuple[UUID, Case]:
    """Record a contact; returns its id and the case.

    Raises NotFound, HolderDeceased, NotInterviewed, OfficerRequired, NotTheCaseOfficer, Invalid, TooEarly, CaseNotReady.
    """
    found = await people.lock_case(tx, act.caller.reach, column, value)
    check_alive(found.person, found.case)
    case = found.case
    if case.interviewed_on is None:
        raise NotInterviewed(case_id=case.case_id)
    officer_id = acting_officer(case, form.officer_id)
    check_contact(found.policy, form.round, form.contacted_on, act.today)
    change = _followed(Change.of(case), form)
    follow_up_id = new_id()
    await cases.save_changes(tx, [change], by=act.by, at=act.at)
    await contacts.add_follow_up(tx, _row(act, follow_up_id, case, officer_id, form))
    await outbox.add_many(tx, [_event(act, follow_up_id, case, officer_id, form)])
    if form.next_on is not None and form.next_on > act.today:
        await ask_about_cases(tx, [events.contact_notice(case, form.next_on, at=act.at)], act.at)
    return follow_up_id, change.after


async def sweep_follow_ups(tx: Tx, act: Act, district: str, round_: FollowUpRound) -> int:
    """Find whose officers made no contact in the round, once each; returns how many are new. Raises NotFound, Invalid, TooEarly."""
    require_area(act.caller, district)
    due_by = due_day_passed(await people.newest_policy(tx), round_, act.today)
    column = contacts.ROUND_COLUMN[round_]
    missed = await cases.cases_where(
        tx,
        f"""c.responsible_district = $1 AND c.state = ANY($2::text[]) AND c.officer_id IS NOT NULL AND c.interviewed_on IS NOT NULL
            AND c.{column} IS NULL AND NOT EXISTS (SELECT FROM follow_up_overdue o WHERE o.case_id = c.case_id AND o.round = $3)""",
        district,
        list(TO_FOLLOW),
        round_,
    )
    await contacts.add_overdue(tx, round_, [case.case_id for case in missed], due_by=due_by, found_on=act.today)
    overdue = [
        FollowUpOverdue(holder_id=case.holder_id, case_id=case.case_id, round=round_, due_by=due_by, officer_id=case.officer_id)
        for case in missed
    ]
    await outbox.add_many(tx, [Event.of(fact, subject=fact.holder_id, time=act.at, identity=(fact.case_id, round_)) for fact in overdue])
    return len(missed)


def _followed(change: Change, form: FollowUpForm) -> Change:
    change = change.step(Step.FOLLOWED_UP, round=form.round, contacted_on=form.contacted_on, reached=form.reached)
    column = contacts.ROUND_COLUMN.get(form.round)
    if column is not None and getattr(change.after, column) is None:
        change = change.put(**{column: form.contacted_on})
    return change.step_if_possible(Step.SEPTEMBER_DONE) if form.round is FollowUpRound.SEPTEMBER else change


def _row(act: Act, follow_up_id: UUID, case: Case, officer_id: UUID, form: FollowUpForm) -> dict[str, Any]:
    queried = (
        "round",
        "contacted_on",
        "reached",
        "job_status",
        "monthly_income_baht",
        "yearly_income_baht",
        "recommendation",
        "reasonable_cause",
        "next_on",
    )
    return {
        "follow_up_id": follow_up_id,
        "case_id": case.case_id,
        "officer_id": officer_id,
        **{name: getattr(form, name) for name in queried},
        "form_version": form.definition.version,
        "answers": {name: value for name, value in form.answers.items() if name not in {*queried, "officer_id"}},
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
