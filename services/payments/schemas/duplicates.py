"""Holders who may be one person, as those who pay see them."""

from uuid import UUID

from pydantic import BaseModel, Field


class SuspectedDuplicateOut(BaseModel):
    """ผู้มีบัตรที่อาจเป็นบุคคลเดียวกัน: a holder in reach and another, who may be one person. It stops no allowance; the policy set may hold the later one's money (`/v1/holds`)."""

    holder_id: UUID
    other_holder_id: UUID
    pair_id: UUID = Field(description="The registry's id of the pair. รหัสคู่ในทะเบียน")
    status: str = Field(description="OPEN or MERGE_PROPOSED. สถานะ", examples=["OPEN"])
    score: int = Field(description="How alike, of 100. คะแนนความเหมือน", examples=[90])
    reasons: list[str] = Field(examples=[["NAME_SAME", "BIRTH_DAY_MONTH_SWAPPED"]])
    months_paid_to_both: int = Field(description="Benefit months that both allowances pay. จำนวนเดือนที่จ่ายทั้งสองราย", examples=[10])
