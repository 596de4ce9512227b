"""What reporting's pages take and give."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final, Generic, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.reporting.domain.parameters import AREA
from services.reporting.domain.report_duties import NOT_REPORTED, DueStatus, DutyLevel, ReportKind, ReviewDecision
from services.reporting.queries.answers import Answer
from services.reporting.queries.report_duties import Due
from services.reporting.queries.reports import ReportName
from services.reporting.queries.snapshots import Verification
from services.reporting.queries.view import area_words
from services.reporting.repository import StoredSnapshot
from services.reporting.rules.definitions import definitions, title
from services.reporting.rules.report_calendar import last_day, report_calendar
from shared.http import PageOf
from shared.thai.dates import month_in_thai

REMARKS_MAX: Final = 2000

F = TypeVar("F")


class DefinitionOut(BaseModel):
    """What a figure means. นิยามของตัวเลข."""

    label_th: str
    label_en: str
    numerator_th: str = Field(description="What is counted. สิ่งที่นับ")
    numerator_en: str
    denominator_th: str = Field(description="Of whom. นับจากกลุ่มใด")
    denominator_en: str
    sources: list[str] = Field(description="The events that it stands on. เหตุการณ์ต้นทาง", examples=[["interview.IntentDeclared.v1"]])


class PolicyOut(BaseModel):
    """The policy set under which the figures are read."""

    profile: str = Field(examples=["amended"])
    version: int = Field(examples=[1])


class ReportOut(BaseModel, Generic[F]):
    """A report: what was asked, as of when, what each figure means, and the figures."""

    report: str = Field(examples=["age-income"])
    title_th: str
    title_en: str
    area: str = Field(description="Area code; empty for all. รหัสพื้นที่ (ว่างคือทั้งหมด)", examples=["8101"])
    parameters: dict[str, Any]
    as_of: datetime = Field(description="Business time of the reading. เวลาที่อ่านข้อมูล")
    events_behind: int | None = Field(
        description="How many events are known to wait to be counted; null while it is not known. เหตุการณ์ที่ยังไม่ได้นับ (null คือยังไม่ทราบ)",
        examples=[0],
    )
    policy: PolicyOut | None
    definitions: dict[str, DefinitionOut]
    figures: F

    @classmethod
    def of(cls, answer: Answer, events_behind: int | None) -> Self:
        """The answer with its words."""
        name = title(answer.report)
        words = {figure: DefinitionOut(**asdict(one)) for figure, one in definitions(answer.report).items()}
        content = answer.content()
        return cls(title_th=name.th, title_en=name.en, events_behind=events_behind, definitions=words, **content)


class CaseOut(BaseModel):
    """A person whom a figure counts. บุคคลที่นับในตัวเลข."""

    holder_id: UUID
    district: str | None = Field(description="Which answers for the case. อำเภอที่รับผิดชอบ", examples=["8101"])
    officer_id: UUID | None = Field(description="The account officer. ผู้ดูแล")


class CaseListOut(PageOf[CaseOut]):
    """A page of the persons whom a figure counts, and the figure."""

    report: str = Field(examples=["year"])
    figure: str = Field(examples=["visited"])
    area: str = Field(description="Area code; empty for all. รหัสพื้นที่ (ว่างคือทั้งหมด)", examples=["8101"])
    persons: int = Field(description="How many they are in all: the figure. จำนวนทั้งหมดซึ่งเท่ากับตัวเลข")
    as_of: datetime = Field(description="Business time of the reading. เวลาที่อ่านข้อมูล")
    events_behind: int | None = Field(description="As in the report. เหตุการณ์ที่ยังไม่ได้นับ", examples=[0])


class SnapshotIn(BaseModel):
    """Which report to freeze."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"report": "age-income", "area": "8101", "parameters": {"scale": 1000}, "meeting": "คอต. 3/2561"}]},
    )

    report: ReportName
    area: str | None = Field(
        default=None, pattern=AREA, description="Province (2 digits) or district (4); all that you reach without it. รหัสจังหวัดหรืออำเภอ"
    )
    parameters: dict[str, Any] = Field(default_factory=dict, description="As the report's own query. พารามิเตอร์เช่นเดียวกับหน้ารายงาน")
    meeting: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="What it is frozen for; the same report for the same meeting has editions. การประชุมหรือวาระ ฉบับถัดไปของวาระเดียวกันนับเป็นฉบับแก้ไข",
        examples=["คอต. 3/2561"],
    )


class SnapshotOut(BaseModel):
    """A frozen report, without its content."""

    seq: int = Field(description="Its number in the chain. ลำดับในสายโซ่")
    snapshot_id: UUID
    report: str
    area: str
    as_of: datetime
    content_hash: str = Field(description="SHA-256 of the canonical JSON. ค่าแฮชของเนื้อหา", min_length=64, max_length=64)
    prev_hash: str = Field(description="Hash of the snapshot before; empty for the first. ค่าแฮชของฉบับก่อนหน้า")
    taken_by: str
    signature: str | None = Field(
        description="Detached JWS (RFC 7797) over the canonical JSON, by a key of `/.well-known/jwks.json`. ลายมือชื่อดิจิทัล"
    )
    edition: int = Field(description="Counts those of the same report for the same meeting. ฉบับที่", examples=[1])
    officer_id: UUID | None = Field(description="Set where it is one account officer's report. ผู้ดูแลเจ้าของรายงาน")

    @classmethod
    def of(cls, stored: StoredSnapshot, as_of: datetime) -> Self:
        """From the stored one."""
        return cls(as_of=as_of, **{name: getattr(stored, name) for name in cls.model_fields if name != "as_of"})


class SnapshotDetailOut(SnapshotOut):
    """A frozen report; `canonical` is the very text that the hash is of."""

    content: dict[str, Any]
    canonical: str


class IntegrityOut(BaseModel):
    """Whether the stored text is what was stored."""

    content_intact: bool = Field(description="The content has the hash that it was stored with. เนื้อหาตรงกับแฮช")
    signature_good: bool | None = Field(description="Signed by us; null for one from before there were signatures. ลายมือชื่อถูกต้อง")
    chain_intact: bool = Field(description="Every snapshot up to the one after it follows the one before. สายโซ่ครบถ้วน")
    broken_at: int | None = Field(description="Number of the first broken snapshot. ลำดับแรกที่ผิด")


class AgreementOut(BaseModel):
    """Whether the report would say the same today."""

    figures_agree: bool = Field(description="Today's facts give the same figures. ตัวเลขวันนี้ยังตรงกัน")
    changed: list[str] = Field(description="Paths of the figures that differ now. ตัวเลขที่ต่างไป", examples=[["rows.0.persons"]])
    events_behind: int | None


class VerificationOut(BaseModel):
    """Two facts apart: integrity of the stored text, and agreement with today's facts."""

    snapshot_id: UUID
    integrity: IntegrityOut
    agreement: AgreementOut

    @classmethod
    def of(cls, found: Verification, events_behind: int | None) -> Self:
        """From what was found."""
        return cls(
            snapshot_id=found.snapshot_id,
            integrity=IntegrityOut(
                content_intact=found.content_intact,
                signature_good=found.signature_good,
                chain_intact=found.chain_intact,
                broken_at=found.broken_at,
            ),
            agreement=AgreementOut(figures_agree=found.figures_agree, changed=list(found.changed), events_behind=events_behind),
        )


class RederivationOut(BaseModel):
    """A snapshot derived again from the events up to its position: how far that is, and what came of it."""

    rederivation_id: UUID
    snapshot_id: UUID
    status: str = Field(description="QUEUED, RUNNING, DONE or FAILED. สถานะของงาน", examples=["RUNNING"])
    offsets: int = Field(description="How much of the topics is behind it. อ่านเหตุการณ์แล้ว")
    offsets_in_all: int = Field(description="How much there is up to the position. จากทั้งหมด")
    outcome: str | None = Field(
        description="AGREES, DIFFERS, or EVENTS_GONE where topics no longer hold what was read of them; null until it has ended. ผลการตรวจ",
        examples=["AGREES"],
    )
    differences: list[str] = Field(description="Paths of figures that differ. ตัวเลขที่ต่างไป", examples=[["rows.0.persons"]])
    gone: list[dict[str, Any]] = Field(description="Topics that no longer hold the events, and why. เหตุการณ์ที่ไม่มีอยู่แล้ว")
    asked_by: str


class WordsOut(BaseModel):
    """Words in both languages."""

    th: str
    en: str


class DueOut(BaseModel):
    """A report that is due, and where it stands."""

    due_id: UUID
    kind: ReportKind
    title: WordsOut
    period: str = Field(description="The month that it is about. เดือนของรายงาน", examples=["2018-06"])
    period_th: str = Field(examples=["มิถุนายน 2561"])
    level: DutyLevel
    area: str = Field(description="Area code; empty for the country. รหัสพื้นที่", examples=["8101"])
    area_th: str
    area_en: str
    officer_id: UUID | None
    holder: WordsOut = Field(description="Who owes it. ผู้มีหน้าที่รายงาน")
    receiver: WordsOut = Field(description="Who acknowledges it or returns it. ผู้รับรายงาน")
    report: str = Field(description="Which report is frozen. รายงานที่บันทึก", examples=["follow-ups"])
    due_on: date = Field(description="Last day. วันครบกำหนด")
    status: DueStatus
    overdue: bool = Field(description="It has not come, and its day has passed. เกินกำหนด")
    version: int

    @classmethod
    def told(cls, due: Due, today: date) -> dict[str, Any]:
        """The fields of a due report, with its words."""
        calendar = report_calendar()
        kind, chain = calendar.kinds[ReportKind(due.kind)], calendar.levels[DutyLevel(due.level)]
        area_th, area_en = ("ทั้งประเทศ", "The whole country") if not due.area else area_words(due.area)
        return {
            **asdict(due),
            "title": asdict(kind.title),
            "period_th": month_in_thai(last_day(due.period)),
            "area_th": area_th,
            "area_en": area_en,
            "holder": asdict(chain.holder),
            "receiver": asdict(chain.receiver),
            "report": kind.report,
            "overdue": due.status in NOT_REPORTED and due.due_on < today,
        }


class SubmissionOut(BaseModel):
    """A submission and what was said of it."""

    submission_id: UUID
    number: int
    snapshot_id: UUID
    edition: int
    content_hash: str
    submitted_by: str
    submitted_at: datetime
    late: bool
    remarks: str
    decision: ReviewDecision | None
    reviewed_by: str | None
    reviewed_at: datetime | None
    review_remarks: str | None


class ReminderOut(BaseModel):
    """A reminder that was told; before the due day `days` are negative."""

    days: int
    told_on: date


class DueDetailOut(DueOut):
    """A due report with its history."""

    submissions: list[SubmissionOut]
    reminders: list[ReminderOut]


class SubmissionIn(BaseModel):
    """What is said beside the figures, which are frozen as they read now."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"remarks": "รวมผลของทีมเคลื่อนที่"}]})

    remarks: str = Field(default="", max_length=REMARKS_MAX, description="Nothing personal. หมายเหตุ (ห้ามมีข้อมูลส่วนบุคคล)")


class ReviewIn(BaseModel):
    """Whether the submission is acknowledged, or returned and why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"decision": "RETURNED", "remarks": "ขาดผลของตำบลกระบี่ใหญ่"}]})

    decision: ReviewDecision
    remarks: str = Field(
        default="", max_length=REMARKS_MAX, description="Needed when it is returned; nothing personal. เหตุผล จำเป็นเมื่อส่งคืน (ห้ามมีข้อมูลส่วนบุคคล)"
    )


class DueProgressOut(BaseModel):
    """How many reports of a kind, period and level have come."""

    kind: ReportKind
    period: str = Field(examples=["2018-06"])
    level: DutyLevel
    due_on: date
    due: int
    open: int
    submitted: int
    returned: int
    acknowledged: int
    overdue: int


class DutyOut(BaseModel):
    """One line of the calendar."""

    kind: ReportKind
    title: WordsOut
    mark: str = Field(description="S: the circular says so; R: our choice. ที่มา", examples=["S"])
    source: str
    period: str = Field(examples=["2018-06"])
    level: DutyLevel
    holder: WordsOut
    receiver: WordsOut
    report: str = Field(examples=["follow-ups"])
    opens_on: date
    due_on: date
