"""Codes of a form against the lists that plan publishes."""

from collections.abc import Mapping
from typing import Final

from services.interview.forms.answered import Answered
from services.interview.forms.definition import ListedCode
from services.interview.repository.code_lists import AskedCode, LookedUp
from shared.errors import FieldProblem, Invalid

_FREE: Final = "free"


def asked_codes(form: Answered) -> list[tuple[ListedCode, AskedCode]]:
    """The codes of the form that come from published lists, and what to look up of each: the list in force on the form's day."""
    day = form.day_of(form.answers) or form.definition.valid_from
    return [(one, AskedCode(one.name, one.code, day)) for one in form.definition.listed_codes(form.answers)]


def check_codes(form: Answered, known: Mapping[AskedCode, LookedUp]) -> None:
    """Hold the form's codes to their lists; the form keeps the versions. Raises Invalid naming each code that its list has not, or no longer.

    Of a list that plan has not published yet any code is taken that the form's definition lets pass, and its version is `free`.
    """
    found = [(one, known.get(asked)) for one, asked in asked_codes(form)]
    problems = [_problem(one, looked) for one, looked in found if looked is not None and not looked.known]
    if problems:
        raise Invalid.of(*problems)
    form.found_in({one.name: _FREE if looked is None else str(looked.version) for one, looked in found})


def _problem(asked: ListedCode, looked: LookedUp) -> FieldProblem:
    if looked.becomes is not None:
        allowed = " | ".join(looked.becomes) or "GET /v1/forms/code-lists"
        en, th = (
            f"{asked.code} is no longer in list {asked.name} {looked.label}",
            f"รหัส {asked.code} ถูกยกเลิกแล้วในบัญชี {asked.name} {looked.label}",
        )
        return FieldProblem(asked.field, "retired_code", en, th, allowed)
    en, th = f"{asked.code} is not in list {asked.name} {looked.label}", f"ไม่มีรหัส {asked.code} ในบัญชี {asked.name} {looked.label}"
    return FieldProblem(asked.field, "unknown_code", en, th, "GET /v1/forms/code-lists")
