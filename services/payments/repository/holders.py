"""The copy of card holders and of where their money goes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from services.payments.domain import PROGRAMME, Month
from services.payments.rules.tiers import Correction
from shared.contracts.common import Tier
from shared.db import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class HolderRow:
    """What payments keeps of a card holder. `deceased_on` is set for the dead only, `merged_into` and `merged_on` for the merged away."""

    holder_id: UUID
    version: int
    status: str
    deceased_on: date | None
    subdistrict: str
    home_district: str
    tier: str
    citizen_index: bytes
    merged_into: UUID | None = None
    merged_on: date | None = None


class Ends(NamedTuple):
    """What ends an allowance whatever its facts: the day of death, and that of a merge into another holder."""

    deceased_on: date | None = None
    merged_on: date | None = None


class Known(NamedTuple):
    """What allowances depend on beside their facts: what ends them, and the tier with its corrections (None where it was never told)."""

    ends: Ends
    merged_into: UUID | None = None
    tier: Tier | None = None
    corrections: tuple[Correction, ...] = ()


async def present(tx: ReadTx, holder_ids: Iterable[UUID]) -> set[UUID]:
    """Which of the holders are here."""
    rows = await tx.fetch("SELECT holder_id FROM holder WHERE holder_id = ANY($1::uuid[])", list(set(holder_ids)))
    return {row["holder_id"] for row in rows}


async def days_of_death(tx: ReadTx, holder_ids: Iterable[UUID]) -> dict[UUID, date]:
    """The day of death of those of the holders who are known to be dead."""
    rows = await tx.fetch(
        "SELECT holder_id, deceased_on FROM holder WHERE holder_id = ANY($1::uuid[]) AND deceased_on IS NOT NULL", list(holder_ids)
    )
    return {row["holder_id"]: row["deceased_on"] for row in rows}


class LifeChange(NamedTuple):
    """Of a holder who was here another tier, death or merge is told than was known before (None: it was never told)."""

    holder_id: UUID
    version: int
    tier_before: str | None
    tier: str
    deceased_before: date | None
    deceased_on: date | None
    merged_before: date | None
    merged_on: date | None
    into_before: UUID | None
    merged_into: UUID | None


async def keep(tx: Tx, rows: Sequence[HolderRow]) -> list[LifeChange]:
    """Take in states of holders, one each; an older version than the one here changes nothing. Returns what allowances may depend on."""
    changed = await tx.fetch(
        """WITH kept AS (
           INSERT INTO holder AS h (holder_id, version, status, deceased_on, subdistrict, home_district, responsible_district, merged_into, merged_on, tier,
                                   citizen_index)
           SELECT holder_id, version, status, deceased_on, subdistrict, home, home, merged_into, merged_on, tier, citizen_index
             FROM unnest($1::uuid[], $2::int[], $3::text[], $4::date[], $5::text[], $6::text[], $7::uuid[], $8::date[], $9::text[], $10::bytea[])
               AS new (holder_id, version, status, deceased_on, subdistrict, home, merged_into, merged_on, tier, citizen_index)
            ORDER BY holder_id
           ON CONFLICT (holder_id) DO UPDATE
              SET version = excluded.version, status = excluded.status, deceased_on = excluded.deceased_on,
                  subdistrict = excluded.subdistrict, home_district = excluded.home_district,
                  merged_into = excluded.merged_into, merged_on = excluded.merged_on, tier = excluded.tier,
                  citizen_index = excluded.citizen_index,
                  responsible_district = CASE WHEN h.route_version = 0 THEN excluded.home_district ELSE h.responsible_district END
            WHERE excluded.version > h.version
           RETURNING h.holder_id, h.version, old.holder_id AS was_here, old.tier AS tier_before, h.tier,
                     old.deceased_on AS deceased_before, h.deceased_on, old.merged_on AS merged_before, h.merged_on, old.merged_into AS into_before, h.merged_into)
           SELECT holder_id, version, tier_before, tier, deceased_before, deceased_on, merged_before, merged_on, into_before, merged_into FROM kept
            WHERE was_here IS NOT NULL
              AND (tier_before, deceased_before, merged_before, into_before) IS DISTINCT FROM (tier, deceased_on, merged_on, merged_into)""",
        [row.holder_id for row in rows],
        [row.version for row in rows],
        [row.status for row in rows],
        [row.deceased_on for row in rows],
        [row.subdistrict for row in rows],
        [row.home_district for row in rows],
        [row.merged_into for row in rows],
        [row.merged_on for row in rows],
        [row.tier for row in rows],
        [row.citizen_index for row in rows],
    )
    return [LifeChange(*row.values()) for row in changed]


async def note_changes(tx: Tx, rows: Sequence[tuple[LifeChange, datetime, str, str]]) -> None:
    """Append what was changed, each with the moment, type and id of the event that told it."""
    await tx.copy_in(
        "life_change", (*LifeChange._fields, "known_at", "source_type", "source_event"), [(*change, *source) for change, *source in rows]
    )


async def correct_tiers(tx: Tx, before: Mapping[UUID, tuple[str | None, datetime]]) -> list[UUID]:
    """Note the tiers before, by holder, that months of allowances keep which are on a list, or were; returns whose allowance has another tier now.

    With each goes the moment at which the correction was known. The holders must be locked, and no list be drawn up meanwhile. Of
    several corrections behind the same month the first counts.
    """
    rows = await tx.fetch(
        """WITH changed AS (
               SELECT e.holder_id, coalesce(new.before, e.tier) AS before, new.known_at,
                      (SELECT max(o.benefit_month) FROM obligation o WHERE o.holder_id = e.holder_id AND o.programme = $4) AS last_listed
                 FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS new (holder_id, before, known_at) JOIN entitlement e USING (holder_id) JOIN holder h USING (holder_id)
                WHERE coalesce(new.before, e.tier) <> h.tier
           ), noted AS (
               INSERT INTO tier_correction (holder_id, from_month, tier_before, known_at)
               SELECT holder_id, last_listed + interval '1 month', before, known_at FROM changed WHERE last_listed IS NOT NULL ORDER BY holder_id
               ON CONFLICT DO NOTHING
           )
           SELECT holder_id FROM changed""",
        list(before),
        [tier for tier, _ in before.values()],
        [known_at for _, known_at in before.values()],
        PROGRAMME,
    )
    return [row["holder_id"] for row in rows]


async def with_changed_life(tx: ReadTx, holder_ids: Iterable[UUID]) -> list[UUID]:
    """Those of the holders whose allowance was reckoned with another day of death or merge than the one here."""
    rows = await tx.fetch(
        """SELECT e.holder_id FROM entitlement e JOIN holder h USING (holder_id)
            WHERE e.holder_id = ANY($1::uuid[]) AND (e.deceased_on, e.merged_on) IS DISTINCT FROM (h.deceased_on, h.merged_on)""",
        list(holder_ids),
    )
    return [row["holder_id"] for row in rows]


async def who_stay(tx: ReadTx, holder_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Into whom the holders were merged, and those again; each with one of the holders asked for."""
    rows = await tx.fetch(
        """WITH RECURSIVE way AS (
               SELECT holder_id AS asked, merged_into FROM holder WHERE holder_id = ANY($1::uuid[]) AND merged_into IS NOT NULL
               UNION SELECT way.asked, h.merged_into FROM holder h JOIN way ON h.holder_id = way.merged_into WHERE h.merged_into IS NOT NULL
           ) SELECT merged_into, min(asked::text)::uuid AS asked FROM way GROUP BY 1""",
        list(holder_ids),
    )
    return {row["merged_into"]: row["asked"] for row in rows}


async def merged_away(tx: ReadTx, holder_ids: Iterable[UUID]) -> dict[UUID, list[tuple[UUID, date]]]:
    """Who was merged into each of the holders, also by way of others, and on which day, oldest first."""
    rows = await tx.fetch(
        """WITH RECURSIVE away AS (
               SELECT merged_into AS stays, holder_id, merged_on FROM holder WHERE merged_into = ANY($1::uuid[])
               UNION SELECT away.stays, h.holder_id, greatest(h.merged_on, away.merged_on) FROM holder h JOIN away ON h.merged_into = away.holder_id
           ) SELECT stays, holder_id, merged_on FROM away ORDER BY stays, merged_on, holder_id""",
        list(holder_ids),
    )
    found: dict[UUID, list[tuple[UUID, date]]] = defaultdict(list)
    for row in rows:
        found[row["stays"]].append((row["holder_id"], row["merged_on"]))
    return found


async def who_took_over(tx: ReadTx, holder_ids: Iterable[UUID], rule: str) -> dict[UUID, UUID]:
    """Holders whose allowance is or was that of one of the holders, by `rule`; each with that one."""
    rows = await tx.fetch(
        """SELECT e.holder_id, f.holder_id AS asked FROM entitlement_fact f JOIN entitlement e ON e.intent_id = (f.fact ->> 'intent_id')::uuid
            WHERE f.holder_id = ANY($1::uuid[]) AND f.fact ->> 'kind' = 'WISH' AND e.rule = $2 AND e.holder_id <> f.holder_id""",
        list(holder_ids),
        rule,
    )
    return {row["holder_id"]: row["asked"] for row in rows}


async def route(tx: Tx, holder_ids: Sequence[UUID], versions: Sequence[int], districts: Sequence[str]) -> None:
    """Set the responsible district of each holder, unless a newer one is here."""
    await tx.execute(
        """UPDATE holder h SET responsible_district = new.district, route_version = new.version
             FROM unnest($1::uuid[], $2::int[], $3::text[]) AS new (holder_id, version, district)
            WHERE h.holder_id = new.holder_id AND new.version > h.route_version""",
        list(holder_ids),
        list(versions),
        list(districts),
    )


async def assign(tx: Tx, holder_ids: Sequence[UUID], versions: Sequence[int], officers: Sequence[UUID]) -> None:
    """Set the account officer of each holder, unless a newer one is here."""
    await tx.execute(
        """UPDATE holder h SET officer_id = new.officer_id, officer_version = new.version
             FROM unnest($1::uuid[], $2::int[], $3::uuid[]) AS new (holder_id, version, officer_id)
            WHERE h.holder_id = new.holder_id AND new.version > h.officer_version""",
        list(holder_ids),
        list(versions),
        list(officers),
    )


async def lock(tx: Tx, holder_ids: Iterable[UUID]) -> dict[UUID, Known]:
    """Lock the holders, always in the same order; returns what their allowances depend on."""
    rows = await tx.fetch(
        "SELECT holder_id, deceased_on, merged_on, merged_into, tier FROM holder WHERE holder_id = ANY($1::uuid[]) ORDER BY holder_id FOR NO KEY UPDATE",
        list(set(holder_ids)),
    )
    # Asked after the lock: who held it before may have added some.
    corrections: dict[UUID, list[Correction]] = defaultdict(list)
    for row in await tx.fetch(
        "SELECT holder_id, from_month, tier_before FROM tier_correction WHERE holder_id = ANY($1::uuid[]) ORDER BY from_month",
        [row["holder_id"] for row in rows],
    ):
        corrections[row["holder_id"]].append(Correction(Month(row["from_month"]), Tier(row["tier_before"])))
    return {
        row["holder_id"]: Known(
            Ends(row["deceased_on"], row["merged_on"]),
            row["merged_into"],
            row["tier"] and Tier(row["tier"]),
            tuple(corrections.get(row["holder_id"], ())),
        )
        for row in rows
    }


async def keep_payees(tx: Tx, rows: Sequence[tuple[UUID, int, str | None, str, str]]) -> None:
    """Take in payees (holder, version, bank or None where none can pay, key id, sealed); of each holder the newest version counts, and of an erased one none before."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    await tx.execute(
        """INSERT INTO payee_sealed (holder_id, version, key_id, sealed)
           SELECT holder_id, version, key_id, sealed FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[]) AS new (holder_id, version, key_id, sealed)
            WHERE NOT EXISTS (SELECT FROM payee_erased e WHERE e.holder_id = new.holder_id AND e.version >= new.version)
            ORDER BY holder_id, version
           ON CONFLICT DO NOTHING""",
        columns[0],
        columns[1],
        columns[3],
        columns[4],
    )
    await tx.execute(
        """INSERT INTO payee AS p (holder_id, version, bank)
           SELECT DISTINCT ON (holder_id) holder_id, version, bank FROM unnest($1::uuid[], $2::int[], $3::text[]) AS new (holder_id, version, bank)
            WHERE NOT EXISTS (SELECT FROM payee_erased e WHERE e.holder_id = new.holder_id AND e.version >= new.version)
            ORDER BY holder_id, version DESC
           ON CONFLICT (holder_id) DO UPDATE SET version = excluded.version, bank = excluded.bank WHERE excluded.version > p.version""",
        *columns[:3],
    )


async def erase_payees(tx: Tx, rows: Sequence[tuple[UUID, int]]) -> None:
    """Forget payees up to the version named; a later version is another decision, and stays. Open lines keep their seals till then."""
    holder_ids, versions = [holder_id for holder_id, _ in rows], [version for _, version in rows]
    await tx.execute(
        """INSERT INTO payee_erased AS e (holder_id, version, seals_kept)
           SELECT holder_id, max(version), true FROM unnest($1::uuid[], $2::int[]) AS new (holder_id, version) GROUP BY holder_id ORDER BY holder_id
           ON CONFLICT (holder_id) DO UPDATE SET version = excluded.version, seals_kept = true WHERE excluded.version > e.version""",
        holder_ids,
        versions,
    )
    await tx.execute(
        "DELETE FROM payee p USING payee_erased e WHERE p.holder_id = e.holder_id AND p.version <= e.version AND e.holder_id = ANY($1::uuid[])",
        holder_ids,
    )


async def forget_erased_payees(tx: Tx) -> int:
    """Let the seals of erased persons go that no open line needs; returns how many."""
    forgotten: int = await tx.fetchval("SELECT forget_erased_payees()")
    return forgotten
