"""Erasing persons."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.domain import LegalGround
from services.registry.schemas.fields import Text
from services.registry.schemas.proposals import ProposalOut


class ErasureIn(BaseModel):
    """The law that asks for the erasure."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"legal_ground": "RETENTION_ENDED", "reference": "กค 0401/ว 12 (2563)", "payments_ended": True}]},
    )

    legal_ground: LegalGround = Field(
        description="PDPA B.E. 2562: NO_LONGER_NECESSARY s.33 (1), UNLAWFULLY_PROCESSED s.33 (4), RETENTION_ENDED s.37 (3), "
        "ORDER of a court or of the Committee. เหตุตามกฎหมาย"
    )
    reference: Text = Field(min_length=3, max_length=200, description="Document, without personal data. เลขที่เอกสาร (ไม่ใส่ข้อมูลส่วนบุคคล)")
    payments_ended: bool = Field(
        default=False,
        description="That nothing is to be paid any more; needed for NO_LONGER_NECESSARY and RETENTION_ENDED. การจ่ายเงินสิ้นสุดแล้ว",
    )


class ErasureOut(ProposalOut):
    """A proposal to erase a person, with its decision. Approved, the person is erased."""

    erasure_id: UUID
    holder_id: UUID
    district: str | None
    legal_ground: LegalGround
    payments_ended: bool
    reference: str
