"""How agencies are told, what waits to be told, and what they told on topics and in files."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.plan.domain import Because
from services.plan.domain.agencies import Connection, Refusal, SentFile, Way
from services.plan.repository.rows import insert
from shared.db import ReadTx, Tx


async def lock_connection(tx: Tx, agency: str) -> Connection | None:
    """How the agency is told, locked against other changes; None for an unknown one."""
    row = await tx.fetchrow(
        """SELECT agency.code AS agency, coalesce(connection.version, 0) AS version, coalesce(connection.way, 'PULL') AS way
             FROM agency LEFT JOIN agency_connection connection ON connection.agency = agency.code
            WHERE agency.code = $1 FOR NO KEY UPDATE OF agency""",
        agency,
    )
    return None if row is None else Connection(row["agency"], row["version"], Way(row["way"]))


async def set_connection(tx: Tx, connection: Connection, because: Because) -> None:
    """Write the next version over the locked one."""
    await insert(
        tx, "agency_connection", [connection], then="ON CONFLICT (agency) DO UPDATE SET version = excluded.version, way = excluded.way"
    )
    await tx.execute(
        "INSERT INTO agency_connection_history (agency, version, way, who, at, why) VALUES ($1, $2, $3, $4, $5, $6)",
        *(connection.agency, connection.version, connection.way, because.who, because.at, because.why),
    )


async def ways(tx: ReadTx) -> dict[str, Way]:
    """How the agencies are told that were ever set."""
    return {row["agency"]: Way(row["way"]) for row in await tx.fetch("SELECT agency, way FROM agency_connection")}


async def add_notices(tx: Tx, notices: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Let these wait to be told by webhook, each with its agency, in their order."""
    await tx.executemany("INSERT INTO agency_notice (agency, notice) VALUES ($1, $2)", notices)


async def agencies_to_tell(tx: ReadTx, purpose: str) -> list[str]:
    """Agencies for which something waits and that have an address."""
    rows = await tx.fetch(
        """SELECT agency.code FROM agency
            WHERE EXISTS (SELECT FROM agency_notice WHERE agency_notice.agency = agency.code)
              AND EXISTS (SELECT FROM webhook_endpoint e WHERE e.owner = agency.code AND e.purpose = $1 AND e.status <> 'CLOSED')
            ORDER BY agency.code""",
        purpose,
    )
    return [row["code"] for row in rows]


async def take_notices(tx: Tx, agency: str, notices_max: int) -> list[dict[str, Any]]:
    """Take what has waited longest, in its order; by one transaction at a time."""
    await _one_at_a_time(tx, "notices", agency)
    rows = await tx.fetch(
        """WITH taken AS (DELETE FROM agency_notice
                           WHERE number IN (SELECT number FROM agency_notice WHERE agency = $1 ORDER BY number LIMIT $2)
                       RETURNING number, notice)
           SELECT notice FROM taken ORDER BY number""",
        *(agency, notices_max),
    )
    return [row["notice"] for row in rows]


async def open_endpoints(tx: ReadTx, agency: str, purpose: str) -> list[UUID]:
    """The addresses at which the agency wants to be told."""
    rows = await tx.fetch(
        "SELECT id FROM webhook_endpoint WHERE owner = $1 AND purpose = $2 AND status <> 'CLOSED' ORDER BY id", *(agency, purpose)
    )
    return [row["id"] for row in rows]


async def claim_reports(tx: Tx, agency: str, reports: Sequence[tuple[str, str]], at: datetime) -> set[tuple[str, str]]:
    """Those of the reports (id and digest) that did not come before; they have from now on. By one transaction at a time for an agency."""
    await _one_at_a_time(tx, "reports", agency)
    rows = await tx.fetch(
        """INSERT INTO agency_report (agency, report_id, digest, received_at)
           SELECT DISTINCT $1, report_id, digest, $4::timestamptz FROM unnest($2::text[], $3::text[]) AS new (report_id, digest)
               ON CONFLICT DO NOTHING RETURNING report_id, digest""",
        *(agency, [report_id for report_id, _ in reports], [digest for _, digest in reports], at),
    )
    return {(row["report_id"], row["digest"]) for row in rows}


async def times_told(tx: ReadTx, agency: str, report_ids: Iterable[str]) -> dict[str, int]:
    """How many different reports came under each id."""
    rows = await tx.fetch(
        "SELECT report_id, count(*) AS times FROM agency_report WHERE agency = $1 AND report_id = ANY($2::text[]) GROUP BY 1",
        *(agency, list(report_ids)),
    )
    return {row["report_id"]: row["times"] for row in rows}


async def add_refusals(tx: Tx, refusals: Sequence[Refusal]) -> None:
    """Keep what was refused, in its order."""
    await insert(tx, "agency_refusal", refusals)


async def add_file(tx: Tx, file: SentFile) -> None:
    """Keep that the file was sent."""
    await insert(tx, "agency_file", [file])


async def _one_at_a_time(tx: Tx, what: str, agency: str) -> None:
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"agency.{what}.{agency}")
