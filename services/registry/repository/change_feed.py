"""The change feed: numbered after the commit, read in that order, each entry once.

A number is given to what is committed and has none, by one at a time: whoever has seen a number has seen, or will find behind it, all
there is. A commit that is late gets a later number; it is never skipped. Nobody's second version has a lower number than the first.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.registry.domain import Change
from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx

NOBODY: Final = UUID(int=0)
_NUMBERED_AT_ONCE: Final = 20_000
_STATE: Final = """h.holder_id, h.version, h.recorded_at, h.tier, h.age, h.visit_group, h.policy_version, h.subdistrict, h.bank, h.status,
                   h.moved_on, h.deceased_on"""
_VERSION: Final = f"e.no, {_STATE}, h.what, h.changed, h.previous_subdistrict, NULL::date AS routed_on, NULL AS responsible_district, NULL AS previous_district"
_ROUTED: Final = f"e.no, {_STATE}, '{Change.ROUTED}', '{{}}'::text[], NULL, e.routed_on, e.responsible_district, e.previous_district"


class Place(NamedTuple):
    """A place in the feed: behind this holder in the entry of this number. The first is `Place(0, NOBODY)`."""

    no: int
    holder_id: UUID


START: Final = Place(0, NOBODY)


class Wanted(NamedTuple):
    """Which changes are asked for: kinds (none named: all), and areas whose code begins so; never more than the reach."""

    reach: Reach
    kinds: tuple[Change, ...] = ()
    area: str = ""


async def number(tx: Tx) -> int:
    """Number what is committed; returns how many. One at a time: the lock is held until the numbers are committed."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('registry.change-feed'))")
    return await tx.execute(
        """UPDATE change_feed f SET no = numbered.no
             FROM (SELECT seq, nextval('change_feed_numbers') AS no
                     FROM (SELECT seq FROM change_feed WHERE no IS NULL ORDER BY seq LIMIT $1) AS waiting) AS numbered
            WHERE f.seq = numbered.seq""",
        _NUMBERED_AT_ONCE,
    )


async def unnumbered(tx: ReadTx) -> bool:
    """Whether something committed has no number yet."""
    found: bool = await tx.fetchval("SELECT EXISTS (SELECT FROM change_feed WHERE no IS NULL)")
    return found


async def page(tx: ReadTx, wanted: Wanted, after: Place, limit: int) -> tuple[list[Any], Place, bool]:
    """Up to `limit` versions behind the place, the place behind what was looked at, and whether there may be more.

    A row has the place's number as `no`, and `left` where the person has gone out of the reach with it. A page may be empty and not the last.
    """
    entries = await tx.fetch("SELECT no, change_id FROM change_feed WHERE no >= $1 ORDER BY no LIMIT $2", after.no, limit)
    # A chunk has thousands: it is read alone, or as the last of a page.
    chunks = [entry["no"] for entry in entries if entry["change_id"] is not None]
    last = chunks[0] if chunks else entries[-1]["no"] if entries else None
    if last is None:
        return [], after, False
    rows = await _rows(tx, wanted, after, last, limit + 1)
    if len(rows) > limit:
        end = rows[limit - 1]
        return rows[:limit], Place(end["no"], end["holder_id"]), True
    return rows, Place(last + 1, NOBODY), last != entries[-1]["no"] or len(entries) == limit


async def _rows(tx: ReadTx, wanted: Wanted, after: Place, last: int, limit: int) -> list[Any]:
    args: list[Any] = [after.no, after.holder_id, last, [str(kind) for kind in wanted.kinds], wanted.area, limit]

    def reached(**columns: str | None) -> str:
        condition, more = reach_sql(wanted.reach, len(args) + 1, **columns)
        args.extend(more)
        return condition

    within = reached(home="c.home_district", responsible="c.responsible_district", officer="c.officer_id")
    # Whom a move or a correction took out of the area of the reach must be known to be gone there.
    lived_within = reached(home="left(v.previous_subdistrict, 4)", responsible=None, officer=None)
    gained = reached(home=None, responsible="v.responsible_district", officer=None)
    lost = reached(home=None, responsible="v.previous_district", officer=None)
    at_home = reached(home="left(v.subdistrict, 4)", responsible=None, officer=None)
    return await tx.fetch(
        f"""WITH entry AS (SELECT * FROM change_feed WHERE no BETWEEN $1 AND $3),
                 version AS (
              SELECT {_VERSION} FROM entry e JOIN card_holder_history h USING (holder_id, version) WHERE e.routed_on IS NULL
               UNION ALL
              SELECT {_VERSION} FROM entry e JOIN card_holder_history h USING (change_id, chunk_no)
               UNION ALL
              SELECT {_ROUTED} FROM entry e JOIN card_holder_history h USING (holder_id, version) WHERE e.routed_on IS NOT NULL)
            SELECT v.*, NOT ({within}) AS left
              FROM version v JOIN card_holder c USING (holder_id)
             WHERE (v.no, v.holder_id) > ($1, $2) AND (cardinality($4::text[]) = 0 OR v.what = ANY($4::text[]))
               AND CASE WHEN v.routed_on IS NULL
                        THEN {within} AND v.subdistrict LIKE $5 || '%' OR {lived_within} AND v.previous_subdistrict LIKE $5 || '%'
                        -- Only who has the person by it, or has them no more.
                        ELSE CASE WHEN {within} THEN {gained} AND NOT ({lost} OR {at_home}) ELSE {lost} END AND v.subdistrict LIKE $5 || '%' END
             ORDER BY v.no, v.holder_id LIMIT $6""",
        *args,
    )


async def add_subscription(tx: Tx, endpoint_id: UUID, owner: str, wanted: Wanted, start: Place, at: Any) -> bool:
    """Subscribe the endpoint; False when it is subscribed already."""
    return bool(
        await tx.execute(
            """INSERT INTO change_subscription (endpoint_id, owner, reach_level, reach_code, kinds, area, next_no, next_holder, version, subscribed_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9) ON CONFLICT DO NOTHING""",
            *(endpoint_id, owner, wanted.reach.level, wanted.reach.code, [str(kind) for kind in wanted.kinds], wanted.area, *start, at),
        )
    )


_SUBSCRIPTION: Final = """SELECT s.*, e.status, e.url, d.status AS in_hand_status
                            FROM change_subscription s JOIN webhook_endpoint e ON e.id = s.endpoint_id
                            LEFT JOIN webhook_delivery d ON d.id = s.in_hand"""


async def subscription(tx: ReadTx, endpoint_id: UUID, owner: str) -> Any | None:
    """The owner's subscription, with the state of its endpoint and of the batch in hand."""
    return await tx.fetchrow(f"{_SUBSCRIPTION} WHERE s.endpoint_id = $1 AND s.owner = $2", endpoint_id, owner)


async def subscriptions(tx: ReadTx, owner: str, after: UUID | None, limit: int) -> Sequence[Any]:
    """The owner's subscriptions by endpoint."""
    return await tx.fetch(
        f"{_SUBSCRIPTION} WHERE s.owner = $1 AND ($2::uuid IS NULL OR s.endpoint_id > $2) ORDER BY s.endpoint_id LIMIT $3",
        owner,
        after,
        limit,
    )


async def waiting_subscriptions(tx: ReadTx) -> list[UUID]:
    """Those with an active endpoint, nothing in hand and something behind their place."""
    rows = await tx.fetch(
        """SELECT s.endpoint_id FROM change_subscription s JOIN webhook_endpoint e ON e.id = s.endpoint_id
            WHERE e.status = 'ACTIVE' AND s.next_no <= (SELECT max(no) FROM change_feed)
              AND NOT EXISTS (SELECT FROM webhook_delivery d WHERE d.id = s.in_hand AND d.status <> 'DELIVERED')
            ORDER BY s.endpoint_id"""
    )
    return [row["endpoint_id"] for row in rows]


async def lock_waiting(tx: Tx, endpoint_id: UUID) -> Any | None:
    """The subscription, locked, if it still waits for its next batch and no other process has it."""
    return await tx.fetchrow(
        """SELECT s.* FROM change_subscription s JOIN webhook_endpoint e ON e.id = s.endpoint_id
            WHERE s.endpoint_id = $1 AND e.status = 'ACTIVE'
              AND NOT EXISTS (SELECT FROM webhook_delivery d WHERE d.id = s.in_hand AND d.status <> 'DELIVERED')
              FOR UPDATE OF s SKIP LOCKED""",
        endpoint_id,
    )


async def move_subscription(tx: Tx, endpoint_id: UUID, to: Place, in_hand: UUID | None) -> None:
    """Set the place and the batch in hand of a locked subscription."""
    await tx.execute(
        "UPDATE change_subscription SET next_no = $2, next_holder = $3, in_hand = $4, version = version + 1 WHERE endpoint_id = $1",
        *(endpoint_id, *to, in_hand),
    )
