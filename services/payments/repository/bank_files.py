"""Files that banks sent, and what became of their lines."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.payments.rules.bank_files.lines import FileFormat
from shared.auth import Reach, reach_sql
from shared.contracts.common import Bank
from shared.db import ReadTx, Tx
from shared.errors import NotFound
from shared.files.lines import Fault
from shared.http import Page

REFUSAL: Final = ("entry", "line", "field", "code", "reason_en", "reason_th", "value_masked")
"""What is told of a refused line."""
_SHOWN: Final = """file_id, bank, file_name, format, sha256, bytes, status, version, lines, taken, repeated, skipped, refused, problem_en, problem_th,
                   sent_by, sent_at, ended_at"""
_REACH: Final[dict[str, str | None]] = {"home": None, "responsible": None, "officer": None, "bank": "bank"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent."""

    bank: Bank
    name: str
    format: FileFormat
    sha256: str
    bytes: int
    by: str
    at: datetime


class Counts(NamedTuple):
    """Lines by what became of them."""

    taken: int = 0
    repeated: int = 0
    skipped: int = 0
    refused: int = 0

    @property
    def lines(self) -> int:
        """All of them."""
        return sum(self)


async def insert(tx: Tx, file_id: UUID, sent: Sent) -> UUID:
    """Keep that the file was sent; the id is that of the same file when the bank has sent it before and it was not refused."""
    new = await tx.fetchval(
        """INSERT INTO bank_file (file_id, bank, file_name, format, sha256, bytes, status, sent_by, sent_at)
           VALUES ($1, $2, $3, $4, $5, $6, 'RECEIVED', $7, $8)
           ON CONFLICT (bank, sha256) WHERE status <> 'REFUSED' DO NOTHING RETURNING file_id""",
        file_id,
        sent.bank,
        sent.name,
        sent.format,
        sent.sha256,
        sent.bytes,
        sent.by,
        sent.at,
    )
    found: UUID = new or await tx.fetchval(
        "SELECT file_id FROM bank_file WHERE bank = $1 AND sha256 = $2 AND status <> 'REFUSED'", sent.bank, sent.sha256
    )
    return found


async def add_part(tx: Tx, file_id: UUID, part_no: int, sealed: bytes) -> None:
    """Keep a piece of the content."""
    await tx.execute("INSERT INTO bank_file_part (file_id, part_no, content_sealed) VALUES ($1, $2, $3)", file_id, part_no, sealed)


async def part(tx: ReadTx, file_id: UUID, part_no: int) -> bytes | None:
    """A piece of the content as it was sealed; None behind the last."""
    sealed: bytes | None = await tx.fetchval(
        "SELECT content_sealed FROM bank_file_part WHERE file_id = $1 AND part_no = $2", file_id, part_no
    )
    return sealed


async def one(tx: ReadTx, file_id: UUID) -> Sent:
    """The file as it was sent."""
    row = await tx.fetchrow("SELECT bank, file_name, format, sha256, bytes, sent_by, sent_at FROM bank_file WHERE file_id = $1", file_id)
    if row is None:
        raise LookupError(f"no bank file {file_id}")
    bank, name, kind, sha256, size, sent_by, sent_at = row
    return Sent(Bank(bank), name, FileFormat(kind), sha256, size, sent_by, sent_at)


async def list_files(tx: ReadTx, reach: Reach, page: Page) -> tuple[list[dict[str, Any]], str | None]:
    """Files in reach, the newest first: a bank's own, all of them for the country."""
    after = page.after(UUID)
    condition, args = reach_sql(reach, 3, **_REACH)
    rows = await tx.fetch(
        f"SELECT {_SHOWN} FROM bank_file WHERE ($1::uuid IS NULL OR file_id < $1) AND {condition} ORDER BY file_id DESC LIMIT $2",
        after and after[0],
        page.limit + 1,
        *args,
    )
    return page.cut([dict(row) for row in rows], lambda row: (row["file_id"],))


async def show_file(tx: ReadTx, reach: Reach, file_id: UUID) -> dict[str, Any] | None:
    """The file, if it is in reach."""
    condition, args = reach_sql(reach, 2, **_REACH)
    row = await tx.fetchrow(f"SELECT {_SHOWN} FROM bank_file WHERE file_id = $1 AND {condition}", file_id, *args)
    return None if row is None else dict(row)


async def every_refusal(tx: ReadTx, reach: Reach, file_id: UUID) -> AsyncIterator[dict[str, Any]]:
    """What is wrong with the lines of a file in reach, in their order. Raises NotFound."""
    if await show_file(tx, reach, file_id) is None:
        raise NotFound
    sql = f"SELECT {', '.join(REFUSAL)} FROM bank_file_refusal WHERE file_id = $1 ORDER BY entry, fault_no"
    async for row in tx.stream(sql, file_id):
        yield dict(row)


async def add_answers(tx: Tx, file_id: UUID, answers: Iterable[tuple[int, int, UUID]]) -> None:
    """Keep which lines were which answers: entry, line, answer."""
    await tx.copy_in("bank_file_answer", ("file_id", "entry", "line", "result_id"), [(file_id, *one) for one in answers])


async def add_refusals(tx: Tx, file_id: UUID, refused: Iterable[tuple[int, int, Sequence[Fault]]]) -> None:
    """Keep what is wrong with which lines: entry, line, faults."""
    rows = [(file_id, entry, number, line, *fault) for entry, line, faults in refused for number, fault in enumerate(faults, start=1)]
    columns = ("file_id", "entry", "fault_no", "line", "field", "code", "reason_en", "reason_th", "value_masked")
    await tx.copy_in("bank_file_refusal", columns, rows)


async def count(tx: Tx, file_id: UUID, counts: Counts) -> None:
    """Add what became of a step's lines to the file's counts."""
    await tx.execute(
        """UPDATE bank_file SET lines = lines + $2, taken = taken + $3, repeated = repeated + $4, skipped = skipped + $5, refused = refused + $6,
                  version = version + 1 WHERE file_id = $1 AND status = 'RECEIVED'""",
        file_id,
        counts.lines,
        *counts,
    )


async def end(tx: Tx, file_id: UUID, at: datetime, problem: tuple[str, str] | None = None) -> None:
    """Mark the file as read to its end, or as refused for the problem (English, Thai); its content goes."""
    await tx.execute(
        """UPDATE bank_file SET status = CASE WHEN $3::text IS NULL THEN 'DONE' ELSE 'REFUSED' END, problem_en = $3, problem_th = $4, ended_at = $2,
                  version = version + 1 WHERE file_id = $1 AND status = 'RECEIVED'""",
        file_id,
        at,
        *(problem or (None, None)),
    )
    await tx.execute("DELETE FROM bank_file_part WHERE file_id = $1", file_id)
