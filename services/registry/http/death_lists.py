"""Lists of deaths of the civil registration: uploaded, checked, decided by a second person, applied."""

import asyncio
from dataclasses import replace
from pathlib import PurePath
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Response, UploadFile

from services.registry.commands import death_lists as commands
from services.registry.commands.death_lists import CHECK_JOB
from services.registry.http.scopes import CHANGES_APPROVE, CHANGES_READ, HOLDERS_WRITE
from services.registry.queries import death_lists
from services.registry.repository.files import file_below
from services.registry.repository.uploads import kept_upload
from services.registry.resources import RegistryResources
from services.registry.rules.file_forms import DEATH_LIST
from services.registry.schemas.changes import DecisionIn
from services.registry.schemas.death_lists import DeathListOut
from services.registry.schemas.imports import RejectionOut
from shared import jobs
from shared.auth import require_country
from shared.db import Tx
from shared.http import Call, PageOf, PageParams, calling, operation

_NAME_CHARACTERS_MAX: Final = 120

router = APIRouter(prefix="/v1/death-lists", tags=["life events"])
Uploading = Annotated[Call[RegistryResources], Depends(calling(HOLDERS_WRITE))]
Reading = Annotated[Call[RegistryResources], Depends(calling(CHANGES_READ))]
Deciding = Annotated[Call[RegistryResources], Depends(calling(CHANGES_APPROVE))]


@router.post(
    "",
    response_model=DeathListOut,
    status_code=202,
    **operation(
        "Upload a list of deaths",
        "อัปโหลดรายชื่อผู้เสียชีวิตจากทะเบียนราษฎร (CSV: citizen_id,deceased_on,document แบบ UTF-8 หรือ TIS-620 หรือ NDJSON บีบอัดด้วย gzip ได้) "
        "ตรวจทีละบรรทัดก่อน แล้วจึงรออนุมัติ",
        "A CSV with the columns citizen_id, deceased_on and document in UTF-8 or TIS-620, or NDJSON with these fields; both may be packed by gzip "
        "(reach: country). Every line is checked and counted before anything changes; "
        "then another person approves. Sent again it changes nothing.",
        HOLDERS_WRITE,
        streams_body=True,
    ),
)
async def upload_death_list(call: Uploading, file: UploadFile) -> Response:
    """Spool the file and have it checked."""
    require_country(call.principal)
    name = PurePath(file.filename or "deaths.csv").name[:_NAME_CHARACTERS_MAX]
    folder = call.resources.settings.import_folder
    async with kept_upload(file.file, folder) as path:
        spooled = await asyncio.to_thread(file_below, folder, path, DEATH_LIST)
        parameters = {**vars(spooled), "name": name, "today": call.resources.clock.business_today().isoformat()}

        async def use_case(tx: Tx) -> dict[str, Any]:
            list_id = await jobs.ask(tx, CHECK_JOB, parameters, asked_by=call.principal.subject)
            return await death_lists.one(tx, list_id, call.principal.reach)

        # Without a key: it would be compared with the body, which is gone. A second list of the same deaths is harmless.
        return await replace(call, idempotency_key=None).command(use_case, location=lambda view: f"/v1/death-lists/{view['list_id']}")


@router.get(
    "/{list_id}",
    response_model=DeathListOut,
    **operation("Show a list of deaths", "แสดงผลการตรวจและสถานะของรายชื่อผู้เสียชีวิต", "Its counts, and how far it is.", CHANGES_READ),
)
async def show_death_list(call: Reading, list_id: UUID) -> Response:
    """One list."""
    require_country(call.principal)
    return await call.query(lambda tx: death_lists.one(tx, list_id, call.principal.reach))


@router.get(
    "/{list_id}/rejections",
    response_model=PageOf[RejectionOut],
    **operation(
        "List the rejected lines of a list of deaths",
        "แสดงบรรทัดที่ไม่ผ่านการตรวจสอบพร้อมเหตุผล",
        "What is wrong with which line, by line number; values are masked.",
        CHANGES_READ,
    ),
)
async def list_death_rejections(call: Reading, list_id: UUID, page: PageParams) -> Response:
    """Rejections by line."""
    require_country(call.principal)
    return await call.query(lambda tx: death_lists.rejections(tx, list_id, page))


@router.post(
    "/{list_id}/approval",
    response_model=DeathListOut,
    **operation(
        "Approve a list of deaths",
        "อนุมัติรายชื่อผู้เสียชีวิต ระบบจะบันทึกทั้งชุด ผู้อนุมัติต้องไม่ใช่ผู้อัปโหลด",
        "Another person than who uploaded it has the counted deaths recorded, all as one set of work.",
        CHANGES_APPROVE,
    ),
)
async def approve_death_list(call: Deciding, list_id: UUID, asked: DecisionIn) -> Response:
    """Approve."""
    return await _decide(call, list_id, asked, approved=True)


@router.post(
    "/{list_id}/rejection",
    response_model=DeathListOut,
    **operation("Reject a list of deaths", "ไม่อนุมัติรายชื่อผู้เสียชีวิต", "Nothing of it is recorded.", CHANGES_APPROVE),
)
async def reject_death_list(call: Deciding, list_id: UUID, asked: DecisionIn) -> Response:
    """Reject."""
    return await _decide(call, list_id, asked, approved=False)


async def _decide(call: Call[RegistryResources], list_id: UUID, asked: DecisionIn, *, approved: bool) -> Response:
    require_country(call.principal)
    principal, at = call.principal, call.resources.clock.business_now()

    async def use_case(tx: Tx) -> dict[str, Any]:
        await commands.decide(
            tx,
            list_id,
            approved=approved,
            by=principal.subject,
            at=at,
            reason=asked.reason,
            reach=principal.reach,
            expected_version=call.if_match(),
        )
        return await death_lists.one(tx, list_id, principal.reach)

    return await call.command(use_case)
