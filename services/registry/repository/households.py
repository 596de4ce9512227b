"""Households and their members. Whoever changes one locks its people first (by id), then the households (by id)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.registry.rules.households import Ending, Happening, Member, Role
from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx
from shared.ids import new_id

_END: Final = """
UPDATE household_member SET to_on = $2, ended_how = $3 WHERE member_id = ANY($1::uuid[]) AND to_on IS NULL"""


def _within(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    return reach_sql(reach, first_arg, home="c.home_district", responsible="c.responsible_district", officer="c.officer_id")


def _visible(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    """A household is there for whoever reaches one of its members; one that has ended, of its former members."""
    within, args = _within(reach, first_arg)
    return (
        f"""EXISTS (SELECT FROM household_member m JOIN card_holder c USING (holder_id)
                     WHERE m.household_id = h.household_id AND (m.to_on IS NULL OR h.ended_on IS NOT NULL) AND {within})""",
        args,
    )


async def lock_people(tx: Tx, holder_ids: Iterable[UUID], reach: Reach) -> list[Any]:
    """Rows (holder_id, birth_date, deceased_on) of those within the reach, locked."""
    within, args = reach_sql(reach, 2)
    return await tx.fetch(
        f"""SELECT holder_id, birth_date, deceased_on FROM card_holder WHERE holder_id = ANY($1::uuid[]) AND {within}
             ORDER BY holder_id FOR UPDATE""",
        list(holder_ids),
        *args,
    )


async def lock(tx: Tx, household_ids: Iterable[UUID], reach: Reach) -> dict[UUID, Any]:
    """The households that the caller reaches, locked."""
    visible, args = _visible(reach, 2)
    rows = await tx.fetch(
        f"SELECT h.* FROM household h WHERE h.household_id = ANY($1::uuid[]) AND {visible} ORDER BY h.household_id FOR UPDATE OF h",
        list(household_ids),
        *args,
    )
    return {row["household_id"]: row for row in rows}


async def one(tx: ReadTx, household_id: UUID, reach: Reach) -> Any | None:
    """A household that the caller reaches."""
    visible, args = _visible(reach, 2)
    return await tx.fetchrow(f"SELECT h.* FROM household h WHERE h.household_id = $1 AND {visible}", household_id, *args)


async def household_of(tx: ReadTx, holder_id: UUID, on: date) -> Any | None:
    """The household of the person on the day."""
    return await tx.fetchrow(
        """SELECT h.* FROM household h JOIN household_member m USING (household_id)
            WHERE m.holder_id = $1 AND m.from_on <= $2 AND (m.to_on IS NULL OR m.to_on > $2) ORDER BY m.from_on DESC LIMIT 1""",
        holder_id,
        on,
    )


async def members(tx: ReadTx, household_id: UUID, reach: Reach, on: date | None = None) -> list[Any]:
    """Rows of the members now (or on the day) with `within`, whether the caller reaches them; the head first."""
    within, args = _within(reach, 3)
    return await tx.fetch(
        f"""SELECT m.*, m.holder_id IS NULL OR coalesce({within}, false) AS within
              FROM household_member m LEFT JOIN card_holder c USING (holder_id)
             WHERE m.household_id = $1
               AND CASE WHEN $2::date IS NULL THEN m.to_on IS NULL ELSE m.from_on <= $2 AND (m.to_on IS NULL OR m.to_on > $2) END
             ORDER BY m.role <> 'HEAD', m.holder_id IS NULL, m.from_on, m.member_id""",
        household_id,
        on,
        *args,
    )


async def present(tx: ReadTx, household_id: UUID, reach: Reach) -> list[Member]:
    """The present members of a locked household."""
    return [
        Member(row["member_id"], row["holder_id"], Role(row["role"]), row["birth_year"], row["from_on"], row["within"])
        for row in await members(tx, household_id, reach)
    ]


async def elsewhere(tx: ReadTx, holder_ids: Sequence[UUID], from_on: date) -> set[UUID]:
    """Those who are members of a household on the day or later."""
    rows = await tx.fetch(
        "SELECT holder_id FROM household_member WHERE holder_id = ANY($1::uuid[]) AND (to_on IS NULL OR to_on > $2)", holder_ids, from_on
    )
    return {row["holder_id"] for row in rows}


async def add(tx: Tx, subdistrict: str, formed_on: date, split_from: UUID | None = None) -> UUID:
    """A new household without members, of version 0 until `note` tells what happened."""
    household_id = new_id()
    await tx.execute(
        "INSERT INTO household (household_id, version, subdistrict, formed_on, split_from) VALUES ($1, 0, $2, $3, $4)",
        household_id,
        subdistrict,
        formed_on,
        split_from,
    )
    return household_id


async def add_members(tx: Tx, household_id: UUID, from_on: date, people: Sequence[tuple[UUID | None, Role, int | None]]) -> list[UUID]:
    """Add (holder or None, role, birth year of a dependant); returns their member ids."""
    ids = [new_id() for _ in people]
    await tx.execute(
        """INSERT INTO household_member (member_id, household_id, holder_id, role, birth_year, from_on)
           SELECT p.member_id, $1, p.holder_id, p.role, p.birth_year, $2
             FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::smallint[]) AS p (member_id, holder_id, role, birth_year)""",
        household_id,
        from_on,
        ids,
        [holder_id for holder_id, _, _ in people],
        [role for _, role, _ in people],
        [year for _, _, year in people],
    )
    return ids


async def end_members(tx: Tx, member_ids: Sequence[UUID], to_on: date, how: Ending) -> None:
    """End memberships of locked households; `to_on` is the first day without."""
    await tx.execute(_END, member_ids, to_on, how)


async def end(tx: Tx, household_id: UUID, ended_on: date, merged_into: UUID | None = None) -> None:
    """End a locked household."""
    await tx.execute("UPDATE household SET ended_on = $2, merged_into = $3 WHERE household_id = $1", household_id, ended_on, merged_into)


async def note(
    tx: Tx, household_id: UUID, what: Happening, happened_on: date, member_ids: Sequence[UUID], *, who: str, why: str, at: datetime
) -> None:
    """Give a locked household its next version, with its row of history."""
    await tx.execute(
        """WITH next AS (UPDATE household SET version = version + 1 WHERE household_id = $1 RETURNING household_id, version)
           INSERT INTO household_history (household_id, version, what, happened_on, members, who, why, recorded_at)
           SELECT household_id, version, $2, $3, $4, $5, $6, $7 FROM next""",
        household_id,
        what,
        happened_on,
        member_ids,
        who,
        why,
        at,
    )


async def states(tx: ReadTx, household_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """The households by id, with version and the ids of the card holders who live there now."""
    rows = await tx.fetch(
        """SELECT h.household_id, h.version,
                  ARRAY(SELECT m.holder_id FROM household_member m
                         WHERE m.household_id = h.household_id AND m.to_on IS NULL AND m.holder_id IS NOT NULL ORDER BY m.holder_id) AS members
             FROM household h WHERE h.household_id = ANY($1::uuid[]) ORDER BY h.household_id""",
        list(household_ids),
    )
    return [dict(row) for row in rows]


async def history(tx: ReadTx, household_id: UUID, after_version: int, limit: int) -> list[Any]:
    """What happened after the version named, oldest first; how many it was about, not who."""
    return await tx.fetch(
        """SELECT version, what, happened_on, cardinality(members) AS members, who, why, recorded_at FROM household_history
            WHERE household_id = $1 AND version > $2 ORDER BY version LIMIT $3""",
        household_id,
        after_version,
        limit,
    )


async def end_of_the_dead(tx: Tx, holder_ids: Sequence[UUID], *, who: str, at: datetime) -> set[UUID]:
    """End the memberships of locked holders who are dead, and households in which no card holder is left; returns which changed."""
    changed: set[UUID] = set()
    while await _lock_of_the_dead(tx, holder_ids):
        rows = await tx.fetch(
            """WITH ended AS (
                 UPDATE household_member m SET to_on = greatest(m.from_on, c.deceased_on + 1), ended_how = 'DIED'
                   FROM card_holder c
                  WHERE m.holder_id = c.holder_id AND c.holder_id = ANY($1::uuid[]) AND c.deceased_on IS NOT NULL AND m.to_on IS NULL
                 RETURNING m.household_id, m.member_id, m.to_on, c.deceased_on)
               SELECT household_id, array_agg(member_id) AS members, max(to_on) AS to_on, max(deceased_on) AS died_on FROM ended
                GROUP BY household_id ORDER BY household_id""",
            holder_ids,
        )
        for row in rows:
            await note(tx, row["household_id"], Happening.DIED, row["died_on"], row["members"], who=who, why="death", at=at)
        await tx.execute(
            """WITH emptied AS (
                 UPDATE household h SET ended_on = left_.to_on FROM unnest($1::uuid[], $2::date[]) AS left_ (household_id, to_on)
                  WHERE h.household_id = left_.household_id
                    AND NOT EXISTS (SELECT FROM household_member m WHERE m.household_id = h.household_id AND m.to_on IS NULL AND m.holder_id IS NOT NULL)
                 RETURNING h.household_id, h.ended_on)
               UPDATE household_member m SET to_on = greatest(m.from_on, emptied.ended_on), ended_how = 'LEFT'
                 FROM emptied WHERE m.household_id = emptied.household_id AND m.to_on IS NULL""",
            [row["household_id"] for row in rows],
            [row["to_on"] for row in rows],
        )
        changed |= {row["household_id"] for row in rows}
    return changed


async def _lock_of_the_dead(tx: Tx, holder_ids: Sequence[UUID]) -> bool:
    """Lock the households of the dead; False when they are in none. Who waited for a lock may find them moved on, so look again."""
    rows = await tx.fetch(
        """SELECT h.household_id FROM household h
            WHERE h.household_id IN (SELECT m.household_id FROM household_member m JOIN card_holder c USING (holder_id)
                                      WHERE c.holder_id = ANY($1::uuid[]) AND c.deceased_on IS NOT NULL AND m.to_on IS NULL)
            ORDER BY h.household_id FOR UPDATE""",
        holder_ids,
    )
    return bool(rows)
