"""What governors, district chiefs and agencies wrote down, as those who may read it see it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.interview.repository.areas import in_district, in_province
from shared.auth import Level, Reach, reach_sql
from shared.crypto import FieldCipher
from shared.db import ReadTx
from shared.http import Page
from shared.thai.areas import districts, provinces
from shared.thai.titles import head_of


def with_title(area: str, row: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The row with the title of the area's head: Bangkok has its own."""
    title = head_of(area)
    return {**(row or {}), "area": area, "title_th": title.th, "title_en": title.en}


async def list_guidelines(tx: ReadTx, reach: Reach, page: Page) -> tuple[list[Any], str | None]:
    """A page of guidelines in their last version, by id; of the caller's province."""
    after = page.after(UUID)
    condition, args = in_province(reach, 3, "g.province")
    rows = await tx.fetch(
        f"""SELECT DISTINCT ON (g.guideline_id) g.* FROM guideline g
             WHERE ($1::uuid IS NULL OR g.guideline_id > $1) AND {condition} ORDER BY g.guideline_id, g.version DESC LIMIT $2""",
        after[0] if after else None,
        page.limit + 1,
        *args,
    )
    return page.cut([with_title(row["province"], row) for row in rows], lambda row: (row["guideline_id"],))


async def show_guideline(tx: ReadTx, reach: Reach, guideline_id: UUID) -> dict[str, Any] | None:
    """A guideline in its last version, who has acknowledged this version, and which districts have not; None out of reach."""
    condition, args = in_province(reach, 2, "g.province")
    row = await tx.fetchrow(
        f"SELECT g.* FROM guideline g WHERE g.guideline_id = $1 AND {condition} ORDER BY g.version DESC LIMIT 1", guideline_id, *args
    )
    if row is None:
        return None
    read = await tx.fetch(
        "SELECT * FROM guideline_acknowledgement WHERE guideline_id = $1 AND version = $2 ORDER BY district", guideline_id, row["version"]
    )
    done = {one["district"] for one in read}
    missing = [district for district in districts() if district[:2] == row["province"] and district not in done]
    return {
        **with_title(row["province"], row),
        "acknowledged": [with_title(one["district"], one) for one in read],
        "missing": [with_title(district) for district in missing],
    }


async def list_variants(tx: ReadTx, reach: Reach, district: str, page: Page) -> tuple[list[Any], str | None]:
    """A page of the variants of a district by id, ended ones too."""
    return await _page_of_district(tx, reach, page, ("team_variant", "variant_id"), district)


async def list_preparations(tx: ReadTx, reach: Reach, district: str, kind: str | None, page: Page) -> tuple[list[Any], str | None]:
    """A page of what the head of a district prepared, by id."""
    return await _page_of_district(tx, reach, page, ("preparation_record", "record_id"), district, kind)


async def list_tasks(tx: ReadTx, reach: Reach, state: str | None, page: Page) -> tuple[list[Any], str | None]:
    """A page of agencies' tasks with their history: of the province, of the district that they are for, of the agency."""
    after = page.after(UUID)
    condition, args = _tasks_within(reach, 4)
    rows = await tx.fetch(
        f"""SELECT t.*, (SELECT jsonb_agg(to_jsonb(h) ORDER BY h.version) FROM agency_task_history h WHERE h.task_id = t.task_id) AS history
              FROM agency_task t WHERE ($1::text IS NULL OR t.state = $1) AND ($2::uuid IS NULL OR t.task_id > $2) AND {condition}
             ORDER BY t.task_id LIMIT $3""",
        state,
        after[0] if after else None,
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["task_id"],))


async def list_members(tx: ReadTx, reach: Reach, committee: str | None, page: Page, fields: FieldCipher) -> tuple[list[Any], str | None]:
    """A page of members of committees by id, with their names."""
    after = page.after(UUID)
    condition, args = in_province(reach, 4, "m.province")
    rows = await tx.fetch(
        f"""SELECT m.* FROM committee_member m WHERE ($1::text IS NULL OR m.committee = $1) AND ($2::uuid IS NULL OR m.member_id > $2) AND {condition}
             ORDER BY m.member_id LIMIT $3""",
        committee,
        after[0] if after else None,
        page.limit + 1,
        *args,
    )
    named = [{**row, "name": fields.open(row["name_sealed"], row["member_id"].bytes)} for row in rows]
    return page.cut(named, lambda row: (row["member_id"],))


async def list_releases(tx: ReadTx, reach: Reach, addressee: str | None, page: Page) -> tuple[list[Any], str | None]:
    """A page of releases by id, without their content."""
    after = page.after(UUID)
    condition, args = _releases_within(reach, 4)
    rows = await tx.fetch(
        f"""SELECT r.*, x.received_at, x.received_by, x.reference FROM result_release r LEFT JOIN release_receipt x USING (release_id)
             WHERE ($1::text IS NULL OR r.addressee = $1) AND ($2::uuid IS NULL OR r.release_id > $2) AND {condition}
             ORDER BY r.release_id LIMIT $3""",
        addressee,
        after[0] if after else None,
        page.limit + 1,
        *args,
    )
    return page.cut([with_title(row["area"], row) for row in rows], lambda row: (row["release_id"],))


async def show_release(tx: ReadTx, reach: Reach, release_id: UUID) -> dict[str, Any] | None:
    """A release with its content and receipt; None out of reach."""
    condition, args = _releases_within(reach, 2)
    row = await tx.fetchrow(
        f"""SELECT r.*, x.received_at, x.received_by, x.reference FROM result_release r LEFT JOIN release_receipt x USING (release_id)
             WHERE r.release_id = $1 AND {condition}""",
        release_id,
        *args,
    )
    return None if row is None else with_title(row["area"], row)


async def not_released(
    tx: ReadTx, reach: Reach, level: Level, addressee: str, first_month: str, last_month: str
) -> Sequence[dict[str, Any]]:
    """The districts or provinces in reach that have released nothing of just these months to the addressee."""
    condition, args = _releases_within(reach, 4)
    rows = await tx.fetch(
        f"SELECT DISTINCT r.area FROM result_release r WHERE r.addressee = $1 AND r.first_month = $2 AND r.last_month = $3 AND {condition}",
        addressee,
        first_month,
        last_month,
        *args,
    )
    done = {row["area"] for row in rows}
    areas = districts() if level is Level.DISTRICT else provinces()
    return [with_title(area) for area in areas if area not in done and area.startswith(reach.code)] if _has_area(reach) else []


async def _page_of_district(
    tx: ReadTx, reach: Reach, page: Page, table: tuple[str, str], district: str, kind: str | None = None
) -> tuple[list[Any], str | None]:
    name, key = table
    after = page.after(UUID)
    condition, args = in_district(reach, 5, "t.district")
    of_kind = "AND ($4::text IS NULL OR t.kind = $4)" if name == "preparation_record" else "AND $4::text IS NULL"
    rows = await tx.fetch(
        f"""SELECT t.* FROM {name} t WHERE t.district = $1 AND ($2::uuid IS NULL OR t.{key} > $2) {of_kind} AND {condition}
             ORDER BY t.{key} LIMIT $3""",
        district,
        after[0] if after else None,
        page.limit + 1,
        kind,
        *args,
    )
    return page.cut(rows, lambda row: (row[key],))


def _tasks_within(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    match reach.level:
        case Level.DISTRICT:
            return f"${first_arg} = ANY(t.districts)", [reach.code]
        case Level.PROVINCE:
            return f"t.province = ${first_arg}", [reach.code]
        case _:
            return reach_sql(reach, first_arg, home=None, responsible=None, officer=None, agency="t.agency")


def _releases_within(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    if not _has_area(reach):
        return "false", []
    return f"r.area LIKE ${first_arg} || '%'", [reach.code]


def _has_area(reach: Reach) -> bool:
    return reach.level in {Level.COUNTRY, Level.PROVINCE, Level.DISTRICT}
