"""The keys of sealed fields, and changing them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.registry.commands import key_rotations
from services.registry.http.scopes import KEYS_READ, KEYS_WRITE
from services.registry.queries import keys
from services.registry.resources import RegistryResources
from services.registry.schemas.keys import GroupKeysOut, RotationIn, RotationOut
from shared.auth import require_country
from shared.db import Tx
from shared.http import Call, calling, operation

router = APIRouter(prefix="/v1", tags=["keys"])
Reading = Annotated[Call[RegistryResources], Depends(calling(KEYS_READ))]
Writing = Annotated[Call[RegistryResources], Depends(calling(KEYS_WRITE, idempotent=True))]


@router.get(
    "/group-keys",
    response_model=GroupKeysOut,
    **operation(
        "List the group keys",
        "แสดงกุญแจกลุ่มและสถานะ ไม่แสดงตัวกุญแจ",
        "The keys that persons' own keys are made of, and by which master key each is wrapped; never the keys themselves (reach: country).",
        KEYS_READ,
    ),
)
async def list_group_keys(call: Reading) -> Response:
    """All group keys."""
    require_country(call.principal)
    return await call.query(keys.group_keys)


@router.post(
    "/key-rotations",
    response_model=RotationOut,
    status_code=202,
    **operation(
        "Change keys",
        "เปลี่ยนกุญแจหลักหรือกุญแจกลุ่ม โดยระบบยังให้บริการตามปกติ",
        "Queue a rotation (reach: country): of the master key in one step, or of the group key by sealing every person anew. Everybody works on; "
        "what is sealed under the key before opens until nobody is left under it, and then that key is destroyed.",
        KEYS_WRITE,
    ),
)
async def start_rotation(call: Writing, asked: RotationIn) -> Response:
    """Queue a rotation."""
    require_country(call.principal)

    async def use_case(tx: Tx) -> dict[str, Any]:
        rotation_id = await key_rotations.ask_rotation(tx, asked.keys, reason=asked.reason, asked_by=call.principal.subject)
        return await keys.rotation(tx, rotation_id)

    return await call.command(use_case, location=lambda view: f"/v1/key-rotations/{view['rotation_id']}")


@router.get(
    "/key-rotations/{rotation_id}",
    response_model=RotationOut,
    **operation("Show a rotation", "แสดงความคืบหน้าของการเปลี่ยนกุญแจ", "How far a rotation of keys is (reach: country).", KEYS_READ),
)
async def show_rotation(call: Reading, rotation_id: UUID) -> Response:
    """One rotation."""
    require_country(call.principal)
    return await call.query(lambda tx: keys.rotation(tx, rotation_id))
