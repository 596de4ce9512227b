"""Routes of what employers may deduct: looked at, certified, verified."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.plan.commands import deductions as commands
from services.plan.http.asking import DEDUCTIONS_ISSUE, DEDUCTIONS_READ, because_of
from services.plan.http.employers import TaxIdQuery
from services.plan.papers.certificates import certificate_document, statement_of
from services.plan.queries import employers as queries
from services.plan.resources import PlanResources
from services.plan.schemas.deductions import (
    CertificateOut,
    PreviewOut,
    StatementBody,
    StatementDetailOut,
    StatementOut,
    VerificationBody,
    VerificationOut,
)
from shared.auth import Reach
from shared.clock import noon
from shared.db import ReadTx, Tx
from shared.documents import Digits
from shared.errors import NotFound
from shared.http import (
    KEY_SET_PATH,
    PDF_ANSWER,
    Call,
    KeySet,
    PageOf,
    PageParams,
    PdfResponse,
    SigningKeysOut,
    calling,
    operation,
    pdf_answer,
)
from shared.signatures import PublicKeys

router = APIRouter(tags=["employers"])

Reading = Annotated[Call[PlanResources], Depends(calling(DEDUCTIONS_READ))]


@router.get(
    "/v1/accounting-periods/{period_id}/deduction",
    response_model=PreviewOut,
    **operation(
        "Look at the deduction of a period",
        "ตรวจดูจำนวนที่หักได้จากข้อมูลถึงขณะนี้ก่อนออกหนังสือรับรอง พร้อมทุกรายการและเหตุที่ไม่นับ",
        "What would be certified by what was told until now: every amount and why it counts or does not. Nothing is kept.",
        DEDUCTIONS_READ,
    ),
)
async def show_deduction(period_id: UUID, call: Reading) -> Response:
    """GET /v1/accounting-periods/{period_id}/deduction."""

    async def read(tx: ReadTx) -> dict[str, Any] | None:
        found = await commands.preview(tx, period_id, call.principal.reach)
        if found is None:
            return None
        return {
            "basis": found.basis,
            "certified_version": found.certified_version,
            "differs": found.differs,
            "deduction": found.content,
            "items": found.items,
        }

    return await call.query(read)


@router.post(
    "/v1/accounting-periods/{period_id}/statements",
    response_model=StatementOut,
    status_code=201,
    **operation(
        "Certify the deduction of a period",
        "กรมสรรพากรออกหนังสือรับรองตามที่ตรวจดู (basis) ของรอบที่ปิดแล้ว การออกครั้งต่อไปต้องมีเหตุผล ฉบับเดิมยังคงอยู่",
        "The Revenue side certifies what it looked at (`basis`) of a closed period, as its next version. A further one says why; those before it stay.",
        DEDUCTIONS_ISSUE,
    ),
)
async def issue_statement(
    period_id: UUID, body: StatementBody, call: Annotated[Call[PlanResources], Depends(calling(DEDUCTIONS_ISSUE, idempotent=True))]
) -> Response:
    """POST /v1/accounting-periods/{period_id}/statements."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        issued = await commands.issue(
            tx,
            period_id,
            basis=body.basis,
            correction=body.correction,
            keys=call.resources.signing,
            reach=call.principal.reach,
            because=because_of(call, body.correction or "certified"),
        )
        return asdict(issued)

    return await call.command(use_case, location=lambda issued: f"/v1/deduction-statements/{issued['statement_id']}")


@router.get(
    "/v1/deduction-statements",
    response_model=PageOf[StatementOut],
    **operation(
        "List deduction statements",
        "แสดงหนังสือรับรองทุกฉบับ",
        "Every version of what was certified, of the employers in reach.",
        DEDUCTIONS_READ,
    ),
)
async def list_statements(
    call: Reading,
    page: PageParams,
    tax_id: TaxIdQuery = None,
    period_id: Annotated[UUID | None, Query(description="Of one period. เฉพาะรอบนี้")] = None,
) -> Response:
    """GET /v1/deduction-statements."""
    after = page.after(UUID)

    async def read(tx: ReadTx) -> dict[str, Any]:
        last = None if after is None else after[0]
        rows = await queries.list_statements(tx, call.principal.reach, tax_id, period_id, after=last, rows_max=page.limit + 1)
        items, cursor = page.cut(rows, lambda row: (row["statement_id"],))
        return {"items": items, "next_cursor": cursor}

    return await call.query(read)


@router.get(
    "/v1/deduction-statements/{statement_id}",
    response_model=StatementDetailOut,
    **operation("Show a deduction statement", "แสดงหนังสือรับรองพร้อมทุกรายการ", "One version with all that it adds up from.", DEDUCTIONS_READ),
)
async def show_statement(statement_id: UUID, call: Reading) -> Response:
    """GET /v1/deduction-statements/{statement_id}."""
    return await call.query(lambda tx: queries.show_statement(tx, statement_id, call.principal.reach))


@router.get(
    "/v1/deduction-statements/{statement_id}/certificate",
    response_model=CertificateOut,
    **operation(
        "Give a certificate as JSON",
        "หนังสือรับรองแบบ JSON พร้อมลายมือชื่อดิจิทัล (JWS) ไม่มีข้อมูลส่วนบุคคล",
        "The certificate, the same as JWS (ES256), and the reference of its QR code. Nothing in it is about a person.",
        DEDUCTIONS_READ,
    ),
)
async def give_certificate(statement_id: UUID, call: Reading) -> Response:
    """GET /v1/deduction-statements/{statement_id}/certificate."""

    async def read(tx: ReadTx) -> CertificateOut | None:
        row = await queries.show_statement(tx, statement_id, call.principal.reach)
        return None if row is None else CertificateOut.model_validate(row, from_attributes=True)

    return await call.query(read)


@router.get(
    "/v1/deduction-statements/{statement_id}/certificate.pdf",
    response_class=PdfResponse,
    responses=PDF_ANSWER,
    **operation(
        "Print a certificate",
        "พิมพ์หนังสือรับรอง (PDF) พร้อมรหัสภาพ QR ที่ตรวจสอบลายมือชื่อได้",
        "The certificate as PDF, with a QR code by which anybody can verify it.",
        DEDUCTIONS_READ,
    ),
)
async def print_certificate(
    statement_id: UUID,
    call: Reading,
    digits: Annotated[Digits, Query(description="Which digits are printed. เลขไทยหรือเลขอารบิก")] = Digits.ARABIC,
) -> Response:
    """GET /v1/deduction-statements/{statement_id}/certificate.pdf."""
    async with call.resources.db.reading() as tx:
        row = await queries.show_statement(tx, statement_id, call.principal.reach)
    if row is None:
        raise NotFound
    today = call.resources.clock.business_today()
    document = certificate_document(row["certificate"], row["reference"], digits=digits, printed_on=today)
    return pdf_answer(await call.resources.printer.pdf(document, noon(today)), f"deduction-{row['tax_id']}-{row['version']}.pdf")


@router.post(
    "/v1/deduction-certificates/verification",
    **operation(
        "Verify a certificate",
        "ตรวจสอบหนังสือรับรองจากข้อความในรหัสภาพหรือ JWS เปิดให้ทุกคน บอกได้ว่ามีฉบับแก้ไขใหม่กว่าหรือไม่ ไม่มีข้อมูลส่วนบุคคล",
        "Whether a certificate is ours and still the newest, by the text of its QR code or its JWS. Open to all: who holds it knows what is answered."
        " Without a network `/.well-known/jwks.json` verifies the signature.",
    ),
)
async def verify_deduction_certificate(body: VerificationBody, request: Request) -> VerificationOut:
    """POST /v1/deduction-certificates/verification."""
    resources: PlanResources = request.app.state.resources
    statement_id = statement_of(body.text, PublicKeys.of(resources.signing.jwks()))
    async with resources.db.reading() as tx:
        row = await queries.show_statement(tx, UUID(statement_id), Reach.country())
    if row is None:
        raise NotFound
    return VerificationOut.model_validate({**row["certificate"], "newest_version": row["newest_version"]})


@router.get(
    KEY_SET_PATH,
    response_model=SigningKeysOut,
    response_class=KeySet,
    **operation(
        "Show our public keys",
        "แสดงกุญแจสาธารณะสำหรับตรวจสอบลายมือชื่อบนหนังสือรับรองและข้อมูลที่ส่งถึงหน่วยงาน เปิดเผยต่อทุกคน",
        "The key set (RFC 7517) that verifies certificates, the references on them, and what is sent to agencies' webhooks. Open to all.",
    ),
)
async def show_signing_keys(request: Request) -> KeySet:
    """GET /.well-known/jwks.json."""
    resources: PlanResources = request.app.state.resources
    return KeySet(resources.signing.jwks())
