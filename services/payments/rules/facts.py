"""What is known about one person that an allowance depends on. A set: the order in which facts arrive does not matter."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Discriminator, TypeAdapter

from shared.contracts.common import Tier
from shared.contracts.interview import Answer, DecisionKind


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wish(_Fact):
    """The wish to develop was stated; `policy_version` is the set under which it was taken, `stated_at` when it was told on the day itself."""

    kind: Literal["WISH"] = "WISH"
    intent_id: UUID
    stated_on: date
    received_on: date
    tier: Tier
    approved_late: bool = False
    decision_reference: str | None = None
    policy_version: int
    stated_at: datetime | None = None


class Withdrawal(_Fact):
    """The wish was withdrawn; the rule counts from the day on which the district knew, `known_at` when that was."""

    kind: Literal["WITHDRAWAL"] = "WITHDRAWAL"
    known_on: date
    known_at: datetime | None = None


class Interviewed(_Fact):
    """The interview and its answer; of one interview the highest revision counts."""

    kind: Literal["INTERVIEWED"] = "INTERVIEWED"
    interview_id: UUID
    revision: int
    interviewed_on: date
    answer: Answer


class Decided(_Fact):
    """A committee's decision; `effective_month` (`YYYY-MM`) where it named one."""

    kind: Literal["DECIDED"] = "DECIDED"
    decision_id: UUID
    decision: DecisionKind
    decided_on: date
    effective_month: str | None = None


class PlanAgreed(_Fact):
    """The person agreed on a plan."""

    kind: Literal["PLAN_AGREED"] = "PLAN_AGREED"
    plan_id: UUID
    agreed_on: date


class Content(_Fact):
    """The person is content with what they have and wants no plan (ดำรงชีวิตพอเพียง)."""

    kind: Literal["CONTENT"] = "CONTENT"
    plan_id: UUID
    declined_on: date


class DeathTakenBack(_Fact):
    """A death that was recorded wrongly was taken back; `missed` (`YYYY-MM`) were neither paid nor out at a bank by then."""

    kind: Literal["DEATH_TAKEN_BACK"] = "DEATH_TAKEN_BACK"
    wrong_death_on: date
    alive_again_on: date
    missed: tuple[str, ...]


class MissedGranted(_Fact):
    """Two persons granted months that a wrong death had cost; `months` are `YYYY-MM`."""

    kind: Literal["MISSED_GRANTED"] = "MISSED_GRANTED"
    proposal_id: UUID
    granted_on: date
    months: tuple[str, ...]


Fact = Wish | Withdrawal | Interviewed | Decided | PlanAgreed | Content | DeathTakenBack | MissedGranted
FACT: TypeAdapter[Fact] = TypeAdapter(Annotated[Fact, Discriminator("kind")])
"""Reads a stored fact."""
