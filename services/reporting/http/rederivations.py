"""Snapshots derived again from the events up to their position."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.reporting.errors import SnapshotWithoutPosition
from services.reporting.http.snapshots import DERIVE, READ, Reader
from services.reporting.queries.positions import Position
from services.reporting.queries.rederivations import REDERIVE_JOB, Rederivation, rederivation
from services.reporting.queries.snapshots import content_of, snapshot
from services.reporting.resources import ReportingResources
from services.reporting.schemas import RederivationOut
from shared import jobs
from shared.db import ReadTx, Tx
from shared.http import Call, calling, operation

router = APIRouter(prefix="/v1/snapshots/{snapshot_id}/rederivations", tags=["snapshots"])


@router.post(
    "",
    status_code=202,
    response_model=RederivationOut,
    **operation(
        "Derive a snapshot again",
        "คำนวณตัวเลขของรายงานที่บันทึกไว้ใหม่ทั้งหมดจากเหตุการณ์ตั้งแต่ต้นจนถึงตำแหน่งที่บันทึก ในตารางแยกต่างหาก แล้วเทียบกับเนื้อหา ใช้เวลานาน ดูความคืบหน้าได้จากที่อยู่ในหัวข้อ Location",
        "Read the topics from their beginning up to the snapshot's position into tables of their own, compute the report there, and compare. It takes long:"
        " how far it is, and what came of it, stands at the Location.",
        DERIVE,
    ),
)
async def derive_snapshot_again(
    snapshot_id: UUID, call: Annotated[Call[ReportingResources], Depends(calling(DERIVE, idempotent=True))]
) -> Response:
    """Ask for it."""

    async def use_case(tx: Tx) -> Rederivation:
        stored = await snapshot(tx, call.principal.reach, snapshot_id)
        if Position.of(content_of(stored)) is None:
            raise SnapshotWithoutPosition
        job_id = await jobs.ask(tx, REDERIVE_JOB, {"snapshot_id": str(snapshot_id)}, asked_by=call.principal.subject)
        return await rederivation(tx, call.principal.reach, snapshot_id, job_id)

    return await call.command(use_case, location=lambda one: f"/v1/snapshots/{snapshot_id}/rederivations/{one.rederivation_id}")


@router.get(
    "/{rederivation_id}",
    response_model=RederivationOut,
    **operation(
        "Show what came of deriving a snapshot again",
        "แสดงความคืบหน้าและผลของการคำนวณซ้ำ ตรงกัน ต่างกันที่ใด หรือไม่มีเหตุการณ์ให้คำนวณแล้ว",
        "How far it is; then whether the figures agree, where they differ, or which topics no longer hold the events.",
        READ,
    ),
)
async def show_rederivation(snapshot_id: UUID, rederivation_id: UUID, call: Reader) -> Response:
    """Show it."""

    async def read(tx: ReadTx) -> Rederivation:
        return await rederivation(tx, call.principal.reach, snapshot_id, rederivation_id)

    return await call.query(read)
