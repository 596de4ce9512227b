"""Codes of a form against the lists that plan publishes."""

from typing import Final

from services.interview.forms.answered import Answered
from services.interview.forms.definition import ListedCode
from services.interview.repository import code_lists
from services.interview.repository.code_lists import Looked
from shared.db import Tx
from shared.errors import FieldProblem, Invalid

_FREE: Final = "free"


async def check_codes(tx: Tx, form: Answered) -> None:
    """Find the form's codes in the lists in force on its day; the form keeps the versions. Raises Invalid naming each code that its list has not, or no longer.

    Of a list that plan has not published yet any code is taken that the form's definition lets pass, and its version is `free`.
    """
    listed = form.definition.listed_codes(form.answers)
    day = form.day_of(form.answers) or form.definition.valid_from
    found = await code_lists.look_up(tx, [(one.name, one.code) for one in listed], day) if listed else {}
    problems = [_problem(one, looked) for one in listed if (looked := found.get((one.name, one.code))) and not looked.known]
    if problems:
        raise Invalid.of(*problems)
    form.found_in(dict.fromkeys((one.name for one in listed), _FREE) | {name: str(looked.version) for (name, _), looked in found.items()})


def _problem(asked: ListedCode, looked: Looked) -> FieldProblem:
    if looked.becomes is not None:
        allowed = " | ".join(looked.becomes) or "GET /v1/forms/code-lists"
        en, th = (
            f"{asked.code} is no longer in list {asked.name} {looked.label}",
            f"รหัส {asked.code} ถูกยกเลิกแล้วในบัญชี {asked.name} {looked.label}",
        )
        return FieldProblem(asked.field, "retired_code", en, th, allowed)
    en, th = f"{asked.code} is not in list {asked.name} {looked.label}", f"ไม่มีรหัส {asked.code} ในบัญชี {asked.name} {looked.label}"
    return FieldProblem(asked.field, "unknown_code", en, th, "GET /v1/forms/code-lists")
