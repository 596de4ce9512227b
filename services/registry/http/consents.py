"""What people consent to."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.registry.commands import consents as commands
from services.registry.http.filters import Wanted
from services.registry.http.scopes import CONSENTS_READ, CONSENTS_WRITE, STATISTICS_READ
from services.registry.queries import consents
from services.registry.repository.consents import ConsentRow
from services.registry.resources import RegistryResources
from services.registry.rules.consents.catalogue import catalogue
from services.registry.schemas.consents import CatalogueOut, ConsentCountsOut, ConsentIn, ConsentOut, ReceiptOut, StandingsOut
from shared.audit import Caller
from shared.db import ReadTx, Tx
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["consents"])
Reading = Annotated[Call[RegistryResources], Depends(calling(CONSENTS_READ))]
Writing = Annotated[Call[RegistryResources], Depends(calling(CONSENTS_WRITE, idempotent=True))]
Counting = Annotated[Call[RegistryResources], Depends(calling(STATISTICS_READ))]


@router.get(
    "/consent-purposes",
    response_model=CatalogueOut,
    **operation(
        "List purposes and privacy notices",
        "แสดงวัตถุประสงค์ที่ขอความยินยอม ฐานกฎหมาย ช่องข้อมูล ผู้รับ และประกาศความเป็นส่วนตัว",
        "What people may consent to, on which basis, which fields go to whom, and the notices that told them.",
        CONSENTS_READ,
    ),
)
async def list_consent_purposes(call: Reading) -> Response:
    """The catalogue."""

    async def read(_: ReadTx) -> CatalogueOut:
        return CatalogueOut.of(catalogue())

    return await call.query(read)


@router.get(
    "/card-holders/{holder_id}/consents",
    response_model=PageOf[ConsentOut],
    **operation(
        "List a person's statements", "แสดงประวัติการให้และถอนความยินยอม", "Everything given and withdrawn, the newest first.", CONSENTS_READ
    ),
)
async def list_consents(call: Reading, holder_id: UUID, page: PageParams) -> Response:
    """The history of consents."""
    return await call.query(lambda tx: consents.page(tx, holder_id, call.principal.reach, page))


@router.get(
    "/card-holders/{holder_id}/consents/standing",
    response_model=StandingsOut,
    **operation(
        "What a person consents to now",
        "แสดงความยินยอมปัจจุบันแยกตามวัตถุประสงค์",
        "Each purpose, whether it is given now, and by which statement. For messages the registry file counts while there is none.",
        CONSENTS_READ,
    ),
)
async def show_standing_consents(call: Reading, holder_id: UUID) -> Response:
    """The present state."""
    return await call.query(lambda tx: consents.standing(tx, holder_id, call.principal.reach))


@router.post(
    "/card-holders/{holder_id}/consents",
    response_model=ConsentOut,
    status_code=201,
    **operation(
        "Record a consent or its withdrawal",
        "บันทึกการให้หรือถอนความยินยอม การถอนมีผลทันที เอกสารเก่าที่บันทึกภายหลังไม่ลบล้างรายการที่ใหม่กว่า",
        "The newest by the time of signing holds: a late paper does not overturn a newer withdrawal. A withdrawal has effect at once.",
        CONSENTS_WRITE,
    ),
)
async def state_consent(call: Writing, holder_id: UUID, asked: ConsentIn) -> Response:
    """Give or withdraw."""
    at = call.resources.clock.business_now()

    async def use_case(tx: Tx) -> ConsentRow:
        principal = call.principal
        return await commands.state_consent(tx, holder_id, asked.statement(), who=principal.subject, at=at, within=principal.reach)

    return await call.command(use_case)


@router.get(
    "/card-holders/{holder_id}/consents/{consent_id}/receipt",
    response_model=ReceiptOut,
    **operation(
        "The receipt of a statement",
        "ออกใบรับความยินยอมตาม ISO/IEC TS 27560:2023 พร้อมลายเซ็นดิจิทัล การออกใบรับถูกบันทึก",
        "What the person takes home, signed: the field names of ISO/IEC TS 27560:2023. Each reading is audited.",
        CONSENTS_READ,
    ),
)
async def show_consent_receipt(call: Reading, holder_id: UUID, consent_id: UUID) -> Response:
    """The receipt."""
    caller = Caller.of(call.principal, call.correlation_id, "consent receipt")

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        reach, signing = call.principal.reach, call.resources.signing
        return await consents.receipt(tx, holder_id, consent_id, caller=caller, reach=reach, signing=signing)

    return await call.audited(use_case)


@router.get(
    "/statistics/consents",
    response_model=ConsentCountsOut,
    **operation(
        "Count consents by purpose",
        "นับจำนวนผู้ให้ความยินยอมแยกตามวัตถุประสงค์",
        "How many card holders within your reach consent to each purpose.",
        STATISTICS_READ,
    ),
)
async def count_consents(call: Counting, wanted: Wanted) -> Response:
    """Counts by purpose."""
    return await call.query(lambda tx: consents.counts(tx, wanted, call.principal.reach))
