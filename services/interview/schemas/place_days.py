"""Queues and days of meeting places."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.interview.domain import TicketStatus
from services.interview.forms.base import Form, Name, Text
from services.interview.schemas.base import Out


class CallIn(Form):
    """Which counter calls."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"counter": "1"}]})

    counter: Annotated[str, Field(min_length=1, max_length=20, description="Number or sign of the counter. หมายเลขช่องบริการ")]


class TicketOut(Out):
    """A number of the queue. It names nobody."""

    ticket_id: UUID
    place_id: UUID
    day: date
    number: int
    status: TicketStatus
    taken_at: datetime
    called_at: datetime | None
    counter: str | None
    ended_at: datetime | None
    intent_id: UUID | None = Field(description="The slip that was recorded for it. หางตั๋วที่บันทึก")


class NowServingOut(Out):
    """A number at a counter."""

    ticket_id: UUID
    number: int
    counter: str
    called_at: datetime


class ServedInHourOut(Out):
    """How many were served in an hour of the day in Thailand."""

    hour: int
    served: int


class QueueOut(Out):
    """The queue of a place on a day."""

    place_id: UUID
    day: date
    now_serving: list[NowServingOut]
    next_number: int | None = Field(description="The lowest number that waits. หมายเลขถัดไป")
    tickets: int
    waiting: int
    serving: int
    served: int
    left: int
    per_hour: list[ServedInHourOut]
    mean_wait_s: int | None = Field(description="Mean seconds from taking a number to being called. เวลารอเฉลี่ย (วินาที)")


class ClosingIn(Form):
    """What the officer of a place states at the end of a day."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"day": "2018-02-14", "paper_count": 118, "explanation": "แบบเสียหนึ่งฉบับ ทำลายแล้ว"}]}
    )

    day: date
    paper_count: Annotated[int, Field(ge=0, le=100_000, description="Signed papers (annex 2) that lie at the place. จำนวนแบบกระดาษที่ลงนาม")]
    explanation: Annotated[
        Text, Field(description="Needed where papers and slips differ, without personal data. เหตุผลของผลต่าง (ไม่ใส่ข้อมูลส่วนบุคคล)")
    ] = ""


class ReopeningIn(Form):
    """Why a closed day is opened again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"day": "2018-02-14", "reason": "พบแบบที่ยังไม่ได้บันทึก 3 ฉบับ"}]})

    day: date
    reason: Annotated[Name, Field(description="Without personal data. เหตุผล (ไม่ใส่ข้อมูลส่วนบุคคล)")]


class SignedOut(Out):
    """A closing or reopening. `statement_hash` is the SHA-256 of the statement's canonical JSON, which is in the audit too; `intact` says that it still fits."""

    version: int
    kind: str
    statement: dict[str, Any]
    statement_hash: str
    signed_by: str
    signed_at: datetime
    intact: bool


class PlaceDayOut(Out):
    """What a place has recorded of a day by now. `slips` are the forms signed there on that day, `late_slips` those of them that came late."""

    place_id: UUID
    district: str
    name: str
    day: date
    closed: bool
    version: int
    slips: int
    late_slips: int
    refused: int
    tickets: int
    waiting: int
    serving: int
    served: int
    left: int
    signed: list[SignedOut] = Field(description="Every closing and reopening, the last at the end. การปิดยอดและเปิดยอดทุกครั้ง")


class PlaceDayLineOut(Out):
    """A day of a place in the list of the district."""

    place_id: UUID
    district: str
    name: str
    day: date
    closed: bool
    version: int
    signed_by: str | None
    slips: int
    late_slips: int
    refused: int
    tickets: int


class RefusedOut(Out):
    """How many could state no wish, and why; who they were is not kept."""

    day: date
    district: str | None
    place_id: UUID | None
    name: str | None
    reason: str
    persons: int
