"""Frozen reports: taking, listing, reading, verifying."""

import json
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import ValidationError

from services.reporting.commands.snapshots import publish_snapshot
from services.reporting.domain.parameters import Parameters
from services.reporting.errors import UnknownParameters
from services.reporting.http.reports import events_behind
from services.reporting.queries import snapshots as frozen
from services.reporting.queries.answers import read_report
from services.reporting.queries.reports import REPORTS
from services.reporting.repository import StoredSnapshot
from services.reporting.schemas import SnapshotDetailOut, SnapshotIn, SnapshotOut, VerificationOut
from shared.auth import Level
from shared.db import ReadTx, Tx
from shared.errors import FieldProblem, NotFound
from shared.http import Call, PageOf, PageParams, calling, operation

READ: Final = "reporting.snapshots:read"
WRITE: Final = "reporting.snapshots:write"
_AFTER_ALL: Final = 2**62

router = APIRouter(prefix="/v1/snapshots", tags=["snapshots"])

Reader = Annotated[Call[Any], Depends(calling(READ))]
Writer = Annotated[Call[Any], Depends(calling(WRITE, idempotent=True))]


@router.post(
    "",
    status_code=201,
    response_model=SnapshotOut,
    **operation(
        "Freeze a report",
        "บันทึกรายงาน ณ เวลานี้ไว้อย่างถาวร พร้อมค่าแฮชที่ต่อเป็นสายโซ่กับฉบับก่อนหน้า และประกาศให้ระบบอื่นทราบ",
        "Freeze a report as it reads now: canonical JSON with its SHA-256, chained to the snapshot before, and published as an event.",
        WRITE,
    ),
)
async def create_snapshot(body: SnapshotIn, call: Writer) -> Response:
    """Take a snapshot. Only callers of an area (country, province, district) can."""
    if call.principal.reach.level not in {Level.COUNTRY, Level.PROVINCE, Level.DISTRICT}:
        raise NotFound
    asked = _parameters(body)
    behind = await events_behind(call)
    now = call.resources.clock.business_now()
    # One snapshot of the database for all figures of the report.
    async with call.resources.db.reading() as tx:
        answer = await read_report(tx, body.report, asked, reach=call.principal.reach, as_of=now)
    content = {**answer.content(), "events_behind": behind}

    async def use_case(tx: Tx) -> SnapshotOut:
        return _out(await publish_snapshot(tx, content, taken_by=call.principal.subject, now=now))

    return await call.command(use_case, location=lambda one: f"/v1/snapshots/{one.snapshot_id}")


@router.get(
    "",
    response_model=PageOf[SnapshotOut],
    **operation("List snapshots", "รายการรายงานที่บันทึกไว้ ฉบับล่าสุดก่อน", "Frozen reports of your area and those inside it, newest first.", READ),
)
async def list_snapshots(call: Reader, page: PageParams) -> Response:
    """The snapshots."""

    async def read(tx: ReadTx) -> PageOf[SnapshotOut]:
        (before,) = page.after(int) or (_AFTER_ALL,)
        rows = await frozen.snapshots_page(tx, call.principal.reach, before, page.limit + 1)
        shown, cursor = page.cut(rows, lambda row: (row.seq,))
        return PageOf[SnapshotOut](items=[_out(row) for row in shown], next_cursor=cursor)

    return await call.query(read, PageOf[SnapshotOut])


@router.get(
    "/{snapshot_id}",
    response_model=SnapshotDetailOut,
    **operation("Show a snapshot", "แสดงรายงานที่บันทึกไว้พร้อมเนื้อหา", "A frozen report with its content.", READ),
)
async def show_snapshot(snapshot_id: UUID, call: Reader) -> Response:
    """One snapshot."""

    async def read(tx: ReadTx) -> SnapshotDetailOut:
        stored = await frozen.snapshot(tx, call.principal.reach, snapshot_id)
        return SnapshotDetailOut(**_out(stored).model_dump(), content=json.loads(stored.content), canonical=stored.content)

    return await call.query(read, SnapshotDetailOut)


@router.post(
    "/{snapshot_id}/verification",
    response_model=VerificationOut,
    **operation(
        "Verify a snapshot",
        "ตรวจสอบสองเรื่องแยกกัน คือเนื้อหาที่บันทึกยังครบถ้วนหรือไม่ และตัวเลขในวันนี้ยังตรงกันหรือไม่",
        "Two facts apart: whether the stored text is what was stored (hash and chain), and whether today's facts give the same figures.",
        READ,
    ),
)
async def verify_snapshot(snapshot_id: UUID, call: Reader) -> Response:
    """Verify; changes nothing."""
    behind = await events_behind(call)

    async def read(tx: ReadTx) -> VerificationOut:
        return VerificationOut.of(await frozen.verify(tx, call.principal.reach, snapshot_id), behind)

    return await call.query(read, VerificationOut)


def _out(stored: StoredSnapshot) -> SnapshotOut:
    return SnapshotOut.of(stored, datetime.fromisoformat(json.loads(stored.content)["as_of"]))


def _parameters(body: SnapshotIn) -> Parameters:
    """The report's parameters out of the body. Raises UnknownParameters naming the fields."""
    try:
        return REPORTS[body.report].parameters.model_validate({**body.parameters, "area": body.area})
    except ValidationError as error:
        problems = [
            FieldProblem(".".join(("parameters", *map(str, one["loc"]))), one["type"], one["msg"], "ค่าของพารามิเตอร์ไม่ถูกต้อง")
            for one in error.errors()
        ]
        raise UnknownParameters(problems=problems) from error
