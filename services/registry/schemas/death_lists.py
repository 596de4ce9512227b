"""Lists of deaths."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field


class DeathListStatus(StrEnum):
    """Where a list stands."""

    CHECKING = "CHECKING"
    NOTHING_TO_APPLY = "NOTHING_TO_APPLY"
    PROPOSED = "PROPOSED"
    REJECTED = "REJECTED"
    APPROVED = "APPROVED"
    APPLYING = "APPLYING"
    APPLIED = "APPLIED"
    FAILED = "FAILED"


class DeathListOut(BaseModel):
    """A list, what its lines are, and its decision."""

    list_id: UUID
    version: int | None = Field(description="Of the proposal, for If-Match; null before there is one. เวอร์ชันของข้อเสนอ")
    status: DeathListStatus
    file: str = Field(examples=["deaths-2018-03.csv"])
    lines: int
    to_apply: int = Field(description="Deaths that are new to the registry. ผู้เสียชีวิตที่ยังไม่ได้บันทึก")
    known: int = Field(description="Recorded before; they change nothing. บันทึกไว้แล้ว")
    rejected: int
    applied: int
    proposed_by: str
    decided_by: str | None
    decision_reason: str | None
    error: str | None = Field(description="Why it failed. สาเหตุที่ล้มเหลว")
