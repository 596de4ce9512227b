"""Files of instructions: one a chunk of a run's lines of a bank. What is in one, and who fetched it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.payments.domain import OUT_AT_BANKS, RunStatus
from services.payments.rules.bank_files.pain_001 import Batch
from shared.auth import Reach, reach_sql
from shared.contracts.common import Bank
from shared.db import ReadTx, Tx
from shared.http import Page

TO_PAY: Final = """d.state = 'OPEN' AND d.asked_no = 0
                   AND NOT EXISTS (SELECT FROM recalled_payment back WHERE back.disbursement_id = d.disbursement_id)"""
"""Whether a line `d` of a released run may be given to its bank: what is answered, asked about or asked back must not be paid by a file that comes late."""
RELEASED: Final = sorted({*OUT_AT_BANKS, RunStatus.CLOSED})


async def released_at(tx: Tx, run_id: UUID, bank: Bank, file_no: int) -> datetime | None:
    """When the run was released; None where it was not, or the bank has no such file of it."""
    at: datetime | None = await tx.fetchval(
        """SELECT r.released_at FROM run r
            WHERE r.run_id = $1 AND r.status = ANY($4::text[])
              AND EXISTS (SELECT FROM disbursement d WHERE d.run_id = r.run_id AND d.bank = $2 AND d.chunk_no = $3 AND d.state <> 'HELD')""",
        run_id,
        bank,
        file_no - 1,
        RELEASED,
    )
    return at


async def payments(tx: Tx, run_id: UUID, bank: Bank, file_no: int) -> list[Any]:
    """The lines of the file that are to be paid, with their sealed payees."""
    return await tx.fetch(
        f"""SELECT d.disbursement_id, d.holder_id, d.benefit_month, d.amount_satang, p.sealed, (r.terms ->> 'usable_until')::date AS usable_until
              FROM disbursement d JOIN run r USING (run_id) JOIN payee_sealed p ON p.holder_id = d.holder_id AND p.version = d.payee_version
             WHERE d.run_id = $1 AND d.bank = $2 AND d.chunk_no = $3 AND {TO_PAY}
             ORDER BY d.disbursement_id""",
        run_id,
        bank,
        file_no - 1,
    )


async def note_fetch(tx: Tx, run_id: UUID, bank: Bank, file_no: int, batch: Batch, who: str, at: datetime) -> None:
    """Keep who fetched the file, and which payments it had."""
    await tx.execute(
        """INSERT INTO bank_file_fetch (run_id, bank, file_no, message_id, payments, amount_satang, fetched_by, fetched_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        run_id,
        bank,
        file_no,
        batch.message_id,
        len(batch.payments),
        batch.amount_satang,
        who,
        at,
    )


async def list_files(
    tx: ReadTx, reach: Reach, run_id: UUID | None, page: Page, *, fetched: bool | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Files in reach of the runs that are out at banks, or of one released run, with what of them is still to be paid and who fetched them last.

    `fetched` keeps only those that were, or were not, fetched by anybody.
    """
    after = page.after(UUID, str, int) or (None, None, None)
    condition, args = reach_sql(reach, 9, home=None, responsible=None, officer=None, bank="f.bank")
    rows = await tx.fetch(
        f"""SELECT p.*, s.payments, s.amount_satang, s.to_pay
              FROM (SELECT f.*, w.message_id, w.fetched_by, w.fetched_at
                      FROM (SELECT r.run_id, r.month, bank.code AS bank, number AS file_no
                              FROM run r CROSS JOIN unnest($2::text[]) AS bank (code)
                             CROSS JOIN LATERAL (SELECT max(d.chunk_no) AS last FROM disbursement d WHERE d.run_id = r.run_id AND d.bank = bank.code) AS m
                             CROSS JOIN LATERAL generate_series(1, m.last + 1) AS number
                             WHERE r.status = ANY($3::text[]) AND ($1::uuid IS NULL OR r.run_id = $1)) AS f
                      LEFT JOIN LATERAL (SELECT message_id, fetched_by, fetched_at FROM bank_file_fetch b
                                          WHERE b.run_id = f.run_id AND b.bank = f.bank AND b.file_no = f.file_no ORDER BY number DESC LIMIT 1) AS w ON true
                     WHERE EXISTS (SELECT FROM disbursement d
                                    WHERE d.run_id = f.run_id AND d.bank = f.bank AND d.chunk_no = f.file_no - 1 AND d.state <> 'HELD')
                       AND ($4::bool IS NULL OR (w.message_id IS NOT NULL) = $4)
                       AND ($5::uuid IS NULL OR (f.run_id, f.bank, f.file_no) > ($5, $6::text, $7::int)) AND {condition}
                     ORDER BY f.run_id, f.bank, f.file_no LIMIT $8) AS p
             CROSS JOIN LATERAL (SELECT count(*) AS payments, sum(d.amount_satang)::bigint AS amount_satang, count(*) FILTER (WHERE {TO_PAY}) AS to_pay
                                   FROM disbursement d
                                  WHERE d.run_id = p.run_id AND d.bank = p.bank AND d.chunk_no = p.file_no - 1 AND d.state <> 'HELD') AS s
             ORDER BY p.run_id, p.bank, p.file_no""",
        run_id,
        sorted(Bank),
        RELEASED if run_id else sorted(OUT_AT_BANKS),
        fetched,
        *after,
        page.limit + 1,
        *args,
    )
    return page.cut([dict(row) for row in rows], lambda row: (row["run_id"], row["bank"], row["file_no"]))
