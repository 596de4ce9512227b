"""Queues and days of meeting places, and who could state no wish, as the place and its district see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.interview.commands.close_place_days import statement_hash
from services.interview.repository.place_days import COUNTS, QUEUE_COUNTS, REFUSED, within
from shared.auth import Reach, reach_sql
from shared.db import ReadTx
from shared.http import Page


@dataclass(frozen=True, slots=True)
class Days:
    """Which days of places: of one district, from and to a day, only those that nobody has closed."""

    district: str | None
    first: date | None
    last: date
    only_open: bool


async def show_queue(tx: ReadTx, reach: Reach, place_id: UUID, day: date) -> Mapping[str, Any] | None:
    """The queue of the place on a day; None for a place out of reach."""
    if not await within(tx, reach, place_id):
        return None
    counts = await tx.fetchrow(
        f"SELECT q.* FROM (SELECT $1::uuid AS place_id, $2::date AS day) d, LATERAL ({QUEUE_COUNTS}) q", place_id, day
    )
    waits = await tx.fetchrow(
        """SELECT round(avg(extract(epoch FROM called_at - taken_at)))::int AS mean_wait_s,
                  (SELECT min(number) FROM queue_ticket WHERE place_id = $1 AND day = $2 AND status = 'WAITING') AS next_number
             FROM queue_ticket WHERE place_id = $1 AND day = $2 AND called_at IS NOT NULL""",
        place_id,
        day,
    )
    serving = await tx.fetch(
        """SELECT ticket_id, number, counter, called_at FROM queue_ticket WHERE place_id = $1 AND day = $2 AND status = 'SERVING' ORDER BY number""",
        place_id,
        day,
    )
    hours = await tx.fetch(
        """SELECT extract(hour FROM ended_at AT TIME ZONE 'Asia/Bangkok')::int AS hour, count(*) AS served
             FROM queue_ticket WHERE place_id = $1 AND day = $2 AND status = 'SERVED' GROUP BY 1 ORDER BY 1""",
        place_id,
        day,
    )
    lists = {"now_serving": [dict(row) for row in serving], "per_hour": [dict(row) for row in hours]}
    return {"place_id": place_id, "day": day, **dict(counts or {}), **dict(waits or {}), **lists}


async def show_day(tx: ReadTx, reach: Reach, place_id: UUID, day: date) -> Mapping[str, Any] | None:
    """What the place has recorded of a day, whether it is closed, and everything that was signed; None for a place out of reach."""
    if not await within(tx, reach, place_id):
        return None
    row = await tx.fetchrow(
        f"""SELECT d.*, coalesce(pd.closed, false) AS closed, coalesce(pd.version, 0) AS version, s.*, q.*, r.*
              FROM (SELECT place_id, district, name, $2::date AS day FROM meeting_place WHERE place_id = $1) d
              LEFT JOIN place_day pd ON pd.place_id = d.place_id AND pd.day = d.day,
                   LATERAL ({COUNTS}) s, LATERAL ({QUEUE_COUNTS}) q, LATERAL ({REFUSED}) r""",
        place_id,
        day,
    )
    signed = await tx.fetch("SELECT * FROM place_day_entry WHERE place_id = $1 AND day = $2 ORDER BY version", place_id, day)
    entries = [{**dict(entry), "intact": statement_hash(entry["statement"]) == entry["statement_hash"]} for entry in signed]
    return {**dict(row or {}), "signed": entries}


async def list_days(tx: ReadTx, reach: Reach, wanted: Days, page: Page) -> tuple[list[Any], str | None]:
    """A page of the days on which places were announced to be open, up to the last wished for, by day and place."""
    after = page.after(date, UUID)
    condition, args = reach_sql(reach, 8, home="p.district", responsible=None, officer=None)
    rows = await tx.fetch(
        f"""SELECT d.*, s.*, r.* FROM (
                SELECT p.place_id, p.district, p.name, open.day::date AS day, coalesce(pd.closed, false) AS closed, coalesce(pd.version, 0) AS version,
                       (SELECT e.signed_by FROM place_day_entry e WHERE e.place_id = p.place_id AND e.day = open.day ORDER BY e.version DESC LIMIT 1) AS signed_by,
                       (SELECT count(*) FROM queue_ticket t WHERE t.place_id = p.place_id AND t.day = open.day) AS tickets
                  FROM meeting_place p
                 CROSS JOIN LATERAL generate_series(greatest(p.opens_on, $2::date), least(p.closes_on, $3::date), '1 day') AS open (day)
                  LEFT JOIN place_day pd ON pd.place_id = p.place_id AND pd.day = open.day
                 WHERE ($1::text IS NULL OR p.district = $1) AND (NOT $4 OR NOT coalesce(pd.closed, false))
                   AND ($5::date IS NULL OR (open.day, p.place_id) > ($5, $6::uuid)) AND {condition}
                 ORDER BY open.day, p.place_id LIMIT $7) d, LATERAL ({COUNTS}) s, LATERAL ({REFUSED}) r
             ORDER BY d.day, d.place_id""",
        wanted.district,
        wanted.first,
        wanted.last,
        wanted.only_open,
        *(after or (None, None)),
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["day"], row["place_id"]))


async def list_refused(
    tx: ReadTx, reach: Reach, district: str | None, days: tuple[date | None, date | None], page: Page
) -> tuple[list[Any], str | None]:
    """A page of how many could state no wish, by day, place and reason; who they were nobody knows."""
    after = page.after(date, str, str)
    condition, args = reach_sql(reach, 8, home="r.district", responsible=None, officer=None)
    rows = await tx.fetch(
        f"""SELECT r.day, r.district, r.place_id, p.name, r.reason, count(*) AS persons
              FROM refused_intake r LEFT JOIN meeting_place p USING (place_id)
             WHERE ($1::text IS NULL OR r.district = $1) AND r.day BETWEEN coalesce($2::date, '-infinity') AND coalesce($3::date, 'infinity')
               AND ($4::date IS NULL OR (r.day, coalesce(r.place_id::text, ''), r.reason) > ($4, $5, $6)) AND {condition}
             GROUP BY r.day, r.district, r.place_id, p.name, r.reason
             ORDER BY r.day, coalesce(r.place_id::text, ''), r.reason LIMIT $7""",
        district,
        *days,
        *(after or (None, None, None)),
        page.limit + 1,
        *args,
    )
    return page.cut(rows, lambda row: (row["day"], str(row["place_id"] or ""), row["reason"]))
