"""The expander of the bulk lane `holders`: one chunk's rows of history as messages on the topics of holders, history and payees."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from services.registry.domain import Change
from services.registry.published import event_bytes, payee_bytes
from services.registry.repository import history
from services.registry.vault import Vault
from shared.bus.relay import Expander, Message
from shared.contracts.registry import HISTORY, HOLDERS, PAYEES
from shared.db import ReadTx

EXPANDER: Final = "holders"
_ROWS_A_BREATH: Final = 250
_NEW_PAYEE: Final = frozenset({Change.REGISTERED, Change.UPDATED})


def holders_expander(vault: Vault) -> Expander:
    """The expander; `vault` opens what the payee messages are made of."""

    async def expand(tx: ReadTx, chunk: dict[str, Any]) -> Sequence[Message]:
        rows = await history.of_chunk(tx, UUID(chunk["change_id"]), chunk["chunk_no"])
        stale = [(row["holder_id"], row["current_version"]) for row in rows if row["current_version"] != row["version"]]
        newer = await history.versions(tx, stale) if stale else {}
        messages: list[Message] = []
        for number, row in enumerate(rows):
            if number % _ROWS_A_BREATH == 0:
                await asyncio.sleep(0)  # the event loop also serves requests
            messages += _messages(row, newer.get(row["holder_id"]), vault)
        return messages

    return expand


def _messages(row: Any, newer: Any | None, vault: Vault) -> list[Message]:
    """The fact goes to the history topic. The compacted topic gets the newest state: the newer version's own message may be out already."""
    key = str(row["holder_id"])
    fact = event_bytes(row)
    messages = [(HOLDERS, key, fact if newer is None else event_bytes(newer)), (HISTORY, key, fact)]
    if row["what"] in _NEW_PAYEE:
        messages.append((PAYEES, key, payee_bytes(row, vault)))
    return messages
