"""The queue of pairs of holders who may be one person."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.registry.commands import duplicates as commands
from services.registry.commands.duplicates import PairKind
from services.registry.commands.life_events import Said
from services.registry.http.look_ups import Purpose
from services.registry.http.scopes import DUPLICATES_READ, DUPLICATES_WRITE
from services.registry.queries import duplicates
from services.registry.repository.duplicates import PairFilter
from services.registry.resources import RegistryResources
from services.registry.schemas.card_holders import HolderOut
from services.registry.schemas.duplicates import DecisionIn, FindingOut, PairOfPeopleOut, PairOut
from shared.audit import Caller
from shared.auth import require_country
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1/duplicates", tags=["duplicates"])
Reading = Annotated[Call[RegistryResources], Depends(calling(DUPLICATES_READ))]
Creating = Annotated[Call[RegistryResources], Depends(calling(DUPLICATES_WRITE, idempotent=True))]
Claiming = Annotated[Call[RegistryResources], Depends(calling(DUPLICATES_WRITE))]
Deciding = Annotated[Call[RegistryResources], Depends(calling(DUPLICATES_WRITE, needs_if_match=True))]


@router.post(
    "/searches",
    response_model=FindingOut,
    status_code=202,
    **operation(
        "Find duplicates",
        "ค้นหาผู้มีบัตรที่อาจเป็นบุคคลเดียวกันทั้งประเทศ คู่ที่พิจารณาแล้วไม่เปลี่ยน ระบบค้นหาเองตามรอบและหลังการนำเข้าด้วย",
        "Queue the search over the whole country. It can be repeated: a pair is found once, and resolved pairs stay resolved. It is also made "
        "by itself every few days, and after an import that changed persons.",
        DUPLICATES_WRITE,
    ),
)
async def find_duplicates(call: Creating) -> Response:
    """Queue a search."""
    require_country(call.principal)

    async def use_case(tx: Tx) -> FindingOut:
        job_id = await commands.ask_to_find(tx, call.principal.subject, call.resources.clock.business_today())
        return FindingOut.of(await duplicates.finding(tx, job_id))

    return await call.command(use_case, location=lambda one: f"/v1/duplicates/searches/{one.job_id}")


@router.get(
    "/searches/{job_id}",
    response_model=FindingOut,
    **operation("Show a search for duplicates", "แสดงความคืบหน้าของการค้นหารายการซ้ำ", "How far a search is.", DUPLICATES_READ),
)
async def show_search(call: Reading, job_id: UUID) -> Response:
    """One search."""
    require_country(call.principal)

    async def read(tx: ReadTx) -> FindingOut:
        return FindingOut.of(await duplicates.finding(tx, job_id))

    return await call.query(read)


@router.get(
    "",
    response_model=PageOf[PairOut],
    **operation(
        "List pairs",
        "แสดงคู่ที่อาจเป็นบุคคลเดียวกันในพื้นที่ เรียงจากคะแนนสูงสุด คู่ที่อยู่ต่างอำเภอเห็นได้ทั้งสองอำเภอ",
        "Pairs of which one is within your reach, the most alike first; a pair across districts is seen by both.",
        DUPLICATES_READ,
    ),
)
async def list_pairs(
    call: Reading,
    page: PageParams,
    status: Annotated[
        str | None, Query(pattern="^(OPEN|DIFFERENT|SAME|MERGE_PROPOSED|MERGED)$", description="สถานะ", examples=["OPEN"])
    ] = "OPEN",
    kind: Annotated[PairKind | None, Query(description="Two holders, or another name. ประเภท")] = None,
    district: Annotated[str | None, Query(pattern=r"^[0-9]{4}$", description="Home district of one of the two. อำเภอ")] = None,
) -> Response:
    """A page of pairs."""
    wanted = PairFilter(status, None if kind is None else kind.value, district)
    return await call.query(lambda tx: duplicates.page(tx, wanted, call.principal.reach, page))


@router.get(
    "/{pair_id}",
    response_model=PairOfPeopleOut,
    **operation(
        "Show a pair",
        "แสดงคู่ที่อาจเป็นบุคคลเดียวกันพร้อมข้อมูลแบบปิดบัง การเปิดดูทุกครั้งถูกบันทึก",
        "A pair with both its people, masked. Every reading is audited, for both.",
        DUPLICATES_READ,
    ),
)
async def show_pair(call: Reading, pair_id: UUID, purpose: Purpose) -> Response:
    """One pair."""
    caller = Caller.of(call.principal, call.correlation_id, purpose)

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        return await duplicates.with_people(
            tx, pair_id, call.principal.reach, shown=tuple(HolderOut.model_fields), caller=caller, vault=call.resources.vault
        )

    return await call.audited(use_case)


@router.post(
    "/{pair_id}/claim",
    response_model=PairOut,
    **operation(
        "Claim a pair",
        "รับคู่นี้ไปตรวจสอบ ผู้อื่นพิจารณาไม่ได้เป็นเวลาหนึ่งวัน",
        "Take an open pair for yourself for a day; others cannot decide it meanwhile. Again it is renewed.",
        DUPLICATES_WRITE,
    ),
)
async def claim_pair(call: Claiming, pair_id: UUID) -> Response:
    """Claim."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        return dict(await commands.claim(tx, pair_id, _said(call, "", call.if_match()), call.principal.reach))

    return await call.command(use_case)


@router.post(
    "/{pair_id}/decision",
    response_model=PairOut,
    **operation(
        "Decide a pair",
        "พิจารณาว่าเป็นคนละคนหรือคนเดียวกัน กรณีคนเดียวกันเป็นการเสนอรวมข้อมูลซึ่งบุคคลที่สองต้องอนุมัติ",
        "DIFFERENT ends the pair. SAME proposes to merge the other holder into `keep`; another person decides it, since money follows.",
        DUPLICATES_WRITE,
    ),
)
async def decide_pair(call: Deciding, pair_id: UUID, asked: DecisionIn) -> Response:
    """Decide."""
    said = _said(call, asked.reason, call.version_to_change())

    async def use_case(tx: Tx) -> dict[str, Any]:
        return dict(await commands.decide(tx, pair_id, asked.decision, asked.keep, said, call.principal.reach))

    return await call.command(use_case)


def _said(call: Call[RegistryResources], why: str, expected_version: int | None) -> Said:
    return Said(call.principal.subject, call.resources.clock.business_now(), why, call.principal.reach, expected_version)
