"""A small service on the HTTP floor: things with a name, on a real database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import httpx
import pytest
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from deploy.local.issuer import AUDIENCE, DevelopmentIssuer
from shared.auth import DEVELOPMENT_ISSUER, Reach, TokenVerifier
from shared.clock import Clock
from shared.db import Database
from shared.db.floor import FLOOR
from shared.errors import Conflict, NotFound, PreconditionFailed
from shared.http import Call, PageOf, PageParams, calling, field_error, make_app, operation, read_lines
from shared.ids import new_id

READ = "plan.things:read"
WRITE = "plan.things:write"

router = APIRouter(prefix="/v1")


class ThingIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=40)
    amount_satang: int = Field(default=0, ge=0)
    kind: str = Field(default="PLAIN", pattern="^[A-Z]+$")
    notes: list[str] = Field(default_factory=list, max_length=3)

    @field_validator("name")
    @classmethod
    def not_a_nickname(cls, value: str) -> str:
        if value == "nick":
            raise field_error("nickname", "must not be a nickname", "ต้องไม่ใช่ชื่อเล่น", "real names")
        return value


class Thing(BaseModel):
    id: UUID
    name: str
    version: int


class NameTaken(Conflict):
    slug = "name-taken"
    title_en, title_th = "The name is taken", "ชื่อนี้ถูกใช้แล้ว"


@router.post("/things", status_code=201, response_model=Thing, **operation("Make", "สร้าง", "Makes a thing.", WRITE))
async def make_thing(body: ThingIn, call: Annotated[Call, Depends(calling(WRITE, idempotent=True))]) -> Response:
    async def use_case(tx):
        row = await tx.fetchrow("INSERT INTO thing VALUES ($1, $2, 1) RETURNING *", new_id(), body.name)
        if body.kind == "REFUSED":
            raise NameTaken("There is one already", "มีอยู่แล้ว", name=body.name, status="never")
        if body.kind == "BUG":
            raise RuntimeError("secret 1000000000017")
        return row

    return await call.command(use_case, location=lambda row: f"/v1/things/{row['id']}")


@router.put("/things/{thing_id}", response_model=Thing, **operation("Rename", "เปลี่ยนชื่อ", "Renames a thing.", WRITE))
async def rename_thing(thing_id: UUID, body: ThingIn, call: Annotated[Call, Depends(calling(WRITE))]) -> Response:
    async def use_case(tx):
        row = await tx.fetchrow(
            "UPDATE thing SET name = $2, version = version + 1 WHERE id = $1 AND version = coalesce($3, version) RETURNING *",
            *(thing_id, body.name, call.if_match()),
        )
        if row is None:
            raise PreconditionFailed
        return row

    return await call.command(use_case)


@router.delete("/things/{thing_id}", status_code=204, **operation("Delete", "ลบ", "Deletes a thing.", WRITE))
async def delete_thing(thing_id: UUID, call: Annotated[Call, Depends(calling(WRITE))]) -> Response:
    async def use_case(tx):
        if not await tx.execute("DELETE FROM thing WHERE id = $1", thing_id):
            raise NotFound

    return await call.command(use_case)


@router.get("/things", response_model=PageOf[Thing], **operation("List", "รายการ", "Lists things by name.", READ))
async def list_things(page: PageParams, call: Annotated[Call, Depends(calling(READ))], contains: str = "") -> Response:
    async def read(tx):
        after = page.after(str, UUID) or ("", UUID(int=0))
        rows = await tx.fetch(
            "SELECT * FROM thing WHERE (name, id) > ($1, $2) AND strpos(name, $4) > 0 ORDER BY name, id LIMIT $3",
            *(*after, page.limit + 1, contains),
        )
        items, next_cursor = page.cut(rows, lambda row: (row["name"], row["id"]))
        return {"items": items, "next_cursor": next_cursor}

    return await call.query(read)


@router.get("/things/{thing_id}", response_model=Thing, **operation("One", "หนึ่งรายการ", "One thing.", READ))
async def get_thing(thing_id: UUID, call: Annotated[Call, Depends(calling(READ))]) -> Response:
    return await call.query(lambda tx: tx.fetchrow("SELECT * FROM thing WHERE id = $1", thing_id))


@router.get("/things.ndjson", **operation("Export", "ส่งออก", "All things, one a line.", READ))
async def export_things(call: Annotated[Call, Depends(calling(READ))], fail: bool = False) -> Response:
    async def read(tx):
        if fail:
            raise NameTaken
        async for row in tx.stream("SELECT * FROM thing ORDER BY name"):
            yield row

    return await call.stream(read)


@router.post("/lines", **operation("Lines", "บรรทัด", "Counts lines.", WRITE, streams_body=True))
async def count_lines(request: Request, call: Annotated[Call, Depends(calling(WRITE))]) -> dict[str, Any]:
    good, bytes_read, wrong = 0, 0, []
    async for line in read_lines(request, line_bytes_max=1000):
        if line.problem:
            wrong.append([line.number, line.problem.code, line.problem.field])
        else:
            good, bytes_read = good + 1, bytes_read + len(str(line.value))
    return {"good": good, "wrong": wrong, "bytes": bytes_read, "by": call.principal.subject}


@dataclass(frozen=True)
class Settings:
    service_name: str = "plan"
    token_url: str | None = "http://127.0.0.1:8999/token"


@dataclass(frozen=True)
class SmallResources:
    db: Database
    verifier: TokenVerifier
    clock: Clock
    settings: Settings
    state: dict[str, Any]

    async def readiness(self) -> dict[str, Any]:
        return self.state


@pytest.fixture(scope="session")
def issuer():
    return DevelopmentIssuer()


@pytest.fixture(scope="session")
async def db(postgres) -> AsyncIterator[Database]:
    admin = await asyncpg.connect(postgres.superuser_dsn)
    await admin.execute("CREATE DATABASE http_floor")
    await admin.close()
    database = await Database.connect(urlunsplit(urlsplit(postgres.superuser_dsn)._replace(path="/http_floor")), name="http-tests")
    async with database.transaction() as tx:
        await tx.execute(FLOOR)
        await tx.execute("CREATE TABLE thing (id uuid PRIMARY KEY, name text NOT NULL, version int NOT NULL)")
    yield database
    await database.close()


@pytest.fixture
async def resources(db, issuer):
    async with db.transaction() as tx:
        await tx.execute("TRUNCATE thing, idempotency")
    verifier = TokenVerifier(issuer=DEVELOPMENT_ISSUER, audience=AUDIENCE, jwks=issuer.jwks, environment="development")
    return SmallResources(db, verifier, Clock(), Settings(), {"ready": True, "database": "up"})


@pytest.fixture
def app(resources):
    return make_app(
        name="plan",
        title="Things",
        description="Things. สิ่งของ",
        version="1",
        resources=resources,
        routers=[router],
        tags=[{"name": "things"}],
        body_bytes_max=4096,
    )


@pytest.fixture
async def client(app, issuer) -> AsyncIterator[httpx.AsyncClient]:
    token = issuer.issue("maker", [READ, WRITE], Reach.country())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://plan", headers={"Authorization": f"Bearer {token}"}
    ) as opened:
        yield opened
