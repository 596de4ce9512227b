"""Referrals, acceptances and outcomes."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.plan.domain import ReferralStatus, Step
from services.plan.domain.evidence import AnyEvidence, EvidenceFlag
from services.plan.schemas.base import EXAMPLE_ID, In, ProgrammeCode, Text, Words, example_of
from shared.contracts.common import Dimension
from shared.contracts.plan import DeclineReason, Outcome, OverdueLevel, ReferralClock
from shared.http import Problem


class AcceptanceBody(In):
    """The agency took the person in; today where no day is given."""

    model_config = example_of(accepted_on="2018-04-02")

    accepted_on: date | None = Field(default=None, examples=["2018-04-02"])


class OutcomeBody(In):
    """What became of the referral. Whether it is final follows from the outcome; a `final` that contradicts is refused."""

    model_config = example_of(
        outcome="TRAINING_PASSED",
        recorded_on="2018-06-29",
        details={"kind": "TRAINING", "hours": 60, "certificate_no": "ชช. ๑๒๓/๒๕๖๑", "kit": "ชุดเครื่องมือช่างชุมชน", "kit_value_baht": 3500},
    )

    outcome: Outcome = Field(examples=["TRAINING_PASSED"])
    recorded_on: date | None = Field(default=None, examples=["2018-06-29"])
    final: bool | None = None
    evidence: Text | None = Field(default=None, examples=["ใบรับรองเลขที่ ๑๒๓/๒๕๖๑"])
    details: AnyEvidence | None = Field(default=None, description="What shows the outcome, by its kind. หลักฐานของผล")


class AcceptanceLineBody(AcceptanceBody):
    """One line of a bulk acceptance."""

    model_config = example_of(referral_id=EXAMPLE_ID, accepted_on="2018-04-02")

    referral_id: UUID = Field(examples=[EXAMPLE_ID])


class OutcomeLineBody(OutcomeBody):
    """One line of a bulk report of outcomes."""

    model_config = example_of(referral_id=EXAMPLE_ID, outcome="TRAINING_PASSED", recorded_on="2018-06-29")

    referral_id: UUID = Field(examples=[EXAMPLE_ID])


class StepBody(In):
    """Any step that an agency reports; the day is today where it is not given.

    DECLINED needs `reason` (OTHER also `words`), OUTCOME needs `outcome`. A step that was skipped is implied by a later one.
    """

    model_config = example_of(step="DECLINED", on="2018-04-09", reason="NO_SEAT", words="รอบนี้เต็มแล้ว")

    step: Step = Field(examples=["DECLINED"])
    on: date | None = Field(default=None, examples=["2018-04-09"])
    position: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(default=None, description="Place in the agency's line. ลำดับที่รอ")
    reason: DeclineReason | None = Field(default=None, description="Why the person is not taken in. เหตุผลที่ไม่รับ")
    outcome: Outcome | None = None
    final: bool | None = None
    words: Text | None = Field(default=None, description="What the agency said. คำอธิบาย")
    details: AnyEvidence | None = Field(default=None, description="What shows the outcome, by its kind. หลักฐานของผล")


class StepLineBody(StepBody):
    """One line of a bulk report of steps."""

    model_config = example_of(referral_id=EXAMPLE_ID, step="RECEIVED", on="2018-04-03")

    referral_id: UUID = Field(examples=[EXAMPLE_ID])


class PersonalPart(In):
    """What of a report is personal, as an agency seals it on its topic."""

    words: Text | None = None
    details: AnyEvidence | None = None


class ReferralOut(BaseModel):
    """A line on its way through its agency. Who the person is, registry tells those who may know."""

    referral_id: UUID
    plan_id: UUID
    holder_id: UUID
    line_no: int
    programme_code: str
    dimension: Dimension
    agency: str
    programme_version: int
    offering_id: UUID | None
    starts_on: date | None
    attempt: int = Field(description="Which attempt at the line this is, from 1. ครั้งที่ส่งต่อของรายการนี้")
    current: bool = Field(description="False once the line was referred again. เป็นครั้งล่าสุดหรือไม่")
    status: ReferralStatus
    version: int
    referred_on: date
    received_on: date | None
    wait_listed_on: date | None
    wait_position: int | None
    accepted_on: date | None
    declined_on: date | None
    decline_reason: DeclineReason | None
    started_on: date | None
    outcome: Outcome | None
    outcome_final: bool
    outcome_on: date | None
    closed_reason: str | None


class ReferralRowOut(ReferralOut):
    """A referral of a list, with its programme, whose case it is, and what it waits for.

    `due_on` is the last day in time of the next step; `raised_to` the highest level that heard of its being overdue.
    """

    programme_name_th: str
    programme_name_en: str
    goal: str
    home_district: str
    responsible_district: str
    officer_id: UUID | None
    waits_for: ReferralClock | None
    due_on: date | None
    raised_to: OverdueLevel | None


class ReferralDueOut(ReferralRowOut):
    """The same with the first day on which its agency was too late, where it is."""

    overdue_since: date | None = Field(description="Of steps that are the agency's. เกินกำหนดตั้งแต่วันที่")


class ReferralMoveOut(BaseModel):
    """Something that happened to the referral."""

    version: int
    from_status: ReferralStatus | None
    to_status: ReferralStatus
    step: Step | None
    step_on: date | None
    outcome: Outcome | None
    evidence: str | None
    who: str
    at: datetime
    why: str


class ReferralAlarmOut(BaseModel):
    """A reminder (no level), or a level to which a step that was not done rose."""

    clock: ReferralClock
    since: date
    level: OverdueLevel | None
    due_on: date
    raised_on: date


class EvidenceOut(BaseModel):
    """What an outcome was shown by; `version` is that of the referral's history.

    HOURS_NOT_ATTENDED: the sessions at which the person was, where any were told, are shorter than the hours of the evidence.
    """

    version: int
    details: AnyEvidence
    flag: EvidenceFlag | None = Field(default=None, description="What does not agree with it. สิ่งที่ไม่ตรงกับหลักฐาน เช่น ชั่วโมงมากกว่าที่เข้าอบรมจริง")
    recorded_by: str
    recorded_at: datetime


class SessionBody(In):
    """One session of a course, and whether the person was there."""

    on: date = Field(examples=["2018-05-14"])
    session_no: Annotated[int, Field(ge=1, le=10)] = Field(default=1, description="Session of the day. คาบที่ของวัน")
    minutes: Annotated[int, Field(ge=15, le=720)] = Field(examples=[360])
    present: bool = True


class AttendanceBody(In):
    """Sessions of one person; one that was sent before is put right."""

    model_config = example_of(sessions=[{"on": "2018-05-14", "session_no": 1, "minutes": 360, "present": True}])

    sessions: Annotated[list[SessionBody], Field(min_length=1, max_length=200)]


class SessionOut(BaseModel):
    """A session that was recorded."""

    on: date
    session_no: int
    minutes: int
    present: bool


class AttendanceOut(BaseModel):
    """All sessions, and how much of them the person attended."""

    sessions: list[SessionOut]
    minutes_attended: int


class ReferralDetailOut(ReferralDueOut):
    """A referral with its history."""

    history: list[ReferralMoveOut]
    alarms: list[ReferralAlarmOut]
    evidence: list[EvidenceOut]
    attendance: AttendanceOut


class ReferralCountOut(BaseModel):
    """How many referrals of a programme its agency has in one state, and how many of them are overdue today."""

    agency: str = Field(examples=["DSD"])
    programme_code: str = Field(examples=["D2-DSD-TECHNICIAN"])
    status: ReferralStatus
    referrals: int
    overdue: int


class ReferralCountsOut(BaseModel):
    """Counts in reach."""

    on: date
    items: list[ReferralCountOut]


class NextAttemptBody(In):
    """Where a line goes that was declined, was not answered, or has no place. The person must agree."""

    model_config = example_of(programme_code="D2-DSD-SUPPLEMENTARY", reason="รอบนี้เต็ม เปลี่ยนเป็นหลักสูตร 30 ชั่วโมง", holder_agrees=True)

    programme_code: ProgrammeCode
    offering_id: UUID | None = Field(default=None, description="A round of it. รอบของโครงการ")
    starts_on: date | None = Field(default=None, description="The day that was agreed. วันที่ตกลงเริ่ม", examples=["2018-05-14"])
    reason: Words = Field(description="Why it is sent elsewhere. เหตุผลที่ส่งต่อใหม่", examples=["รอบนี้เต็ม เปลี่ยนเป็นหลักสูตร 30 ชั่วโมง"])
    holder_agrees: bool = Field(description="The person agrees. ผู้มีบัตรตกลงแล้ว", examples=[True])
    early_reason: Words | None = Field(
        default=None, description="Why the agency is not waited for while it still has time. เหตุที่ไม่รอหน่วยงานจนครบกำหนด"
    )


class GivingUpBody(In):
    """Why no further attempt is made."""

    model_config = example_of(reason="ไม่มีหน่วยงานใดรับได้ในปีนี้")

    reason: Words = Field(examples=["ไม่มีหน่วยงานใดรับได้ในปีนี้"])


class RaisedOut(BaseModel):
    """How many reminders and overdue steps were raised."""

    raised: int


class BulkLineOut(BaseModel):
    """The answer to one line: the referral as it is now, or the problem."""

    line: int = Field(description="Number of the line, from 1. ลำดับบรรทัด")
    taken: bool
    referral: ReferralOut | None = None
    problem: Problem | None = None


class BulkOut(BaseModel):
    """Answers in the order of the lines; a bad line stops no other."""

    taken: int
    refused: int
    lines: list[BulkLineOut]
