"""Imports that wait for a second person, and those that failed and can go on."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.registry.commands import import_approvals as commands
from services.registry.commands.import_approvals import Decision
from services.registry.commands.imports import JOB, PREVIEW_JOB
from services.registry.http.scopes import IMPORTS_APPROVE, IMPORTS_READ, IMPORTS_WRITE
from services.registry.queries import imports
from services.registry.resources import RegistryResources
from services.registry.schemas.imports import DecisionIn, ImportApprovalOut, ImportOut
from shared.auth import require_country
from shared.db import Tx
from shared.http import Call, calling, operation

router = APIRouter(prefix="/v1/imports/{import_id}", tags=["imports"])
Reading = Annotated[Call[RegistryResources], Depends(calling(IMPORTS_READ))]
Writing = Annotated[Call[RegistryResources], Depends(calling(IMPORTS_WRITE, idempotent=True))]
Deciding = Annotated[Call[RegistryResources], Depends(calling(IMPORTS_APPROVE, idempotent=True))]


@router.get(
    "/approval",
    response_model=ImportApprovalOut,
    **operation(
        "Show the approval of an import",
        "แสดงข้อเสนอและผลการพิจารณาของการนำเข้าที่เปลี่ยนแปลงข้อมูลจำนวนมาก",
        "What the import would change, who proposed it, and the decision. Only imports that had to wait have one.",
        IMPORTS_READ,
    ),
)
async def show_import_approval(call: Reading, import_id: UUID) -> Response:
    """The proposal of an import."""
    require_country(call.principal)
    return await call.query(lambda tx: imports.approval(tx, import_id, call.principal.reach))


@router.post(
    "/approval",
    response_model=ImportOut,
    **operation(
        "Decide about an import that waits",
        "อนุมัติ ไม่อนุมัติ หรือถอนการนำเข้าที่รออยู่ ผู้อนุมัติต้องไม่ใช่ผู้เสนอ",
        "Approved it goes on, rejected or withdrawn it ends and nothing has changed. The proposer cannot approve.",
        IMPORTS_APPROVE,
    ),
)
async def decide_import(call: Deciding, import_id: UUID, asked: DecisionIn) -> Response:
    """Decide about a waiting import."""
    require_country(call.principal)

    async def use_case(tx: Tx) -> dict[str, Any]:
        now, principal = call.resources.clock.business_now(), call.principal
        decision = Decision(asked.decision)
        await commands.decide(tx, import_id, decision, by=principal.subject, reach=principal.reach, at=now, reason=asked.reason)
        return await imports.one(tx, import_id)

    return await call.command(use_case)


@router.post(
    "/resumption",
    response_model=ImportOut,
    status_code=202,
    **operation(
        "Resume an import that failed",
        "สั่งให้การนำเข้าที่ล้มเหลวทำต่อจากเดิม หลังจากแก้ไขสาเหตุแล้ว",
        "After its cause is gone (a full disk, a file put back): it goes on with the line after the last one that was taken.",
        IMPORTS_WRITE,
    ),
)
async def resume_import(call: Writing, import_id: UUID) -> Response:
    """Let a failed import go on."""
    require_country(call.principal)

    async def use_case(tx: Tx) -> dict[str, Any]:
        await commands.resume(tx, import_id, (JOB, PREVIEW_JOB))
        return await imports.one(tx, import_id)

    return await call.command(use_case)
