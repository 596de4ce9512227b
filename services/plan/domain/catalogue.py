"""The catalogue: programmes and whom they are for."""

from dataclasses import dataclass
from enum import StrEnum

from shared.contracts.common import Approach, Dimension


class Lack(StrEnum):
    """What a person may be short of and a programme may mend."""

    LOW_INCOME = "LOW_INCOME"
    INFORMAL_DEBT = "INFORMAL_DEBT"
    NO_LAND = "NO_LAND"
    NO_OWN_HOME = "NO_OWN_HOME"
    NO_SAVING = "NO_SAVING"


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
