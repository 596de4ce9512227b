"""The values of plan: programmes, the person's situation, plans, referrals, and which state follows which."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Generic, TypeVar
from uuid import UUID

from services.plan import errors
from shared.contracts.common import Approach, Dimension, Tier
from shared.contracts.plan import Outcome
from shared.ids import same_id

D = TypeVar("D")


class PlanStatus(StrEnum):
    """States of a plan. CLOSED is for those who died or were erased, MERGED while another plan of the same person goes on.

    A death that was taken back, or a merge that was undone, leads to the state before.
    """

    RECOMMENDED = "RECOMMENDED"
    AGREED = "AGREED"
    REFERRED = "REFERRED"
    IN_DEVELOPMENT = "IN_DEVELOPMENT"
    COMPLETED = "COMPLETED"
    DROPPED = "DROPPED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    CLOSED = "CLOSED"
    MERGED = "MERGED"


NOT_AGREED: Final = frozenset({PlanStatus.RECOMMENDED, PlanStatus.DECLINED, PlanStatus.WITHDRAWN})
"""States in which a new interview changes the plan."""

RUNNING: Final = frozenset({PlanStatus.AGREED, PlanStatus.REFERRED, PlanStatus.IN_DEVELOPMENT})
"""Agreed, and not at an end."""

ENDED: Final = frozenset({PlanStatus.COMPLETED, PlanStatus.DROPPED})
"""Every referral has its final outcome."""

OPEN: Final = RUNNING | {PlanStatus.RECOMMENDED}

_CUT_OFF: Final = (PlanStatus.WITHDRAWN, PlanStatus.CLOSED, PlanStatus.MERGED)

_NEXT: Final[dict[PlanStatus, frozenset[PlanStatus]]] = {
    PlanStatus.RECOMMENDED: frozenset({PlanStatus.AGREED, PlanStatus.DECLINED, *_CUT_OFF}),
    PlanStatus.AGREED: frozenset({PlanStatus.REFERRED, *_CUT_OFF}),
    PlanStatus.REFERRED: frozenset({PlanStatus.IN_DEVELOPMENT, *_CUT_OFF}),
    PlanStatus.IN_DEVELOPMENT: frozenset({PlanStatus.COMPLETED, PlanStatus.DROPPED, *_CUT_OFF}),
    PlanStatus.DECLINED: frozenset({PlanStatus.RECOMMENDED, PlanStatus.WITHDRAWN, PlanStatus.CLOSED}),
    PlanStatus.WITHDRAWN: frozenset({PlanStatus.RECOMMENDED, PlanStatus.DECLINED, PlanStatus.CLOSED}),
    PlanStatus.COMPLETED: frozenset(),
    PlanStatus.DROPPED: frozenset(),
    PlanStatus.CLOSED: frozenset(),
    PlanStatus.MERGED: frozenset({PlanStatus.WITHDRAWN, PlanStatus.CLOSED}),
}


class ReferralStatus(StrEnum):
    """States of a referral."""

    CREATED = "CREATED"
    ACCEPTED = "ACCEPTED"
    CLOSED = "CLOSED"


class Lack(StrEnum):
    """What a person may be short of and a programme may mend."""

    LOW_INCOME = "LOW_INCOME"
    INFORMAL_DEBT = "INFORMAL_DEBT"
    NO_LAND = "NO_LAND"
    NO_OWN_HOME = "NO_OWN_HOME"
    NO_SAVING = "NO_SAVING"


@dataclass(frozen=True, slots=True)
class Because:
    """Why something changes: who, when (aware; of the fact, not of the machine), why, and the event or call it came from."""

    at: datetime
    who: str
    why: str = ""
    correlation_id: str = ""
    causation_id: str = ""


@dataclass(frozen=True, slots=True)
class Noted(Generic[D]):
    """A fact that another service told, and whence it came."""

    data: D
    because: Because


@dataclass(frozen=True, slots=True)
class Conditions:
    """Who a programme is for; see rules/conditions.yaml. Ages are whole years, both included."""

    min_age: int | None = None
    max_age: int | None = None
    occupations: tuple[str, ...] = ()
    not_occupations: tuple[str, ...] = ()
    approaches: tuple[Approach, ...] = ()
    wants_loan: bool = False
    wants_dimension: bool = False
    serves: tuple[Lack, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme of the catalogue at one version."""

    code: str
    version: int
    dimension: Dimension
    name_th: str
    name_en: str
    agency: str
    confidence: str
    active: bool
    conditions: Conditions
    approval_reference: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """What programme conditions need of the sealed assessment; None is not known."""

    informal_debt_satang: int | None = None
    wants_mediation: bool = False
    land_rai: float | None = None
    owns_home: bool | None = None
    saves: bool | None = None


@dataclass(frozen=True, slots=True)
class Interview:
    """The facts of the latest interview of one person."""

    holder_id: UUID
    interview_id: UUID
    revision: int
    interviewed_on: date
    officer_id: UUID
    approach: Approach | None
    problems: tuple[Dimension, ...]
    wishes: tuple[Dimension, ...]
    occupation: str
    second_occupation: str | None
    income_now_baht: int
    wants_loan: bool
    chosen: tuple[str, ...]
    specialist_asked: bool
    district: str


@dataclass(frozen=True, slots=True)
class Holder:
    """What plan keeps of a card holder."""

    holder_id: UUID
    tier: Tier
    age: int
    alive: bool
    home_district: str
    responsible_district: str
    officer_id: UUID | None
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the recommendation looks at. There is no sex and no religion in it, on purpose."""

    age: int
    approach: Approach | None
    problems: frozenset[Dimension]
    wishes: frozenset[Dimension]
    occupations: frozenset[str]
    main_occupations: frozenset[str]
    wants_loan: bool
    lacks: frozenset[Lack]


@dataclass(frozen=True, slots=True)
class Choice:
    """One programme that both agreed on, before it is a line of the plan."""

    programme_code: str
    goal: str = ""
    target_income_baht: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an agreed plan, with the version of its programme at that time."""

    plan_id: UUID
    line_no: int
    dimension: Dimension
    programme_code: str
    programme_version: int
    agency: str
    goal: str
    target_income_baht: int | None


def plan_id_of(holder_id: UUID) -> UUID:
    """The id of a person's plan: everybody has one at most."""
    return same_id("plan", holder_id)


def referral_id_of(plan_id: UUID, line_no: int) -> UUID:
    """The id of the referral of a line: every line has one."""
    return same_id("referral", plan_id, line_no)


@dataclass(frozen=True, slots=True)
class Plan:
    """One person's plan. `version` grows by one with each change of state or content."""

    plan_id: UUID
    holder_id: UUID
    version: int
    status: PlanStatus
    interview_id: UUID
    home_district: str
    responsible_district: str
    officer_id: UUID | None
    specialist_asked: bool
    recommendation_version: int = 0
    holder_signed: bool = False
    officer_signed: bool = False
    agreed_on: date | None = None
    other_choice_reason: str | None = None
    declined_on: date | None = None
    sufficient: bool | None = None
    decline_reason: str | None = None
    completed_on: date | None = None
    succeeded: int | None = None
    failed: int | None = None

    def become(self, status: PlanStatus, **changes: object) -> "Plan":
        """The plan in its next state. Raises PlanNotOpen when the state does not follow the present one."""
        if status not in _NEXT[self.status]:
            raise errors.PlanNotOpen(
                f"A plan that is {self.status} cannot become {status}",
                f"แผนในสถานะ {self.status} ไม่สามารถเปลี่ยนเป็น {status}",
                plan_id=str(self.plan_id),
                plan_status=self.status.value,
            )
        return self.changed(status=status, **changes)

    def go_on(self, before: PlanStatus) -> "Plan":
        """The plan as it was before a death or a merge ended it, which was none. Raises PlanNotOpen for one that did not end so."""
        if self.status not in {PlanStatus.CLOSED, PlanStatus.MERGED}:
            raise errors.PlanNotOpen(plan_id=str(self.plan_id), plan_status=self.status.value)
        return self.changed(status=before)

    def changed(self, **changes: object) -> "Plan":
        """The plan with other content, one version on."""
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]  # the callers name fields of this class


@dataclass(frozen=True, slots=True)
class Referral:
    """One line of a plan on its way through its agency."""

    referral_id: UUID
    plan_id: UUID
    holder_id: UUID
    line_no: int
    programme_code: str
    dimension: Dimension
    agency: str
    status: ReferralStatus
    version: int
    referred_on: date
    accepted_on: date | None = None
    outcome: Outcome | None = None
    outcome_final: bool = False
    outcome_on: date | None = None
    closed_reason: str | None = None

    def accept(self, on: date) -> "Referral":
        """The referral after the agency took the person in. Raises ReferralNotOpen."""
        if self.status is not ReferralStatus.CREATED:
            raise errors.ReferralNotOpen(referral_id=str(self.referral_id), referral_status=self.status.value)
        return replace(self, status=ReferralStatus.ACCEPTED, version=self.version + 1, accepted_on=on)

    def record(self, outcome: Outcome, *, on: date, final: bool) -> "Referral":
        """The referral after an outcome; a final one closes it. Raises ReferralNotAccepted, ReferralClosed."""
        if self.status is ReferralStatus.CREATED:
            raise errors.ReferralNotAccepted(referral_id=str(self.referral_id))
        if self.status is ReferralStatus.CLOSED:
            raise errors.ReferralClosed(
                referral_id=str(self.referral_id), outcome=self.outcome and self.outcome.value, closed_reason=self.closed_reason
            )
        return replace(
            self,
            status=ReferralStatus.CLOSED if final else self.status,
            version=self.version + 1,
            outcome=outcome,
            outcome_final=final,
            outcome_on=on,
            closed_reason="OUTCOME" if final else None,
        )

    def close(self, reason: str) -> "Referral":
        """The referral closed with its plan; one that is closed stays as it is."""
        if self.status is ReferralStatus.CLOSED:
            return self
        return replace(self, status=ReferralStatus.CLOSED, version=self.version + 1, closed_reason=reason)

    def go_on(self, closed_as: str) -> "Referral":
        """The referral as it was before it was closed for this reason; another stays as it is."""
        if self.status is not ReferralStatus.CLOSED or self.closed_reason != closed_as:
            return self
        before = ReferralStatus.CREATED if self.accepted_on is None else ReferralStatus.ACCEPTED
        return replace(self, status=before, version=self.version + 1, closed_reason=None)
