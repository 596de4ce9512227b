"""The catalogue: programmes, whom they are for, and where and when they are offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.contracts.common import Approach, Dimension
from shared.dated import holding


class Lack(StrEnum):
    """What a person may be short of and a programme may mend."""

    LOW_INCOME = "LOW_INCOME"
    INFORMAL_DEBT = "INFORMAL_DEBT"
    NO_LAND = "NO_LAND"
    NO_OWN_HOME = "NO_OWN_HOME"
    NO_SAVING = "NO_SAVING"


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the things that must be so of a person, by its name: in CEL over rules/variables.py, and in words for people."""

    name: str
    when: str
    th: str
    en: str


@dataclass(frozen=True, slots=True)
class Example:
    """A made-up person and whether the programme is for them. Whom it is not for, fails exactly the conditions of `fails`.

    `person` holds facts by the names of the variables; what is left out is not known. `because` says it in words.
    """

    person: Mapping[str, Any]
    fits: bool
    because: str
    fails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Merits:
    """What counts among the programmes that are open to a person.

    What the programme mends, which way of raising income it serves, and the groups of rules/occupations.yaml that it is made for.
    """

    serves: tuple[Lack, ...] = ()
    approaches: tuple[Approach, ...] = ()
    made_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """One version of a programme. It holds from `valid_from` until the next version does, and not after `valid_until`.

    `papers` are what to bring, `contact` is an office, `outcomes` are what its agency may report, `source` says whence its facts are.
    """

    code: str
    version: int
    dimension: Dimension
    name_th: str
    name_en: str
    agency: str
    confidence: str
    active: bool
    valid_from: date
    valid_until: date | None
    gives_th: str
    gives_en: str
    papers: tuple[str, ...]
    contact: str
    outcomes: tuple[str, ...]
    conditions: tuple[Condition, ...]
    examples: tuple[Example, ...]
    merits: Merits
    source: str
    approval_reference: str

    def is_offered(self, on: date) -> bool:
        """Whether it takes people in on the day, as the version of that day."""
        return self.active and self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every version of every programme, by code, the oldest first."""

    versions: Mapping[str, tuple[Programme, ...]]

    def version_on(self, code: str, day: date) -> Programme | None:
        """The version of the day: the newest that had begun; None for a code that is unknown, or was by then."""
        return next((one for one in reversed(self.versions.get(code, ())) if one.valid_from <= day), None)

    def signed_on(self, code: str, day: date) -> Programme:
        """The version that a plan of the day keeps; the first, where it was signed before that began. Raises KeyError for an unknown code."""
        return holding(self.versions[code], lambda one: one.valid_from, day)

    def offered_on(self, day: date) -> tuple[Programme, ...]:
        """The programmes that take people in on the day, by code."""
        of_the_day = (self.version_on(code, day) for code in sorted(self.versions))
        return tuple(one for one in of_the_day if one is not None and one.is_offered(day))


@dataclass(frozen=True, slots=True)
class Offering:
    """Where and when a programme is given: in one district (4 digits), or for a whole province (2 digits) with `district` None.

    Dates are included; money is whole baht; `kit` is what the person takes home. Those that we made up are `synthetic`.
    """

    offering_id: UUID
    programme_code: str
    version: int
    province: str
    district: str | None
    place: str
    starts_on: date
    ends_on: date
    apply_until: date
    hours: int | None
    seats: int
    cost_baht: int
    kit: str | None
    kit_value_baht: int
    stipend_baht_a_day: int
    course_code: str | None
    active: bool
    synthetic: bool

    def is_open(self, on: date) -> bool:
        """Whether a person may still apply on the day."""
        return self.active and on <= self.apply_until


@dataclass(frozen=True, slots=True)
class SeatHold:
    """A seat that a line of a plan holds."""

    offering_id: UUID
    plan_id: UUID
    line_no: int
