"""Home visits."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.interview.forms.base import Form, Name, Subdistrict, Text
from services.interview.schemas.base import A_CASE, CaseRef
from services.interview.schemas.cases import CaseOut
from shared.contracts.interview import Employer, NotMetReason
from shared.http import field_error


class MoveIn(Form):
    """A move as the officer was told."""

    moved_on: date
    to_subdistrict: Subdistrict


class DeathIn(Form):
    """A death as the officer was told."""

    deceased_on: date
    evidence: Name = Field(examples=["ใบมรณบัตร"])


class VisitAttemptIn(CaseRef):
    """A home visit that met nobody. With MOVED may come `move`, with DECEASED `death`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"case_id": A_CASE, "visited_on": "2018-03-20", "reason": "NOT_AT_HOME"}]})

    visited_on: date
    reason: NotMetReason
    officer_id: UUID | None = None
    note: Text = ""
    move: MoveIn | None = None
    death: DeathIn | None = None
    travelled_km: Annotated[
        float | None, Field(ge=0, le=1000, description="How far the officer travelled for this visit. ระยะทางที่เดินทางครั้งนี้ (กม.)")
    ] = None

    @model_validator(mode="after")
    def _facts_fit_reason(self) -> Self:
        if (self.move and self.reason is not NotMetReason.MOVED) or (self.death and self.reason is not NotMetReason.DECEASED):
            raise field_error("reason", "does not fit the move or death told", "เหตุผลไม่สอดคล้องกับข้อมูลการย้ายหรือเสียชีวิต", field="reason")
        return self


class HomeVisitOut(CaseOut):
    """A line of the list of home visits."""

    due_by: date
    listed_on: date
    officer_employer: Employer | None
