"""Batches of lines that other programmes of government ask to be paid."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.payments.commands import batches as commands
from services.payments.commands.runs import Actor
from services.payments.repository import batches, programmes
from services.payments.repository.batches import Batch, Line
from services.payments.resources import PaymentsResources
from services.payments.rules.batches import BatchStatus
from services.payments.schemas.batches import (
    LINES_MAX,
    BatchLineIn,
    BatchLineOut,
    BatchOut,
    ProgrammeOut,
    RefusedLineOut,
    SentBatchOut,
    read_array,
    read_objects,
)
from services.payments.schemas.envelopes import DecisionIn
from shared.auth import Level, Principal, Reach
from shared.db import ReadTx, Tx
from shared.errors import NotFound
from shared.http import NDJSON, Call, PageOf, PageParams, calling, kind_of_body, operation, read_lines

READ = "payments.batches:read"
WRITE = "payments.batches:write"
APPROVE = "payments.batches:approve"
JSON: Final = "application/json"

router = APIRouter(prefix="/v1", tags=["batches"])
Reader = Annotated[Call[PaymentsResources], Depends(calling(READ))]
Sender = Annotated[Call[PaymentsResources], Depends(calling(WRITE, idempotent=True))]
Approver = Annotated[Call[PaymentsResources], Depends(calling(APPROVE))]


def _lines_operation(words: dict[str, Any]) -> dict[str, Any]:
    """The keyword arguments of `operation` with the body that the route reads by itself."""
    schema = BatchLineIn.model_json_schema()
    [line] = schema["examples"]
    content = {
        JSON: {"schema": {"type": "array", "minItems": 1, "maxItems": LINES_MAX, "items": schema}, "example": [line]},
        NDJSON: {"schema": schema, "example": line},
    }
    return {**words, "openapi_extra": {**words["openapi_extra"], "requestBody": {"required": True, "content": content}}}


@router.get(
    "/programmes",
    response_model=PageOf[ProgrammeOut],
    **operation(
        "List programmes",
        "แสดงโครงการของหน่วยงานที่รับชุดรายการจ่าย หน่วยงานเห็นเฉพาะของตน",
        "Programmes whose batches are taken, with their limits; an agency sees its own.",
        READ,
    ),
)
async def list_programmes(call: Reader, page: PageParams) -> Response:
    """A page of programmes."""
    reach = _reach(call.principal)
    after = page.after(str)

    async def read(tx: ReadTx) -> PageOf[ProgrammeOut]:
        found = await programmes.page(tx, reach, after[0] if after else None, page.limit + 1)
        shown, cursor = page.cut(found, lambda one: (one.programme,))
        return PageOf[ProgrammeOut](items=[ProgrammeOut.of(one) for one in shown], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/disbursement-batches",
    status_code=201,
    response_model=SentBatchOut,
    **_lines_operation(
        operation(
            "Send a batch",
            "ส่งชุดรายการจ่ายของโครงการอื่น สูงสุด 5,000 รายการ เป็น JSON array หรือ NDJSON บุคคลหนึ่งรับได้เดือนละครั้งต่อโครงการ"
            " รายการที่ผิดไม่กระทบรายการอื่น ทั้งชุดต้องอยู่ในวงเงิน",
            "Up to 5,000 lines of one programme, as a JSON array or NDJSON. Each person and month is taken once for a programme; a line that"
            " cannot be taken is named and stops no other. Their money is promised at once, or nothing is taken (`envelope-short`). Another person"
            " approves the batch, unless it is within the programme's limit.",
            WRITE,
        )
    ),
)
async def send_disbursement_batch(
    call: Sender,
    programme: Annotated[str, Query(max_length=40, description="Whose lines they are. รหัสโครงการ", examples=["CHILD_SUPPORT"])],
    reference: Annotated[str, Query(min_length=1, max_length=200, description="The sender's own number. เลขที่ของผู้ส่ง", examples=["56/2561"])],
) -> Response:
    """Take a batch."""
    actor, reach = _actor(call), _reach(call.principal)
    lines, invalid = await _read(call)

    async def use_case(tx: Tx) -> SentBatchOut:
        sent = await commands.send_batch(tx, programme, reference, lines, len(invalid), reach, actor)
        refused = [*invalid, *(RefusedLineOut.of(one, sent.programme) for one in sent.refused)]
        return SentBatchOut(**BatchOut.of(sent.batch).model_dump(), refused=sorted(refused, key=lambda one: one.line))

    return await call.command(use_case, location=lambda made: f"/v1/disbursement-batches/{made.batch_id}")


async def _read(call: Call[PaymentsResources]) -> tuple[list[Line], list[RefusedLineOut]]:
    body = await call.request.body()
    lookup = call.resources.lookup
    if kind_of_body(call.request, JSON, NDJSON) == JSON:
        return read_array(body, lookup)
    lines = [line async for line in read_lines(call.request)]
    broken = [(number, line.problem) for number, line in enumerate(lines, start=1) if line.problem is not None]
    return read_objects([line.value for line in lines], broken, lookup)


@router.get(
    "/disbursement-batches",
    response_model=PageOf[BatchOut],
    **operation("List batches", "แสดงชุดรายการจ่าย เรียงจากล่าสุด หน่วยงานเห็นเฉพาะของตน", "Batches, newest first; an agency sees its own.", READ),
)
async def list_disbursement_batches(
    call: Reader, page: PageParams, status: Annotated[BatchStatus | None, Query(description="`WAITING` are to be decided. สถานะ")] = None
) -> Response:
    """A page of batches."""
    reach = _reach(call.principal)
    after = page.after(UUID)

    async def read(tx: ReadTx) -> PageOf[BatchOut]:
        found = await batches.page(tx, reach, status, after[0] if after else None, page.limit + 1)
        shown, cursor = page.cut(found, lambda one: (one.batch_id,))
        return PageOf[BatchOut](items=[BatchOut.of(one) for one in shown], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/disbursement-batches/{batch_id}",
    response_model=BatchOut,
    **operation("Show a batch", "แสดงชุดรายการจ่าย", "One batch and how it stands.", READ),
)
async def show_disbursement_batch(batch_id: UUID, call: Reader) -> Response:
    """One batch."""
    reach = _reach(call.principal)

    async def read(tx: ReadTx) -> BatchOut | None:
        found = await batches.one(tx, batch_id, reach)
        return None if found is None else BatchOut.of(found)

    return await call.query(read)


@router.get(
    "/disbursement-batches/{batch_id}/lines",
    response_model=PageOf[BatchLineOut],
    **operation(
        "List lines of a batch",
        "แสดงรายการของชุดตามลำดับที่ส่ง พร้อมผลการจ่าย (ไม่แสดงตัวบุคคล)",
        "Lines by their number in the request, each with what became of it so far; they do not say whom they are for.",
        READ,
    ),
)
async def list_disbursement_batch_lines(batch_id: UUID, call: Reader, page: PageParams) -> Response:
    """A page of lines."""
    reach = _reach(call.principal)
    after = page.after(int)

    async def read(tx: ReadTx) -> PageOf[BatchLineOut] | None:
        if await batches.one(tx, batch_id, reach) is None:
            return None
        found = await batches.lines_of(tx, batch_id, after[0] if after else None, page.limit + 1)
        shown, cursor = page.cut(found, lambda one: (one["line_no"],))
        return PageOf[BatchLineOut](items=[BatchLineOut.model_validate(one) for one in shown], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/disbursement-batches/{batch_id}/approval",
    response_model=BatchOut,
    **operation(
        "Approve a batch",
        "อนุมัติชุดรายการจ่าย โดยบุคคลอื่นที่มิใช่ผู้ส่ง รายการจะเข้ารอบจ่ายถัดไปของโครงการ",
        "Another person than the sender lets the lines be owed; the programme's next run pays them.",
        APPROVE,
    ),
)
async def approve_disbursement_batch(batch_id: UUID, body: DecisionIn, call: Approver) -> Response:
    """WAITING → APPROVED."""
    return await _decide(call, batch_id, body, commands.approve_batch)


@router.post(
    "/disbursement-batches/{batch_id}/refusal",
    response_model=BatchOut,
    **operation(
        "Refuse a batch",
        "ไม่อนุมัติชุดรายการจ่าย วงเงินที่ผูกพันไว้คืนกลับ และส่งรายการใหม่ได้",
        "Another person than the sender refuses: the money comes free, the lines may be sent again.",
        APPROVE,
    ),
)
async def refuse_disbursement_batch(batch_id: UUID, body: DecisionIn, call: Approver) -> Response:
    """WAITING → REFUSED."""
    return await _decide(call, batch_id, body, commands.refuse_batch)


@router.post(
    "/disbursement-batches/{batch_id}/withdrawal",
    response_model=BatchOut,
    **operation(
        "Withdraw a batch", "ถอนชุดรายการจ่ายที่ยังไม่ได้รับอนุมัติ", "The agency takes back a batch that waits; its lines may be sent again.", WRITE
    ),
)
async def withdraw_disbursement_batch(batch_id: UUID, body: DecisionIn, call: Sender) -> Response:
    """WAITING → WITHDRAWN."""
    return await _decide(call, batch_id, body, commands.withdraw_batch)


async def _decide(
    call: Call[PaymentsResources], batch_id: UUID, body: DecisionIn, command: Callable[[Tx, UUID, str, Reach, Actor], Awaitable[Batch]]
) -> Response:
    actor, reach = _actor(call), _reach(call.principal)

    async def use_case(tx: Tx) -> BatchOut:
        return BatchOut.of(await command(tx, batch_id, body.reason, reach, actor))

    return await call.command(use_case)


def _actor(call: Call[PaymentsResources]) -> Actor:
    return Actor(call.principal.subject, call.resources.clock.business_now())


def _reach(principal: Principal) -> Reach:
    """Batches are an agency's and the country's; to others there are none."""
    if principal.reach.level not in {Level.COUNTRY, Level.AGENCY}:
        raise NotFound
    return principal.reach
