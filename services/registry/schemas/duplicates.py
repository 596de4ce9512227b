"""Pairs of holders who may be one person, and merges."""

from datetime import datetime
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from services.registry.commands.duplicates import Decision, PairKind
from services.registry.rules.duplicates import Reason
from services.registry.schemas.card_holders import HolderOut
from services.registry.schemas.fields import Text
from services.registry.schemas.proposals import ProposalOut
from shared.jobs import JobState

_REASON_CHARACTERS_MAX: Final = 200
_PAIR: JsonDict = {
    "pair_id": "5b1d1f0e-52a1-5d3c-9f0a-2c61a51e0777",
    "kind": "TWO_IDS",
    "first_id": "5b1d1f0e-52a1-5d3c-9f0a-2c61a51e0001",
    "second_id": "5b1d1f0e-52a1-5d3c-9f0a-2c61a51e0002",
    "score": 90,
    "reasons": ["NAME_SAME", "BIRTH_DAY_MONTH_SWAPPED", "SAME_SUBDISTRICT"],
    "status": "OPEN",
    "version": 1,
    "found_at": "2018-02-15T05:00:00Z",
    "claimed_by": None,
    "claimed_at": None,
    "decided_by": None,
    "decided_at": None,
    "reason": None,
}


class PairOut(BaseModel):
    """A pair, without what is personal."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PAIR]})

    pair_id: UUID
    kind: PairKind = Field(description="Two holders, or one to whom a later file gave another name. สองราย หรือรายเดียวที่ชื่อเปลี่ยน")
    first_id: UUID
    second_id: UUID | None
    score: int = Field(description="How alike, of 100. คะแนนความเหมือน")
    reasons: list[Reason]
    status: str = Field(description="OPEN, DIFFERENT, SAME, MERGE_PROPOSED or MERGED. สถานะ")
    version: int
    found_at: datetime
    claimed_by: str | None = Field(description="Who looks at it; for a day. ผู้ที่กำลังตรวจสอบ")
    claimed_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


class PairOfPeopleOut(PairOut):
    """A pair with its people, masked; reading it is audited."""

    people: list[HolderOut]


class DecisionIn(BaseModel):
    """What the pair is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"decision": "SAME", "keep": "5b1d1f0e-52a1-5d3c-9f0a-2c61a51e0001", "reason": "ตรวจสอบกับเจ้าตัวแล้ว เป็นคนเดียวกัน"}]
        },
    )

    decision: Decision
    keep: UUID | None = Field(default=None, description="With SAME of two holders: who stays. รายที่คงไว้")
    reason: Text = Field(min_length=3, max_length=_REASON_CHARACTERS_MAX, description="Without personal data. เหตุผล (ไม่ใส่ข้อมูลส่วนบุคคล)")


class UnmergeIn(BaseModel):
    """Why a merged-away holder is a person of their own."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "เป็นฝาแฝด คนละคน", "evidence": "ทะเบียนบ้าน 4/2561"}]}
    )

    reason: Text = Field(min_length=3, max_length=_REASON_CHARACTERS_MAX, description="Without personal data. เหตุผล (ไม่ใส่ข้อมูลส่วนบุคคล)")
    evidence: Text = Field(min_length=1, max_length=_REASON_CHARACTERS_MAX, description="Document or source. หลักฐาน")


class MergeProposalOut(ProposalOut):
    """A proposal to merge a holder into another, or to undo it."""

    proposal_id: UUID
    kind: str = Field(description="`registry.merge` or `registry.unmerge`. รวม หรือยกเลิกการรวม", examples=["registry.merge"])
    merged_id: UUID = Field(description="Who is merged away, or was. รายที่ถูกรวม")
    kept_id: UUID = Field(description="Who stays. รายที่คงไว้")
    district: str | None = Field(description="Null across districts: for the whole country's reach. ว่างหากอยู่ต่างอำเภอ")
    reason: str
    evidence: str


class FindingOut(BaseModel):
    """A search for duplicates over the whole country."""

    job_id: UUID
    status: str = Field(examples=["RUNNING"])
    rules: int = Field(description="Rules done. จำนวนกฎที่ตรวจแล้ว")
    found: int = Field(description="Pairs that are new or weigh otherwise. จำนวนคู่ที่พบใหม่")
    told: int = Field(description="Pairs published. จำนวนคู่ที่แจ้งแล้ว")
    error: str | None

    @classmethod
    def of(cls, job: JobState) -> "FindingOut":
        """From a job."""
        counts = {name: job.progress.get(name, 0) for name in ("rules", "found", "told")}
        return cls(job_id=job.id, status=job.status, error=job.error, **counts)
