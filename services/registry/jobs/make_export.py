"""The job that makes an export: rows through a cursor, written packed and encrypted by a thread while they come. Begun again, it starts over.

Audit, signature and status are one transaction on the snapshot that the rows are read of, and the file gets its name just before
its commit: a killed job leaves a part that nobody sees, and the next attempt removes it.
"""

import asyncio
import concurrent.futures
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from services.registry.commands import exports as asked
from services.registry.commands import make_exports
from services.registry.errors import ExportNotStored
from services.registry.queries.exports import exported_row
from services.registry.repository import export_files, exports
from services.registry.resources import RegistryResources
from services.registry.rules.exports import FileFormat
from services.registry.vault import Vault
from shared.clock import Clock
from shared.db import Database, Tx
from shared.http import csv_head, csv_lines
from shared.jobs import Job
from shared.sealed_files import SealedFile, write_sealed

ROWS_AT_ONCE: Final = 2_000


class _RowsFailed(Exception):
    """Reading the rows failed, not writing them; the cause is the reason."""


class _Overtaken(Exception):
    """The export was revoked, or another process makes it."""


async def make_export(job: Job) -> dict[str, Any]:
    """Make the export of the job's parameters; returns what became of it. Raises ExportNotStored."""
    resources: RegistryResources = job.resources
    export_id = UUID(job.parameters["export_id"])
    async with job.database.transaction() as tx:
        export = await make_exports.begin(tx, export_id)
    if export is None:
        return {"made": False}
    try:
        rows = await _make(job.database, resources, export)
    except (_Overtaken, asyncpg.SerializationError):
        await asyncio.to_thread(_forget_part, resources.settings.export_folder, export)
        return {"made": False}
    except ExportNotStored as error:
        async with job.database.transaction() as tx:
            await make_exports.fail(tx, export, f"{error.detail_en} / {error.detail_th}")
        raise
    return {"made": True, "rows": rows}


async def _make(database: Database, resources: RegistryResources, export: Any) -> int:
    folder, chosen = resources.settings.export_folder, asked.chosen(export)
    part = export_files.part_path(folder, export["export_id"], export["attempt"])
    async with database.transaction() as tx:
        await tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        source = _Source(
            asyncio.get_running_loop(),
            exports.rows(tx, chosen, ROWS_AT_ONCE),
            export["columns"],
            FileFormat(export["file_format"]),
            resources.vault,
        )
        sealed = await _written(source, folder, part, export)
        await _finished(tx, resources, export, chosen, sealed, source.rows)
        with _storing():
            await asyncio.to_thread(export_files.publish, folder, export["export_id"], export["attempt"])
    return source.rows


async def _finished(tx: Tx, resources: RegistryResources, export: Any, chosen: exports.Selection, sealed: SealedFile, rows: int) -> None:
    at = resources.clock.business_now()
    if not await make_exports.finish(tx, export, chosen, sealed, rows=rows, at=at, signing=resources.signing):
        raise _Overtaken


async def _written(source: "_Source", folder: Path, part: Path, export: Any) -> SealedFile:
    """Let a thread write the rows while this loop reads them; a cancelled job waits until the thread has let go of the connection."""

    def work() -> SealedFile:
        export_files.clear_parts(folder, export["export_id"], export["attempt"])
        return write_sealed(part, source.chunks(), export["public_key"])

    writing = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        with _storing():
            return await asyncio.shield(writing)
    except _RowsFailed as failed:
        raise failed.__cause__ or failed from None
    except asyncio.CancelledError:
        source.stopped = True
        await asyncio.wait([writing])
        writing.exception()
        raise


@contextmanager
def _storing() -> Iterator[None]:
    """Tells an error of the folder by name. Those of the database are no OSError here: they come as `_RowsFailed`."""
    try:
        yield
    except OSError as error:
        raise ExportNotStored(
            f"The export folder does not take the file: {error.strerror}. Make room there, then make the export again",
            f"โฟลเดอร์ส่งออกรับไฟล์ไม่ได้: {error.strerror} โปรดเพิ่มพื้นที่แล้วสั่งจัดทำใหม่",
        ) from error


@dataclass
class _Source:
    """The rows as bytes for the writing thread, which asks the loop for the next ones when it has written the last."""

    loop: asyncio.AbstractEventLoop
    stored: AsyncIterator[Any]
    columns: list[str]
    file_format: FileFormat
    vault: Vault
    rows: int = field(default=0, init=False)
    stopped: bool = field(default=False, init=False)

    def chunks(self) -> Iterator[bytes]:
        """The file's plain content. Raises _RowsFailed."""
        if self.file_format is FileFormat.CSV:
            yield csv_head(self.columns)
        while stored := self._next_rows():
            self.rows += len(stored)
            rows = (exported_row(row, self.columns, self.vault) for row in stored)
            yield csv_lines(self.columns, rows) if self.file_format is FileFormat.CSV else _json_lines(rows)

    def _next_rows(self) -> list[Any]:
        coming = asyncio.run_coroutine_threadsafe(self._take(), self.loop)
        try:
            taken = coming.result()
        except (Exception, concurrent.futures.CancelledError) as error:
            raise _RowsFailed from error
        if self.stopped:
            raise _RowsFailed
        return taken

    async def _take(self) -> list[Any]:
        taken: list[Any] = []
        while len(taken) < ROWS_AT_ONCE and (row := await anext(self.stored, None)) is not None:
            taken.append(row)
        return taken


def _json_lines(rows: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(row, default=str, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def _forget_part(folder: Path, export: Any) -> None:
    export_files.part_path(folder, export["export_id"], export["attempt"]).unlink(missing_ok=True)


async def expire_exports(database: Database, clock: Clock, folder: Path) -> None:
    """End the exports whose time is over, and remove every file whose export has ended (also where a process died in between)."""
    async with database.transaction() as tx:
        await make_exports.expire(tx, clock.business_now())
    there = await asyncio.to_thread(export_files.ids_in, folder)
    async with database.reading() as tx:
        over = await exports.over(tx, there)
    for export_id in over:
        await asyncio.to_thread(export_files.remove, folder, export_id)
