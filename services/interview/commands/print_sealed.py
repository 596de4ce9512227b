"""Opening for a paper the names of others in a wish: with a row of the audit in the transaction that reads."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from shared.audit import Caller, Entry, append
from shared.crypto import FieldCipher
from shared.db import Tx


async def open_names_of_others(tx: Tx, intent: Mapping[str, Any], reader: Caller, fields: FieldCipher) -> dict[str, Any]:
    """Witness and proxy of a row of `intent` within the reader's reach; none where the form names nobody."""
    intent_id: UUID = intent["intent_id"]
    await append(tx, reader, [Entry("READ", intent["holder_id"], ("people",), detail=f"intent {intent_id}")])
    sealed = intent["people_sealed"]
    opened: dict[str, Any] = {} if sealed is None else orjson.loads(fields.open(sealed, intent_id.bytes))
    return opened
