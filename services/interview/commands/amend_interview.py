"""Putting a recorded interview right: a new revision with its reason; the old ones stay as they were."""

from uuid import UUID

from services.interview.commands.act import Act
from services.interview.commands.check_codes import check_codes
from services.interview.commands.interview_facts import Amendment, Keys
from services.interview.commands.record_interview import Interviewed, Recorded, check_day, check_menu, checked_meeting, read_named, store
from services.interview.commands.state_wish import check_alive
from services.interview.domain import Change, Step
from services.interview.errors.forms import AnswerNotAmended, InterviewSuperseded
from services.interview.forms.interview import InterviewForm
from services.interview.repository import contacts, people
from services.interview.repository.people import PersonWithCase
from shared.db import Tx
from shared.errors import NotFound


async def amend_interview(tx: Tx, act: Act, interview_id: UUID, form: InterviewForm, reason: str, keys: Keys) -> Recorded:
    """Record the next revision of the interview, which must be the last. The person's answer and the case's state stay.

    Raises NotFound, InterviewSuperseded, AnswerNotAmended, CaseNotReady, and what record_interview raises of dates, officers and menu.
    """
    known = await contacts.which_interview(tx, interview_id)
    if known is None:
        raise NotFound
    return await amend(tx, act, await people.lock_case(tx, act.caller.reach, "case_id", known[0]), interview_id, form, reason, keys)


async def amend(tx: Tx, act: Act, found: PersonWithCase, interview_id: UUID, form: InterviewForm, reason: str, keys: Keys) -> Recorded:
    """As `amend_interview`, of a case that is locked."""
    check_alive(found.person, found.case)
    known = await contacts.which_interview(tx, interview_id)
    if known is None or known[0] != found.case.case_id:
        raise NotFound
    last = await contacts.last_interview(tx, found.case.case_id)
    if last["interview_id"] != interview_id:
        raise InterviewSuperseded(
            amended_interview_id=interview_id,
            amended_revision=known[1],
            present_interview_id=last["interview_id"],
            present_revision=last["revision"],
            recorded_by=last["recorded_by"],
            recorded_at=last["recorded_at"],
        )
    if form.wishes.answer != last["answer"]:
        raise AnswerNotAmended(recorded=last["answer"], amended=form.wishes.answer)
    # The wish that was in force then may have been withdrawn and stated anew since.
    check_day(act, form, min(found.case.stated_on or last["interviewed_on"], last["interviewed_on"]))
    named = await read_named(tx, [(found.case, form)])
    meeting = checked_meeting(found.case, form, named)
    check_menu(form, named)
    check_codes(form, named.codes)
    revision = found.case.interviews + 1
    change = Change.of(found.case).step(Step.INTERVIEW_AMENDED, reason, revision=revision, amends=interview_id)
    change = change.put(interviews=revision, interviewed_on=form.visit.interviewed_on)
    return await store(tx, act, Interviewed(meeting, change, form, Amendment(reason, interview_id)), keys)
