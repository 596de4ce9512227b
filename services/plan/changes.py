"""What one use case changes: gathered in memory by pure code, then written at once and set-based by the repository."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.plan.domain import (
    Agreed,
    AgreementVersion,
    Because,
    FirstAnalysis,
    Interview,
    Line,
    Plan,
    PlanStatus,
    Referral,
    ReferralStatus,
    Review,
    ReviewStatus,
    Step,
)
from shared.contracts import Event, EventData
from shared.contracts.plan import ClosingReason, EvidenceKind, Outcome, RecommendedProgramme, SeatEnd


@dataclass(frozen=True, slots=True)
class PlanMove:
    """A row of the plan's history."""

    plan_id: UUID
    version: int
    from_status: PlanStatus | None
    to_status: PlanStatus
    who: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class ReferralMove:
    """A row of the referral's history."""

    referral_id: UUID
    version: int
    from_status: ReferralStatus | None
    to_status: ReferralStatus
    outcome: Outcome | None
    step: Step | None
    step_on: date | None
    evidence: str | None
    who: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class ReviewMove:
    """A row of the history of a specialist's review."""

    review_id: UUID
    version: int
    from_status: ReviewStatus | None
    to_status: ReviewStatus
    who: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A row of `referral_evidence`: what an outcome was shown by, sealed."""

    referral_id: UUID
    version: int
    kind: EvidenceKind
    sealed: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One version of what was recommended; `programmes` as they are stored (`stored`)."""

    plan_id: UUID
    version: int
    interview_id: UUID
    interview_revision: int
    with_assessment: bool
    policy_version: int
    advised_on: date
    scoring_from: date
    record_version: int
    programmes: list[dict[str, Any]]
    prepared_at: datetime


def stored(programmes: Iterable[RecommendedProgramme]) -> list[dict[str, Any]]:
    """What was recommended, as it is stored: who is told anew is found by comparing with it."""
    return [one.model_dump(mode="json") for one in programmes]


@dataclass(frozen=True, slots=True)
class SeatWish:
    """A line asks for a seat of the offering that was agreed on."""

    plan_id: UUID
    line_no: int
    holder_id: UUID
    offering_id: UUID
    programme_code: str
    because: Because


@dataclass(frozen=True, slots=True)
class SeatReturn:
    """A line of the plan, or every one (`line_no` None), gives up its seat or its place on a waiting list."""

    plan_id: UUID
    line_no: int | None
    reason: SeatEnd
    because: Because


@dataclass
class Changes:
    """Plans and referrals as they were read (locked), as they become, and the events of the way between.

    `agreed` has the lines in force by now, of the plans for which they were read or changed; `because_of` why each plan last changed.
    """

    was: dict[UUID, Plan] = field(default_factory=dict)
    was_referrals: dict[UUID, Referral] = field(default_factory=dict)
    was_reviews: dict[UUID, Review] = field(default_factory=dict, init=False)
    plans: dict[UUID, Plan] = field(default_factory=dict)
    referrals: dict[UUID, Referral] = field(default_factory=dict)
    reviews: dict[UUID, Review] = field(default_factory=dict)
    agreed: dict[UUID, Agreed] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    agreements: list[AgreementVersion] = field(default_factory=list)
    analyses: list[FirstAnalysis] = field(default_factory=list)
    interviews: dict[UUID, Interview] = field(default_factory=dict)
    recommendations: list[Recommendation] = field(default_factory=list)
    plan_moves: list[PlanMove] = field(default_factory=list)
    referral_moves: list[ReferralMove] = field(default_factory=list)
    evidence: list[EvidenceRow] = field(default_factory=list)
    review_moves: list[ReviewMove] = field(default_factory=list)
    seat_wishes: list[SeatWish] = field(default_factory=list)
    seat_returns: list[SeatReturn] = field(default_factory=list)
    because_of: dict[UUID, Because] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    _referrals_of: dict[UUID, dict[UUID, Referral]] = field(default_factory=lambda: defaultdict(dict), init=False)
    _reviews_of: dict[UUID, dict[UUID, Review]] = field(default_factory=lambda: defaultdict(dict), init=False)

    def __post_init__(self) -> None:
        """Sort the referrals that were read to their plans."""
        for referral in self.was_referrals.values():
            self._referrals_of[referral.plan_id][referral.referral_id] = referral

    @classmethod
    def of(cls, plans: Iterable[Plan], referrals: Iterable[Referral] = ()) -> "Changes":
        """Begin with what was read."""
        return cls({plan.plan_id: plan for plan in plans}, {referral.referral_id: referral for referral in referrals})

    def plan(self, plan_id: UUID) -> Plan | None:
        """The plan as it is by now."""
        return self.plans.get(plan_id) or self.was.get(plan_id)

    def referral(self, referral_id: UUID) -> Referral | None:
        """The referral as it is by now."""
        return self.referrals.get(referral_id) or self.was_referrals.get(referral_id)

    def referrals_of(self, plan_id: UUID) -> list[Referral]:
        """The plan's referrals as they are by now."""
        return [*self._referrals_of[plan_id].values()]

    def put_plan(self, plan: Plan, because: Because) -> None:
        """The plan as it becomes; a new state makes a row of history."""
        before = self.plan(plan.plan_id)
        self.plans[plan.plan_id] = plan
        self.because_of[plan.plan_id] = because
        if before is None or before.status is not plan.status:
            move = PlanMove(
                plan.plan_id, plan.version, None if before is None else before.status, plan.status, because.who, because.at, because.why
            )
            self.plan_moves.append(move)

    def put_referral(
        self, referral: Referral, because: Because, *, step: Step | None = None, step_on: date | None = None, evidence: str | None = None
    ) -> None:
        """The referral as it becomes, with its row of history; nothing when it does not change."""
        before = self.referral(referral.referral_id)
        if before == referral:
            return
        self.referrals[referral.referral_id] = self._referrals_of[referral.plan_id][referral.referral_id] = referral
        self._move_seat(before, referral, because)
        self.referral_moves.append(
            ReferralMove(
                referral_id=referral.referral_id,
                version=referral.version,
                from_status=None if before is None else before.status,
                to_status=referral.status,
                outcome=referral.outcome,
                step=step,
                step_on=step_on,
                evidence=evidence,
                who=because.who,
                at=because.at,
                why=because.why,
            )
        )

    def _move_seat(self, before: Referral | None, referral: Referral, because: Because) -> None:
        """Who is not taken in, or did not start, gives up the seat; another attempt at the line asks for one."""
        if before is None and referral.attempt > 1 and referral.offering_id is not None:
            self.seat_wishes.append(
                SeatWish(referral.plan_id, referral.line_no, referral.holder_id, referral.offering_id, referral.programme_code, because)
            )
        if referral.status is ReferralStatus.DECLINED and referral.current:
            self.give_up_seats(referral.plan_id, SeatEnd.DECLINED, because, line_no=referral.line_no)
        if referral.closed_reason in {ClosingReason.CALLED_BACK, ClosingReason.NOT_PLACED}:
            self.give_up_seats(referral.plan_id, SeatEnd.AMENDED, because, line_no=referral.line_no)
        if referral.outcome_final and referral.outcome is Outcome.DID_NOT_START:
            self.give_up_seats(referral.plan_id, SeatEnd.DID_NOT_START, because, line_no=referral.line_no)

    def ask_seats(self, lines: Iterable[Line], holder_id: UUID, because: Because) -> None:
        """The lines that name an offering ask for its seats, in their order."""
        self.seat_wishes.extend(
            SeatWish(line.plan_id, line.line_no, holder_id, line.offering_id, line.programme_code, because)
            for line in lines
            if line.offering_id is not None
        )

    def give_up_seats(self, plan_id: UUID, reason: SeatEnd, because: Because, *, line_no: int | None = None) -> None:
        """The line, or every line of the plan, gives up what it has of an offering."""
        self.seat_returns.append(SeatReturn(plan_id, line_no, reason, because))

    def review(self, review_id: UUID) -> Review | None:
        """The review as it is by now, of those that were read or changed."""
        return self.reviews.get(review_id) or self.was_reviews.get(review_id)

    def open_reviews(self, plan_id: UUID) -> list[Review]:
        """What specialists are asked about the plan by now, of the reviews that were read or changed."""
        return [review for review in self._reviews_of[plan_id].values() if review.is_open]

    def read_reviews(self, read: Iterable[Review]) -> None:
        """Reviews as they were read; of those that are among the changes already nothing is new."""
        for review in read:
            self.was_reviews.setdefault(review.review_id, review)
            self._reviews_of[review.plan_id].setdefault(review.review_id, review)

    def put_review(self, review: Review, because: Because) -> None:
        """The review as it becomes, with its row of history."""
        before = self.review(review.review_id)
        self.reviews[review.review_id] = self._reviews_of[review.plan_id][review.review_id] = review
        from_status = None if before is None else before.status
        self.review_moves.append(
            ReviewMove(review.review_id, review.version, from_status, review.status, because.who, because.at, because.why)
        )

    def publish(self, data: EventData, holder_id: UUID, because: Because, *identity: str | int | UUID) -> None:
        """A fact of the holder, with an id that is deterministic from `identity`."""
        self.events.append(
            Event.of(
                data,
                subject=holder_id,
                time=because.at,
                identity=identity,
                correlation_id=because.correlation_id,
                causation_id=because.causation_id,
            )
        )
