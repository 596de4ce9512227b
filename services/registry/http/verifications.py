"""Bulk verification for other ministries: NDJSON in, NDJSON out, line by line and with flat memory."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from services.registry.commands.verifications import verify
from services.registry.http.look_ups import Purpose
from services.registry.http.scopes import HOLDERS_VERIFY
from services.registry.resources import RegistryResources
from shared.audit import Caller
from shared.contracts.common import Tier
from shared.errors import FieldProblem
from shared.http import NDJSON, Call, Line, calling, kind_of_body, operation, read_lines
from shared.http.ndjson import NdjsonResponse
from shared.thai.citizen_id import BadCitizenId, parse_citizen_id

LINES_MAX: Final = 1_000_000
LINES_AT_ONCE: Final = 2_000
LINE_BYTES_MAX: Final = 1_024

router = APIRouter(prefix="/v1/card-holders", tags=["card holders"])
Verifying = Annotated[Call[RegistryResources], Depends(calling(HOLDERS_VERIFY))]


class VerificationOut(BaseModel):
    """The answer to a line: whether the person is a card holder, or what is wrong with the line."""

    line: int = Field(examples=[1])
    card_holder: bool | None = Field(default=None, description="A living card holder within your reach. เป็นผู้มีบัตร", examples=[True])
    tier: Tier | None = Field(default=None, examples=["UP_TO_30000"])
    problem: dict[str, Any] | None = Field(default=None, description="Field, rule and reason in both languages. ข้อผิดพลาด")


_WORDS: Final = operation(
    "Verify many people",
    "ตรวจสอบว่าเป็นผู้มีบัตรหรือไม่ ครั้งละไม่เกิน 1,000,000 คน (NDJSON)",
    'A line `{"citizen_id": …}` a person, up to a million; a line of answer each, in the same order, while you still send: '
    "read as you send, since answers that are not read hold up what is sent. Each question is audited before it is answered.",
    HOLDERS_VERIFY,
    streams_body=True,
)
_BODY: Final = {
    "required": True,
    "content": {
        NDJSON: {
            "schema": {"type": "object", "required": ["citizen_id"], "properties": {"citizen_id": {"type": "string"}}},
            "example": {"citizen_id": "1-0000-00000-01-7"},
        }
    },
}


@router.post(
    "/verifications",
    response_class=NdjsonResponse,
    responses={
        200: {"description": "One answer a line. คำตอบบรรทัดละคน", "content": {NDJSON: {"schema": VerificationOut.model_json_schema()}}}
    },
    **{**_WORDS, "openapi_extra": {**_WORDS["openapi_extra"], "requestBody": _BODY}},
)
async def verify_card_holders(call: Verifying, purpose: Purpose) -> NdjsonResponse:
    """Verify many people."""
    kind_of_body(call.request, NDJSON)
    return NdjsonResponse(_answers(call, Caller.of(call.principal, call.correlation_id, purpose)), while_reading=True)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A line of the request: a citizen id in plain digits, or what is wrong."""

    number: int
    citizen_id: str = ""
    problem: FieldProblem | None = None


async def _answers(call: Call[RegistryResources], caller: Caller) -> AsyncIterator[Mapping[str, Any]]:
    """The answers to the lines as they come. While the database is asked about some, the next ones are read."""
    parts = _parts(call)
    coming = asyncio.ensure_future(anext(parts, None))
    try:
        while (asked := await coming) is not None:
            coming = asyncio.ensure_future(anext(parts, None))
            for answer in await _answered(call, caller, asked):
                yield answer
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        await parts.aclose()


async def _parts(call: Call[RegistryResources]) -> AsyncGenerator[list[_Asked], None]:
    """The lines of the request, some at a time; of those above the limit the first."""
    waiting: list[_Asked] = []
    async for line in read_lines(call.request, line_bytes_max=LINE_BYTES_MAX):
        waiting.append(_asked(line))
        if line.number > LINES_MAX:
            break
        if len(waiting) >= LINES_AT_ONCE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


async def _answered(call: Call[RegistryResources], caller: Caller, asked: Sequence[_Asked]) -> list[dict[str, Any]]:
    good = [one.citizen_id for one in asked if one.problem is None]
    async with call.resources.db.transaction() as tx:
        standings = iter(await verify(tx, good, caller=caller, reach=call.principal.reach, vault=call.resources.vault))
    return [_bad(one.number, one.problem) if one.problem else _good(one.number, next(standings)) for one in asked]


def _asked(line: Line) -> _Asked:
    if line.number > LINES_MAX:
        return _Asked(line.number, problem=_too_many())
    if line.problem is not None or line.value is None:
        return _Asked(line.number, problem=line.problem)
    text = line.value.get("citizen_id")
    if not isinstance(text, str) or len(line.value) != 1:
        return _Asked(
            line.number,
            problem=FieldProblem("citizen_id", "missing", "is the one field of a line", "ต้องมีช่อง citizen_id เพียงช่องเดียว", "text"),
        )
    try:
        return _Asked(line.number, parse_citizen_id(text))
    except BadCitizenId as bad:
        return _Asked(line.number, problem=FieldProblem("citizen_id", bad.code, bad.message_en, bad.message_th, "13 digits"))


def _too_many() -> FieldProblem:
    return FieldProblem(
        "body",
        "too_many_lines",
        f"has more than {LINES_MAX} lines; the rest was not read",
        f"เกิน {LINES_MAX} บรรทัด ส่วนที่เหลือไม่ได้อ่าน",
        f"≤ {LINES_MAX}",
    )


def _good(number: int, standing: Any) -> dict[str, Any]:
    return {"line": number, "card_holder": standing.card_holder, "tier": standing.tier}


def _bad(number: int, problem: FieldProblem) -> dict[str, Any]:
    told = {"field": problem.field, "code": problem.code, "en": problem.message_en, "th": problem.message_th, "allowed": problem.allowed}
    return {"line": number, "problem": told}
