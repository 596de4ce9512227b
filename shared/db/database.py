"""The pool and its transactions."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Self

import asyncpg
import orjson

COPY_BYTES: Final = 256 * 1024
"""Of a body of COPY at once: the server puts each piece together before it looks into it."""
_JSONB_VERSION: Final = b"\x01"

AT_HAND_MAX: Final = 8
"""Chunks: two turns of the relay."""


@dataclass
class AtHand:
    """Messages of chunks in the outbox (by `seq`) that this process keeps in its memory, as long as it is the one that `publishes` them.

    They are not written with the chunk: to write, read and delete them took a tenth of a bulk lane's time. Where they are lost with the
    process, or another publishes, they are made of the chunk's rows.
    """

    publishes: bool = False
    messages: dict[int, bytes] = field(default_factory=dict)

    @property
    def has_room(self) -> bool:
        """Whether one more is kept: who publishes slower than others write finds them in the database."""
        return self.publishes and len(self.messages) < AT_HAND_MAX

    def forget(self, seqs: Iterable[int]) -> None:
        """Let them go."""
        for seq in seqs:
            self.messages.pop(seq, None)

    @contextmanager
    def publishing(self) -> Iterator[None]:
        """Keep messages until the end."""
        self.publishes = True
        try:
            yield
        finally:
            self.publishes = False
            self.messages.clear()


class ReadTx:
    """A read-only transaction on one snapshot of the database."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        """Made by Database only."""
        self._connection = connection

    async def fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """All rows."""
        rows: list[asyncpg.Record] = await self._connection.fetch(sql, *args)
        return rows

    async def fetchrow(self, sql: str, *args: Any) -> asyncpg.Record | None:
        """The first row, or None."""
        return await self._connection.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        """The first column of the first row, or None."""
        return await self._connection.fetchval(sql, *args)

    async def stream(self, sql: str, *args: Any, rows_at_once: int = 2000) -> AsyncIterator[asyncpg.Record]:
        """Rows through a cursor: memory stays flat whatever their number."""
        async for row in self._connection.cursor(sql, *args, prefetch=rows_at_once):
            yield row


class Tx(ReadTx):
    """A writing transaction. Whoever opened it commits; commands and repositories never do."""

    def __init__(self, connection: asyncpg.Connection, at_hand: AtHand | None = None) -> None:
        """Made by Database only."""
        super().__init__(connection)
        self.at_hand = at_hand or AtHand()
        self.kept: list[int] = []
        self.wrote_outbox = False
        self.asked_job = False

    async def execute(self, sql: str, *args: Any) -> int:
        """Run a statement and return how many rows it touched (0 for those that touch none)."""
        status: str = await self._connection.execute(sql, *args)
        last = status.rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0

    async def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once a row, pipelined."""
        await self._connection.executemany(sql, rows)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """What is done within is undone by an exception that leaves it, and only that."""
        async with self._connection.transaction():
            yield

    async def copy_bytes(self, table: str, columns: Sequence[str], body: bytes, *, schema: str | None = None) -> int:
        """COPY rows that are in PostgreSQL's binary form already; returns how many."""

        async def source() -> AsyncIterator[memoryview]:
            for start in range(0, len(body), COPY_BYTES):
                yield memoryview(body)[start : start + COPY_BYTES]

        status: str = await self._connection.copy_to_table(
            table, schema_name=schema, columns=list(columns), source=source(), format="binary"
        )
        return int(status.rsplit(" ", 1)[-1])

    async def copy_in(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """COPY rows into a table in binary form; returns how many."""
        status: str = await self._connection.copy_records_to_table(table, columns=list(columns), records=rows)
        return int(status.rsplit(" ", 1)[-1])


class Database:
    """One service's database."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use `Database.connect`."""
        self.pool = pool
        self.at_hand = AtHand()
        self.outbox_written = asyncio.Event()
        self.job_asked = asyncio.Event()

    @classmethod
    async def connect(cls, dsn: str, *, name: str, connections_min: int = 1, connections_max: int = 12, schema: str | None = None) -> Self:
        """Open a pool as `name` (shown in pg_stat_activity); with `schema` names without a schema are those of this one alone."""
        session = {"application_name": name, "TimeZone": "UTC"} | ({} if schema is None else {"search_path": schema})
        pool = await asyncpg.create_pool(
            dsn.replace("postgresql+asyncpg://", "postgresql://"),
            min_size=connections_min,
            max_size=connections_max,
            init=_speak_json,
            reset=_keep_session,
            server_settings=session,
        )
        return cls(pool)

    async def close(self) -> None:
        """Close the pool; running transactions are waited for, for ten seconds at most."""
        try:
            await asyncio.wait_for(self.pool.close(), timeout=10)
        except TimeoutError:
            self.pool.terminate()

    @asynccontextmanager
    async def transaction(self, *, one_snapshot: bool = False) -> AsyncIterator[Tx]:
        """A writing transaction: commits at the end, rolls back on an exception. Each statement sees what was committed before it.

        With `one_snapshot` (repeatable read) all see what the first one saw, and one that meets another's change raises SerializationError.
        """
        async with self.pool.acquire() as connection:
            tx = Tx(connection, self.at_hand)
            try:
                async with connection.transaction(isolation="repeatable_read" if one_snapshot else None):
                    yield tx
            except BaseException:
                self.at_hand.forget(tx.kept)
                raise
            if tx.wrote_outbox:
                self.outbox_written.set()
            if tx.asked_job:
                self.job_asked.set()

    @asynccontextmanager
    async def exclusively(self, what: str, *, wait: bool) -> AsyncIterator[bool]:
        """Hold the lock of that name among all processes of this database; True when it is ours.

        With `wait` until it is; without, False at once while another holds it. The lock goes with its connection: when that
        breaks, another process may go on.
        """
        async with self.pool.acquire() as connection:
            lock = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
            held = await connection.fetchval(f"SELECT {lock}(hashtext($1))", what) is not False
            try:
                yield held
            finally:
                # A connection that might still hold it must not go back to the pool.
                try:
                    if held and not connection.is_closed():
                        await connection.fetchval("SELECT pg_advisory_unlock(hashtext($1))", what)
                except BaseException:
                    connection.terminate()
                    raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadTx]:
        """A read-only transaction on one snapshot (repeatable read)."""
        async with self.pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            yield ReadTx(connection)


async def _speak_json(connection: asyncpg.Connection) -> None:
    # In binary form, which COPY asks for.
    await connection.set_type_codec("json", encoder=_json, decoder=orjson.loads, schema="pg_catalog", format="binary")
    await connection.set_type_codec("jsonb", encoder=_jsonb, decoder=_of_jsonb, schema="pg_catalog", format="binary")


async def _keep_session(_: asyncpg.Connection) -> None:
    """Nothing to reset: no code of ours changes a session's state, and a round trip after each use costs a tenth of a small call."""


def _json(value: Any) -> bytes:
    return orjson.dumps(value, default=str)


def _jsonb(value: Any) -> bytes:
    return _JSONB_VERSION + orjson.dumps(value, default=str)


def _of_jsonb(sent: bytes) -> Any:
    return orjson.loads(sent[1:])
