"""The filters of lists, counts and statistics."""

from typing import Annotated

from fastapi import Depends, Query

from services.registry.domain import AgeGroup, HolderFilter
from shared.contracts.common import Tier
from shared.contracts.registry import HolderStatus


def _wanted(
    province: Annotated[str | None, Query(pattern=r"^[0-9]{2}$", description="Home province. จังหวัด", examples=["81"])] = None,
    district: Annotated[str | None, Query(pattern=r"^[0-9]{4}$", description="Home district. อำเภอ", examples=["8101"])] = None,
    subdistrict: Annotated[str | None, Query(pattern=r"^[0-9]{6}$", description="Home subdistrict. ตำบล", examples=["810101"])] = None,
    tier: Annotated[Tier | None, Query(description="Income tier. ระดับรายได้")] = None,
    age_group: Annotated[AgeGroup | None, Query(description="`<=60` or `>60`. กลุ่มอายุ")] = None,
    visit_group: Annotated[bool | None, Query(description="Of the visit group. กลุ่มที่ต้องไปหา")] = None,
    status: Annotated[HolderStatus | None, Query(description="Alive or deceased. สถานะ")] = None,
) -> HolderFilter:
    return HolderFilter(province, district, subdistrict, tier, age_group, visit_group, status)


Wanted = Annotated[HolderFilter, Depends(_wanted)]
