"""Teams of districts, and rosters."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.interview.forms.base import Form, Name
from services.interview.rules.officers import TeamDuty
from services.interview.schemas.base import AN_OFFICER, Out
from shared.http import field_error

MEMBERS_MAX = 500
Duty = Annotated[TeamDuty, Field(description="INTAKE รับแจ้งความประสงค์, ACCOUNT_OFFICER ผู้ดูแล, CO_INTERVIEWER ผู้ร่วมสัมภาษณ์")]


class TeamMemberIn(Form):
    """An officer and what they do in the team."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"officer_id": AN_OFFICER, "duty": "ACCOUNT_OFFICER"}]})

    officer_id: UUID
    duty: Duty


class TeamIn(Form):
    """The order by which a governor appoints a district's team."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "order_no": "กบ 0018/ว 12",
                    "ordered_on": "2018-01-22",
                    "head_id": AN_OFFICER,
                    "members": [{"officer_id": AN_OFFICER, "duty": "ACCOUNT_OFFICER"}, {"officer_id": AN_OFFICER, "duty": "INTAKE"}],
                }
            ]
        }
    )

    order_no: Name
    ordered_on: date
    head_id: Annotated[UUID, Field(description="An officer of the district office. หัวหน้าทีมจากที่ว่าการอำเภอ")]
    members: Annotated[tuple[TeamMemberIn, ...], Field(min_length=1, max_length=MEMBERS_MAX)]

    @model_validator(mode="after")
    def _once_and_with_account_officers(self) -> Self:
        if len(set(self.members)) != len(self.members):
            raise field_error("twice", "names an officer twice for the same duty", "ระบุเจ้าหน้าที่ซ้ำในหน้าที่เดียวกัน", "each once", field="members")
        if not any(member.duty is TeamDuty.ACCOUNT_OFFICER for member in self.members):
            raise field_error("account_officer", "has no account officer", "ไม่มีผู้ดูแล", "1 ACCOUNT_OFFICER", field="members")
        return self


class TeamMemberOut(Out):
    """An officer and what they do in the team."""

    officer_id: UUID
    duty: TeamDuty


class TeamOut(Out):
    """An appointment of a district's team; the one of the highest version stands."""

    district: str
    version: int
    order_no: str
    ordered_on: date
    head_id: UUID
    appointed_by: str
    appointed_at: datetime
    members: tuple[TeamMemberOut, ...]


class RosterEntryIn(Form):
    """Who serves on which days, both included. Intake is at a meeting place, on days on which it is open."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "officer_id": AN_OFFICER,
                    "duty": "INTAKE",
                    "place_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d0009",
                    "from_on": "2018-02-01",
                    "to_on": "2018-02-07",
                },
                {"officer_id": AN_OFFICER, "duty": "ACCOUNT_OFFICER", "from_on": "2018-03-01", "to_on": "2018-04-30"},
            ]
        }
    )

    officer_id: UUID
    duty: Duty
    place_id: UUID | None = None
    from_on: date
    to_on: date

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.to_on < self.from_on:
            raise field_error("to_on", "is before from_on", "อยู่ก่อนวันเริ่ม", f"≥ {self.from_on}", field="to_on")
        if (self.duty is TeamDuty.INTAKE) != (self.place_id is not None):
            raise field_error(
                "place_id", "is given for INTAKE, and for it alone", "ระบุเฉพาะหน้าที่ INTAKE และต้องระบุ", "INTAKE", field="place_id"
            )
        return self


class RosterEntryOut(Out):
    """Who serves on which days."""

    entry_id: UUID
    district: str
    officer_id: UUID
    duty: TeamDuty
    place_id: UUID | None
    from_on: date
    to_on: date
    version: int
    cancelled: bool
    changed_by: str
    changed_at: datetime
