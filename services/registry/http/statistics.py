"""Counts within reach."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.registry.http.filters import Wanted
from services.registry.http.scopes import STATISTICS_READ
from services.registry.queries import holders
from services.registry.resources import RegistryResources
from services.registry.schemas.statistics import AgeIncomeOut
from shared.http import Call, calling, operation

router = APIRouter(prefix="/v1/statistics", tags=["statistics"])


@router.get(
    "/age-income",
    response_model=AgeIncomeOut,
    **operation(
        "Card holders by age and income",
        "จำนวนผู้มีบัตรตามกลุ่มอายุและระดับรายได้ (ตารางตามหนังสือ มท ๐๘๑๐.๖/ว ๓๙๒)",
        "The circular's table of card holders by age group and income tier, within your reach and the filters.",
        STATISTICS_READ,
    ),
)
async def show_age_income(call: Annotated[Call[RegistryResources], Depends(calling(STATISTICS_READ))], wanted: Wanted) -> Response:
    """The four cells."""
    return await call.query(lambda tx: holders.age_income(tx, wanted, call.principal.reach))
