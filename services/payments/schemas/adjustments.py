"""Adjustments of months that were granted already."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.payments.commands.adjustments import Preview, lines_of
from services.payments.domain import AdjustmentKind, DifferenceCause, month_text
from services.payments.repository.adjustments import HolderLine
from services.payments.schemas.parts import In, MonthOut, Reason, StandingOut
from shared.approvals import Proposal
from shared.ids import bank_ref
from shared.money import in_baht
from shared.thai.text import clean

HOLDERS_MAX = 500


class AdjustmentIn(In):
    """Whose months are to be set right, why, and by which paper."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "holder_ids": ["019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561"],
                    "reason": "แก้ไขระดับรายได้ตามผลตรวจสอบ",
                    "evidence_reference": "กค ๐๔๐๒/๑๒๓",
                }
            ]
        }
    )

    holder_ids: list[UUID] = Field(min_length=1, max_length=HOLDERS_MAX)
    reason: Reason
    evidence_reference: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean)] = Field(description="เลขที่หลักฐาน")


class AdjustmentLineOut(BaseModel):
    """An entry that would be booked. `instruction_id` is the payment that it is about, `about_no` the back-pay that it cancels."""

    holder_id: UUID
    month: MonthOut
    kind: AdjustmentKind
    amount_satang: int = Field(examples=[10000])
    cause: DifferenceCause
    instruction_id: str | None
    about_no: int | None

    @classmethod
    def of(cls, one: HolderLine) -> "AdjustmentLineOut":
        """The entry."""
        line = one.line
        return cls(
            holder_id=one.holder_id,
            month=month_text(line.month),
            kind=line.kind,
            amount_satang=line.amount_satang,
            cause=line.cause,
            instruction_id=line.disbursement_id and bank_ref(line.disbursement_id),
            about_no=line.about_no if line.kind is AdjustmentKind.CANCEL else None,
        )


class AdjustmentSumsOut(BaseModel):
    """What the entries come to, in satang and in baht for people."""

    persons: int
    to_pay_satang: int = Field(description="Back-pay and granted months. จ่ายเพิ่ม")
    to_pay_baht: str = Field(examples=["100.00"])
    to_get_back_satang: int = Field(description="Recovered and demanded. เรียกคืน")
    to_get_back_baht: str = Field(examples=["0.00"])
    cancelled_satang: int = Field(description="Back-pay and recoveries taken back. ยกเลิก")

    @classmethod
    def of(cls, lines: Iterable[HolderLine]) -> "AdjustmentSumsOut":
        """The sums of entries."""
        listed = list(lines)
        pay = sum(line.amount_satang for _, line in listed if line.kind in {AdjustmentKind.BACK_PAY, AdjustmentKind.GRANT})
        back = sum(line.amount_satang for _, line in listed if line.kind in {AdjustmentKind.RECOVERY, AdjustmentKind.DEMAND})
        return cls(
            persons=len({holder_id for holder_id, _ in listed}),
            to_pay_satang=pay,
            to_pay_baht=in_baht(pay),
            to_get_back_satang=back,
            to_get_back_baht=in_baht(back),
            cancelled_satang=sum(line.amount_satang for _, line in listed) - pay - back,
        )


class AdjustmentProposalOut(StandingOut):
    """ข้อเสนอปรับปรุงสิทธิ: entries that were proposed, and where the proposal stands. `version` is the ETag."""

    proposal_id: UUID
    sums: AdjustmentSumsOut
    waiting_satang: int = Field(description="To be got back, but not paid yet. ส่วนที่ยังเรียกคืนไม่ได้เพราะยังไม่ได้จ่าย")
    lines: list[AdjustmentLineOut]
    reason: str
    evidence_reference: str

    @classmethod
    def of(cls, proposal: Proposal) -> "AdjustmentProposalOut":
        """The proposal."""
        lines = lines_of(proposal)
        return cls(
            proposal_id=proposal.id,
            sums=AdjustmentSumsOut.of(lines),
            waiting_satang=proposal.parameters["waiting_satang"],
            lines=[AdjustmentLineOut.of(one) for one in lines],
            reason=proposal.reason,
            evidence_reference=proposal.evidence,
            **proposal.standing(),
        )


class AdjustmentEntryOut(BaseModel):
    """An entry that was booked: the numbered child of its month. Without a proposal it followed from money that came back."""

    month: MonthOut
    adjustment_no: int
    kind: AdjustmentKind
    amount_satang: int
    cause: str
    about_no: int | None
    proposal_id: UUID | None
    booked_by: str
    booked_at: datetime


class AdjustmentsOut(BaseModel):
    """รายการปรับปรุงของสิทธิ: what was booked, and what an approval would book now."""

    entitlement_id: UUID
    entries: list[AdjustmentEntryOut]
    preview: list[AdjustmentLineOut]
    preview_sums: AdjustmentSumsOut
    waiting_satang: int

    @classmethod
    def of(cls, entitlement_id: UUID, entries: Iterable[dict[str, object]], found: Preview) -> "AdjustmentsOut":
        """Of one allowance."""
        return cls(
            entitlement_id=entitlement_id,
            entries=[AdjustmentEntryOut.model_validate(one) for one in entries],
            preview=[AdjustmentLineOut.of(one) for one in found.lines],
            preview_sums=AdjustmentSumsOut.of(found.lines),
            waiting_satang=found.waiting_satang,
        )
