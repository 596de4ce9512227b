"""Search for staff. What is looked for travels in the body: names and birth years have no place in addresses."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.registry.commands.search import search
from services.registry.http.scopes import HOLDERS_SEARCH
from services.registry.queries.views import masked_view
from services.registry.resources import RegistryResources
from services.registry.schemas.card_holders import HolderOut
from services.registry.schemas.search import SearchIn, SearchOut
from shared.audit import Caller
from shared.db import Tx
from shared.http import Call, calling, operation
from shared.http.paging import Page

router = APIRouter(prefix="/v1/card-holders", tags=["card holders"])
Searching = Annotated[Call[RegistryResources], Depends(calling(HOLDERS_SEARCH))]


@router.post(
    "/search",
    response_model=SearchOut,
    **operation(
        "Search for card holders",
        "ค้นหาผู้มีบัตรในพื้นที่รับผิดชอบด้วยส่วนของชื่อ (สะกดผิดได้หนึ่งตัวอักษร) พื้นที่ ปีเกิด หรือเลขท้ายบัตร การค้นหาทุกครั้งถูกบันทึก",
        """Card holders within your reach, masked, by parts of the name, area, birth year or the card's last digits. Up to 2,000 who fit come best
match first, with their exact count; more come in the order of district and Thai name by the beginning of the first name.
Every search is audited: by which criteria, never their values, and who was shown.""",
        HOLDERS_SEARCH,
    ),
)
async def search_card_holders(call: Searching, asked: SearchIn) -> Response:
    """Search."""
    vault = call.resources.vault

    async def use_case(tx: Tx) -> dict[str, Any]:
        found = await search(
            tx,
            asked.criteria(),
            Page(asked.limit, asked.cursor),
            shown=tuple(HolderOut.model_fields),
            caller=Caller.of(call.principal, call.correlation_id, asked.purpose),
            reach=call.principal.reach,
            vault=vault,
        )
        items = [masked_view(row, vault) for row in found.rows]
        return {"items": items, "persons": found.persons, "more": found.more, "next_cursor": found.next_cursor}

    return await call.audited(use_case)
