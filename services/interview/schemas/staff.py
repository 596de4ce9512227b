"""Officers and meeting places."""

from datetime import date
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.interview.commands.staff_and_places import PlaceDetails, Telling
from services.interview.forms.base import District, Form, Name, Subdistrict
from services.interview.schemas.base import Out
from shared.contracts.interview import Employer
from shared.http import field_error


class OfficerIn(Form):
    """An officer to register."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"district": "8101", "employer": "BAAC", "staff_no": "B-1024"}]})

    district: District
    employer: Employer
    staff_no: Annotated[str, Field(min_length=1, max_length=40, description="The employer's staff number. เลขประจำตัวเจ้าหน้าที่")]


class DepartureIn(Form):
    """Why an officer leaves."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "ย้ายไปปฏิบัติงานที่อื่น"}]})

    reason: Name


TOLD_NAME_MAX: Final = 60
"""So long may the name of a place be in a message to people, which the registry writes."""


class MeetingPlaceChangeIn(Form):
    """A meeting place with other days or another name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "หอประชุมอำเภอเมืองกระบี่",
                    "opens_on": "2018-02-01",
                    "closes_on": "2018-02-28",
                    "capacity_per_day": 300,
                }
            ]
        }
    )

    name: Name
    opens_on: date
    closes_on: date
    capacity_per_day: Annotated[int, Field(ge=1, le=100_000)]
    tell: Annotated[
        Telling,
        Field(
            description="Who is told by a message, of those who have stated no wish and consent to messages."
            " แจ้งข้อความแก่ผู้ที่ยังไม่แจ้งความประสงค์และยินยอมรับข้อความ ในตำบล ทั้งอำเภอ หรือไม่แจ้ง"
        ),
    ] = Telling.SUBDISTRICT

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.closes_on < self.opens_on:
            raise field_error("closes_on", "is before opens_on", "อยู่ก่อนวันเปิด", f"≥ {self.opens_on}", field="closes_on")
        return self

    @model_validator(mode="after")
    def _fits_a_message(self) -> Self:
        if self.tell is not Telling.NOBODY and len(self.name) > TOLD_NAME_MAX:
            allowed = f"≤ {TOLD_NAME_MAX}, or tell = NOBODY"
            raise field_error("name", "is too long for a message", "ยาวเกินกว่าจะแจ้งทางข้อความ", allowed, field="name")
        return self

    def details(self) -> PlaceDetails:
        """What is announced."""
        return PlaceDetails(self.name, self.opens_on, self.closes_on, self.capacity_per_day)


class MeetingPlaceIn(MeetingPlaceChangeIn):
    """A meeting place to announce."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "subdistrict": "810101",
                    "name": "หอประชุมอำเภอเมืองกระบี่",
                    "opens_on": "2018-02-01",
                    "closes_on": "2018-02-28",
                    "capacity_per_day": 300,
                    "tell": "SUBDISTRICT",
                }
            ]
        }
    )

    subdistrict: Subdistrict


class OfficerOut(Out):
    """An officer; `open_cases` in lists only."""

    officer_id: UUID
    version: int
    district: str
    employer: Employer
    staff_no: str
    active: bool
    open_cases: int | None = None


class MeetingPlaceOut(Out):
    """A meeting place."""

    place_id: UUID
    version: int
    district: str
    subdistrict: str
    name: str
    opens_on: date
    closes_on: date
    capacity_per_day: int
