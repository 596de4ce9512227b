"""What plan keeps of people, their interviews and their situation."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from services.plan.domain.catalogue import Lack
from shared.contracts.common import Approach, Dimension, Tier

D = TypeVar("D")


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
class Assessment:
    """What programme conditions need of the sealed assessment; None is not known."""

    informal_debt_satang: int | None = None
    wants_mediation: bool | None = None
    land_rai: float | None = None
    owns_home: bool | None = None
    saves: bool | None = None
    skills: tuple[str, ...] | None = None
    readiness: str | None = None
    work_limited: bool | None = None


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
    """All that the recommendation looks at. There is no sex and no religion in it, on purpose.

    `occupations` are groups, `occupation` and `second_occupation` codes; `lacks` are those that are known.
    """

    age: int
    approach: Approach | None
    problems: frozenset[Dimension]
    wishes: frozenset[Dimension]
    occupations: frozenset[str]
    main_occupations: frozenset[str]
    wants_loan: bool
    lacks: frozenset[Lack]
    tier: Tier
    income_now_baht: int
    occupation: str
    second_occupation: str
    district: str
    assessment: Assessment | None
