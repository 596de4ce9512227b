"""Card holders one by one and in sets: find, lock, change, count. Reach is part of every question a caller asks.

Who was erased is nobody's to find; figures count them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.registry.domain import AGE_GROUP_MAX, AgeGroup, Holder, HolderFilter
from services.registry.repository.sealed import WITH_KEYS
from shared.auth import Reach, reach_sql
from shared.contracts.registry import HolderStatus
from shared.db import ReadTx, Tx

_LOCKED: Final = (
    "holder_id, version, status, birth_date, subdistrict, moved_on, deceased_on, merged_into, merged_on, wrong_death_on, alive_again_on"
)


# From a holder to the one who is not merged into another: who stays may be merged in turn.
_WHO_STAYS: Final = """WITH RECURSIVE way AS (
    SELECT holder_id, merged_into FROM card_holder WHERE holder_id = $1
     UNION ALL
    SELECT h.holder_id, h.merged_into FROM card_holder h JOIN way ON h.holder_id = way.merged_into
), stays AS (SELECT holder_id FROM way WHERE merged_into IS NULL)"""


async def lock(tx: Tx, holder_id: UUID, reach: Reach | None) -> Holder | None:
    """The holder, locked until the end of the transaction; None when there is none within the reach (None: everybody)."""
    within, args = reach_sql(reach or Reach.country(), 2)
    row = await tx.fetchrow(
        f"SELECT {_LOCKED} FROM card_holder WHERE holder_id = $1 AND erased_at IS NULL AND {within} FOR UPDATE", holder_id, *args
    )
    return None if row is None else Holder(**{**dict(row), "status": HolderStatus(row["status"])})


async def save(tx: Tx, holder: Holder, at: datetime) -> None:
    """Write the state of a locked holder. While no case is routed the home district is the responsible one."""
    await tx.execute(
        """UPDATE card_holder
              SET version = $2, status = $3, subdistrict = $4, moved_on = $5, deceased_on = $6, recorded_at = $7, home_district = left($4, 4),
                  merged_into = $8, merged_on = $9, wrong_death_on = $10, alive_again_on = $11,
                  responsible_district = CASE WHEN routed_version = 0 THEN left($4, 4) ELSE responsible_district END
            WHERE holder_id = $1 AND version = $2 - 1""",
        holder.holder_id,
        holder.version,
        holder.status,
        holder.subdistrict,
        holder.moved_on,
        holder.deceased_on,
        at,
        holder.merged_into,
        holder.merged_on,
        holder.wrong_death_on,
        holder.alive_again_on,
    )


async def save_address(tx: Tx, holder_id: UUID, house_no_sealed: bytes | None, moo: str, road: str, postcode: str) -> None:
    """Write the rest of a locked holder's address."""
    await tx.execute(
        "UPDATE card_holder SET house_no_sealed = $2, moo = $3, road = $4, postcode = $5 WHERE holder_id = $1",
        holder_id,
        house_no_sealed,
        moo,
        road,
        postcode,
    )


async def by_id(tx: ReadTx, holder_id: UUID, reach: Reach) -> Any | None:
    """The row within the reach, or None."""
    within, args = reach_sql(reach, 2)
    return await tx.fetchrow(f"SELECT * FROM {WITH_KEYS} WHERE holder_id = $1 AND erased_at IS NULL AND {within}", holder_id, *args)


async def by_ids(tx: ReadTx, holder_ids: Sequence[UUID], reach: Reach) -> dict[UUID, Any]:
    """As `by_id` for many; who is out of reach is left out."""
    within, args = reach_sql(reach, 2)
    rows = await tx.fetch(
        f"SELECT * FROM {WITH_KEYS} WHERE holder_id = ANY($1::uuid[]) AND erased_at IS NULL AND {within}", holder_ids, *args
    )
    return {row["holder_id"]: row for row in rows}


async def by_index(tx: ReadTx, column: str, indexes: Sequence[bytes], reach: Reach) -> dict[bytes, Any]:
    """Rows within the reach by `citizen_index` or `card_index`; a number of a merged-away holder leads to the one who stays."""
    return await _by_number(tx, "*", WITH_KEYS, column, indexes, reach)


async def standings(tx: ReadTx, indexes: Sequence[bytes], reach: Reach) -> dict[bytes, Any]:
    """Holder id, tier and whether alive, within the reach, by `citizen_index`; of the one who stays where holders were merged."""
    columns = "citizen_index, holder_id, tier, status = 'ALIVE' AS alive, merged_into"
    return await _by_number(tx, columns, "card_holder", "citizen_index", indexes, reach)


async def _by_number(tx: ReadTx, columns: str, source: str, column: str, indexes: Sequence[bytes], reach: Reach) -> dict[bytes, Any]:
    within, args = reach_sql(reach, 2)
    # The few who are merged away are taken wherever they are: the one who stays must be within the reach.
    rows = await tx.fetch(
        f"SELECT {columns} FROM {source} WHERE {column} = ANY($1::bytea[]) AND erased_at IS NULL AND ({within} OR merged_into IS NOT NULL)",
        indexes,
        *args,
    )
    found = {row[column]: row for row in rows}
    away = {index: row["merged_into"] for index, row in found.items() if row["merged_into"] is not None}
    for index, stays in away.items():
        row = await tx.fetchrow(
            f"{_WHO_STAYS} SELECT {columns} FROM {source} WHERE holder_id = (TABLE stays) AND erased_at IS NULL AND {within}", stays, *args
        )
        if row is None:
            del found[index]
        else:
            found[index] = row
    return found


async def page(tx: ReadTx, wanted: HolderFilter, reach: Reach, after: UUID | None, limit: int) -> list[Any]:
    """Rows that are wanted, by id, after the one named."""
    where, args = wanted_sql(wanted, reach)
    if after is not None:
        args.append(after)
        where += f" AND holder_id > ${len(args)}"
    return await tx.fetch(f"SELECT * FROM {WITH_KEYS} WHERE erased_at IS NULL AND {where} ORDER BY holder_id LIMIT {limit:d}", *args)


async def page_by_name(tx: ReadTx, wanted: HolderFilter, reach: Reach, after: tuple[str, UUID] | None, limit: int) -> list[Any]:
    """Rows that are wanted, in the order of Thai names, after the one named. Only for what fits into a district."""
    where, args = wanted_sql(wanted, reach)
    if after is not None:
        args.extend(after)
        where += f" AND (name_sort_key, holder_id) > (${len(args) - 1}, ${len(args)})"
    return await tx.fetch(
        f"SELECT * FROM {WITH_KEYS} WHERE erased_at IS NULL AND {where} ORDER BY name_sort_key, holder_id LIMIT {limit:d}", *args
    )


async def count(tx: ReadTx, wanted: HolderFilter, reach: Reach) -> int:
    """How many are wanted."""
    where, args = wanted_sql(wanted, reach)
    persons: int = await tx.fetchval(f"SELECT count(*) FROM card_holder WHERE {where}", *args)
    return persons


async def cells(tx: ReadTx, wanted: HolderFilter, reach: Reach) -> Mapping[tuple[AgeGroup, str], int]:
    """Persons by age group and tier."""
    where, args = wanted_sql(wanted, reach)
    rows = await tx.fetch(
        f"SELECT age > {AGE_GROUP_MAX} AS over, tier, count(*) AS persons FROM card_holder WHERE {where} GROUP BY 1, 2", *args
    )
    return {(AgeGroup.OVER_60 if row["over"] else AgeGroup.UP_TO_60, row["tier"]): row["persons"] for row in rows}


def wanted_sql(wanted: HolderFilter, reach: Reach) -> tuple[str, list[Any]]:
    """The condition of rows of card_holder that are wanted and within the reach, and its arguments from `$1`."""
    within, args = reach_sql(reach, 1)
    conditions = [within, "merged_into IS NULL"]

    def add(condition: str, *values: Any) -> None:
        places = [f"${len(args) + number}" for number in range(1, len(values) + 1)]
        args.extend(values)
        conditions.append(condition.format(*places))

    if wanted.province is not None:
        # A range can use the index of the district; no code is as long as its upper end.
        add("home_district BETWEEN {} AND {}", wanted.province, f"{wanted.province}999999")
    if wanted.district is not None:
        add("home_district = {}", wanted.district)
    if wanted.subdistrict is not None:
        add("home_district = {} AND subdistrict = {}", wanted.subdistrict[:4], wanted.subdistrict)
    if wanted.tier is not None:
        add("tier = {}", wanted.tier.value)
    if wanted.age_group is not None:
        add(f"(age > {AGE_GROUP_MAX}) = {{}}", wanted.age_group is AgeGroup.OVER_60)
    if wanted.visit_group is not None:
        add("visit_group = {}", wanted.visit_group)
    if wanted.status is not None:
        add("status = {}", wanted.status.value)
    return " AND ".join(conditions), args
