"""The bulk lane `holders`: one chunk's rows of history as messages on the topics of holders, history and payees.

Of persons who enter they are made ready where the lines are read, and written with the chunk; they are sent as they are
unless one of the persons has changed since. All others are made of the rows.
"""

import asyncio
import struct
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from services.registry.domain import Change
from services.registry.published import event_bytes, payee_bytes
from services.registry.repository import history
from services.registry.vault import Vault
from shared.bus.ready import Packer, ReadyBatch, of_bytes, to_bytes
from shared.bus.relay import READY, Expander, Message, Messages
from shared.contracts.registry import HISTORY, HOLDERS, PAYEES
from shared.db import ReadTx

EXPANDER: Final = "holders"
FACT_TOPICS: Final = (HOLDERS, HISTORY)
PAYEE_TOPICS: Final = (PAYEES,)
_ROWS_A_BREATH: Final = 250
_NEW_PAYEE: Final = frozenset({Change.REGISTERED, Change.UPDATED})
_COUNT: Final = struct.Struct(">I")
_ID_BYTES: Final = 16


class ReadyChunk:
    """The messages of a chunk's persons, who enter, and who they are."""

    def __init__(self, partitions: int, at_ms: int) -> None:
        self._facts, self._payees = Packer(FACT_TOPICS, partitions, at_ms), Packer(PAYEE_TOPICS, partitions, at_ms)
        self._ids: list[bytes] = []

    def add(
        self, holder_ids: Sequence[bytes], keys: Sequence[bytes], partitions: Sequence[int], facts: Sequence[bytes], payees: Sequence[bytes]
    ) -> None:
        """Add the messages of persons, whose key on all topics is the text of their id."""
        self._ids += holder_ids
        self._facts.add(partitions, keys, facts)
        self._payees.add(partitions, keys, payees)

    def to_bytes(self) -> bytes:
        """As it is written with the chunk."""
        return ready_chunk(b"".join(self._ids), [*self._facts.batches(), *self._payees.batches()])


def ready_chunk(holder_ids: bytes, batches: Iterable[ReadyBatch]) -> bytes:
    """As ready batches are written with their chunk."""
    return b"".join((_COUNT.pack(len(holder_ids) // _ID_BYTES), holder_ids, to_bytes(batches)))


def holders_expander(vault: Vault) -> Expander:
    """The expander; `vault` opens what the payee messages are made of."""

    async def expand(tx: ReadTx, chunk: dict[str, Any]) -> Messages:
        ready: bytes | None = chunk.get(READY)
        if ready is not None:
            [count] = _COUNT.unpack_from(ready)
            end = _COUNT.size + count * _ID_BYTES
            if await history.all_first(tx, (UUID(bytes=ready[at : at + _ID_BYTES]) for at in range(_COUNT.size, end, _ID_BYTES))):
                return of_bytes(ready[end:])
        return await _of_rows(tx, UUID(chunk["change_id"]), chunk["chunk_no"], vault)

    return expand


async def _of_rows(tx: ReadTx, change_id: UUID, chunk_no: int, vault: Vault) -> list[Message]:
    rows = await history.of_chunk(tx, change_id, chunk_no)
    stale = [(row["holder_id"], row["current_version"]) for row in rows if row["current_version"] != row["version"]]
    newer = await history.versions(tx, stale) if stale else {}
    messages: list[Message] = []
    for number, row in enumerate(rows):
        if number % _ROWS_A_BREATH == 0:
            await asyncio.sleep(0)  # the event loop also serves requests
        messages += _messages(row, newer.get(row["holder_id"]), vault)
    return messages


def _messages(row: Any, newer: Any | None, vault: Vault) -> list[Message]:
    """The fact goes to the history topic. The compacted topic gets the newest state: the newer version's own message may be out already."""
    key = str(row["holder_id"])
    fact = event_bytes(row)
    messages = [(HOLDERS, key, fact if newer is None else event_bytes(newer)), (HISTORY, key, fact)]
    if row["what"] in _NEW_PAYEE:
        messages.append((PAYEES, key, payee_bytes(row, vault)))
    return messages
