"""What one use case changes: gathered in memory by pure code, then written at once and set-based by the repository."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.plan.domain import Because, Interview, Line, Plan, PlanStatus, Referral, ReferralStatus
from shared.contracts import Event, EventData
from shared.contracts.plan import Outcome, RecommendedProgramme


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
    evidence: str | None
    who: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One version of what was recommended."""

    plan_id: UUID
    version: int
    interview_id: UUID
    interview_revision: int
    with_assessment: bool
    policy_version: int
    advised_on: date
    scoring_from: date
    record_version: int
    programmes: tuple[RecommendedProgramme, ...]
    prepared_at: datetime


@dataclass
class Changes:
    """Plans and referrals as they were read (locked), as they become, and the events of the way between."""

    was: dict[UUID, Plan] = field(default_factory=dict)
    was_referrals: dict[UUID, Referral] = field(default_factory=dict)
    plans: dict[UUID, Plan] = field(default_factory=dict)
    referrals: dict[UUID, Referral] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    interviews: dict[UUID, Interview] = field(default_factory=dict)
    recommendations: list[Recommendation] = field(default_factory=list)
    plan_moves: list[PlanMove] = field(default_factory=list)
    referral_moves: list[ReferralMove] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

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

    def referrals_by_plan(self) -> dict[UUID, list[Referral]]:
        """The referrals as they are by now, by plan."""
        grouped: dict[UUID, list[Referral]] = defaultdict(list)
        for referral in (self.was_referrals | self.referrals).values():
            grouped[referral.plan_id].append(referral)
        return grouped

    def put_plan(self, plan: Plan, because: Because) -> None:
        """The plan as it becomes; a new state makes a row of history."""
        before = self.plan(plan.plan_id)
        self.plans[plan.plan_id] = plan
        if before is None or before.status is not plan.status:
            move = PlanMove(
                plan.plan_id, plan.version, None if before is None else before.status, plan.status, because.who, because.at, because.why
            )
            self.plan_moves.append(move)

    def put_referral(self, referral: Referral, because: Because, *, evidence: str | None = None) -> None:
        """The referral as it becomes, with its row of history; nothing when it does not change."""
        before = self.referral(referral.referral_id)
        if before == referral:
            return
        self.referrals[referral.referral_id] = referral
        self.referral_moves.append(
            ReferralMove(
                referral_id=referral.referral_id,
                version=referral.version,
                from_status=None if before is None else before.status,
                to_status=referral.status,
                outcome=referral.outcome,
                evidence=evidence,
                who=because.who,
                at=because.at,
                why=because.why,
            )
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
