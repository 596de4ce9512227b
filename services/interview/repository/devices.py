"""Devices of account officers, what they brought, and the packs they took."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.interview.domain import LOADS_OFFICER, Step
from services.interview.errors.offline import SyncRunning
from services.interview.repository.cases import COLUMNS, within
from services.interview.repository.copies import offered_sql
from services.interview.repository.rows import insert
from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx

PACKS_KEPT: Final = 3
"""A device whose answer was lost asks again from the pack that it has."""


@dataclass(frozen=True, slots=True)
class Device:
    """A registered device."""

    device_id: UUID
    officer_id: UUID
    name: str
    public_key: Mapping[str, Any]
    registered_at: datetime
    revoked_at: datetime | None = None
    revoked_why: str | None = None
    last_seq: int = 0
    last_sync_at: datetime | None = None
    clock_offset_seconds: int | None = None


_COLUMNS: Final = ", ".join(f"d.{name}" for name in Device.__dataclass_fields__)


def device_of(row: Mapping[str, Any]) -> Device:
    """The device of a row."""
    return Device(**{name: row[name] for name in Device.__dataclass_fields__})


async def add_device(tx: Tx, device: Device, *, by: str) -> bool:
    """Store a device; False when its id is taken."""
    row = {
        "device_id": device.device_id,
        "officer_id": device.officer_id,
        "name": device.name,
        "public_key": device.public_key,
        "registered_at": device.registered_at,
        "registered_by": by,
        "last_seq": 0,
    }
    return bool(await insert(tx, "device", row, "ON CONFLICT DO NOTHING"))


async def device(tx: ReadTx, reach: Reach, device_id: UUID) -> Device | None:
    """The device, of an officer within the reach."""
    condition, args = reach_sql(reach, 2, home="o.district", responsible=None, officer="d.officer_id")
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM device d JOIN officer o USING (officer_id) WHERE d.device_id = $1 AND {condition}", device_id, *args
    )
    return None if row is None else device_of(row)


async def devices_page(tx: ReadTx, reach: Reach, officer_id: UUID | None, after: UUID | None, limit: int) -> Sequence[Mapping[str, Any]]:
    """Devices of officers within the reach, by id."""
    condition, args = reach_sql(reach, 4, home="o.district", responsible=None, officer="d.officer_id")
    return await tx.fetch(
        f"""SELECT {_COLUMNS} FROM device d JOIN officer o USING (officer_id)
             WHERE ($1::uuid IS NULL OR d.officer_id = $1) AND ($2::uuid IS NULL OR d.device_id > $2) AND {condition}
             ORDER BY d.device_id LIMIT $3""",
        officer_id,
        after,
        limit,
        *args,
    )


async def hold_device(tx: Tx, device_id: UUID) -> Device:
    """The device, held until the end of the transaction. Raises SyncRunning while another batch of it is being taken in."""
    try:
        # Not FOR UPDATE: what is brought refers to the device meanwhile.
        row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM device d WHERE d.device_id = $1 FOR NO KEY UPDATE NOWAIT", device_id)
    except asyncpg.LockNotAvailableError as held:
        raise SyncRunning(device_id=device_id) from held
    if row is None:
        raise LookupError(device_id)
    return device_of(row)


async def note_sync(tx: Tx, device_id: UUID, *, last_seq: int, at: datetime, offset: timedelta) -> None:
    """Note how far a held device has come."""
    await tx.execute(
        "UPDATE device SET last_seq = $2, last_sync_at = $3, clock_offset_seconds = $4 WHERE device_id = $1",
        *(device_id, last_seq, at, round(offset.total_seconds())),
    )


async def revoke_device(tx: Tx, device_id: UUID, *, by: str, at: datetime, why: str) -> bool:
    """Revoke it; False when it was before. Its packs are forgotten."""
    revoked = await tx.execute(
        "UPDATE device SET revoked_at = $2, revoked_by = $3, revoked_why = $4 WHERE device_id = $1 AND revoked_at IS NULL",
        *(device_id, at, by, why),
    )
    await tx.execute("DELETE FROM sync_pack WHERE device_id = $1", device_id)
    return bool(revoked)


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of an operation that was answered before."""

    device_id: UUID
    request_hash: bytes
    outcome: str
    done: Mapping[str, Any]


async def operations(tx: ReadTx, operation_ids: Sequence[UUID]) -> dict[UUID, Stored]:
    """Those of the operations that were answered for good."""
    rows = await tx.fetch(
        "SELECT operation_id, device_id, request_hash, outcome, done FROM sync_operation WHERE operation_id = ANY($1::uuid[])",
        operation_ids,
    )
    return {row["operation_id"]: Stored(row["device_id"], row["request_hash"], row["outcome"], row["done"]) for row in rows}


async def add_operation(tx: Tx, row: Mapping[str, Any]) -> bool:
    """Keep what became of an operation; False when its id or its number is another's."""
    return bool(await insert(tx, "sync_operation", row, "ON CONFLICT DO NOTHING"))


async def holders_named(tx: ReadTx, references: Iterable[tuple[str, UUID | str]]) -> dict[tuple[str, UUID | str], UUID]:
    """Whom references name: pairs of `case_id`, `intent_id`, `holder_id`, `citizen_index` or `card_index` and the value; unknown ones are left out."""
    by_column: dict[str, set[UUID | str]] = {}
    for column, value in references:
        by_column.setdefault(column, set()).add(value)
    rows = await tx.fetch(
        """SELECT 'case_id' AS found_by, case_id::text AS value, holder_id FROM case_file WHERE case_id = ANY($1::uuid[])
           UNION ALL SELECT 'intent_id', intent_id::text, holder_id FROM intent WHERE intent_id = ANY($2::uuid[])
           UNION ALL SELECT 'citizen_index', citizen_index, holder_id FROM holder WHERE citizen_index = ANY($3::text[])
           UNION ALL SELECT 'card_index', card_index, holder_id FROM holder WHERE card_index = ANY($4::text[])""",
        *(list(by_column.get(column, ())) for column in ("case_id", "intent_id", "citizen_index", "card_index")),
    )
    found = {(row["found_by"], row["value"]): row["holder_id"] for row in rows}
    named = {("holder_id", value): UUID(str(value)) for value in by_column.get("holder_id", ())}
    return named | {
        (column, value): found[column, str(value)]
        for column, values in by_column.items()
        for value in values
        if (column, str(value)) in found
    }


async def others_changes(
    tx: ReadTx, holder_id: UUID, device_id: UUID, *, after: int, before: int | None, steps: Iterable[Step]
) -> list[Mapping[str, Any]]:
    """What others than the device did to the holder's case in versions between the two, of these steps, oldest first."""
    rows = await tx.fetch(
        """SELECT h.version, h.step, h.to_state, h.by, h.at, h.reason FROM case_history h JOIN case_file c USING (case_id)
            WHERE c.holder_id = $1 AND h.version > $2 AND ($3::int IS NULL OR h.version < $3) AND h.step = ANY($4::text[])
              AND NOT EXISTS (SELECT FROM sync_operation o WHERE o.case_id = h.case_id AND o.case_version = h.version AND o.device_id = $5)
            ORDER BY h.seq""",
        holder_id,
        after,
        before,
        list(steps),
        device_id,
    )
    return list(rows)


async def case_now(tx: ReadTx, reach: Reach, holder_id: UUID) -> Mapping[str, Any] | None:
    """The holder's case as it is, within the reach."""
    condition, args = within(reach, 2)
    return await tx.fetchrow(f"SELECT {COLUMNS} FROM case_file c WHERE c.holder_id = $1 AND {condition}", holder_id, *args)


async def cases_of_officer(tx: ReadTx, officer_id: UUID, limit: int) -> list[Mapping[str, Any]]:
    """The officer's open cases with all that is needed on the way: wish, home visit, attempts, plan and referrals, by id."""
    rows = await tx.fetch(
        f"""SELECT {COLUMNS}, v.due_by, i.slip_no, i.intent_id, i.monthly_satang, i.first_month, i.last_month,
                   (SELECT coalesce(jsonb_agg(jsonb_build_object('attempt_no', a.attempt_no, 'visited_on', a.visited_on, 'reason', a.reason)
                           ORDER BY a.attempt_no), '[]') FROM visit_attempt a WHERE a.case_id = c.case_id) AS attempts_made,
                   (SELECT p.lines FROM agreed_plan p WHERE p.holder_id = c.holder_id) AS plan_lines,
                   (SELECT coalesce(jsonb_agg(jsonb_build_object('line_no', r.line_no, 'programme_code', r.programme_code, 'agency', r.agency,
                           'accepted_on', r.accepted_on, 'outcome', r.outcome, 'final', r.final) ORDER BY r.line_no, r.referral_id), '[]')
                      FROM referral r WHERE r.holder_id = c.holder_id) AS referrals
              FROM case_file c LEFT JOIN home_visit_due v ON v.case_id = c.case_id LEFT JOIN intent i ON i.case_id = c.case_id
             WHERE c.officer_id = $1 AND c.state = ANY($2::text[]) ORDER BY c.case_id LIMIT $3""",
        officer_id,
        list(LOADS_OFFICER),
        limit,
    )
    return list(rows)


async def newest_pack(tx: ReadTx, device_id: UUID) -> Mapping[str, Any] | None:
    """The last pack that the device took."""
    return await tx.fetchrow("SELECT * FROM sync_pack WHERE device_id = $1 ORDER BY pack_no DESC LIMIT 1", device_id)


async def pack(tx: ReadTx, device_id: UUID, pack_no: int) -> Mapping[str, Any] | None:
    """A pack of the device that is still remembered."""
    return await tx.fetchrow("SELECT * FROM sync_pack WHERE device_id = $1 AND pack_no = $2", device_id, pack_no)


async def add_pack(tx: Tx, row: Mapping[str, Any]) -> None:
    """Remember a pack, and forget those before the last few."""
    await insert(tx, "sync_pack", row)
    await tx.execute("DELETE FROM sync_pack WHERE device_id = $1 AND pack_no <= $2", row["device_id"], row["pack_no"] - PACKS_KEPT)


async def programmes(tx: ReadTx, on: date) -> list[dict[str, Any]]:
    """The programmes of the catalogue that take people in on the day, by code."""
    rows = await tx.fetch(
        f"SELECT code, version, dimension, name_th, name_en, agency FROM programme WHERE {offered_sql('$1::date')} ORDER BY code", on
    )
    return [dict(row) for row in rows]
