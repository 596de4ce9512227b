"""Telling other ministries whether people are card holders: yes or no and the tier, nothing else; each question is in the audit."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.registry.repository import holders
from services.registry.vault import Vault
from shared.audit import Caller, Entry, append_together
from shared.auth import Reach
from shared.db import Tx

SHOWN = ("card_holder", "tier")


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the person is a living card holder within the reach, and then of which tier."""

    card_holder: bool
    tier: str | None


_NOBODY = Standing(card_holder=False, tier=None)


async def verify(tx: Tx, citizen_ids: Sequence[str], *, caller: Caller, reach: Reach, vault: Vault) -> list[Standing]:
    """The standing of each citizen id (plain digits), in their order."""
    indexes = vault.index.digests([one.encode() for one in citizen_ids])
    found = await holders.standings(tx, indexes, reach)
    rows = [found.get(index) for index in indexes]
    entry = Entry("VERIFY", None, SHOWN, b"".join(indexes))
    await append_together(tx, caller, entry, [None if row is None else row["holder_id"] for row in rows])
    return [Standing(card_holder=True, tier=row["tier"]) if row is not None and row["alive"] else _NOBODY for row in rows]
