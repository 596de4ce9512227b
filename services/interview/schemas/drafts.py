"""Drafts of interviews."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.interview.domain import State
from services.interview.forms.base import Form
from services.interview.repository.drafts import Draft
from services.interview.schemas.base import Out
from services.interview.schemas.defined import FormVersion
from services.interview.schemas.interviews import Reason
from shared.errors import FieldProblem
from shared.http import field_error

_SOME_ANSWERS: dict[str, Any] = {"visit": {"interviewed_on": "2018-03-20"}, "person": {"education": "PRIMARY", "occupation": "6111"}}


class DraftIn(Form):
    """What has been answered so far of annex 3: any part of it, each field as the form has it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"answers": _SOME_ANSWERS}]})

    form_version: FormVersion = None
    answers: dict[str, Any] = Field(description="Any part of the form (GET /v1/forms/annex3). คำตอบบางส่วนหรือทั้งหมดของแบบ")


class DraftSavedOut(Out):
    """A draft without its answers."""

    case_id: UUID
    version: int = Field(description="Also the ETag. ใช้เป็น ETag")
    form: str = "annex3"
    form_version: str
    saved_at: datetime
    saved_by: str
    expires_on: date = Field(description="Emptied after this day unless saved again. ลบหลังวันนี้หากไม่บันทึกใหม่")
    ended_at: datetime | None
    end_reason: str | None = Field(
        description="COMPLETED, DISCARDED, EXPIRED, MOVED, or the state that the case went to. เหตุที่สิ้นสุด", examples=["MOVED"]
    )


class MissingOut(BaseModel):
    """What a complete interview still lacks."""

    model_config = ConfigDict(from_attributes=True)

    field: str
    code: str
    message_en: str
    message_th: str
    allowed: str | None


class DraftOut(DraftSavedOut):
    """A draft with its answers and what is still to be asked; of one that has ended neither."""

    answers: dict[str, Any] | None
    lacks: list[MissingOut]

    @classmethod
    def of(cls, draft: Draft, answers: dict[str, Any], problems: tuple[FieldProblem, ...], *, is_open: bool) -> Self:
        """The draft as it was opened."""
        saved = DraftSavedOut.model_validate(draft).model_dump()
        saved["end_reason"] = None if is_open else draft.why_ended
        return cls(**saved, answers=answers if is_open else None, lacks=[MissingOut.model_validate(problem) for problem in problems])


class DraftListedOut(DraftSavedOut):
    """A draft in the list of those that wait."""

    holder_id: UUID
    state: State
    officer_id: UUID | None
    district: str


class CompletionIn(Form):
    """How the draft becomes an interview. To put a recorded one right, name it with the reason."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    amends: UUID | None = Field(default=None, description="The recorded interview that this puts right. การสัมภาษณ์ที่ต้องการแก้ไข")
    reason: Reason | None = None

    @model_validator(mode="after")
    def _amendments_have_reasons(self) -> Self:
        if (self.amends is None) != (self.reason is None):
            raise field_error(
                "reason", "an amendment names the interview and the reason", "การแก้ไขต้องระบุการสัมภาษณ์ที่แก้และเหตุผล", field="reason"
            )
        return self
