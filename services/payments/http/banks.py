"""Banks without Kafka: what they are told, to be read from any place on, and what they tell, line by line."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Generic, Protocol, TypeVar

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ValidationError

from services.payments import queries
from services.payments.commands.results import take_each
from services.payments.resources import PaymentsResources
from services.payments.rules.bank_answers import Answer
from services.payments.schemas.results import BankResultLineIn, BankResultLineOut, LineStanding
from shared.auth import Level
from shared.contracts.common import Bank
from shared.db import Tx
from shared.errors import FieldProblem, NotFound
from shared.http import (
    NDJSON,
    Call,
    Line,
    NdjsonResponse,
    calling,
    decode_cursor,
    encode_cursor,
    field_problems,
    kind_of_body,
    operation,
    read_lines,
)
from shared.http.signed_requests import SignedRequests, remembered_in

READ = "payments.instructions:read"
WRITE = "payments.results:write"
CURSOR_HEADER: Final = "X-Sukjai-Next-Cursor"
MESSAGES_DEFAULT: Final = 1_000
MESSAGES_MAX: Final = 10_000
LINES_MAX: Final = 100_000
LINES_AT_ONCE: Final = 1_000
LINE_BYTES_MAX: Final = 2_048

Told = TypeVar("Told", bound=BaseModel)
Good = TypeVar("Good")

router = APIRouter(prefix="/v1/bank", tags=["banks"])


@dataclass(frozen=True, slots=True)
class BankCall:
    """A call of a bank, which is signed where the bank signs."""

    call: Call[PaymentsResources]

    @property
    def bank(self) -> Bank:
        """The bank that calls. Raises NotFound for anybody else, once what was sent is looked at."""
        return bank_of(self.call)


def bank_calling(scope: str, *, idempotent: bool = False) -> Callable[[Call[PaymentsResources]], Coroutine[Any, Any, BankCall]]:
    """As `calling`, for routes of banks alone: the caller is a bank (else NotFound, by `BankCall.bank`), and signed what it sent if it has keys (else RequestNotBelieved)."""

    async def dependency(call: Annotated[Call[PaymentsResources], Depends(calling(scope, idempotent=idempotent))]) -> BankCall:
        of, resources = BankCall(call), call.resources
        if call.principal.reach.level is Level.BANK and (keys := resources.bank_signatures.get(of.bank)):
            await SignedRequests(keys, remembered_in(resources.db, of.bank), resources.settings.bank_url or None).check(call.request)
        return of

    return dependency


@router.get(
    "/instructions",
    response_class=Response,
    responses={
        200: {
            "description": "One message a line. ข้อความบรรทัดละหนึ่งรายการ",
            "headers": {
                CURSOR_HEADER: {"description": "Send it as `cursor` next time. ส่งค่านี้เป็น cursor ครั้งถัดไป", "schema": {"type": "string"}}
            },
            "content": {NDJSON: {"schema": {"type": "object", "required": ["id", "type", "subject", "data"]}}},
        }
    },
    **operation(
        "Read what the bank is told",
        "ธนาคารอ่านคำสั่งจ่ายและคำถามถึงตน เรียงลำดับคงที่ อ่านซ้ำได้จากตัวชี้ใดก็ได้",
        "Instructions and status requests to the caller's bank, the same messages as on its instruction topic, byte by byte, in an order that never "
        f"changes. Go on with the cursor of the header `{CURSOR_HEADER}`, which is there also when nothing new has come; any cursor may be used again.",
        READ,
    ),
)
async def read_bank_instructions(
    of: Annotated[BankCall, Depends(bank_calling(READ))],
    cursor: Annotated[str | None, Query(max_length=200, description="Where to go on; without it from the beginning. ตัวชี้ตำแหน่ง")] = None,
    limit: Annotated[int, Query(ge=1, le=MESSAGES_MAX, description="Messages at most. จำนวนสูงสุด")] = MESSAGES_DEFAULT,
) -> Response:
    """A page of messages."""
    bank, call = of.bank, of.call
    number, key = decode_cursor(cursor, int, str) if cursor else (0, "")
    async with call.resources.db.reading() as tx:
        messages, place = await queries.read_bank_messages(tx, call.resources.lanes, bank, (number, key), limit)
    body = b"".join(message + b"\n" for message in messages)
    return Response(body, media_type=NDJSON, headers={CURSOR_HEADER: encode_cursor(*place), "Cache-Control": "no-store"})


def lines_body(model: type[BaseModel]) -> dict[str, Any]:
    """What OpenAPI says of a body with a model a line."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    of_a_line = {"schema": {name: part for name, part in schema.items() if name != "$defs"}, "example": schema["examples"][0]}
    return {"required": True, "content": {NDJSON: of_a_line}}


_WORDS: Final = operation(
    "Report results in bulk",
    f"ธนาคารรายงานผลการจ่าย บรรทัดละหนึ่งรายการ (NDJSON ไม่เกิน {LINES_MAX:,} บรรทัด) ตอบกลับทีละบรรทัด ส่งซ้ำไม่มีผล",
    f"A result a line, up to {LINES_MAX:,}; a line of answer each, in the same order. A bad line is refused and holds up no other; what was taken in before "
    "changes nothing, so a request whose answer was lost is sent again as it was. Where the bank signs, nothing is taken in before all has come.",
    WRITE,
    streams_body=True,
)


@router.post(
    "/results",
    response_class=NdjsonResponse,
    responses={
        200: {
            "description": "One answer a line. คำตอบบรรทัดละรายการ",
            "content": {NDJSON: {"schema": BankResultLineOut.model_json_schema()}},
        }
    },
    **{**_WORDS, "openapi_extra": {**_WORDS["openapi_extra"], "requestBody": lines_body(BankResultLineIn)}},
)
async def report_bank_results_in_bulk(of: Annotated[BankCall, Depends(bank_calling(WRITE))]) -> NdjsonResponse:
    """Take in answers as they come."""
    kind_of_body(of.call.request, NDJSON)
    return NdjsonResponse(answered_in_steps(of.bank, of.call, _RESULTS), while_reading=True)


class Heard(Protocol):
    """What became of a line that was taken in, now or before."""

    @property
    def disposition(self) -> StrEnum:
        """What became of it."""

    @property
    def repeated(self) -> bool:
        """Whether it came before."""


@dataclass(frozen=True)
class Intake(Generic[Good]):
    """How lines of a kind are taken in: `read` makes a `kind` of a line, or says what is wrong with it; `take` takes the good ones, in their order."""

    kind: type[Good]
    read: Callable[[Bank, Line], Good | Sequence[FieldProblem]]
    take: Callable[[Tx, Sequence[Good], datetime], Awaitable[Sequence[Heard]]]


async def answered_in_steps(bank: Bank, call: Call[PaymentsResources], intake: Intake[Any]) -> AsyncIterator[Mapping[str, Any]]:
    """The answers to the lines of the body, which are taken in so many at once."""
    waiting: list[Line] = []
    async for line in read_lines(call.request, line_bytes_max=LINE_BYTES_MAX):
        waiting.append(line)
        if line.number > LINES_MAX:
            break
        if len(waiting) == LINES_AT_ONCE:
            for answer in await _answered(bank, call, intake, waiting):
                yield answer
            waiting = []
    for answer in await _answered(bank, call, intake, waiting):
        yield answer


async def _answered(bank: Bank, call: Call[PaymentsResources], intake: Intake[Any], lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Take in the good ones of the lines in one transaction; answer all."""
    read = [intake.read(bank, line) for line in lines]
    async with call.resources.db.transaction() as tx:
        taken = iter(await intake.take(tx, [one for one in read if isinstance(one, intake.kind)], call.resources.clock.business_now()))
    out = []
    for line, one in zip(lines, read, strict=True):
        if isinstance(one, intake.kind):
            what = next(taken)
            standing = LineStanding.REPEATED if what.repeated else LineStanding.TAKEN
            out.append(_line_out(line, standing, instruction_id=one.instruction_id, disposition=what.disposition))
        else:
            out.append(_line_out(line, LineStanding.REFUSED, errors=[_told_problem(problem) for problem in one]))
    return out


def _read(bank: Bank, line: Line) -> Answer | Sequence[FieldProblem]:
    told = read_line(line, BankResultLineIn)
    return Answer.of(via=bank, **{**told.model_dump(), "bank": told.bank or bank}) if isinstance(told, BankResultLineIn) else told


_RESULTS: Final = Intake(Answer, _read, take_each)


def read_line(line: Line, model: type[Told]) -> Told | Sequence[FieldProblem]:
    """What the line says, or what is wrong with it."""
    if line.number > LINES_MAX:
        en, th = f"has more than {LINES_MAX} lines; the rest was not read", f"เกิน {LINES_MAX} บรรทัด ส่วนที่เหลือไม่ได้อ่าน"
        return [FieldProblem("body", "too_many_lines", en, th, f"≤ {LINES_MAX}")]
    if line.problem is not None:
        return [line.problem]
    try:
        return model.model_validate(line.value)
    except ValidationError as error:
        return field_problems(error.errors())


def _line_out(line: Line, standing: LineStanding, **more: Any) -> dict[str, Any]:
    """The answer to a line."""
    return {"line": line.number, "standing": standing, "instruction_id": None, "disposition": None, "errors": [], **more}


def _told_problem(problem: FieldProblem) -> dict[str, str | None]:
    """What is wrong with a line, as its answer says it."""
    return {
        "field": problem.field,
        "code": problem.code,
        "message_en": problem.message_en,
        "message_th": problem.message_th,
        "allowed": problem.allowed,
    }


def bank_of(call: Call[Any]) -> Bank:
    """The bank that calls. Raises NotFound for anybody else."""
    reach = call.principal.reach
    if reach.level is not Level.BANK or reach.code not in set(Bank):
        raise NotFound
    return Bank(reach.code)
