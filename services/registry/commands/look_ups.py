"""Finding people by their ids, and reading plain values: each a row of the audit, in the transaction that reads."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.registry.repository import audit, holders
from services.registry.repository.audit import Caller
from services.registry.vault import Vault
from shared.auth import Reach
from shared.db import Tx

LOOK_UPS_MAX: Final = 1_000


class IdKind(StrEnum):
    """By which id a person is looked for."""

    CITIZEN_ID = "CITIZEN_ID"
    CARD_NO = "CARD_NO"


_COLUMNS: Final = {IdKind.CITIZEN_ID: "citizen_index", IdKind.CARD_NO: "card_index"}
_PERSONAL: Final = "PERSONAL"


async def look_up(tx: Tx, kind: IdKind, numbers: Sequence[str], caller: Caller, reach: Reach, vault: Vault) -> list[Any | None]:
    """The row of the holder for each number (plain digits), in their order; None where there is none within the reach."""
    indexes = [vault.index_of(number) for number in numbers]
    found = await holders.by_index(tx, _COLUMNS[kind], indexes, reach)
    rows = [found.get(index) for index in indexes]
    await audit.append(tx, caller, kind, [(index, row and row["holder_id"]) for index, row in zip(indexes, rows, strict=True)])
    return rows


async def read_personal(tx: Tx, holder_id: UUID, caller: Caller, reach: Reach) -> Any | None:
    """The row of a holder whose plain values will be shown; None when out of reach, which is audited too."""
    row = await holders.by_id(tx, holder_id, reach)
    await audit.append(tx, caller, _PERSONAL, [(b"", holder_id if row is not None else None)])
    return row
