"""Frozen reports: taking, listing, reading, verifying."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Final, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import ValidationError

from services.reporting.commands.snapshots import Frozen, Occasion, publish_snapshot, read_to_freeze, settled
from services.reporting.domain.parameters import Parameters
from services.reporting.errors import EditionTaken, UnknownParameters
from services.reporting.http.reports import CASES_READ, events_behind
from services.reporting.queries import snapshots as queries
from services.reporting.queries.reports import REPORTS
from services.reporting.repository import StoredSnapshot
from services.reporting.resources import ReportingResources
from services.reporting.schemas import SnapshotDetailOut, SnapshotIn, SnapshotOut, VerificationOut
from shared.auth import Level
from shared.db import ReadTx, Tx
from shared.errors import FieldProblem, NotFound
from shared.http import Call, PageOf, PageParams, calling, operation

READ: Final = "reporting.snapshots:read"
WRITE: Final = "reporting.snapshots:write"
DERIVE: Final = "reporting.snapshots:derive"
_AFTER_ALL: Final = 2**62
T = TypeVar("T")

router = APIRouter(prefix="/v1/snapshots", tags=["snapshots"])

Reader = Annotated[Call[ReportingResources], Depends(calling(READ))]
Writer = Annotated[Call[ReportingResources], Depends(calling(WRITE, idempotent=True))]


@router.post(
    "",
    status_code=201,
    response_model=SnapshotOut,
    **operation(
        "Freeze a report",
        "บันทึกรายงาน ณ เวลานี้ไว้อย่างถาวร พร้อมตำแหน่งของเหตุการณ์ ค่าแฮชที่ต่อเป็นสายโซ่กับฉบับก่อนหน้า และลายมือชื่อดิจิทัล แล้วประกาศให้ระบบอื่นทราบ"
        " บันทึกซ้ำสำหรับการประชุมเดียวกันจะเป็นฉบับถัดไปที่อธิบายความต่างจากฉบับก่อน",
        "Freeze a report as it reads now, with the position of the events behind it: canonical JSON with its SHA-256, signed, chained to the snapshot before,"
        " and published as an event. Frozen again for the same meeting it is the next edition, which tells the difference to the one before.",
        WRITE,
        further_scopes=[CASES_READ],
    ),
)
async def create_snapshot(body: SnapshotIn, call: Writer) -> Response:
    """Take a snapshot. Only callers of an area (country, province, district) can, who may see persons: no count in it is hidden."""
    call.principal.require(CASES_READ)
    if call.principal.reach.level not in {Level.COUNTRY, Level.PROVINCE, Level.DISTRICT}:
        raise NotFound
    asked = _parameters(body)
    now = call.resources.clock.business_now()
    occasion, reach = Occasion(meeting=body.meeting), call.principal.reach

    async def read(tx: ReadTx, behind: int | None) -> Frozen:
        return await read_to_freeze(tx, body.report, asked, reach=reach, as_of=now, behind=behind, occasion=occasion)

    async def use_case(tx: Tx, frozen: Frozen) -> SnapshotOut:
        return _out(await publish_snapshot(tx, frozen, call.resources.signing, taken_by=call.principal.subject, now=now))

    return await freezing(call, read, use_case, location=lambda one: f"/v1/snapshots/{one.snapshot_id}")


@router.get(
    "",
    response_model=PageOf[SnapshotOut],
    **operation("List snapshots", "รายการรายงานที่บันทึกไว้ ฉบับล่าสุดก่อน", "Frozen reports of your area and those inside it, newest first.", READ),
)
async def list_snapshots(call: Reader, page: PageParams) -> Response:
    """The snapshots."""

    async def read(tx: ReadTx) -> PageOf[SnapshotOut]:
        (before,) = page.after(int) or (_AFTER_ALL,)
        rows = await queries.snapshots_page(tx, call.principal.reach, before, page.limit + 1)
        shown, cursor = page.cut(rows, lambda row: (row.seq,))
        return PageOf[SnapshotOut](items=[_out(row) for row in shown], next_cursor=cursor)

    return await call.query(read, PageOf[SnapshotOut])


@router.get(
    "/{snapshot_id}",
    response_model=SnapshotDetailOut,
    **operation("Show a snapshot", "แสดงรายงานที่บันทึกไว้พร้อมเนื้อหา", "A frozen report with its content.", READ, further_scopes=[CASES_READ]),
)
async def show_snapshot(snapshot_id: UUID, call: Reader) -> Response:
    """One snapshot, with every count as it is."""
    call.principal.require(CASES_READ)

    async def read(tx: ReadTx) -> SnapshotDetailOut:
        stored = await queries.snapshot(tx, call.principal.reach, snapshot_id)
        return SnapshotDetailOut(**_out(stored).model_dump(), content=json.loads(stored.content), canonical=stored.content)

    return await call.query(read, SnapshotDetailOut)


@router.post(
    "/{snapshot_id}/verification",
    response_model=VerificationOut,
    **operation(
        "Verify a snapshot",
        "ตรวจสอบสองเรื่องแยกกัน คือเนื้อหาที่บันทึกยังครบถ้วนหรือไม่ และตัวเลขในวันนี้ยังตรงกันหรือไม่ การคำนวณซ้ำจากเหตุการณ์ ณ ตำแหน่งที่บันทึกอยู่ที่ …/rederivations",
        "Two facts apart, at once: whether the stored text is what was stored (hash, signature and chain), and whether today's facts give the same figures."
        " Deriving it again from the events up to its position is `…/rederivations`.",
        READ,
    ),
)
async def verify_snapshot(snapshot_id: UUID, call: Reader) -> Response:
    """Verify; changes nothing."""
    behind = await events_behind(call)

    async def read(tx: ReadTx) -> VerificationOut:
        return VerificationOut.of(await queries.verify(tx, call.principal.reach, snapshot_id, call.resources.public_keys), behind)

    return await call.query(read, VerificationOut)


async def freezing(
    call: Call[ReportingResources],
    read: Callable[[ReadTx, int | None], Awaitable[Frozen]],
    use_case: Callable[[Tx, Frozen], Awaitable[T]],
    *,
    location: Callable[[T], str] | None = None,
) -> Response:
    """Read on one snapshot of the database, then freeze in a transaction of its own; again where somebody else froze the edition meanwhile.

    To read a country takes long: it holds up no one else who freezes, while events leave a moment in which all is counted.
    """
    behind = await events_behind(call)
    while True:
        async with settled(call.resources.db) as tx:
            frozen = await read(tx, behind)
        try:
            return await call.command(partial(_with, use_case, frozen), location=location)
        except EditionTaken:
            continue  # theirs is the one before ours now


async def _with(use_case: Callable[[Tx, Frozen], Awaitable[T]], frozen: Frozen, tx: Tx) -> T:
    return await use_case(tx, frozen)


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
