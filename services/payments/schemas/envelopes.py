"""Envelopes, and proposals to change them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.payments.commands.envelope_proposals import Change, ChangeKind
from services.payments.domain import month_from
from services.payments.repository.envelopes import Envelope, Purse
from services.payments.repository.programmes import Programme
from services.payments.rules.benefit import Benefit
from services.payments.rules.funds import EntryKind
from services.payments.schemas.batches import ProgrammeOut
from services.payments.schemas.parts import In, MonthIn, MonthOut
from shared.approvals import ApprovalStatus, Proposal
from shared.http import field_error

SATANG_MAX: Final = 10**15
"""Ten billion baht a hundred times over: no budget of a month, and sums of many stay within a bigint."""
OPENED_AT_ONCE_MAX: Final = 60

Source = Annotated[
    str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,39}$", examples=["WELFARE_FUND"], description="Budget source code. รหัสแหล่งเงินงบประมาณ")
]
Satang = Annotated[int, Field(gt=0, le=SATANG_MAX, examples=[22000000000], description="สตางค์")]
Reason = Annotated[str, Field(min_length=3, max_length=500, description="เหตุผล", examples=["จัดสรรตามมติคณะรัฐมนตรี"])]


class EnvelopeIn(In):
    """The money of one source for one benefit month."""

    source: Source
    month: MonthIn

    def purse(self) -> Purse:
        """Which envelope."""
        return Purse(self.source, month_from(self.month))


class OpeningIn(EnvelopeIn):
    """An envelope that is opened with its ceiling, or raised by so much."""

    amount_satang: Satang


class ChangeIn(In):
    """What all proposals say."""

    reason: Reason
    document: str = Field(
        min_length=1, max_length=200, description="The paper that gives the money. เลขที่เอกสารจัดสรร", examples=["กค ๐๔๐๒.๒/๑๒๓"]
    )


_WHY: Final[Mapping[str, Any]] = {"reason": "จัดสรรตามมติคณะรัฐมนตรี", "document": "กค ๐๔๐๒.๒/๑๒๓"}
_MARCH: Final[Any] = {"source": "WELFARE_FUND", "month": "2018-03"}
_APRIL: Final[Any] = {"source": "WELFARE_FUND", "month": "2018-04"}


class OpeningsIn(ChangeIn):
    """Envelopes to open, each with its ceiling."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "OPENING", "envelopes": [{**_MARCH, "amount_satang": 130000000000}], **_WHY}]}
    )

    kind: Literal["OPENING"]
    envelopes: list[OpeningIn] = Field(min_length=1, max_length=OPENED_AT_ONCE_MAX)

    @model_validator(mode="after")
    def _once(self) -> "OpeningsIn":
        if len({one.purse() for one in self.envelopes}) < len(self.envelopes):
            raise field_error("envelope_twice", "names an envelope twice", "ระบุวงเงินซ้ำกัน", field="envelopes")
        return self

    def change(self) -> Change:
        """As it is done."""
        return Change(ChangeKind.OPENING, [(one.purse(), one.amount_satang) for one in self.envelopes])


class RaiseIn(ChangeIn):
    """An envelope to raise by so much."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "RAISE", "envelope": {**_MARCH, "amount_satang": 20000}, **_WHY}]})

    kind: Literal["RAISE"]
    envelope: OpeningIn

    def change(self) -> Change:
        """As it is done."""
        return Change(ChangeKind.RAISE, [(self.envelope.purse(), self.envelope.amount_satang)])


class TransferIn(ChangeIn):
    """Free money of one envelope that another one gets."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "TRANSFER", "giver": _MARCH, "receiver": _APRIL, "amount_satang": 20000, **_WHY}]}
    )

    kind: Literal["TRANSFER"]
    giver: EnvelopeIn
    receiver: EnvelopeIn
    amount_satang: Satang

    @model_validator(mode="after")
    def _two(self) -> "TransferIn":
        if self.giver == self.receiver:
            raise field_error("same_envelope", "must be another envelope", "ต้องเป็นวงเงินอื่น", field="receiver")
        return self

    def change(self) -> Change:
        """As it is done."""
        return Change(ChangeKind.TRANSFER, [(self.giver.purse(), self.amount_satang), (self.receiver.purse(), self.amount_satang)])


class ProgrammeIn(ChangeIn):
    """A programme of an agency that is let draw on a source, or other terms of one. Agency and source of a programme never change."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "PROGRAMME",
                    "programme": "CHILD_SUPPORT",
                    "source": "CHILD_FUND",
                    "agency": "DCY",
                    "name_th": "เงินอุดหนุนเพื่อการเลี้ยงดูเด็กแรกเกิด",
                    "name_en": "Child support grant",
                    "benefit": "E_MONEY",
                    "line_satang_max": 60000,
                    "batch_satang_max": 0,
                    **_WHY,
                }
            ]
        }
    )

    kind: Literal["PROGRAMME"]
    programme: Annotated[Source, Field(description="Code of the programme. รหัสโครงการ", examples=["CHILD_SUPPORT"])]
    source: Source
    agency: str = Field(pattern=r"^[A-Z][A-Z0-9_]{1,19}$", description="Code of the agency. รหัสหน่วยงาน")
    name_th: str = Field(min_length=1, max_length=200)
    name_en: str = Field(min_length=1, max_length=200)
    benefit: Benefit
    line_satang_max: int = Field(gt=0, lt=2**31, description="จำนวนสูงสุดต่อรายการ (สตางค์)")
    batch_satang_max: int = Field(
        ge=0, le=SATANG_MAX, description="Up to this sum a batch needs no second look; 0: each does. ชุดที่ไม่เกินจำนวนนี้ไม่ต้องอนุมัติรายชุด"
    )

    def change(self) -> Change:
        """As it is done."""
        return Change(ChangeKind.PROGRAMME, programme=Programme(**self.model_dump(exclude={"kind", "reason", "document"})))


AnyChangeIn = Annotated[OpeningsIn | RaiseIn | TransferIn | ProgrammeIn, Field(discriminator="kind")]


class DecisionIn(In):
    """Why it is approved, refused or withdrawn."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "ตรวจเอกสารจัดสรรแล้ว"}]})

    reason: Reason


class AmountOut(BaseModel):
    """An envelope and satang."""

    source: str
    month: MonthOut
    satang: int


class EnvelopeProposalOut(BaseModel):
    """ข้อเสนอเปลี่ยนวงเงิน: A change of envelopes that waits for another person, or had its decision."""

    proposal_id: UUID
    kind: Literal["OPENING", "RAISE", "TRANSFER", "PROGRAMME"]
    amounts: list[AmountOut] = Field(description="Of a transfer the first gives and the second gets. กรณีโอน รายการแรกเป็นผู้โอน")
    programme: ProgrammeOut | None
    reason: str
    document: str
    status: ApprovalStatus
    version: int
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None

    @classmethod
    def of(cls, proposal: Proposal) -> "EnvelopeProposalOut":
        """What a stored proposal says."""
        told: dict[str, Any] = {**proposal.parameters, **proposal.standing(), "proposal_id": proposal.id, "reason": proposal.reason}
        return cls.model_validate({**told, "kind": ChangeKind(proposal.kind).name, "document": proposal.evidence})


class EnvelopeOut(BaseModel):
    """วงเงินของแหล่งเงินหนึ่งในเดือนหนึ่ง: What one source has for one benefit month; free = ceiling - committed - spent."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "envelope_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
                    "source": "WELFARE_FUND",
                    "month": "2018-03",
                    "ceiling_satang": 130000000000,
                    "committed_satang": 2000000,
                    "spent_satang": 127980000000,
                    "free_satang": 2018000000,
                    "version": 14,
                }
            ]
        }
    )

    envelope_id: UUID
    source: str
    month: MonthOut
    ceiling_satang: int = Field(description="เพดานวงเงิน")
    committed_satang: int = Field(description="Promised to approved runs, not paid yet. ผูกพันแล้วยังไม่จ่าย")
    spent_satang: int = Field(description="จ่ายแล้ว")
    free_satang: int = Field(description="คงเหลือ")
    version: int

    @classmethod
    def of(cls, envelope: Envelope) -> "EnvelopeOut":
        """As stored."""
        return cls.model_validate(envelope, from_attributes=True)


class EntryOut(BaseModel):
    """รายการเคลื่อนไหวของวงเงิน: What moved in an envelope; `cause_id` is the proposal or the run."""

    number: int
    kind: EntryKind
    satang: int
    cause_id: UUID
    entered_at: datetime
