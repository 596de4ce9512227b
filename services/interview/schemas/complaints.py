"""Complaints of card holders."""

from datetime import date, datetime
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.interview.commands.complaints import FoundBy
from services.interview.forms.base import Form
from services.interview.forms.complaints import Complainant, ComplaintForm, Words
from services.interview.schemas.base import A_HOLDER, CitizenId, Out
from shared.contracts.interview import ComplaintCategory, ComplaintChannel, ComplaintLevel, ComplaintState, ComplaintStep
from shared.crypto import BlindIndex
from shared.http import field_error

GROUP: Final = 4


class ComplaintIn(ComplaintForm):
    """A complaint: of a card holder by `holder_id` or `citizen_id`, or of somebody who is none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"holder_id": A_HOLDER, "category": "AMOUNT", "channel": "WALK_IN", "text": "เดือนเมษายนได้รับเงินเพิ่มไม่ครบ"},
                {
                    "category": "NOT_LISTED",
                    "channel": "HOTLINE",
                    "district": "8101",
                    "text": "ลงทะเบียนปี 2560 แล้วแต่ไม่มีชื่อ",
                    "person": {"name": "นางสาวสมหญิง", "contact": "ที่ทำการผู้ใหญ่บ้าน หมู่ 3"},
                },
            ]
        }
    )

    holder_id: UUID | None = None
    citizen_id: CitizenId | None = None

    @model_validator(mode="after")
    def _one_person(self) -> Self:
        if self.holder_id is not None and self.citizen_id is not None:
            raise field_error("person", "give one of holder_id, citizen_id", "ระบุ holder_id หรือ citizen_id เพียงอย่างเดียว", field="holder_id")
        return self

    def found_by(self, lookup: BlindIndex) -> tuple[FoundBy, UUID | str] | None:
        """The column and the value that find the person; None for who is no card holder."""
        if self.citizen_id is not None:
            return "citizen_index", lookup.of(self.citizen_id)
        return None if self.holder_id is None else ("holder_id", self.holder_id)


class ComplaintAnswerIn(Form):
    """An answer."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "ตรวจสอบแล้ว จ่ายส่วนที่ขาดในรอบเดือนพฤษภาคม"}]})

    text: Annotated[Words, Field(description="What the person is told; kept sealed. คำตอบ")]


class ComplaintClosureIn(Form):
    """Whether the answer satisfies the person."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"satisfied": True}]})

    satisfied: Annotated[bool, Field(description="False lets it rise to the next level. หากไม่พอใจ เรื่องจะขึ้นสู่ระดับถัดไป")]


class ComplaintOut(Out):
    """A complaint without what was said. `due_on` is the last day in time of the level that has it."""

    complaint_id: UUID
    version: int
    state: ComplaintState
    level: ComplaintLevel
    category: ComplaintCategory
    channel: ComplaintChannel
    district: str
    received_on: date
    due_on: date
    answered_on: date | None
    closed_on: date | None


class ComplaintTakenOut(ComplaintOut):
    """A complaint with the code by which the person asks how it stands, without a token."""

    reference: str
    holder_id: UUID | None


class ComplaintListedOut(ComplaintTakenOut):
    """A complaint in a list."""

    about_officer_id: UUID | None


class ComplaintHistoryOut(Out):
    """One thing that happened to it."""

    version: int
    step: ComplaintStep
    from_state: ComplaintState | None
    to_state: ComplaintState
    level: ComplaintLevel
    due_on: date
    at: datetime
    by: str


class ComplaintDetailOut(ComplaintListedOut):
    """A complaint with what was said and answered. Of an erased person nothing of it is left."""

    text: str | None
    answer: str | None
    person: Complainant | None
    history: list[ComplaintHistoryOut]


class ComplaintStatusOut(Out):
    """How a complaint stands: state and days, nothing else."""

    state: ComplaintState
    received_on: date
    due_on: date
    answered_on: date | None
    closed_on: date | None


class EscalatedOut(Out):
    """How many complaints rose."""

    district: str
    complaints: int


def written(reference: str) -> str:
    """The code in groups, as it is told to the person."""
    return "-".join(reference[start : start + GROUP] for start in range(0, len(reference), GROUP))
