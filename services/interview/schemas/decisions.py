"""What committees decided."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.interview.domain import State
from services.interview.forms.base import Form, Month, Name, Text
from services.interview.rules.committee_powers import Committee, Power, PowerStanding
from services.interview.schemas.base import A_HOLDER, CaseRef, Out
from shared.contracts.interview import DecisionKind
from shared.http import field_error


class RulingIn(Form):
    """What every decision has."""

    committee: Committee | None = Field(
        default=None,
        description="In whose name; left out, the committee of your own area: the district's team (ทีม ปรจ.) or the province's (คอจ.). คณะที่มีมติ",
        examples=["PROVINCIAL_COMMITTEE"],
    )
    decided_on: date
    reference: Name = Field(description="Number of the minutes or letter. เลขที่หนังสือ/มติ", examples=["กบ 0017.2/ว 123"])
    reason: Text = ""
    effective_month: Month | None = None


class DecisionIn(CaseRef, RulingIn):
    """A decision about one person."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "holder_id": A_HOLDER,
                    "kind": "LATE_WISH_GRANTED",
                    "committee": "PROVINCIAL_COMMITTEE",
                    "decided_on": "2018-07-02",
                    "reference": "กบ 0017.2/ว 123",
                }
            ]
        }
    )

    kind: DecisionKind

    @model_validator(mode="after")
    def _refusal_says_why(self) -> Self:
        if self.kind is DecisionKind.LATE_WISH_REFUSED and not self.reason:
            raise field_error("reason", "a refusal needs its reason", "การไม่อนุมัติต้องระบุเหตุผล", field="reason")
        return self


class NotInterviewedIn(RulingIn):
    """The decision about all of a district who stated the wish and were not interviewed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"committee": "PROVINCIAL_COMMITTEE", "decided_on": "2018-06-05", "reference": "กบ 0017.2/ว 130"}]}
    )


class DecisionOut(Out):
    """A decision."""

    decision_id: UUID
    case_id: UUID
    kind: DecisionKind
    committee: str = Field(examples=["PROVINCIAL_COMMITTEE"])
    decided_on: date
    known_on: date
    effective_month: str | None
    reference: str
    reason: str
    power: Power | None = Field(default=None, description="The power that such a decision asks for. อำนาจที่ใช้")
    power_standing: PowerStanding | None = Field(
        default=None,
        description="RECORDED: the committee was recorded with it on that day; NOT_RECORDED: nothing is recorded of the committee. การตรวจอำนาจ",
    )


class DecisionRecordedOut(Out):
    """What was recorded, and where the case stands now."""

    decision_id: UUID
    case_id: UUID
    state: State
