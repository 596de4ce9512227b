"""What governors, district chiefs and agencies write down beside the cases."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.interview.repository.areas import in_province
from services.interview.repository.rows import insert
from services.interview.rules.committee_powers import Committee, Power, Seat
from shared.auth import Level, Reach
from shared.db import ReadTx, Tx


async def add(tx: Tx, table: str, row: Mapping[str, Any], suffix: str = "") -> bool:
    """Store a row of one of the tables of tables/duties.py; False where `suffix` lets it stand that is there."""
    return bool(await insert(tx, table, row, suffix))


async def newest_guideline(tx: Tx, reach: Reach, guideline_id: UUID) -> Mapping[str, Any] | None:
    """The last version of a guideline; None out of reach. Of two that publish the next one at once the key lets one through."""
    condition, args = in_province(reach, 2, "g.province")
    return await tx.fetchrow(
        f"SELECT g.* FROM guideline g WHERE g.guideline_id = $1 AND {condition} ORDER BY g.version DESC LIMIT 1",
        guideline_id,
        *args,
    )


async def guideline_exists(tx: ReadTx, guideline_id: UUID, version: int) -> bool:
    """Whether the guideline has the version."""
    found: bool = await tx.fetchval("SELECT EXISTS (SELECT FROM guideline WHERE guideline_id = $1 AND version = $2)", guideline_id, version)
    return found


async def acknowledgement(tx: ReadTx, guideline_id: UUID, version: int, district: str) -> dict[str, Any]:
    """The acknowledgement that stands."""
    sql = "SELECT * FROM guideline_acknowledgement WHERE guideline_id = $1 AND version = $2 AND district = $3"
    return dict(await tx.fetchrow(sql, guideline_id, version, district) or {})


async def receipt(tx: ReadTx, release_id: UUID) -> dict[str, Any]:
    """The receipt that stands."""
    return dict(await tx.fetchrow("SELECT * FROM release_receipt WHERE release_id = $1", release_id) or {})


async def lock_one(tx: Tx, table: str, key: str, value: UUID) -> Mapping[str, Any] | None:
    """The row of a table of ours by its key, locked."""
    return await tx.fetchrow(f"SELECT * FROM {table} WHERE {key} = $1 FOR UPDATE", value)


async def end(tx: Tx, table: str, key: str, value: UUID, to_day: date, **more: Any) -> None:
    """Store the last day of a locked row."""
    sets = "".join(f", {name} = ${number}" for number, name in enumerate(more, start=3))
    await tx.execute(f"UPDATE {table} SET version = version + 1, to_day = $2{sets} WHERE {key} = $1", value, to_day, *more.values())


async def release(tx: ReadTx, release_id: UUID) -> Mapping[str, Any] | None:
    """Released results, which never change."""
    return await tx.fetchrow("SELECT * FROM result_release WHERE release_id = $1", release_id)


async def lock_task(tx: Tx, reach: Reach, task_id: UUID) -> Mapping[str, Any] | None:
    """A task of the caller's agency (or, for the country, of any), locked."""
    agency = reach.code if reach.level is Level.AGENCY else None
    if agency is None and reach.level is not Level.COUNTRY:
        return None
    return await tx.fetchrow(
        "SELECT * FROM agency_task WHERE task_id = $1 AND ($2::text IS NULL OR agency = $2) FOR UPDATE", task_id, agency
    )


async def store_answer(tx: Tx, task_id: UUID, state: str) -> None:
    """Store the state that a locked task has now."""
    await tx.execute("UPDATE agency_task SET version = version + 1, state = $2 WHERE task_id = $1", task_id, state)


async def seats_of(tx: ReadTx, provinces: Sequence[str], committee: Committee) -> list[Seat]:
    """The recorded seats of the committee in one of the provinces."""
    rows = await tx.fetch(
        "SELECT powers, from_day, to_day FROM committee_member WHERE province = ANY($1::text[]) AND committee = $2", provinces, committee
    )
    return [Seat(frozenset(map(Power, row["powers"])), row["from_day"], row["to_day"]) for row in rows]


async def officers_of(tx: ReadTx, district: str, officer_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that are or were officers of the district."""
    rows = await tx.fetch(
        "SELECT officer_id FROM officer WHERE district = $1 AND officer_id = ANY($2::uuid[])", district, list(officer_ids)
    )
    return {row["officer_id"] for row in rows}


async def next_revision(tx: Tx, area: str, addressee: str, first_month: str, last_month: str) -> int:
    """The number of the next release of the same months to the same addressee; nobody else takes it before the transaction ends."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"{area} {addressee} {first_month} {last_month}")
    number: int = await tx.fetchval(
        """SELECT coalesce(max(revision), 0) + 1 FROM result_release
            WHERE area = $1 AND addressee = $2 AND first_month = $3 AND last_month = $4""",
        *(area, addressee, first_month, last_month),
    )
    return number


async def results_of(tx: ReadTx, area: str, first: date, last: date) -> dict[str, Any]:
    """The figures of an area: cases by state as they are now, and what was done from the first to the last day."""
    return {
        "cases_by_state": await _counts(
            tx, "SELECT state, count(*) FROM case_file WHERE responsible_district LIKE $1 || '%' GROUP BY 1", area
        ),
        "wishes_by_status": await _counts(
            tx,
            "SELECT status, count(*) FROM intent WHERE district LIKE $1 || '%' AND stated_on BETWEEN $2 AND $3 GROUP BY 1",
            area,
            first,
            last,
        ),
        "interviews_by_answer": await _counts(
            tx,
            "SELECT answer, count(DISTINCT case_id) FROM interview WHERE district LIKE $1 || '%' AND interviewed_on BETWEEN $2 AND $3 GROUP BY 1",
            *(area, first, last),
        ),
        "follow_ups_by_round": await _counts(
            tx,
            """SELECT f.round || CASE WHEN f.reached THEN '' ELSE '_NOT_REACHED' END, count(*) FROM follow_up f JOIN case_file c USING (case_id)
                WHERE c.responsible_district LIKE $1 || '%' AND f.contacted_on BETWEEN $2 AND $3 GROUP BY 1""",
            *(area, first, last),
        ),
        "follow_ups_overdue_by_round": await _counts(
            tx,
            """SELECT o.round, count(*) FROM follow_up_overdue o JOIN case_file c USING (case_id)
                WHERE c.responsible_district LIKE $1 || '%' AND o.due_by BETWEEN $2 AND $3 GROUP BY 1""",
            *(area, first, last),
        ),
        "complaints_by_state": await _counts(
            tx,
            "SELECT state, count(*) FROM complaint WHERE district LIKE $1 || '%' AND received_on BETWEEN $2 AND $3 GROUP BY 1",
            area,
            first,
            last,
        ),
    }


async def _counts(tx: ReadTx, sql: str, *args: Any) -> dict[str, int]:
    return {str(row[0]): row[1] for row in await tx.fetch(sql, *args)}
