"""Answers about cases that moved away: no name of a place, no income, no words of the person, nothing of the new district's work."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.interview.domain import IntentStatus, State, Step
from services.interview.rules.visit_results import VisitResult
from services.interview.schemas.base import Out
from shared.contracts.common import Approach, Channel
from shared.contracts.interview import Answer, FollowUpRound


class FormerCaseOut(Out):
    """A case that left a district."""

    case_id: UUID
    holder_id: UUID
    district: str = Field(description="The district that it left. อำเภอเดิม", examples=["8101"])
    to_district: str = Field(description="Where it went then. อำเภอใหม่", examples=["9001"])
    left_at: datetime
    state: State = Field(description="As it was when it left. สถานะเมื่อย้ายออก")


class FormerWishOut(Out):
    """The wish that was stated in the district."""

    slip_no: str
    stated_on: date
    channel: Channel
    status: IntentStatus


class FormerAttemptOut(Out):
    """A visit by the district's officer that did not succeed."""

    attempt_no: int
    visited_on: date
    reason: VisitResult
    officer_id: UUID


class FormerInterviewOut(Out):
    """An interview of the district, without the answers."""

    interview_id: UUID
    revision: int
    interviewed_on: date
    officer_id: UUID
    co_interviewer_id: UUID | None
    answer: Answer
    approach: Approach | None


class FormerFollowUpOut(Out):
    """A contact of the district's officer, without what was told."""

    follow_up_id: UUID
    round: FollowUpRound
    contacted_on: date
    reached: bool
    officer_id: UUID


class FormerStepOut(Out):
    """A step of the case until it left."""

    version: int
    step: Step
    from_state: State
    to_state: State
    at: datetime


class FormerCaseDetailOut(FormerCaseOut):
    """The district's own records of a case that left it, masked and to read only."""

    wish: FormerWishOut | None
    visit_attempts: list[FormerAttemptOut]
    interviews: list[FormerInterviewOut]
    follow_ups: list[FormerFollowUpOut]
    history: list[FormerStepOut]


class FormerCaseRecordsOut(Out):
    """The records of each district in reach that the case left, oldest first."""

    items: list[FormerCaseDetailOut]
