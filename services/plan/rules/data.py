"""The rules' data: read once a process from the YAML beside this file; a changed rule is a changed file."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from services.plan.domain import Conditions, Lack
from shared.contracts.common import Approach, Dimension
from shared.contracts.plan import Outcome

_FOLDER: Final = Path(__file__).parent
POINTS_TOTAL: Final = 100


@dataclass(frozen=True, slots=True)
class Scoring:
    """rules/scoring.yaml: points of each factor (they add up to 100), and how many programmes are recommended."""

    points: Mapping[str, int]
    age_margin_years: int
    programmes_max: int
    score_min: int

    def __post_init__(self) -> None:
        """Refuse points that do not add up."""
        if sum(self.points.values()) != POINTS_TOTAL:
            raise ValueError(f"the points of scoring.yaml add up to {sum(self.points.values())}, not {POINTS_TOTAL}")


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """One line of rules/outcomes.yaml."""

    dimensions: frozenset[Dimension]
    final: bool
    succeeded: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """All of it."""

    scoring: Scoring
    occupation_groups: Mapping[str, tuple[str, ...]]
    outcomes: Mapping[Outcome, OutcomeRule]
    first_conditions: Mapping[str, Conditions]


@cache
def load() -> Rules:
    """The rules of this release. Raises ValueError or KeyError for data that make no sense."""
    scoring = _read("scoring.yaml")
    return Rules(
        scoring=Scoring(scoring["points"], scoring["age_margin_years"], scoring["programmes_max"], scoring["score_min"]),
        occupation_groups={name: tuple(beginnings) for name, beginnings in _read("occupations.yaml")["groups"].items()},
        outcomes={Outcome(name): _outcome_rule(rule) for name, rule in _read("outcomes.yaml")["outcomes"].items()},
        first_conditions={code: conditions_of(entry or {}) for code, entry in _read("conditions.yaml")["programmes"].items()},
    )


def conditions_of(entry: Mapping[str, Any]) -> Conditions:
    """Conditions from YAML, from the database's JSON or from a request that was checked. Raises TypeError for an unknown name."""
    return Conditions(
        **{
            **entry,
            "occupations": tuple(entry.get("occupations", ())),
            "not_occupations": tuple(entry.get("not_occupations", ())),
            "approaches": tuple(Approach(name) for name in entry.get("approaches", ())),
            "serves": tuple(Lack(name) for name in entry.get("serves", ())),
        }
    )


def _outcome_rule(rule: Mapping[str, Any]) -> OutcomeRule:
    return OutcomeRule(frozenset(Dimension(name) for name in rule["dimensions"]), rule.get("final", False), rule.get("succeeded", False))


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))
    return data
