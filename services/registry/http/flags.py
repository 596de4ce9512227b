"""Persons whom a file leaves out or wants removed, for staff to look into."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from services.registry.commands import flags as commands
from services.registry.domain import FlagKind, Resolution
from services.registry.http.scopes import FLAGS_READ, FLAGS_WRITE
from services.registry.queries import flags
from services.registry.resources import RegistryResources
from services.registry.schemas.flags import FlagOut, FlagsByDistrictOut, ResolutionIn
from shared.db import Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1/flags", tags=["flags"])
Reading = Annotated[Call[RegistryResources], Depends(calling(FLAGS_READ))]
Writing = Annotated[Call[RegistryResources], Depends(calling(FLAGS_WRITE, idempotent=True, needs_if_match=True))]
FlagId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Kind = Annotated[FlagKind | None, Query(description="Only this kind. เฉพาะชนิดนี้")]


@router.get(
    "",
    response_model=PageOf[FlagOut],
    **operation(
        "List flags",
        "แสดงรายการผู้มีบัตรที่หายไปจากไฟล์ หรือไฟล์ขอให้นำออก ในพื้นที่ของท่าน",
        "Persons within your reach who were absent from a full file, or whom a file of changes wants removed; oldest first.",
        FLAGS_READ,
    ),
)
async def list_flags(
    call: Reading,
    page: PageParams,
    kind: Kind = None,
    district: Annotated[str | None, Query(pattern=r"^[0-9]{4}$", description="Home district. อำเภอ", examples=["8101"])] = None,
    resolved: Annotated[bool, Query(description="Those that were resolved. รายการที่ดำเนินการแล้ว")] = False,
) -> Response:
    """A page of flags."""
    return await call.query(lambda tx: flags.page(tx, call.principal.reach, kind, district, page, resolved=resolved))


@router.get(
    "/by-district",
    response_model=FlagsByDistrictOut,
    **operation(
        "Count open flags by district",
        "นับรายการที่ยังไม่ดำเนินการแยกตามอำเภอ ในพื้นที่ของท่าน",
        "How many flags are open in each district within your reach.",
        FLAGS_READ,
    ),
)
async def count_flags(call: Reading, kind: Kind = None) -> Response:
    """Open flags by district."""
    return await call.query(lambda tx: flags.by_district(tx, call.principal.reach, kind))


@router.get(
    "/{flag_id}",
    response_model=FlagOut,
    **operation("Show a flag", "แสดงรายการแจ้งเตือน", "One flag, with its ETag.", FLAGS_READ),
)
async def show_flag(call: Reading, flag_id: FlagId) -> Response:
    """One flag."""
    return await call.query(lambda tx: flags.one(tx, call.principal.reach, flag_id))


@router.post(
    "/{flag_id}/resolution",
    response_model=FlagOut,
    **operation(
        "Resolve a flag",
        "บันทึกผลการตรวจสอบรายการแจ้งเตือน การตรวจสอบนี้ไม่เปลี่ยนข้อมูลผู้มีบัตร",
        "Say what was found. The person's record stays as it is: a death or a move is recorded as such.",
        FLAGS_WRITE,
    ),
)
async def resolve_flag(call: Writing, flag_id: FlagId, asked: ResolutionIn) -> Response:
    """Resolve a flag."""
    version, reach = call.version_to_change(), call.principal.reach

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        now = call.resources.clock.business_now()
        resolution = Resolution(asked.resolution)
        await commands.resolve(tx, flag_id, resolution, reach=reach, version=version, by=call.principal.subject, at=now, why=asked.reason)
        return await flags.one(tx, reach, flag_id)

    return await call.command(use_case)
