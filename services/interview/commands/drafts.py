"""Interviews that are not complete yet: saved from any device, gone on with, completed or ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson

from services.interview.commands.act import Act
from services.interview.commands.amend_interview import amend
from services.interview.commands.interview_facts import Keys
from services.interview.commands.record_interview import Recorded, record
from services.interview.commands.state_wish import check_alive
from services.interview.domain import TAKES_DRAFT, Case
from services.interview.errors import CaseNotReady
from services.interview.errors.forms import DraftChanged, DraftEnded
from services.interview.forms.definition import catalogue, tidy
from services.interview.forms.interview import InterviewForm
from services.interview.repository import contacts, drafts, people
from services.interview.repository.drafts import Draft
from shared.audit import Caller, Entry, append
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.errors import FieldProblem, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft that was read: what was answered so far, and what a complete interview still lacks."""

    draft: Draft
    answers: dict[str, Any]
    problems: tuple[FieldProblem, ...]


@dataclass(frozen=True, slots=True)
class Completion:
    """How a draft becomes an interview: the version that was looked at; of a recorded one, which it puts right and why."""

    version: int
    amends: UUID | None = None
    reason: str = ""


async def save(
    tx: Tx,
    act: Act,
    case_id: UUID,
    answers: Mapping[str, Any],
    seen: int | None,
    form_version: str | None,
    days_max: int,
    fields: FieldCipher,
) -> Draft:
    """Save the answers in the place of those before. `seen` is the version that the caller goes on with, None for a new draft.

    Raises NotFound, HolderDeceased, CaseNotReady, DraftChanged, DraftEnded, Invalid naming what is not of the form.
    """
    tidied = tidy(dict(answers))
    definition = InterviewForm.definition_for(tidied, form_version, act.today)
    definition.check_shape(tidied, under="answers")
    case = await _case_for_draft(tx, act, case_id)
    before = await drafts.draft_of_case(tx, case_id)
    is_open = before is not None and before.is_open(act.today)
    if before is not None and seen is not None:
        _check_version(before, seen, act)
    elif is_open or seen is not None:
        raise DraftChanged(**_facts(before), your_version=seen)
    draft = Draft(
        case_id=case.case_id,
        version=(before.version if before else 0) + 1,
        form_version=definition.version,
        content=fields.seal(orjson.dumps(tidied).decode(), _context(case_id)),
        saved_at=act.at,
        saved_by=act.by,
        expires_on=act.today + timedelta(days=days_max),
        ended_at=None,
        end_reason=None,
    )
    await drafts.save_draft(tx, draft)
    return draft


async def read(tx: Tx, act: Act, case_id: UUID, reader: Caller, fields: FieldCipher) -> Opened | None:
    """The draft of a case within reach, with a row of the audit, for it may hold health and debts. Raises DraftEnded."""
    try:
        found = await people.lock_case(tx, act.caller.reach, "case_id", case_id)
    except NotFound:
        await append(tx, reader, [Entry("READ", None, ("draft",), detail=f"case {case_id}")])
        return None
    draft = await drafts.draft_of_case(tx, case_id)
    await append(tx, reader, [Entry("READ", found.person.holder_id, ("draft",), detail=f"case {case_id}")])
    if draft is None:
        return None
    return Opened(draft, *_answers_and_problems(draft, fields)) if draft.is_open(act.today) else Opened(draft, {}, ())


async def discard(tx: Tx, act: Act, case_id: UUID, seen: int) -> Draft:
    """End the draft, if it is the version that was looked at; returns it as it is then. Raises NotFound, DraftChanged, DraftEnded."""
    await people.lock_case(tx, act.caller.reach, "case_id", case_id)
    _check_version(await _known(tx, case_id), seen, act)
    await drafts.end_draft(tx, case_id, drafts.DISCARDED, act.at)
    return await _known(tx, case_id)


async def complete(tx: Tx, act: Act, case_id: UUID, how: Completion, keys: Keys) -> Recorded:
    """Record the draft as the case's interview, or as the next revision of one.

    Raises NotFound, DraftChanged, DraftEnded, Invalid naming every field that is missing or wrong, and what record_interview
    and amend_interview raise.
    """
    found = await people.lock_case(tx, act.caller.reach, "case_id", case_id)
    check_alive(found.person, found.case)
    draft = await _known(tx, case_id)
    if draft.end_reason == drafts.COMPLETED and found.case.interviews:
        # Another was first: they see what was recorded, and can put it right.
        last = await contacts.last_interview(tx, case_id)
        raise ended(draft, your_version=how.version, present_revision=last["revision"], interview_id=last["interview_id"])
    _check_version(draft, how.version, act)
    form = InterviewForm.filled_in(_opened(draft, keys.fields), draft.form_version)
    if how.amends is None:
        recorded = await record(tx, act, found, form, keys)
    else:
        recorded = await amend(tx, act, found, how.amends, form, how.reason, keys)
    await drafts.end_draft(tx, case_id, drafts.COMPLETED, act.at)
    return recorded


def ended(draft: Draft, **more: Any) -> DraftEnded:
    """What is said of a draft that is no more."""
    return DraftEnded(
        f"The draft ended: {draft.why_ended}; begin a new one if the case still takes one",
        f"แบบร่างสิ้นสุดแล้ว ({draft.why_ended}) หากรายนี้ยังสัมภาษณ์ได้ให้เริ่มแบบร่างใหม่",
        **_facts(draft),
        reason=draft.why_ended,
        ended_at=draft.ended_at,
        **more,
    )


async def _case_for_draft(tx: Tx, act: Act, case_id: UUID) -> Case:
    found = await people.lock_case(tx, act.caller.reach, "case_id", case_id)
    check_alive(found.person, found.case)
    if found.case.state not in TAKES_DRAFT:
        raise CaseNotReady(case_id=case_id, state=found.case.state, step="DRAFT", allowed=sorted(TAKES_DRAFT))
    return found.case


async def _known(tx: Tx, case_id: UUID) -> Draft:
    draft = await drafts.draft_of_case(tx, case_id)
    if draft is None:
        raise NotFound
    return draft


def _check_version(draft: Draft, seen: int, act: Act) -> None:
    if not draft.is_open(act.today):
        raise ended(draft)
    if draft.version != seen:
        raise DraftChanged(**_facts(draft), your_version=seen)


def _facts(draft: Draft | None) -> dict[str, Any]:
    if draft is None:
        return {"present_version": None}
    return {"case_id": draft.case_id, "present_version": draft.version, "saved_at": draft.saved_at, "saved_by": draft.saved_by}


def _context(case_id: UUID) -> bytes:
    """A sealed draft opens only as that of its case."""
    return case_id.bytes + b"draft"


def _opened(draft: Draft, fields: FieldCipher) -> dict[str, Any]:
    if draft.content is None:
        raise ended(draft)
    answers: dict[str, Any] = orjson.loads(fields.open(draft.content, _context(draft.case_id)))
    return answers


def _answers_and_problems(draft: Draft, fields: FieldCipher) -> tuple[dict[str, Any], tuple[FieldProblem, ...]]:
    answers = _opened(draft, fields)
    try:
        catalogue().get(InterviewForm.form_code, draft.form_version).check(answers)
    except Invalid as error:
        return answers, error.problems
    return answers, ()
