"""Which statements a service runs for a request: it answers in this process, on its own database, and all is rolled back."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import asyncpg

from shared.db import Database, ReadTx, Tx


@dataclass(frozen=True)
class Statement:
    """A call of a transaction's method: `fetch`, `execute` …, with the SQL and the arguments."""

    method: str
    arguments: tuple[Any, ...]


@dataclass
class Part:
    """What a request did: whether in a writing transaction, its statements in order, and the answer's body."""

    writes: bool = False
    statements: list[Statement] = field(default_factory=list)
    answer: Any = None


class _Noted(Tx):
    """A transaction that notes what is asked of it."""

    part: Part

    async def fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        self._note("fetch", sql, *args)
        return await super().fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> asyncpg.Record | None:
        self._note("fetchrow", sql, *args)
        return await super().fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        self._note("fetchval", sql, *args)
        return await super().fetchval(sql, *args)

    async def execute(self, sql: str, *args: Any) -> int:
        self._note("execute", sql, *args)
        return await super().execute(sql, *args)

    async def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        kept = [tuple(row) for row in rows]
        self._note("executemany", sql, kept)
        await super().executemany(sql, kept)

    def _note(self, method: str, *arguments: Any) -> None:
        self.part.statements.append(Statement(method, arguments))


class Rehearsal(Database):
    """A database on which nothing stays, and which notes the statements of one request after the other."""

    part: Part

    def begin(self) -> Part:
        """A new request."""
        self.part = Part()
        return self.part

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        self.part.writes = True
        async with self._rolled_back() as tx:
            yield tx

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadTx]:
        async with self._rolled_back() as tx:
            yield tx

    @asynccontextmanager
    async def _rolled_back(self) -> AsyncIterator[_Noted]:
        async with self.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                tx = _Noted(connection)
                tx.part = self.part
                yield tx
            finally:
                await transaction.rollback()

    @classmethod
    async def at(cls, dsn: str) -> Self:
        """On the database of a service."""
        return await cls.connect(dsn, name="bench.rehearsal")
