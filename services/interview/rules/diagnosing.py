"""Diagnosis help: problems by dimension and the approach that the answers suggest, by the dated rules in diagnosis/*.yaml.

Rules see their `inputs` and nothing else of the person, so that neither sex nor religion nor any such thing can count.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import cel
import yaml

from shared.conditions import compiled, strange_names
from shared.contracts.common import Approach, Dimension
from shared.dated import holding

FOLDER: Final = Path(__file__).parent / "diagnosis"
SATANG: Final = 100
MONTHS: Final = 12

Answers = Mapping[str, Any]


_FIELDS: Final = re.compile(r"\b(?:person|health|abilities)(?:\.\w+)+(?!\w*\()")
"""The fields that a condition speaks of; the name of a method that is called is none."""


class RulesInvalid(ValueError):
    """A rules file asks for what it may not see, or lacks a source; the message names the rule."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that holds, and what it says."""

    rule: str
    message_th: str
    message_en: str
    source: str
    dimension: Dimension | None = None


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A rule that could not be judged, and the answers that it lacks."""

    rule: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed and why. Without an approach `because` may still say why none is; it is None when no rule could tell."""

    rules_version: str
    problems: tuple[Dimension, ...]
    reasons: tuple[Reason, ...]
    approach: Approach | None
    because: Reason | None
    not_judged: tuple[NotJudged, ...]


@dataclass(frozen=True)
class Rule:
    """One condition with its words, source and examples."""

    reason: Reason
    approach: Approach | None
    needs: tuple[str, ...]
    condition: str
    examples: Sequence[Mapping[str, Any]]

    def missing(self, answered: frozenset[str]) -> tuple[str, ...]:
        """What it needs and was not answered."""
        return tuple(path for path in self.needs if path not in answered)


@dataclass(frozen=True)
class RuleSet:
    """The rules of one version."""

    version: str
    valid_from: date
    source: str
    inputs: tuple[str, ...]
    limits: Mapping[str, Any]
    problems: tuple[Rule, ...]
    approaches: tuple[Rule, ...]
    judge: cel.Program
    examples: Sequence[Mapping[str, Any]]

    def propose(self, answers: Answers) -> Proposal:
        """What the answers of annex 3 suggest; they may be incomplete."""
        seen = self.seen(answers)
        holding = self.holding(seen)
        answered = self.answered(seen)
        missing = {rule.reason.rule: rule.missing(answered) for rule in (*self.problems, *self.approaches)}
        reasons = tuple(rule.reason for rule in self.problems if rule.reason.rule in holding)
        # An approach is proposed only when none before it was left unjudged, for that one might have held.
        chosen = next((rule for rule in self.approaches if missing[rule.reason.rule] or rule.reason.rule in holding), None)
        if chosen is not None and missing[chosen.reason.rule]:
            chosen = None
        return Proposal(
            rules_version=self.version,
            problems=tuple(sorted({reason.dimension for reason in reasons if reason.dimension is not None})),
            reasons=reasons,
            approach=None if chosen is None else chosen.approach,
            because=None if chosen is None else chosen.reason,
            not_judged=tuple(NotJudged(rule, fields) for rule, fields in missing.items() if fields),
        )

    def answered(self, seen: Mapping[str, Any]) -> frozenset[str]:
        """The inputs that there is an answer to."""
        return frozenset(path for path in self.inputs if _at(seen, path) is not None)

    def holding(self, seen: Mapping[str, Any]) -> frozenset[str]:
        """The rules that could be judged and whose condition is true."""
        return frozenset(self.judge.execute(dict(seen)))

    def seen(self, answers: Answers) -> dict[str, Any]:
        """All that conditions see: the inputs, what is worked out of them, the limits."""
        seen: dict[str, Any] = {"person": {}, "health": {}, "debts": [], "abilities": {"skills": []}}
        for path in self.inputs:
            value = _at(answers, path)
            if value is not None:
                *parents, name = path.split(".")
                place = seen
                for parent in parents:
                    place = place.setdefault(parent, {})
                place[name] = value
        return {**seen, "facts": _facts(seen), "limits": self.limits}


def _facts(seen: Mapping[str, Any]) -> dict[str, int]:
    payments = sum(int(debt.get("monthly_payment_satang", 0)) for debt in seen["debts"])
    # Rounded up, so that a satang too much is too much.
    facts = {"payments_month_baht": -(-payments // SATANG)}
    if "income_now_baht" in seen["person"]:
        facts["income_month_baht"] = int(seen["person"]["income_now_baht"]) // MONTHS
    return facts


def _at(answers: Any, path: str) -> Any:
    for step in path.split("."):
        answers = answers.get(step) if isinstance(answers, dict) else None
    return answers


@cache
def rule_sets() -> tuple[RuleSet, ...]:
    """The rules that this service ships, the oldest first."""
    return load(FOLDER)


def rules_on(day: date) -> RuleSet:
    """The rules for interviews of the day; before the first ones it is those."""
    return holding(rule_sets(), lambda one: one.valid_from, day)


def load(folder: Path) -> tuple[RuleSet, ...]:
    """Read every rules file in the folder. Raises RulesInvalid."""
    found = [_rule_set(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.yaml"))]
    return tuple(sorted(found, key=lambda one: one.valid_from))


def _rule_set(content: Mapping[str, Any]) -> RuleSet:
    inputs = tuple(content["inputs"])
    visible = {path.split(".")[0] for path in inputs} | {"facts", "limits"}
    unsourced = [name for name, limit in content["limits"].items() if not limit.get("source")]
    if unsourced:
        raise RulesInvalid(f"{content['version']}: no source beside {', '.join(unsourced)}")
    problems = tuple(_rule(one, inputs, visible) for one in content["problems"])
    approaches = tuple(_rule(one, inputs, visible) for one in content["approaches"])
    return RuleSet(
        version=content["version"],
        valid_from=content["valid_from"],
        source=content["source"],
        inputs=inputs,
        limits={name: limit["value"] for name, limit in content["limits"].items()},
        problems=problems,
        approaches=approaches,
        judge=_judge((*problems, *approaches)),
        examples=content["examples"],
    )


def _rule(content: Mapping[str, Any], inputs: Sequence[str], visible: set[str]) -> Rule:
    name = content["rule"]
    strange = sorted(
        {*strange_names(content["when"], visible | {"debt"})} | ({*_FIELDS.findall(content["when"]), *content["needs"]} - set(inputs))
    )
    if strange:
        raise RulesInvalid(f"{name}: asks for what is no input: {', '.join(strange)}")
    if not content.get("source"):
        raise RulesInvalid(f"{name}: has no source")
    dimension = content.get("dimension")
    approach = content.get("approach")
    return Rule(
        reason=Reason(name, content["th"], content["en"], content["source"], dimension and Dimension(dimension)),
        approach=approach and Approach(approach),
        needs=tuple(content["needs"]),
        condition=content["when"],
        examples=content["examples"],
    )


def _judge(rules: Sequence[Rule]) -> cel.Program:
    """All conditions as one expression that gives the names of the rules that hold: to set up an evaluation costs more than to make it."""
    named = [f'({" && ".join([*_answered(rule.needs), f"({rule.condition})"])}) ? ["{rule.reason.rule}"] : []' for rule in rules]
    return compiled(" + ".join(f"({one})" for one in named))


def _answered(needs: Sequence[str]) -> list[str]:
    """Conditions that each of the fields, and what it stands in, is there."""
    found = []
    for path in needs:
        steps = path.split(".")
        found += [f"has({'.'.join(steps[:length])})" for length in range(2, len(steps) + 1)]
    return found
