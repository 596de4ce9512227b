"""Reading what is sealed of an interview: within reach, with a row of the audit in the transaction that reads."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import orjson

from services.interview.commands.record_interview import sealing_context
from services.interview.repository import contacts
from shared.audit import Caller, Entry, append
from shared.auth import Reach
from shared.crypto import FieldCipher
from shared.db import Tx

SEALED: Final = ("health", "debts")


async def read_sealed(tx: Tx, reach: Reach, interview_id: UUID, reader: Caller, fields: FieldCipher) -> Mapping[str, Any] | None:
    """Health and debts of an interview within the reach; None when it is not, which is in the audit too."""
    row = await contacts.sealed_answers(tx, reach, interview_id)
    holder_id = None if row is None else row["holder_id"]
    await append(tx, reader, [Entry("READ", holder_id, SEALED, detail=f"interview {interview_id}")])
    if row is None:
        return None
    opened = {name: orjson.loads(fields.open(row[f"{name}_sealed"], sealing_context(interview_id, name))) for name in SEALED}
    return {"interview_id": interview_id, "holder_id": holder_id, "revision": row["revision"], **opened}
