"""Reading what was said in a complaint and answered: within reach, with a row of the audit in the transaction that reads."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from services.interview.commands.complaints import context
from services.interview.repository.complaints import within
from shared.audit import Caller, Entry, append
from shared.auth import Principal
from shared.crypto import FieldCipher
from shared.db import Tx


async def read_complaint(tx: Tx, caller: Principal, complaint_id: UUID, reader: Caller, fields: FieldCipher) -> Mapping[str, Any] | None:
    """A complaint with what was said and answered, opened, and its history; None out of reach. Each reading is in the audit, also in vain."""
    condition, args = within(caller, 2)
    row = await tx.fetchrow(f"SELECT * FROM complaint c WHERE c.complaint_id = $1 AND {condition}", complaint_id, *args)
    holder_id = None if row is None else row["holder_id"]
    await append(tx, reader, [Entry("READ", holder_id, ("text", "answer", "person"), detail=f"complaint {complaint_id}")])
    if row is None:
        return None
    opened = {name: _opened(row, name, fields) for name in ("text", "answer", "person")}
    history = await tx.fetch("SELECT * FROM complaint_history WHERE complaint_id = $1 ORDER BY version", complaint_id)
    person = opened["person"]
    return {**dict(row), **opened, "person": person and orjson.loads(person), "history": [dict(line) for line in history]}


def _opened(row: Mapping[str, Any], name: str, fields: FieldCipher) -> str | None:
    sealed = row[f"{name}_sealed"]
    return fields.open(sealed, context(row["complaint_id"], name)) if sealed else None
