"""Contacts after the interview."""

from datetime import date
from typing import Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field

from services.interview.domain import State
from services.interview.forms.base import Form
from services.interview.forms.follow_up import FollowUpForm
from services.interview.rules.income_band import IncomeBand, income_band
from services.interview.rules.plan_lines import LineStatus
from services.interview.schemas.base import A_CASE, CaseRef, Out
from services.interview.schemas.cases import CaseOut
from services.interview.schemas.defined import FormRequest, shown
from shared.contracts.interview import FollowUpRound, JobStatus, Recommendation

_CONTACT = {
    "round": "JUNE",
    "contacted_on": "2018-06-12",
    "method": "TELEPHONE",
    "reached": True,
    "job_status": "SELF_EMPLOYED",
    "monthly_income_baht": 3200,
    "recommendation": "CONTINUE",
}


class FollowUpIn(CaseRef, FormRequest):
    """A follow-up."""

    model_config = ConfigDict(extra="allow", json_schema_extra=shown("follow_up", {"case_id": A_CASE}, _CONTACT))

    def form(self) -> FollowUpForm:
        """The form. Raises Invalid with every rule of its definition that is broken."""
        return FollowUpForm.filled_in(self.answers, self.form_version)


class SweepIn(Form):
    """Which round is over."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"round": "JUNE"}]})

    round: FollowUpRound


class FoundLineOut(Out):
    """A line of the plan as the officer found it, beside what plan and the agency say."""

    line_no: int
    programme_code: str
    status: LineStatus
    agency_outcome: str
    by_plan: LineStatus
    differs: bool = Field(description="The officer found otherwise than the agency says. ไม่ตรงกับที่หน่วยงานรายงาน")


class FollowUpRecordedOut(Out):
    """What was recorded, where the case stands now, the plan's lines, and the income's band at the interview and now."""

    follow_up_id: UUID
    case_id: UUID
    state: State
    plan_lines: list[FoundLineOut]
    band_at_interview: IncomeBand | None
    band_now: IncomeBand | None


class FollowUpOut(Out):
    """A follow-up."""

    follow_up_id: UUID
    case_id: UUID
    holder_id: UUID
    round: FollowUpRound
    contacted_on: date
    reached: bool
    officer_id: UUID
    job_status: JobStatus | None
    monthly_income_baht: int | None
    yearly_income_baht: int | None
    recommendation: Recommendation | None
    reasonable_cause: bool | None
    next_on: date | None
    form_version: str
    answers: dict[str, Any]
    income_band: IncomeBand | None = Field(description="Of the yearly income, or of 12 times the monthly one. ช่วงรายได้ต่อปี")

    @classmethod
    def of_row(cls, row: Any) -> Self:
        """From a stored follow-up."""
        band = income_band(row["contacted_on"], row["yearly_income_baht"], row["monthly_income_baht"])
        return cls.model_validate({**dict(row), "income_band": band})


class KnownLineOut(Out):
    """A line of the agreed plan as plan and the agency told: what a follow-up is filled in with."""

    line_no: int
    programme_code: str
    agency: str
    status: LineStatus
    agency_outcome: str | None
    since: date | None


class FollowUpDueOut(CaseOut):
    """A case whose officer is to make a contact."""

    round: FollowUpRound
    opens_on: date | None = Field(description="Contacts count from this day; null for one that was agreed on. เริ่มนับตั้งแต่")
    due_by: date = Field(description="Last day of the round, or the day agreed on. วันครบกำหนด")
    overdue: bool
    risen: bool = Field(description="The due day passed and FollowUpOverdue was told. แจ้งว่าเกินกำหนดแล้ว")
    last_contact_on: date | None
    last_reached: bool | None
    next_on: date | None
    plan_lines: list[KnownLineOut]


class FollowUpCountOut(Out):
    """How far the rounds of an officer or an area are. An officer reports at least twice of each: June and September."""

    group: str = Field(description="Officer id (empty: no officer) or area code. รหัสผู้ดูแลหรือรหัสพื้นที่", examples=["8101"])
    cases: int
    june_expected: int = Field(description="Interviewed by the round's due day. ต้องติดตามรอบมิถุนายน")
    june_reported: int
    june_missing: int
    june_overdue: int
    september_expected: int
    september_reported: int
    september_missing: int
    september_overdue: int
    reported_twice: int = Field(description="Reported in both rounds. รายงานครบสองรอบ")


class QuestionOut(Out):
    """A question of a scale; the ends of the scale are told in words."""

    name: str
    min: int
    max: int
    th: str
    en: str
    min_th: str
    max_th: str
    min_en: str
    max_en: str


class ScaleOut(Out):
    """A scale of quality of life: where it is from and under which licence it is carried."""

    scale: str
    source: str
    licence: str
    questions: list[QuestionOut]


class ScalesOut(Out):
    """Every scale that a follow-up may be answered on."""

    items: list[ScaleOut]
