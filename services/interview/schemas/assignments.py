"""Whose case it is."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from services.interview.forms.base import Form, Name
from services.interview.rules.co_interview import WhyBank
from services.interview.rules.sharing_cases import Why
from services.interview.schemas.base import AN_OFFICER, CountOut, Out
from shared.contracts.interview import Employer


class AssignmentIn(Form):
    """Who takes the case. A co-interviewer of BAAC or GSB is needed when the officer is of neither."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"officer_id": AN_OFFICER}]})

    officer_id: UUID
    co_interviewer_id: UUID | None = None


class LoadOut(Out):
    """An officer's open cases, before and afterwards."""

    officer_id: UUID
    before: int
    cases: int


class AssignedOut(CountOut):
    """How many cases are given to an officer, and the officers' loads.

    `moved` of them had an officer who left or is another district's; `accompanied` others only get a co-interviewer; for `without_room` nobody
    may have more cases.
    """

    moved: int
    accompanied: int
    without_room: int
    loads: list[LoadOut]


class AssignmentFactsOut(Out):
    """Whose a case is, and why, in figures and in words."""

    case_id: UUID
    officer_id: UUID
    co_interviewer_id: UUID | None
    assigned_at: datetime
    assigned_by: str
    why: Why | None = Field(description="HOUSEHOLD, NEAR, EVEN, NAMED, HANDED_OVER or KEPT. เหตุที่มอบหมาย")
    load: int | None = Field(default=None, description="Open cases of the officer with this one. จำนวนรายรวมรายนี้")
    bank: Employer | None = Field(default=None, description="The bank proposed for the co-interview. ธนาคารที่เสนอให้ร่วมสัมภาษณ์")
    bank_why: WhyBank | None = None
    bank_given: Employer | None = Field(default=None, description="The co-interviewer's bank. ธนาคารของผู้ร่วมสัมภาษณ์")
    explanation_th: str
    explanation_en: str


class PlannedOut(Out):
    """One case as it would be assigned."""

    case_id: UUID
    holder_id: UUID
    officer_id: UUID
    co_interviewer_id: UUID | None
    why: Why
    explanation_th: str
    explanation_en: str


class PreviewOut(AssignedOut):
    """What assigning the district would do now; the sample shows some of the cases, spread over the list."""

    sample: list[PlannedOut]


class HandoverIn(Form):
    """To whom a whole caseload goes, and why: one officer, or (without one) shared among the district's team."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"to_officer_id": AN_OFFICER, "reason": "ลาคลอด"}, {"reason": "ย้ายไปปฏิบัติงานที่อื่น"}]}
    )

    to_officer_id: UUID | None = None
    reason: Name


class HandedOverOut(CountOut):
    """How many cases went to whom; `accompanied` others have another co-interviewer."""

    accompanied: int
    loads: list[LoadOut]


class CountryAssignmentOut(Out):
    """The assignment of the whole country: districts done, cases given out, and the districts that could not be assigned, with the reason."""

    job_id: UUID
    status: str
    districts: int = 0
    cases: int = 0
    without_room: int = 0
    refused: dict[str, str] = Field(default_factory=dict, description="Slug of the refusal by district. เหตุที่มอบหมายไม่ได้ รายอำเภอ")
