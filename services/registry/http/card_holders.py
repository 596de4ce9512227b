"""Reading card holders."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.registry.domain import HolderFilter
from services.registry.http.filters import Wanted
from services.registry.http.scopes import HOLDERS_READ
from services.registry.queries import holders
from services.registry.resources import RegistryResources
from services.registry.schemas.card_holders import CountOut, HolderOut, VersionOut
from shared.errors import Invalid
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1/card-holders", tags=["card holders"])
Reading = Annotated[Call[RegistryResources], Depends(calling(HOLDERS_READ))]


class Order(StrEnum):
    """The order of a list."""

    ID = "id"
    NAME = "name"


@router.get(
    "",
    response_model=PageOf[HolderOut],
    **operation(
        "List card holders",
        "แสดงรายชื่อผู้มีบัตรในพื้นที่รับผิดชอบ เรียงตามรหัสหรือตามชื่อ (เรียงตามชื่อได้ภายในอำเภอหรือตำบล)",
        "Card holders within your reach, masked. The order by Thai name is for one district or subdistrict.",
        HOLDERS_READ,
    ),
)
async def list_card_holders(call: Reading, wanted: Wanted, page: PageParams, order: Annotated[Order, Query()] = Order.ID) -> Response:
    """A page of card holders."""
    by_name = order is Order.NAME
    if by_name:
        _require_small(wanted)
    vault = call.resources.vault
    return await call.query(lambda tx: holders.page(tx, wanted, call.principal.reach, page, vault, by_name=by_name))


@router.get(
    "/count",
    response_model=CountOut,
    **operation("Count card holders", "นับจำนวนผู้มีบัตรตามเงื่อนไข", "How many card holders within your reach pass the filters.", HOLDERS_READ),
)
async def count_card_holders(call: Reading, wanted: Wanted) -> Response:
    """Count with filters."""
    return await call.query(lambda tx: holders.count(tx, wanted, call.principal.reach))


@router.get(
    "/{holder_id}",
    response_model=HolderOut,
    **operation("Show a card holder", "แสดงข้อมูลผู้มีบัตรแบบปิดบัง", "A card holder, masked.", HOLDERS_READ),
)
async def show_card_holder(call: Reading, holder_id: UUID) -> Response:
    """One card holder."""
    return await call.query(lambda tx: holders.one(tx, holder_id, call.principal.reach, call.resources.vault))


@router.get(
    "/{holder_id}/history",
    response_model=PageOf[VersionOut],
    **operation(
        "Show a card holder's history", "แสดงประวัติการเปลี่ยนแปลง", "Every version: what happened, who said so and why.", HOLDERS_READ
    ),
)
async def show_card_holder_history(call: Reading, holder_id: UUID, page: PageParams) -> Response:
    """Versions of one card holder, oldest first."""
    return await call.query(lambda tx: holders.versions(tx, holder_id, call.principal.reach, page))


def _require_small(wanted: HolderFilter) -> None:
    if wanted.district is None and wanted.subdistrict is None:
        raise Invalid.field("order", "order", "by name needs a district or subdistrict", "การเรียงตามชื่อต้องระบุอำเภอหรือตำบล", "id")
