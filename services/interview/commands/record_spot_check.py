"""Who carries a spot check out, and what it found: by anybody but who interviewed, shown on the case, followed by a revision where the answers differ."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.commands.state_wish import check_alive
from services.interview.domain import Case, Change, Step
from services.interview.errors import OfficerOfAnotherDistrict, UnknownOfficer
from services.interview.errors.spot_checks import CheckLapsed, CheckSettled, OwnCase, OwnInterview
from services.interview.forms.spot_check import SpotCheckForm
from services.interview.repository import cases, people, spot_checks, staff
from services.interview.repository.people import PersonWithCase
from services.interview.repository.spot_checks import Check
from services.interview.rules.spot_checks import CheckResult
from shared.audit import Caller, Entry, append
from shared.auth import Reach, require_area
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Checked:
    """The result that was recorded, and whether a revision of the interview is to be made."""

    check_id: UUID
    result_no: int
    result: CheckResult
    interview_id: UUID
    case_id: UUID
    revision_due: bool


async def give_spot_check(tx: Tx, act: Act, check_id: UUID, officer_id: UUID) -> None:
    """Let an officer of the district carry the check out; they alone of all officers see it. Given again it is the other's.

    Raises NotFound, HolderDeceased, CheckSettled, CheckLapsed, UnknownOfficer, OfficerOfAnotherDistrict, OwnInterview, OwnCase.
    """
    found, check = await _open(tx, act.caller.reach, check_id)
    require_area(act.caller, check.district)
    officer = (await staff.staying_officers(tx, [officer_id])).get(officer_id)
    if officer is None:
        raise UnknownOfficer(officer_id=officer_id)
    if officer.district != check.district:
        raise OfficerOfAnotherDistrict(officer_district=officer.district, responsible_district=check.district)
    await _check_is_of_another(tx, found.case, check, {officer_id})
    given = {"assignment_no": check.given + 1, "checker_id": officer_id, "assigned_at": act.at, "assigned_by": act.by}
    await spot_checks.give(tx, {"check_id": check_id, **given})


async def record_spot_check(tx: Tx, act: Act, check_id: UUID, form: SpotCheckForm, fields: FieldCipher) -> Checked:
    """Record the result of a check. Who was not met may be tried again.

    Raises NotFound, HolderDeceased, CheckSettled, CheckLapsed, OwnInterview, OwnCase, UnknownOfficer, Invalid for a day that cannot be.
    """
    found, check = await _open(tx, act.caller.reach, check_id)
    if not check.interviewed_on <= form.checked_on <= act.today:
        allowed = f"{check.interviewed_on}..{act.today}"
        raise Invalid.field("checked_on", "date_range", "is before the interview or in the future", "ก่อนการสัมภาษณ์หรือยังไม่มาถึง", allowed)
    await _check_is_of_another(tx, found.case, check, {form.officer_id, act.caller.officer_id} - {None}, recorded_by=act.by)
    if form.officer_id is not None and form.officer_id not in await staff.active_officers(tx, [form.officer_id]):
        raise UnknownOfficer(officer_id=form.officer_id)
    return await _store(tx, act, found.case, check, form, fields)


async def _open(tx: Tx, reach: Reach, check_id: UUID) -> tuple[PersonWithCase, Check]:
    """The check in reach, while there is something to check, with its case locked."""
    case_id = await spot_checks.case_of_check(tx, reach, check_id)
    if case_id is None:
        raise NotFound
    found = await people.lock_case(tx, Reach.country(), "case_id", case_id)
    check = await spot_checks.check(tx, check_id)
    if check.last_result not in {None, CheckResult.NOT_MET}:
        raise CheckSettled(check_id=check_id, result=check.last_result)
    if found.case.responsible_district != check.district or not found.case.is_open:
        raise CheckLapsed(check_id=check_id, state=found.case.state, responsible_district=found.case.responsible_district)
    check_alive(found.person, found.case)
    return found, check


async def _check_is_of_another(
    tx: Tx, case: Case, check: Check, checkers: AbstractSet[UUID | None], *, recorded_by: str | None = None
) -> None:
    """Neither who goes nor who records may have had a part in the interview, or look after the case."""
    officers, recorders = await spot_checks.who_interviewed(tx, check.case_id)
    own = checkers & officers
    if own or recorded_by in recorders:
        officer_id = next(iter(own), None)
        raise OwnInterview(check_id=check.check_id, interview_id=check.interview_id, officer_id=officer_id, recorded_by=recorded_by)
    if theirs := checkers & {case.officer_id, case.co_interviewer_id}:
        raise OwnCase(check_id=check.check_id, case_id=case.case_id, officer_id=next(iter(theirs)))


async def _store(tx: Tx, act: Act, case: Case, check: Check, form: SpotCheckForm, fields: FieldCipher) -> Checked:
    number, result = check.results + 1, form.result
    change = Change.of(case).step(Step.SPOT_CHECKED, check_id=check.check_id, interview_id=check.interview_id, result=result)
    await cases.save_changes(tx, [change], by=act.by, at=act.at)
    readable, sealed = form.definition.parts(form.answers)
    remarks = sealed.get("remarks", {}).get("remarks", "")
    await spot_checks.add_result(
        tx,
        {
            "check_id": check.check_id,
            "result_no": number,
            "result": result,
            "checked_on": form.checked_on,
            "checker_id": form.officer_id or act.caller.officer_id,
            "interviews": case.interviews,
            "form_version": form.definition.version,
            "answers": readable,
            "remarks_sealed": fields.seal(remarks, _context(check.check_id, number)) if remarks else None,
            "recorded_at": act.at,
            "recorded_by": act.by,
        },
    )
    return Checked(check.check_id, number, result, check.interview_id, case.case_id, revision_due=result is CheckResult.DIFFERS)


async def read_remarks(tx: Tx, reach: Reach, check_id: UUID, reader: Caller, fields: FieldCipher) -> str | None:
    """The remarks of a check's last result, with a row of the audit; None out of reach or without any, which is in the audit too."""
    row = await spot_checks.sealed_remarks(tx, reach, check_id)
    holder_id = None if row is None else row["holder_id"]
    await append(tx, reader, [Entry("READ", holder_id, ("remarks",), detail=f"spot check {check_id}")])
    return None if row is None else fields.open(row["remarks_sealed"], _context(check_id, row["result_no"]))


def _context(check_id: UUID, result_no: int) -> bytes:
    """Remarks open only in their own row."""
    return check_id.bytes + result_no.to_bytes(4) + b"remarks"
