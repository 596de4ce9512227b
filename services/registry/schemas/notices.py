"""Notices as callers see them."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.contracts.registry import NoticeStatus

RECEIPTS_MAX: Final = 500
_RECEIPT: Final[dict[str, Any]] = {"message_id": "019a5f3e-7c1a-7d34-9b1e-000000000001", "state": "FAILED", "reason": "number-not-in-use"}


class NoticeOut(BaseModel):
    """What a person is told, and how far it has come."""

    notice_id: UUID
    holder_id: UUID
    source: str = Field(description="The service that asked for it. ระบบที่ขอให้แจ้ง", examples=["interview"])
    template: str = Field(examples=["home-visit-due"])
    template_version: int
    text: str = Field(description="The words. ข้อความ", examples=["… เจ้าหน้าที่จะไปพบท่านที่บ้านภายใน 31 พฤษภาคม 2561 …"])
    phone_masked: str | None = Field(examples=["xxx-xxx-4567"])
    status: NoticeStatus
    reason: str | None = Field(description="Why it was refused or failed. เหตุผลที่ไม่ส่งหรือส่งไม่สำเร็จ", examples=["no-consent"])
    attempts: int
    version: int
    requested_at: datetime
    due_at: datetime = Field(description="Sent from then on, outside the quiet hours. เวลาที่จะส่ง")
    expires_at: datetime | None
    changed_at: datetime


class NoticeStateOut(BaseModel):
    """One state of a notice."""

    version: int
    status: NoticeStatus
    reason: str | None
    at: datetime


class NoticeWithHistoryOut(NoticeOut):
    """A notice with all its states, first first."""

    history: list[NoticeStateOut]


class ReceiptIn(BaseModel):
    """How a message ended."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_RECEIPT]})

    message_id: UUID = Field(description="Our id of the message. รหัสข้อความ")
    state: Literal["DELIVERED", "FAILED"]
    reason: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")] | None = Field(
        default=None, description="A code, nothing personal. รหัสเหตุผล"
    )


class ReceiptsIn(BaseModel):
    """How messages ended, many at once."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"receipts": [_RECEIPT]}]})

    receipts: list[ReceiptIn] = Field(min_length=1, max_length=RECEIPTS_MAX)


class ReceiptOut(BaseModel):
    """The message as it stands now; `state` is null for one that never went out from here."""

    message_id: UUID
    state: NoticeStatus | None


class ReceiptsOut(BaseModel):
    """The messages in the order of the receipts."""

    items: list[ReceiptOut]
