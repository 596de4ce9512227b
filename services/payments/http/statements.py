"""A person's statement, as data and on paper; accounts of many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.payments import queries
from services.payments.papers.statement import Period, Person, statement_document
from services.payments.repository import statements
from services.payments.repository.statements import PersonBalance
from services.payments.resources import PaymentsResources
from services.payments.rules.statements import Moved, in_order
from services.payments.schemas.ledger import DayInBooks
from services.payments.schemas.statements import MovedOut, PersonBalanceOut, StatementOut
from shared.clock import noon
from shared.db import ReadTx
from shared.documents import Digits
from shared.errors import Invalid, NotFound
from shared.http import PDF_ANSWER, Call, PageOf, PageParams, PdfResponse, calling, operation, pdf_answer

READ = "payments.entitlements:read"

router = APIRouter(prefix="/v1", tags=["entitlements"])
Reader = Annotated[Call[PaymentsResources], Depends(calling(READ))]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a statement is made of."""

    balance: PersonBalance
    moves: Sequence[Moved]


async def asked_period(
    first_day: Annotated[DayInBooks | None, Query(description="Movements from this day on. ตั้งแต่วันที่")] = None,
    last_day: Annotated[DayInBooks | None, Query(description="Movements up to this day. ถึงวันที่")] = None,
) -> Period:
    """The days that are asked for. Raises Invalid naming the last day."""
    if first_day and last_day and last_day < first_day:
        raise Invalid.field("last_day", "day_order", "lies before the first day", "อยู่ก่อนวันแรก", f"≥ {first_day.isoformat()}")
    return Period(first_day, last_day)


AskedPeriod = Annotated[Period, Depends(asked_period)]


@router.get(
    "/holders/{holder_id}/statement",
    response_model=StatementOut,
    **operation(
        "Show a person's statement",
        "แสดงรายการเงินเพิ่มของผู้มีบัตร: ยอดคงเหลือ และทุกรายการเคลื่อนไหวในช่วงเวลา (สั่งจ่าย จ่ายสำเร็จ ไม่สำเร็จ ส่งคืน จ่ายเกินสิทธิ)",
        "A person's account and every movement of the period: instructed, settled, failed, returned, owed back. Within your reach.",
        READ,
    ),
)
async def show_statement(holder_id: UUID, call: Reader, period: AskedPeriod) -> Response:
    """GET /v1/holders/{holder_id}/statement."""

    async def read(tx: ReadTx) -> StatementOut | None:
        found = await _statement(tx, call, holder_id, period)
        if found is None:
            return None
        return StatementOut(
            balance=PersonBalanceOut.model_validate(found.balance, from_attributes=True),
            movements=[MovedOut.model_validate(one, from_attributes=True) for one in found.moves],
        )

    return await call.query(read)


@router.get(
    "/holders/{holder_id}/statement.pdf",
    response_class=PdfResponse,
    responses=PDF_ANSWER,
    **operation(
        "Print a person's statement",
        "พิมพ์ใบแสดงรายการเงินเพิ่มของผู้มีบัตร (PDF) ชื่อมาจากระบบทะเบียนด้วยสิทธิของท่าน หรือเว้นช่องชื่อด้วย names=no",
        "The statement as PDF in Thai. The name comes from the registry with your own token, which notes it there; `names=no` leaves lines to write on.",
        READ,
    ),
)
async def print_statement(
    holder_id: UUID,
    call: Reader,
    period: AskedPeriod,
    *,
    names: Annotated[bool, Query(description="Whether the name is printed. พิมพ์ชื่อหรือไม่")] = True,
    digits: Annotated[Digits, Query(description="Which digits are printed. เลขไทยหรือเลขอารบิก")] = Digits.ARABIC,
) -> Response:
    """GET /v1/holders/{holder_id}/statement.pdf."""
    resources = call.resources
    async with resources.db.reading() as tx:
        found = await _statement(tx, call, holder_id, period)
    if found is None:
        raise NotFound
    # No transaction is open while the registry is asked.
    person = Person.told(await _names(call, holder_id)) if names else Person()
    today = resources.clock.business_today()
    document = statement_document(person, period, found.balance, found.moves, digits=digits, printed_on=today)
    return pdf_answer(await resources.printer.pdf(document, noon(today)), f"statement-{holder_id}.pdf")


@router.get(
    "/holder-balances",
    response_model=PageOf[PersonBalanceOut],
    **operation(
        "List accounts of persons",
        "แสดงยอดรายบุคคลในขอบเขตของท่าน รวมทุกคนต้องเท่ากับบัญชีแยกประเภท",
        "The accounts of persons in reach, by id; all together they are what the ledger says.",
        READ,
    ),
)
async def list_balances(call: Reader, page: PageParams) -> Response:
    """GET /v1/holder-balances."""

    async def read(tx: ReadTx) -> PageOf[PersonBalanceOut]:
        items, cursor = await queries.list_balances(tx, call.principal.reach, page)
        return PageOf[PersonBalanceOut](
            items=[PersonBalanceOut.model_validate(one, from_attributes=True) for one in items], next_cursor=cursor
        )

    return await call.query(read)


async def _statement(tx: ReadTx, call: Call[PaymentsResources], holder_id: UUID, period: Period) -> Statement | None:
    """None for who has no account, or is out of reach."""
    if not await queries.reaches_holder(tx, call.principal.reach, holder_id):
        return None
    balances = await statements.balances(tx, [holder_id])
    if not balances:
        return None
    moves = in_order(await statements.movements(tx, holder_id))
    return Statement(balances[0], [one for one in moves if period.covers(one.day)])


async def _names(call: Call[PaymentsResources], holder_id: UUID) -> dict[str, Any]:
    """Names and masked ids. Raises NeighbourAway, Forbidden with the scope that the registry asks for, NotFound where it does not show the person."""
    told = await call.resources.registry.get(call, f"/v1/card-holders/{holder_id}/names", purpose="พิมพ์ใบแสดงรายการเงินเพิ่ม")
    if told is None:
        raise NotFound
    return told
