"""Reading what is sealed of an interview: within reach, with a row of the audit in the transaction that reads."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from services.interview.commands.interview_facts import SEALED, sealing_context
from services.interview.forms.definition import Definition, catalogue
from services.interview.forms.interview import InterviewForm
from services.interview.repository import contacts
from shared.audit import Caller, Entry, append
from shared.auth import Reach
from shared.crypto import FieldCipher
from shared.db import Tx


async def read_sealed(tx: Tx, reach: Reach, interview_id: UUID, reader: Caller, fields: FieldCipher) -> Mapping[str, Any] | None:
    """Health and debts of an interview within the reach; None when it is not, which is in the audit too."""
    row = await contacts.sealed_answers(tx, reach, interview_id)
    holder_id = None if row is None else row["holder_id"]
    await append(tx, reader, [Entry("READ", holder_id, SEALED, detail=f"interview {interview_id}")])
    if row is None:
        return None
    definition = catalogue().get(InterviewForm.form_code, row["form_version"])
    answers: dict[str, Any] = {}
    for name in SEALED:
        opened = orjson.loads(fields.open(row[f"{name}_sealed"], sealing_context(interview_id, name)))
        _add(answers, in_place(name, opened, definition))
    shown = {"health": answers.get("health", {}), "debts": answers.get("debts", [])}
    return {"interview_id": interview_id, "holder_id": holder_id, "revision": row["revision"], **shown, "answers": answers}


def in_place(name: str, opened: Any, definition: Definition) -> dict[str, Any]:
    """Sealed answers in their places in the form. What was sealed before forms had definitions is the field of that name itself."""
    placed = isinstance(opened, dict) and opened.keys() <= definition.schema["properties"].keys()
    return opened if placed else {name: opened}


def _add(answers: dict[str, Any], more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, Mapping) and isinstance(answers.get(name), dict):
            _add(answers[name], value)
        else:
            answers[name] = value
