"""SQL in sets: rows of a projection in, the newest kept. A set may hold a row twice and come in any order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg

from shared.db import ReadTx, Tx

_CHAIN_LOCK: Final = 2561_05  # any number that no other lock of this database has


@dataclass(frozen=True)
class Projection:
    """A table (or a group of its columns) that events fill.

    `key` names its rows; of two rows with one key that stands whose `order` columns are greater (with `first`: smaller).
    Equal ones are the same fact again.
    """

    table: str
    key: tuple[str, ...]
    order: tuple[str, ...]
    first: bool = False


PERSON_STATE: Final = Projection("person", ("holder_id",), ("holder_version",))
PERSON_DEATH: Final = Projection("person", ("holder_id",), ("deceased_on",))
PERSON_ERASURE: Final = Projection("person", ("holder_id",), ("erased_on",))
PERSON_MOVE: Final = Projection("person", ("holder_id",), ("moved_on",))
PERSON_WISH: Final = Projection("person", ("holder_id",), ("last_stated_on", "last_stated_at"))
PERSON_ROUTE: Final = Projection("person", ("holder_id",), ("route_version",))
PERSON_OFFICER: Final = Projection("person", ("holder_id",), ("officer_version",))
PERSON_PLAN: Final = Projection("person", ("holder_id",), ("plan_told_at", "plan_version", "plan_id"))
INTAKE: Final = Projection("intake", ("holder_id",), ("stated_on", "intent_id"), first=True)
WITHDRAWAL: Final = Projection("withdrawal", ("holder_id",), ("withdrawn_on", "known_on", "told_at"))
VISIT_DUE: Final = Projection("visit_due", ("holder_id",), ("told_at",))
VISIT_ATTEMPT: Final = Projection("visit_attempt", ("holder_id", "attempt_no"), ("told_at",))
VISIT_OVERDUE: Final = Projection("visit_overdue", ("holder_id", "level"), ("found_on",), first=True)
INTERVIEW: Final = Projection("interview", ("holder_id",), ("told_at", "revision", "interview_id"))
DECISION: Final = Projection("decision", ("decision_id",), ("decided_on",))
FOLLOW_UP: Final = Projection("follow_up", ("follow_up_id",), ("told_at",))
FOLLOW_UP_OVERDUE: Final = Projection("follow_up_overdue", ("holder_id", "round"), ("due_by",))
COMPLAINT_RECEIVED: Final = Projection("complaint", ("complaint_id",), ("received_on",))
COMPLAINT_ANSWERED: Final = Projection("complaint", ("complaint_id",), ("answer_version",))
COMPLAINT_ESCALATION: Final = Projection("complaint_escalation", ("complaint_id", "version"), ("due_on",))
RECOMMENDATION: Final = Projection("recommendation", ("holder_id",), ("prepared_on", "version", "plan_id"))
PLAN_LINE: Final = Projection("plan_line", ("plan_id", "version", "line_no"), ("version",))
PLAN_DECLINE: Final = Projection("plan_decline", ("holder_id",), ("declined_on", "interview_id"))
REFERRAL_CREATED: Final = Projection("referral", ("referral_id",), ("referred_on",))
REFERRAL_RECEIVED: Final = Projection("referral", ("referral_id",), ("received_on",))
REFERRAL_WAIT_LISTED: Final = Projection("referral", ("referral_id",), ("wait_listed_on",))
REFERRAL_ACCEPTED: Final = Projection("referral", ("referral_id",), ("accepted_on",))
REFERRAL_DECLINED: Final = Projection("referral", ("referral_id",), ("declined_on",))
REFERRAL_STARTED: Final = Projection("referral", ("referral_id",), ("started_on",))
REFERRAL_CLOSED: Final = Projection("referral", ("referral_id",), ("closing_told_at",))
REFERRAL_ALARM: Final = Projection("referral_alarm", ("referral_id", "clock", "level", "due_on"), ("raised_on",), first=True)
REFERRAL_OUTCOME: Final = Projection("referral", ("referral_id",), ("outcome_at", "outcome_event"))
PLAN_END: Final = Projection("plan_end", ("plan_id",), ("told_at", "version"))
REVIEW_ASKED: Final = Projection("specialist_review", ("review_id",), ("asked_on",))
REVIEW_GIVEN: Final = Projection("specialist_review", ("review_id",), ("given_on",))
REVIEW_WITHDRAWN: Final = Projection("specialist_review", ("review_id",), ("withdrawn_on",))
REVIEW_OVERDUE: Final = Projection("specialist_review_overdue", ("review_id", "level"), ("found_on",), first=True)
LINE_SEAT: Final = Projection("line_seat", ("plan_id", "line_no", "offering_id"), ("told_at", "step"))
UNMET_NEED: Final = Projection("unmet_need", ("district", "month"), ("number",))
EMPLOYER_DEDUCTION: Final = Projection("employer_deduction", ("period_id",), ("version",))
EMPLOYMENT: Final = Projection("employment", ("employment_id",), ("version",))
WAGE_MONTH: Final = Projection("wage_month", ("employment_id", "wage_month", "bank"), ("version",))
ENTITLEMENT: Final = Projection("entitlement", ("entitlement_id",), ("version",))
PAYMENT: Final = Projection("payment", ("disbursement_id", "attempt_no"), ("finality",))
RUN_RELEASED: Final = Projection("run", ("run_id",), ("released_on",))
# Told again after people found that a payment of it was made after all, perhaps on the same day.
RUN_CLOSED: Final = Projection("run", ("run_id",), ("closed_on", "paid", "returned"))
REGISTRY_IMPORT: Final = Projection("registry_import", ("import_id",), ("completed_on",))
OFFICER: Final = Projection("officer", ("officer_id",), ("version",))
PLACE: Final = Projection("place", ("place_id",), ("version",))
PLACE_DAY: Final = Projection("place_day", ("place_id", "day"), ("version",))
PROGRAMME: Final = Projection("programme", ("code",), ("version",))
OFFERING: Final = Projection("offering", ("offering_id",), ("version",))
POLICY: Final = Projection("policy", ("profile", "version"), ("published_on",))


async def keep(tx: Tx, projection: Projection, rows: Sequence[dict[str, Any]]) -> None:
    """Bring the rows in, each a mapping of all of the group's columns; older ones than stand there change nothing.

    The holders whose rows changed are noted, to be counted anew.
    """
    if rows:
        await tx.execute(_keep_sql(projection, tuple(rows[0])), list(rows))


async def touch(tx: Tx, holder_ids: Sequence[UUID]) -> None:
    """Make sure that each holder has a row in `person`, so that no figure loses a fact whose person is not known yet."""
    await tx.execute(
        _noting("person", "INSERT INTO person (holder_id) SELECT DISTINCT unnest($1::uuid[]) ORDER BY 1 ON CONFLICT DO NOTHING"),
        list(holder_ids),
    )


async def note_changed(tx: Tx, projection: Projection, holder_ids: Sequence[UUID]) -> None:
    """Note that rows of the projection, which do not name their holders, changed for these."""
    await tx.execute(
        "INSERT INTO changed_holder (holder_id, source) SELECT DISTINCT unnest($1::uuid[]), $2", list(holder_ids), projection.table
    )


async def uncounted(tx: ReadTx) -> int:
    """How many changes wait to be counted, at most."""
    waiting: int = await tx.fetchval("SELECT coalesce(max(seq) - min(seq) + 1, 0) FROM changed_holder")
    return waiting


async def leave_bands_of_erased(tx: Tx, holder_ids: Sequence[UUID], limits_baht: tuple[int, int]) -> None:
    """Of the incomes of those among the holders who were erased leave the band, whose highest whole baht stands for it."""
    rows = await tx.fetch(
        "SELECT holder_id, erased_on FROM person WHERE holder_id = ANY($1::uuid[]) ORDER BY 1 FOR SHARE", list(holder_ids)
    )
    erased = [row["holder_id"] for row in rows if row["erased_on"] is not None]
    if not erased:
        return
    for table, column in (("interview", "income_now_baht"), ("follow_up", "yearly_income_baht")):
        await tx.execute(
            f"""UPDATE {table} SET {column} = CASE WHEN {column} <= $2 THEN $2 WHEN {column} <= $3 THEN $3 ELSE $3 + 1 END
                 WHERE holder_id = ANY($1::uuid[]) AND {column} IS NOT NULL""",
            erased,
            *limits_baht,
        )


def _keep_sql(projection: Projection, columns: tuple[str, ...]) -> str:
    """One statement for a whole set: PostgreSQL reads the rows from JSON by the table's own types."""
    table, key, order = projection.table, projection.key, projection.order
    names, keys = ", ".join(columns), ", ".join(key)
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in key)
    direction, wins = ("ASC", "<") if projection.first else ("DESC", ">")
    newest = ", ".join(f"{column} {direction}" for column in order)
    theirs, ours = (", ".join(f"{side}.{column}" for column in order) for side in ("excluded", table))
    kept = f"""
        INSERT INTO {table} ({names})
        SELECT DISTINCT ON ({keys}) {names} FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb) ORDER BY {keys}, {newest}
        ON CONFLICT ({keys}) DO UPDATE SET {changes}
         WHERE {table}.{order[0]} IS NULL OR ({theirs}) {wins} ({ours})"""
    return _noting(table, kept) if "holder_id" in columns else kept


def _noting(table: str, change: str) -> str:
    """The statement, and the holders of the rows that it brought in or changed into `changed_holder`."""
    return f"""
        WITH changed AS ({change} RETURNING {table}.holder_id)
        INSERT INTO changed_holder (holder_id, source) SELECT DISTINCT holder_id, '{table}' FROM changed"""


@dataclass(frozen=True)
class StoredSnapshot:
    """A snapshot as it lies in the database; `content` is canonical JSON."""

    seq: int
    snapshot_id: UUID
    report: str
    area: str
    content: str
    content_hash: str
    prev_hash: str
    taken_by: str


_SNAPSHOT: Final = "seq, snapshot_id, report, area, content, content_hash, prev_hash, taken_by"


async def lock_chain(tx: Tx) -> str:
    """Wait for the end of the chain of snapshots and hold it; returns the last hash, empty before the first snapshot."""
    await tx.execute("SELECT pg_advisory_xact_lock($1)", _CHAIN_LOCK)
    return await tx.fetchval("SELECT content_hash FROM snapshot ORDER BY seq DESC LIMIT 1") or ""


async def add_snapshot(tx: Tx, snapshot_id: UUID, content: dict[str, Any], text: str, content_hash: str, taken_by: str) -> StoredSnapshot:
    """Append the snapshot to the chain that `lock_chain` holds."""
    row = await tx.fetchrow(
        f"""INSERT INTO snapshot (snapshot_id, report, area, as_of, content, content_hash, prev_hash, taken_by)
            VALUES ($1, $2, $3, $4::text::timestamptz, $5, $6, $7, $8) RETURNING {_SNAPSHOT}""",
        *(snapshot_id, content["report"], content["area"], content["as_of"], text, content_hash, content["prev_hash"], taken_by),
    )
    if row is None:
        raise RuntimeError("INSERT … RETURNING gave no row")
    return _stored(row)


async def snapshots_after(tx: ReadTx, seq: int, limit: int, reach: str, args: Sequence[Any]) -> list[StoredSnapshot]:
    """Snapshots within the reach (a condition whose arguments begin at $3), newest first, older than `seq`."""
    rows = await tx.fetch(f"SELECT {_SNAPSHOT} FROM snapshot WHERE seq < $1 AND {reach} ORDER BY seq DESC LIMIT $2", seq, limit, *args)
    return [_stored(row) for row in rows]


async def snapshot(tx: ReadTx, snapshot_id: UUID, reach: str, args: Sequence[Any]) -> StoredSnapshot | None:
    """The snapshot if it is within the reach (a condition whose arguments begin at $2)."""
    row = await tx.fetchrow(f"SELECT {_SNAPSHOT} FROM snapshot WHERE snapshot_id = $1 AND {reach}", snapshot_id, *args)
    return None if row is None else _stored(row)


async def chain_after(tx: ReadTx, seq: int, limit: int) -> list[StoredSnapshot]:
    """The next links of the chain, oldest first."""
    rows = await tx.fetch(f"SELECT {_SNAPSHOT} FROM snapshot WHERE seq > $1 ORDER BY seq LIMIT $2", seq, limit)
    return [_stored(row) for row in rows]


def _stored(row: asyncpg.Record) -> StoredSnapshot:
    return StoredSnapshot(**dict(row))
