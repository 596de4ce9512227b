"""What is known of a person that their allowance depends on, and what was known at a moment: facts with their events, and their life."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from services.payments.domain import Month
from services.payments.repository import holders
from services.payments.repository.holders import Ends, LifeChange
from services.payments.rules.facts import FACT, Fact
from services.payments.rules.tiers import Correction
from shared.contracts.common import Tier
from shared.db import ReadTx


class Source(NamedTuple):
    """When something was known, and by which event (type and id); empty where it was before that was kept."""

    known_at: datetime | None
    event_type: str | None
    event_id: str | None


class KnownFact(NamedTuple):
    """A fact and where it comes from."""

    holder_id: UUID
    fact: Fact
    source: Source


class KnownChange(NamedTuple):
    """A change of what the registry says of a holder's tier, death or merge."""

    change: LifeChange
    source: Source


@dataclass(frozen=True, slots=True)
class Life:
    """What the registry says of a holder, and the changes of it that were told by then, oldest first."""

    tier: Tier | None
    ends: Ends
    merged_into: UUID | None
    changes: tuple[KnownChange, ...]


async def facts(tx: ReadTx, holder_ids: Iterable[UUID], by: datetime | None) -> list[KnownFact]:
    """The facts of the holders in the order of arrival; those known by the moment, if one is named."""
    rows = await tx.fetch(
        """SELECT holder_id, fact, taken_at, source_type, source_event FROM entitlement_fact
            WHERE holder_id = ANY($1::uuid[]) AND ($2::timestamptz IS NULL OR taken_at <= $2) ORDER BY seq""",
        list(holder_ids),
        by,
    )
    return [
        KnownFact(
            row["holder_id"],
            FACT.validate_python(row["fact"], strict=False),
            Source(row["taken_at"], row["source_type"], row["source_event"] or None),
        )
        for row in rows
    ]


async def life(tx: ReadTx, holder_id: UUID, by: datetime | None) -> Life:
    """What the registry says of the holder; said by the moment, if one is named. Raises LookupError for an unknown one."""
    row = await tx.fetchrow("SELECT tier, deceased_on, merged_on, merged_into FROM holder WHERE holder_id = $1", holder_id)
    if row is None:
        raise LookupError(holder_id)
    changes = await _changes(tx, holder_id)
    told = tuple(one for one in changes if by is None or one.source.known_at is None or one.source.known_at <= by)
    later = changes[len(told)].change if len(told) < len(changes) else None
    if later is None:
        return Life(row["tier"] and Tier(row["tier"]), Ends(row["deceased_on"], row["merged_on"]), row["merged_into"], told)
    before = later.tier_before
    return Life(Tier(before) if before else None, Ends(later.deceased_before, later.merged_before), later.into_before, told)


async def _changes(tx: ReadTx, holder_id: UUID) -> list[KnownChange]:
    names = ", ".join(LifeChange._fields)
    rows = await tx.fetch(
        f"SELECT {names}, known_at, source_type, source_event FROM life_change WHERE holder_id = $1 ORDER BY version", holder_id
    )
    return [
        KnownChange(
            LifeChange(*(row[name] for name in LifeChange._fields)),
            Source(row["known_at"], row["source_type"], row["source_event"] or None),
        )
        for row in rows
    ]


async def corrections(tx: ReadTx, holder_id: UUID, by: datetime | None) -> tuple[Correction, ...]:
    """The corrections of the holder's tier, oldest first; those known by the moment, if one is named."""
    rows = await tx.fetch(
        """SELECT from_month, tier_before FROM tier_correction
            WHERE holder_id = $1 AND ($2::timestamptz IS NULL OR known_at IS NULL OR known_at <= $2) ORDER BY from_month""",
        holder_id,
        by,
    )
    return tuple(Correction(Month(row["from_month"]), Tier(row["tier_before"])) for row in rows)


async def merged_away(tx: ReadTx, holder_id: UUID, by: datetime | None) -> Sequence[tuple[UUID, date]]:
    """Who was merged into the holder and on which day, oldest first: as it is, or as it was told by the moment."""
    now = (await holders.merged_away(tx, [holder_id])).get(holder_id, [])
    if by is None:
        return now
    left = await tx.fetch("SELECT DISTINCT holder_id FROM life_change WHERE into_before = $1", holder_id)
    then = []
    for one in sorted({*(known for known, _ in now), *(row["holder_id"] for row in left)}):
        state = await life(tx, one, by)
        if state.merged_into is not None and state.ends.merged_on is not None:
            then.append((one, state.ends.merged_on))
    return sorted(then, key=lambda pair: pair[1])


async def first_listed_at(tx: ReadTx, holder_id: UUID, month: Month) -> datetime | None:
    """When the month was first proposed to be paid to the holder; None while it never was."""
    at: datetime | None = await tx.fetchval(
        """SELECT min(r.proposed_at) FROM disbursement d JOIN run r USING (run_id)
            WHERE d.holder_id = $1 AND d.benefit_month = $2""",
        holder_id,
        month,
    )
    return at
