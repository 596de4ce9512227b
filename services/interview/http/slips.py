"""Slips on paper, and what becomes of one that is scanned."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.interview.http.calls import InterviewCall
from services.interview.http.printing import PDF_ROUTE, DigitsQuery, person_for_print, printed
from services.interview.papers import reference
from services.interview.papers.person import Names
from services.interview.papers.slip import slip_document
from services.interview.queries import papers
from services.interview.schemas.intents import SlipOut
from services.interview.schemas.papers import SlipReferenceIn
from shared.db import ReadTx
from shared.documents import Digits, Paper
from shared.errors import NotFound
from shared.http import KEY_SET_PATH, KeySet, SigningKeysOut, calling, operation
from shared.signatures import PublicKeys

router = APIRouter(tags=["papers"])


@router.get(
    "/v1/intents/{intent_id}/slip.pdf",
    **PDF_ROUTE,
    **operation(
        "Print a slip",
        "พิมพ์หางตั๋ว (A5 หรือม้วนกระดาษ 80 มม.) พร้อมรหัสภาพ QR ที่ลงนามแล้วและไม่มีข้อมูลส่วนบุคคล ชื่อนำมาจากระบบทะเบียนด้วยสิทธิของท่านเอง และถูกบันทึกที่นั่น"
        " หากระบบทะเบียนไม่ตอบสนอง พิมพ์แบบเว้นช่องชื่อได้ด้วย names=no",
        "The slip as PDF, A5 or for a roll of 80 mm, with a QR code of a signed reference that holds no personal data. The name is asked of the registry with your own"
        " token and noted there; while the registry does not answer, `names=no` prints blanks.",
        "interview.intents:read",
        further_scopes=["registry.card-holders:read"],
    ),
)
async def print_slip(
    intent_id: UUID,
    call: Annotated[InterviewCall, Depends(calling("interview.intents:read"))],
    size: Annotated[Literal["A5", "80MM"], Query(description="The paper. ขนาดกระดาษ")] = "A5",
    digits: DigitsQuery = Digits.ARABIC,
    names: Annotated[Literal["yes", "no"], Query(description="`no` leaves blanks for name and numbers. เว้นช่องชื่อ")] = "yes",
) -> Response:
    """Print a slip."""
    async with call.resources.db.reading() as tx:
        row = await papers.slip(tx, call.principal.reach, "intent_id", intent_id)
    if row is None:
        raise NotFound
    person = await person_for_print(call, row["holder_id"], Names(names), "หางตั๋ว")
    signed = reference.reference_of(row["slip_no"], call.resources.signing)
    today = call.resources.clock.business_today()
    document = slip_document(row, person, signed, paper=Paper(size), digits=digits, printed_on=today)
    return await printed(call, document, f"slip-{row['slip_no']}")


@router.post(
    "/v1/slip-references/verification",
    response_model=SlipOut,
    **operation(
        "Open a scanned slip",
        "ตรวจสอบรหัสภาพบนหางตั๋วและเปิดข้อมูลหางตั๋ว รหัสที่ปลอมหรือถูกแก้ไขจะถูกปฏิเสธ ตรวจแบบไม่ต่อเครือข่ายได้ด้วยกุญแจสาธารณะจาก /.well-known/jwks.json",
        "The slip that a scanned reference names, within your reach. One that is forged or altered is refused. Without a network the signature can be"
        " verified by the public keys of `/.well-known/jwks.json`: it then says which slip it is, and that it is ours.",
        "interview.intents:read",
    ),
)
async def verify_slip_reference(
    body: SlipReferenceIn, call: Annotated[InterviewCall, Depends(calling("interview.intents:read"))]
) -> Response:
    """Open a scanned slip."""
    slip_no = reference.slip_no_of(body.reference, PublicKeys.of(call.resources.signing.jwks()))

    async def read(tx: ReadTx) -> SlipOut | None:
        row: Mapping[str, Any] | None = await papers.slip(tx, call.principal.reach, "slip_no", slip_no)
        return None if row is None else SlipOut.of_row(row)

    return await call.query(read)


@router.get(
    KEY_SET_PATH,
    response_model=SigningKeysOut,
    response_class=KeySet,
    **operation(
        "Show our public keys",
        "แสดงกุญแจสาธารณะสำหรับตรวจสอบลายมือชื่อบนหางตั๋ว เปิดเผยต่อทุกคน",
        "The key set (RFC 7517) that verifies the references on slips. Open to all.",
    ),
)
async def show_signing_keys(request: Request) -> KeySet:
    """The key set; for everybody, as it is."""
    return KeySet(request.app.state.resources.signing.jwks())
