"""Specialists' reviews, and which state follows which."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.plan.errors.specialists import ReviewNotOpen, ReviewNotTaken
from shared.contracts.common import Dimension
from shared.contracts.plan import ReviewWithdrawal, SpecialistOpinion


class ReviewStatus(StrEnum):
    """States of a review: asked, taken by a specialist, and either given or withdrawn."""

    ASKED = "ASKED"
    TAKEN = "TAKEN"
    GIVEN = "GIVEN"
    WITHDRAWN = "WITHDRAWN"


def context_of(review_id: UUID) -> bytes:
    """What the sealed words of a review are bound to."""
    return f"specialist-review:{review_id}".encode()


WAITS_FOR_SPECIALIST: Final = frozenset({ReviewStatus.ASKED, ReviewStatus.TAKEN})


@dataclass(frozen=True, slots=True)
class Review:
    """One question to a specialist about one dimension of a plan. Free words are sealed.

    Overdue after `due_on`; it rises to the province after `rises_on`.
    """

    review_id: UUID
    plan_id: UUID
    holder_id: UUID
    dimension: Dimension
    agency: str | None
    status: ReviewStatus
    version: int
    asked_on: date
    asked_by: str
    due_on: date
    rises_on: date
    question_sealed: str | None = None
    taken_by: str | None = None
    opinion: SpecialistOpinion | None = None
    programmes: tuple[str, ...] = ()
    words_sealed: str | None = None
    ended_on: date | None = None
    ended_reason: ReviewWithdrawal | None = None

    @property
    def is_open(self) -> bool:
        """Whether an answer is waited for."""
        return self.status in WAITS_FOR_SPECIALIST

    def take(self, by: str) -> "Review":
        """Taken by the specialist. Raises ReviewNotOpen."""
        if self.status is not ReviewStatus.ASKED:
            raise self._not_open()
        return replace(self, status=ReviewStatus.TAKEN, version=self.version + 1, taken_by=by)

    def give(self, by: str, opinion: SpecialistOpinion, programmes: tuple[str, ...], words_sealed: str, *, on: date) -> "Review":
        """Answered by who had taken it. Raises ReviewNotOpen, ReviewNotTaken."""
        if not self.is_open:
            raise self._not_open()
        if self.taken_by != by:
            raise ReviewNotTaken(review_id=str(self.review_id), taken_by=self.taken_by)
        return replace(
            self,
            status=ReviewStatus.GIVEN,
            version=self.version + 1,
            opinion=opinion,
            programmes=programmes,
            words_sealed=words_sealed,
            ended_on=on,
        )

    def withdraw(self, reason: ReviewWithdrawal, *, on: date) -> "Review":
        """Withdrawn before an answer. Raises ReviewNotOpen."""
        if not self.is_open:
            raise self._not_open()
        return replace(self, status=ReviewStatus.WITHDRAWN, version=self.version + 1, ended_on=on, ended_reason=reason)

    def _not_open(self) -> ReviewNotOpen:
        return ReviewNotOpen(review_id=str(self.review_id), review_status=self.status.value)
