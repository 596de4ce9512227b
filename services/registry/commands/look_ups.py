"""Finding people by their ids, and reading plain values: each a row of the audit, in the transaction that reads."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.registry.repository import holders, referred
from services.registry.vault import Vault
from shared.audit import Caller, Entry, append
from shared.auth import Reach
from shared.db import Tx

LOOK_UPS_MAX: Final = 1_000
PURPOSE_CHARACTERS_MAX: Final = 200


class IdKind(StrEnum):
    """By which id a person is looked for."""

    CITIZEN_ID = "CITIZEN_ID"
    CARD_NO = "CARD_NO"


_COLUMNS: Final = {IdKind.CITIZEN_ID: "citizen_index", IdKind.CARD_NO: "card_index"}


async def look_up(
    tx: Tx, kind: IdKind, numbers: Sequence[str], *, shown: Sequence[str], caller: Caller, reach: Reach, vault: Vault
) -> list[Any | None]:
    """The row of the holder for each number (plain digits), in their order; None where there is none within the reach.

    `shown` are the names of the fields that the caller will see, for the audit.
    """
    indexes = [vault.index_of(number) for number in numbers]
    found = await holders.by_index(tx, _COLUMNS[kind], indexes, reach)
    rows = [found.get(index) for index in indexes]
    entries = [
        Entry("LOOK_UP", row and row["holder_id"], tuple(shown) if row else (), asked=index, detail=kind)
        for index, row in zip(indexes, rows, strict=True)
    ]
    await append(tx, caller, entries)
    return rows


async def read_personal(tx: Tx, holder_id: UUID, *, shown: Sequence[str], caller: Caller, reach: Reach) -> Any | None:
    """The row of a holder of whom the values named will be shown; None when out of reach, which is audited too."""
    return (await read_many(tx, [holder_id], shown=shown, caller=caller, reach=reach)).get(holder_id)


async def read_contact(tx: Tx, holder_id: UUID, *, shown: Sequence[str], caller: Caller, reach: Reach) -> Any | None:
    """The row of a holder whose name, phone and address will be shown: within reach, or referred to the caller's agency and consenting.

    None for anybody else, which is audited too.
    """
    row = await referred.to_contact(tx, holder_id, reach)
    await append(tx, caller, [_on_record(holder_id, shown, seen=row is not None)])
    return row


async def read_many(tx: Tx, holder_ids: Sequence[UUID], *, shown: Sequence[str], caller: Caller, reach: Reach) -> dict[UUID, Any]:
    """As `read_personal` for many: the rows of those within the reach, and an entry of the audit for each who was asked for."""
    found = await holders.by_ids(tx, holder_ids, reach)
    await append(tx, caller, [_on_record(holder_id, shown, seen=holder_id in found) for holder_id in holder_ids])
    return found


def _on_record(holder_id: UUID, shown: Sequence[str], *, seen: bool) -> Entry:
    # Who asked for somebody out of reach did not see them: the entry is about nobody, and says who was asked for.
    return Entry("READ", holder_id, tuple(shown)) if seen else Entry("READ", None, detail=f"card holder {holder_id}")
