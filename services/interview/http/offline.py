"""Field devices: registering and revoking them, bringing what was done without a network, and taking the pack."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import ValidationError

from services.interview.commands import devices as device_commands
from services.interview.commands.take_pack import Pack, take_pack
from services.interview.errors.offline import BatchNotSigned
from services.interview.http.calls import InterviewCall, act_of
from services.interview.http.offline_batch import Batch
from services.interview.repository import devices
from services.interview.repository.devices import Device
from services.interview.schemas.offline import BatchIn, DeviceIn, DeviceOut, PackOut, RevocationIn, SyncIn, SyncOut
from shared.db import ReadTx, Tx
from shared.errors import Invalid
from shared.http import PageOf, PageParams, calling, field_problems, operation
from shared.signatures import PublicKeys, SignatureBroken

router = APIRouter(tags=["offline"])


@router.post(
    "/v1/devices",
    status_code=201,
    response_model=DeviceOut,
    **operation(
        "Register a field device",
        "ขึ้นทะเบียนอุปกรณ์ภาคสนามของผู้ดูแล เครื่องสร้างกุญแจเองและส่งมาเฉพาะกุญแจสาธารณะ",
        "Register a device of the calling account officer. It makes its own key pair; only the public half comes here.",
        "interview.sync:write",
    ),
)
async def register_device(
    body: DeviceIn, call: Annotated[InterviewCall, Depends(calling("interview.sync:write", idempotent=True))]
) -> Response:
    """Register a device."""

    async def use_case(tx: Tx) -> Device:
        key = body.public_key.model_dump()
        return await device_commands.register_device(tx, act_of(call), body.device_id, body.name, key)

    return await call.command(use_case)


@router.get(
    "/v1/devices",
    response_model=PageOf[DeviceOut],
    **operation(
        "List field devices",
        "แสดงอุปกรณ์ภาคสนามของผู้ดูแลในพื้นที่ เวลาที่ติดต่อครั้งล่าสุด และค่าชดเชยนาฬิกา",
        "Field devices of officers within reach: when each came last, and how wrong its clock was.",
        "interview.devices:read",
    ),
)
async def list_devices(
    call: Annotated[InterviewCall, Depends(calling("interview.devices:read"))],
    page: PageParams,
    officer_id: Annotated[UUID | None, Query(description="Only of this officer. เฉพาะของผู้ดูแลคนนี้")] = None,
) -> Response:
    """List devices."""

    async def read(tx: ReadTx) -> PageOf[DeviceOut]:
        after = page.after(UUID)
        rows = await devices.devices_page(tx, call.principal.reach, officer_id, after[0] if after else None, page.limit + 1)
        found, cursor = page.cut(rows, lambda row: (row["device_id"],))
        return PageOf(items=[DeviceOut.model_validate(dict(row)) for row in found], next_cursor=cursor)

    return await call.query(read)


@router.post(
    "/v1/devices/{device_id}/revocation",
    response_model=DeviceOut,
    **operation(
        "Revoke a field device",
        "ยกเลิกสิทธิ์อุปกรณ์ที่สูญหาย ถูกขโมย หรือเลิกใช้ เครื่องจะถูกสั่งให้ลบข้อมูลเมื่อติดต่อครั้งถัดไป และชุดข้อมูลในเครื่องจะหมดอายุเอง",
        "Revoke a device that is lost, stolen or no longer used. It is told to wipe when it calls next; what it holds expires by itself.",
        "interview.devices:write",
    ),
)
async def revoke_device(
    device_id: UUID, body: RevocationIn, call: Annotated[InterviewCall, Depends(calling("interview.devices:write", idempotent=True))]
) -> Response:
    """Revoke a device."""

    async def use_case(tx: Tx) -> Device:
        return await device_commands.revoke_device(tx, act_of(call), device_id, body.reason)

    return await call.command(use_case)


@router.post(
    "/v1/sync",
    response_model=SyncOut,
    **operation(
        "Bring what was done without a network",
        "รับรายการที่ทำโดยไม่มีเครือข่าย (ไม่เกิน 500 รายการ) ที่ลงลายมือชื่อด้วยกุญแจของอุปกรณ์ ตอบผลทีละรายการ: บันทึกแล้ว บันทึกไว้ก่อนแล้ว"
        " ขัดแย้ง (แสดงทั้งสองฝั่งและทางเลือก) หรือปฏิเสธ (พร้อมเหตุผล) ส่งซ้ำได้อย่างปลอดภัย",
        "Take in a signed, ordered batch of up to 500 operations (wish, visit attempt, interview, follow-up, withdrawal). Each is answered:"
        " applied, already applied, conflict (both versions and the choices; send it again with a `decision`), or refused with its reason."
        " Each operation is done once, whole, however often it is sent; a batch that was cut is sent again as it was. The batch is a compact"
        " JWS (ES256, `kid` the device id) over `{device_id, device_time, operations: [{operation_id, seq, kind, made_at,"
        " clock_offset_seconds, seen_version, body, decision}]}`; `body` is that of the operation's own address (a WITHDRAWAL's has `intent_id` too).",
        "interview.sync:write",
        further_scopes=["interview.intents:write", "interview.visits:write", "interview.interviews:write", "interview.follow-ups:write"],
    ),
)
async def sync(body: SyncIn, call: Annotated[InterviewCall, Depends(calling("interview.sync:write"))]) -> Response:
    """Take in a batch."""
    act = act_of(call)

    async def use_case(tx: Tx) -> SyncOut:
        await device_commands.own_device(tx, call.principal, body.device_id)
        device = await devices.hold_device(tx, body.device_id)
        device_commands.check_not_revoked(device)
        batch = Batch(call, act, device, _opened(body, device))
        last_seq = batch.last_seq()
        results = await batch.take_in()
        await devices.note_sync(tx, device.device_id, last_seq=last_seq, at=act.at, offset=batch.offset)
        return SyncOut(server_time=act.at, clock_offset_seconds=round(batch.offset.total_seconds()), last_seq=last_seq, results=results)

    return await call.command(use_case)


@router.get(
    "/v1/sync/pack",
    response_model=PackOut,
    responses={304: {"description": "Nothing has changed since `If-None-Match`. ไม่มีการเปลี่ยนแปลง"}},
    **operation(
        "Take the pack for days without a network",
        "รับชุดข้อมูลสำหรับทำงานโดยไม่มีเครือข่าย: รายในความดูแล แบบฟอร์ม โครงการ พื้นที่ และนโยบาย เฉพาะที่อยู่ในความดูแลของผู้เรียก ระบุ since เพื่อรับเฉพาะส่วนที่เปลี่ยน",
        "The officer's cases, the forms, programmes, areas and the policy. With `since` (the `pack_no` that the device holds) only what differs;"
        " a pack that is no longer remembered is answered whole. With If-None-Match 304 while nothing has changed.",
        "interview.sync:write",
    ),
)
async def take_sync_pack(
    call: Annotated[InterviewCall, Depends(calling("interview.sync:write"))],
    device_id: Annotated[UUID, Query(description="The calling device. อุปกรณ์ที่เรียก")],
    since: Annotated[int | None, Query(ge=1, le=2**53, description="The pack that the device holds. ชุดข้อมูลที่มีอยู่")] = None,
) -> Response:
    """Take the pack."""

    async def use_case(tx: Tx) -> Pack:
        await device_commands.own_device(tx, call.principal, device_id)
        device = await devices.hold_device(tx, device_id)
        return await take_pack(tx, act_of(call), device, since)

    return await call.tagged(use_case, lambda pack: pack.etag)


def _opened(body: SyncIn, device: Device) -> BatchIn:
    """What the device signed. Raises BatchNotSigned, Invalid."""
    keys = PublicKeys.of({"keys": [{**device.public_key, "kid": str(device.device_id), "alg": "ES256"}]})
    try:
        batch = BatchIn.model_validate_json(keys.verify(body.batch))
    except SignatureBroken as broken:
        raise BatchNotSigned(device_id=device.device_id) from broken
    except ValidationError as wrong:
        raise Invalid.of(*field_problems(wrong.errors(include_url=False))) from wrong
    if batch.device_id != device.device_id:
        raise BatchNotSigned(device_id=device.device_id)
    return batch
