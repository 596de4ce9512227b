"""What the figures about outcomes go by: outcomes.yaml as values."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from shared.dated import in_force

_FILE: Final = Path(__file__).with_name("outcomes.yaml")


@dataclass(frozen=True)
class OutcomeRules:
    """One version. `months_days` are the horizons of staying in work by their months; `age_groups` the upper ends of all groups but the last."""

    confidence: float
    successes: tuple[str, ...]
    placed: str
    at_work: tuple[str, ...]
    not_at_work: tuple[str, ...]
    months_days: Mapping[int, int]
    between_jobs_days: int
    age_groups: tuple[int, ...]


def outcome_rules(on: date) -> OutcomeRules:
    """The version that holds on the day."""
    version = in_force(_FILE, on)
    names = {field.name for field in fields(OutcomeRules)}
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in version.items() if name in names}
    return OutcomeRules(**values)


def occupation_group(code: str) -> str:
    """The group of an occupation: of the groups' beginnings of codes the longest that fits."""
    return max(
        ((len(start), name) for name, group in _occupations().items() for start in group["codes"] if code.upper().startswith(start)),
    )[1]


def occupation_words(group: str) -> tuple[str, str]:
    """The group's name in Thai and English."""
    found = _occupations()[group]
    return found["th"], found["en"]


@cache
def _occupations() -> Mapping[str, Any]:
    groups: Mapping[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["occupation_groups"]
    return groups
