"""What is read of how agencies connect: their connections, files and refusals, and the file of their referrals."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from services.plan.domain import ReferralStatus
from services.plan.queries.referrals import with_overdue
from services.plan.queries.rows import Row, narrowing
from services.plan.queries.rows import rows as rows_of
from shared.auth import Reach, reach_sql
from shared.db import ReadTx

REFUSALS_SHOWN_MAX: Final = 100
_CONNECTIONS: Final = """
    SELECT agency.code AS agency, coalesce(connection.way, 'PULL') AS way, coalesce(connection.version, 0) AS version,
           (SELECT count(*) FROM agency_notice WHERE agency_notice.agency = agency.code) AS notices_waiting
      FROM agency LEFT JOIN agency_connection connection ON connection.agency = agency.code"""
_REFUSED: Final = "number, way, file_id, line, report_id, referral_id, field, code, reason_en, reason_th, value_masked, refused_at"


async def list_connections(tx: ReadTx, reach: Reach) -> list[Row]:
    """How the agencies in reach are told."""
    condition, args = reach_sql(reach, 1, home=None, responsible=None, officer=None, bank="agency.code", agency="agency.code")
    return await rows_of(tx, f"{_CONNECTIONS} WHERE {condition} ORDER BY agency.code", *args)


async def show_connection(tx: ReadTx, agency: str) -> Row | None:
    """How one agency is told, with every version; None for an unknown one."""
    found = await rows_of(tx, f"{_CONNECTIONS} WHERE agency.code = $1", agency)
    if not found:
        return None
    history = await rows_of(
        tx, "SELECT version, way, who, at, why FROM agency_connection_history WHERE agency = $1 ORDER BY version", agency
    )
    return {**found[0], "history": history}


async def list_refusals(tx: ReadTx, agency: str, *, after: int | None, rows_max: int) -> list[Row]:
    """What was refused of the agency's reports, the oldest first; of previews nothing was."""
    condition, args = narrowing({"agency = {}": agency, "number > {}": after})
    real = "NOT EXISTS (SELECT FROM agency_file file WHERE file.file_id = agency_refusal.file_id AND file.preview)"
    return await rows_of(
        tx, f"SELECT {_REFUSED} FROM agency_refusal WHERE {condition} AND {real} ORDER BY number LIMIT {rows_max:d}", *args
    )


async def list_files(tx: ReadTx, agency: str, *, after: UUID | None, rows_max: int) -> list[Row]:
    """The files that the agency sent, the newest first."""
    condition, args = narrowing({"agency = {}": agency, "file_id < {}": after})
    return await rows_of(tx, f"SELECT * FROM agency_file WHERE {condition} ORDER BY file_id DESC LIMIT {rows_max:d}", *args)


async def show_file(tx: ReadTx, agency: str, file_id: UUID) -> Row | None:
    """One file with the first of its refused lines; None when it is not the agency's."""
    found = await rows_of(tx, "SELECT * FROM agency_file WHERE file_id = $1 AND agency = $2", file_id, agency)
    if not found:
        return None
    refusals = await rows_of(
        tx, f"SELECT {_REFUSED} FROM agency_refusal WHERE file_id = $1 ORDER BY number LIMIT {REFUSALS_SHOWN_MAX}", file_id
    )
    return {**found[0], "refusals": refusals}


async def every_refusal(tx: ReadTx, agency: str, file_id: UUID) -> AsyncIterator[Row]:
    """Every refused line of a file of the agency."""
    sql = f"SELECT {_REFUSED} FROM agency_refusal WHERE file_id = $1 AND agency = $2 ORDER BY number"
    async for row in tx.stream(sql, file_id, agency):
        yield dict(row)


async def every_referral(tx: ReadTx, agency: str, statuses: Sequence[ReferralStatus], today: date) -> AsyncIterator[Row]:
    """Every referral of the agency in one of these states, or in any; nothing of the person."""
    sql = """SELECT referral.referral_id, referral.programme_code, programme.name_th AS programme_name, referral.attempt, referral.status,
                    referral.referred_on, referral.offering_id, offering.place, referral.starts_on, clock.clock AS waits_for, clock.due_on
               FROM referral
               JOIN programme_history AS programme ON programme.code = referral.programme_code AND programme.version = referral.programme_version
               LEFT JOIN offering USING (offering_id)
               LEFT JOIN referral_clock AS clock ON clock.referral_id = referral.referral_id AND clock.clock <> 'NEXT_ATTEMPT'
              WHERE referral.agency = $1 AND (cardinality($2::text[]) = 0 OR referral.status = ANY($2::text[]))
              ORDER BY referral.referral_id"""
    async for row in tx.stream(sql, agency, list(statuses)):
        yield with_overdue(dict(row), today)
