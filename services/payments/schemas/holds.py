"""Holds."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.payments.domain import HoldCause
from services.payments.schemas.parts import In


class HoldIn(In):
    """Whom to put on hold, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"holder_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561", "cause": "UNDER_REVIEW", "reason": "มีผู้ร้องเรียนว่าไม่อยู่ในพื้นที่"}]
        }
    )

    holder_id: UUID
    cause: HoldCause = Field(description="สาเหตุที่ระงับจ่าย")
    reason: str = Field(min_length=1, max_length=500, description="เหตุผลโดยละเอียด ไม่ระบุข้อมูลส่วนบุคคล")


class LiftIn(In):
    """Why the hold is lifted."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "ตรวจสอบแล้วเป็นคนละบุคคล"}]})

    reason: str = Field(min_length=1, max_length=500, description="เหตุผลที่ยกเลิกการระงับ")


class HoldOut(BaseModel):
    """การระงับจ่ายรายบุคคล: a person who is not paid for now. `placed_by` is `policy` where the policy set did it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "hold_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2562",
                    "holder_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
                    "cause": "SUSPECTED_DUPLICATE",
                    "subject": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2563",
                    "version": 1,
                    "reason": "score 95: NAME_SAME",
                    "placed_by": "policy",
                    "placed_at": "2018-03-20T09:00:00+07:00",
                    "lifted_by": None,
                    "lifted_at": None,
                    "lift_reason": None,
                }
            ]
        }
    )

    hold_id: UUID
    holder_id: UUID
    cause: HoldCause
    subject: UUID = Field(description="The suspected pair, the report of the death, or the person. สิ่งที่เป็นเหตุ")
    version: int
    reason: str
    placed_by: str
    placed_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None
    lift_reason: str | None
