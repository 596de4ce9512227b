"""What reporting's pages take and give."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.reporting.domain.parameters import AREA
from services.reporting.queries.answers import Answer
from services.reporting.queries.reports import ReportName
from services.reporting.queries.snapshots import Verification
from services.reporting.repository import StoredSnapshot
from services.reporting.rules.definitions import definitions, title
from shared.http import PageOf

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
        extra="forbid", json_schema_extra={"examples": [{"report": "age-income", "area": "8101", "parameters": {"scale": 1000}}]}
    )

    report: ReportName
    area: str | None = Field(
        default=None, pattern=AREA, description="Province (2 digits) or district (4); all that you reach without it. รหัสจังหวัดหรืออำเภอ"
    )
    parameters: dict[str, Any] = Field(default_factory=dict, description="As the report's own query. พารามิเตอร์เช่นเดียวกับหน้ารายงาน")


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
            integrity=IntegrityOut(content_intact=found.content_intact, chain_intact=found.chain_intact, broken_at=found.broken_at),
            agreement=AgreementOut(figures_agree=found.figures_agree, changed=list(found.changed), events_behind=events_behind),
        )
