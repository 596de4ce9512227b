"""The rules' data: read once a process from the YAML beside this file; a changed rule is a changed file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from services.plan.domain import Condition, Example, Lack, Merits
from services.plan.rules import scoring
from services.plan.rules.scoring import ScoringData
from shared.contracts.common import Approach, Dimension
from shared.contracts.plan import Outcome

_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """One line of rules/outcomes.yaml."""

    dimensions: frozenset[Dimension]
    final: bool
    succeeded: bool
    not_tried: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """All of it."""

    scorings: ScoringData
    occupation_groups: Mapping[str, tuple[str, ...]]
    outcomes: Mapping[Outcome, OutcomeRule]
    agencies_of_circular: Mapping[str, int]

    @property
    def successes(self) -> frozenset[Outcome]:
        """The outcomes that are a success."""
        return frozenset(outcome for outcome, rule in self.outcomes.items() if rule.succeeded)

    def outcomes_of(self, dimension: Dimension) -> tuple[Outcome, ...]:
        """What may be reported of a programme of the dimension."""
        return tuple(outcome for outcome, rule in self.outcomes.items() if dimension in rule.dimensions)


@cache
def load() -> Rules:
    """The rules of this release. Raises ValueError or KeyError for data that make no sense."""
    return Rules(
        scorings=scoring.load(),
        occupation_groups={name: tuple(beginnings) for name, beginnings in _read("occupations.yaml")["groups"].items()},
        outcomes={Outcome(name): _outcome_rule(rule) for name, rule in _read("outcomes.yaml")["outcomes"].items()},
        agencies_of_circular=_read("agencies.yaml")["kinds"],
    )


@cache
def first_catalogue() -> Mapping[str, Any]:
    """rules/conditions.yaml: what the programmes of the first catalogue give, whom they are for, and the sources."""
    return _read("conditions.yaml")


def conditions_of(entries: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """Conditions from YAML, from the database's JSON or from a request. Raises TypeError for an unknown name."""
    return tuple(Condition(**entry) for entry in entries)


def examples_of(entries: Iterable[Mapping[str, Any]]) -> tuple[Example, ...]:
    """Examples, the same way."""
    return tuple(Example(**{**entry, "fails": tuple(entry.get("fails", ()))}) for entry in entries)


def merits_of(entry: Mapping[str, Any]) -> Merits:
    """Merits, the same way. Raises ValueError for an unknown word too."""
    return Merits(
        serves=tuple(Lack(name) for name in entry.get("serves", ())),
        approaches=tuple(Approach(name) for name in entry.get("approaches", ())),
        made_for=tuple(entry.get("made_for", ())),
    )


def _outcome_rule(rule: Mapping[str, Any]) -> OutcomeRule:
    return OutcomeRule(
        frozenset(Dimension(name) for name in rule["dimensions"]),
        rule.get("final", False),
        rule.get("succeeded", False),
        rule.get("not_tried", False),
    )


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))
    return data
