"""Who did not develop, and appeals."""

from datetime import date
from uuid import UUID

from pydantic import ConfigDict, Field

from services.interview.domain import State
from services.interview.forms.base import Form, Name, Text
from services.interview.rules.committee_powers import Committee
from services.interview.schemas.base import Out
from shared.contracts.interview import DecisionKind
from shared.contracts.plan import EndedLine, Failure


class DevelopmentFailureOut(Out):
    """A plan that came to nothing: the facts of plan and agencies, what the officer said at the last contact, and what a committee decided."""

    plan_id: UUID
    case_id: UUID
    holder_id: UUID
    state: State
    responsible_district: str = Field(examples=["8101"])
    officer_id: UUID | None
    failure: Failure
    failed_on: date
    lines: list[EndedLine]
    contacted_on: date | None
    reasonable_cause: bool | None = Field(description="What the officer thinks of the cause. ความเห็นผู้ดูแลว่ามีเหตุอันสมควรหรือไม่")
    recommendation: str | None
    decision_id: UUID | None
    decision: DecisionKind | None
    decided_on: date | None


class AppealIn(Form):
    """An appeal as it was received: the day on the letter's stamp, and what the person says."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"received_on": "2018-07-16", "grounds": "เจ็บป่วยระหว่างการอบรม มีใบรับรองแพทย์"}]}
    )

    received_on: date
    grounds: Text = Field(min_length=1, examples=["เจ็บป่วยระหว่างการอบรม มีใบรับรองแพทย์"])


class AppealRulingIn(Form):
    """What was decided on an appeal."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "granted": True,
                    "committee": "PROVINCIAL_COMMITTEE",
                    "decided_on": "2018-08-06",
                    "reference": "กบ 0017.2/ว 201",
                    "reason": "มีเหตุอันสมควร เจ็บป่วยจริง",
                }
            ]
        }
    )

    granted: bool
    committee: Committee | None = Field(
        default=None, description="In whose name; left out, the committee of your own area. คณะที่มีมติ", examples=["PROVINCIAL_COMMITTEE"]
    )
    decided_on: date
    reference: Name
    reason: Text = Field(min_length=1)


class AppealOut(Out):
    """An appeal. `due_on` is the last day in time for its decision; `reinstated_by` the decision that pays again."""

    appeal_id: UUID
    decision_id: UUID
    case_id: UUID
    holder_id: UUID
    responsible_district: str
    kind: DecisionKind
    decision_on: date
    received_on: date
    due_on: date
    granted: bool | None
    decided_on: date | None
    committee: str | None
    reference: str | None
    reinstated_by: UUID | None


class AppealDetailOut(AppealOut):
    """An appeal with what the person says."""

    grounds: str
