"""A bare FastAPI app that plays noted requests again: the same statements in one transaction, the same answer.

`python -m tests.bench.bare_http FILE DSN PORT`; the file is a pickled list of parts, which is read anew at POST /parts.
"""

import pickle
import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from shared.db import Database, ReadTx
from shared.service import run_fast
from tests.bench.rehearsal import Part


def bare_app(database: Database, file: Path) -> FastAPI:
    """The routes."""
    app = FastAPI()
    parts: list[Part] = []

    @app.get("/healthz")
    async def healthz() -> dict[str, bool]:
        return {"alive": True}

    @app.post("/parts")
    def load() -> int:
        parts[:] = pickle.loads(file.read_bytes())
        return len(parts)

    @app.get("/parts/{number}")
    async def look_up(number: int) -> Any:
        return await _play(database, parts[number])

    @app.post("/parts/{number}")
    async def create(number: int, body: dict[str, Any]) -> Any:
        return await _play(database, parts[number])

    return app


async def _play(database: Database, part: Part) -> Any:
    async with database.transaction() if part.writes else database.reading() as tx:
        await _run(tx, part)
    return part.answer


async def _run(tx: ReadTx, part: Part) -> None:
    for statement in part.statements:
        await getattr(tx, statement.method)(*statement.arguments)


async def _serve(file: str, dsn: str, port: str) -> None:
    database = await Database.connect(dsn, name="bench.bare")
    config = uvicorn.Config(bare_app(database, Path(file)), host="127.0.0.1", port=int(port), log_config=None, access_log=False)
    await uvicorn.Server(config).serve()
    await database.close()


if __name__ == "__main__":
    run_fast(_serve(*sys.argv[1:]))
