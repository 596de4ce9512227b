"""Bulk requests: a JSON array or NDJSON of up to 1,000 lines, each answered by itself."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any, Final, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from services.plan.commands.referrals import Answered, Taken
from services.plan.resources import PlanResources
from services.plan.schemas.referrals import BulkLineOut, BulkOut
from shared.errors import Invalid
from shared.http import NDJSON, Call, Line, field_problems, kind_of_body, read_lines
from shared.http.problems import Trouble, problem_document
from shared.http.texts import text_problem

BULK_LINES_MAX: Final = 1000

_KINDS: Final = ("application/json", NDJSON)

B = TypeVar("B", bound=BaseModel)


def bulk_operation(words: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """The keyword arguments of `operation` with the request body that a route reads by itself."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    [line] = schema["examples"]
    content = {
        "application/json": {"schema": {"type": "array", "maxItems": BULK_LINES_MAX, "items": schema}, "example": [line]},
        NDJSON: {"schema": schema, "example": line},
    }
    return {**words, "openapi_extra": {**words["openapi_extra"], "requestBody": {"required": True, "content": content}}}


async def read_bulk(call: Call[PlanResources], model: type[B]) -> list[B | Invalid]:
    """The lines of the request, or what is wrong with each. Raises Invalid for none, for too many, and for what is no array."""
    await call.request.body()  # kept by the request, so that the idempotency key can be bound to it
    is_ndjson = kind_of_body(call.request, *_KINDS) == NDJSON
    lines = [line async for line in read_lines(call.request)] if is_ndjson else _array(await call.request.body())
    if not 1 <= len(lines) <= BULK_LINES_MAX:
        raise Invalid.field(
            "body", "line_count", f"must have 1 to {BULK_LINES_MAX} lines", f"ต้องมี 1 ถึง {BULK_LINES_MAX} บรรทัด", f"1..{BULK_LINES_MAX}"
        )
    return [_checked(line, model) for line in lines]


async def answer_bulk(
    call: Call[PlanResources], lines: Sequence[B | Invalid], take: Callable[[list[B]], Awaitable[list[Answered]]]
) -> BulkOut:
    """Give the good lines to `take` and answer every line in its place."""
    taken = iter(await take([line for line in lines if not isinstance(line, Invalid)]))
    answers = [line if isinstance(line, Invalid) else next(taken) for line in lines]
    out = [_line_out(call, number, answer) for number, answer in enumerate(answers, start=1)]
    count = sum(line.taken for line in out)
    return BulkOut(taken=count, refused=len(out) - count, lines=out)


def _array(body: bytes) -> list[Line]:
    try:
        values = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Invalid.field("body", "json_invalid", "is not JSON", "ไม่ใช่ JSON ที่ถูกต้อง", "[{…}, …]") from error
    if not isinstance(values, list):
        raise Invalid.field("body", "list_type", "must be a list", "ต้องเป็นรายการ", "[{…}, …]")
    return [Line(number, value) for number, value in enumerate(values, start=1)]


def _checked(line: Line, model: type[B]) -> B | Invalid:
    if line.problem is not None:
        return Invalid(line.problem.message_en, line.problem.message_th, problems=(line.problem,))
    if problem := text_problem(line.value):
        return Invalid(problem.message_en, problem.message_th, problems=(problem,))
    try:
        return model.model_validate(line.value)
    except ValidationError as error:
        return Invalid.of(*field_problems(error.errors()))


def _line_out(call: Call[PlanResources], number: int, answer: Answered) -> BulkLineOut:
    if isinstance(answer, Taken):
        return BulkLineOut.model_validate({"line": number, "taken": True, "referral": asdict(answer.referral)})
    problem = problem_document(
        Trouble.of(answer), language=call.language, instance=call.request.url.path, correlation_id=call.correlation_id
    )
    return BulkLineOut.model_validate({"line": number, "taken": False, "problem": problem})
