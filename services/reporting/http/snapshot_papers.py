"""Frozen reports on paper."""

import json
from uuid import UUID

from fastapi import APIRouter, Response

from services.reporting.http.reports import CASES_READ
from services.reporting.http.snapshots import READ, Reader
from services.reporting.papers.snapshot_paper import snapshot_paper
from services.reporting.queries import snapshots as queries
from shared.clock import noon
from shared.http import PDF_ANSWER, PdfResponse, operation, pdf_answer

router = APIRouter(prefix="/v1/snapshots", tags=["snapshots"])


@router.get(
    "/{snapshot_id}/paper.pdf",
    response_class=PdfResponse,
    responses=PDF_ANSWER,
    **operation(
        "Print a snapshot",
        "พิมพ์รายงานที่บันทึกไว้เป็น PDF ภาษาไทย พร้อมตำแหน่งของเหตุการณ์ ฉบับที่ และค่าแฮชของเนื้อหา",
        "The frozen report as PDF in Thai, with its position, edition and the hash of its content.",
        READ,
        further_scopes=[CASES_READ],
    ),
)
async def print_snapshot(snapshot_id: UUID, call: Reader) -> Response:
    """GET /v1/snapshots/{snapshot_id}/paper.pdf."""
    call.principal.require(CASES_READ)
    async with call.resources.db.reading() as tx:
        stored = await queries.snapshot(tx, call.principal.reach, snapshot_id)
    document = snapshot_paper(stored, json.loads(stored.content))
    return pdf_answer(
        await call.resources.printer.pdf(document, noon(call.resources.clock.business_today())), f"snapshot-{snapshot_id}.pdf"
    )
