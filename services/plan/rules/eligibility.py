"""Whom a programme is for: its conditions judged over what is known of a person, and the examples that hold it to its words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.plan.domain import Condition, Example, Programme
from services.plan.rules.variables import variables
from shared.conditions import ConditionInvalid, Facts, Kind, Variable, check
from shared.errors import FieldProblem

NUMBER_MAX: Final = 10**12
"""No number of a person is greater, in whatever unit."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The conditions that a person does not meet, and those that cannot be judged yet. What is not known excludes nobody."""

    failed: tuple[Condition, ...] = ()
    unknown: tuple[Condition, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the person may be sent to the programme."""
        return not self.failed


def judge(conditions: tuple[Condition, ...], facts: Facts) -> Verdict:
    """Every condition judged."""
    failed, unknown = [], []
    for one in conditions:
        holds = facts.judge(one.when)
        if holds is None:
            unknown.append(one)
        elif not holds:
            failed.append(one)
    return Verdict(tuple(failed), tuple(unknown))


def is_open_to(programme: Programme, facts: Facts) -> bool:
    """Whether no condition of the programme is known to fail; it is for the caller to know that it is offered."""
    return all(facts.judge(one.when) is not False for one in programme.conditions)


def problems_of(programme: Programme) -> list[FieldProblem]:
    """What is wrong with the conditions and examples of a version that somebody wants to save; nothing when they may be kept."""
    return [*_problems_of_conditions(programme)] or [*_problems_of_examples(programme)]


def _problems_of_conditions(programme: Programme) -> Iterator[FieldProblem]:
    names: set[str] = set()
    for number, one in enumerate(programme.conditions):
        if one.name in names:
            yield FieldProblem(f"conditions.{number}.name", "condition_twice", "stands twice", "ซ้ำกัน")
        names.add(one.name)
        try:
            check(one.when, variables())
        except ConditionInvalid as error:
            yield FieldProblem(f"conditions.{number}.when", "condition", error.en, error.th, error.allowed)


def _problems_of_examples(programme: Programme) -> Iterator[FieldProblem]:
    wrong = [problem for number, one in enumerate(programme.examples) for problem in _problems_of_example(programme, number, one)]
    yield from wrong
    if wrong:
        return
    if not any(one.fits for one in programme.examples):
        yield FieldProblem("examples", "no_example_fits", "need somebody whom the programme is for", "ต้องมีตัวอย่างผู้ที่เข้าเกณฑ์", "fits: true")
    told = {name for one in programme.examples for name in one.fails}
    for condition in programme.conditions:
        if condition.name not in told:
            yield FieldProblem(
                "examples",
                "no_example_fails",
                f"need somebody who fails {condition.name}",
                f"ต้องมีตัวอย่างผู้ที่ไม่ผ่านเงื่อนไข {condition.name}",
                f"fits: false, fails: [{condition.name}]",
            )


def _problems_of_example(programme: Programme, number: int, example: Example) -> Iterator[FieldProblem]:
    wrong = [*_problems_of_person(number, example)]
    yield from wrong
    if wrong:
        return
    failed = {one.name for one in judge(programme.conditions, Facts.of(example.person)).failed}
    if example.fits is bool(failed) or failed != set(example.fails):
        became = f"fits: {str(not failed).lower()}, fails: [{', '.join(sorted(failed))}]"
        yield FieldProblem(f"examples.{number}", "example", "does not hold", "ผลไม่ตรงกับเงื่อนไข", became)


def _problems_of_person(number: int, example: Example) -> Iterator[FieldProblem]:
    for name, value in example.person.items():
        variable = variables().get(name)
        if variable is None:
            field = f"examples.{number}.person.{name}"
            yield FieldProblem(field, "unknown_variable", "is not a variable", "ไม่ใช่ตัวแปรที่ใช้ได้", ", ".join(sorted(variables())))
        elif value is not None and not _is_value(value, variable):
            allowed = " | ".join(sorted(variable.values)) or variable.kind.value
            yield FieldProblem(f"examples.{number}.person.{name}", "variable_value", "is not a value of this", "ค่าไม่ถูกต้อง", allowed)


def _is_value(value: object, variable: Variable) -> bool:
    match variable.kind:
        case Kind.NUMBER:
            return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= NUMBER_MAX
        case Kind.YES_NO:
            return isinstance(value, bool)
        case Kind.TEXT:
            texts: object = [value]
        case Kind.TEXTS:
            texts = value
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        return False
    return not variable.values or variable.values.issuperset(texts)
