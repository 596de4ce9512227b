"""The administrative areas: a tree by code, and a search by name."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.registry.http.scopes import AREAS_READ
from services.registry.resources import RegistryResources
from shared.db import ReadTx
from shared.errors import Invalid
from shared.http import Call, calling, operation
from shared.thai import areas
from shared.thai.areas import Area, Level, UnknownArea

FOUND_MAX: Final = 200
SOURCE: Final = "GeoThai/data by Pongsakorn Thipayanate (DOPA, Thailand Post), CC BY 4.0, https://github.com/GeoThai/data"

router = APIRouter(prefix="/v1/areas", tags=["areas"])

AreasCall = Annotated[Call[RegistryResources], Depends(calling(AREAS_READ))]


class AreaOut(BaseModel):
    """An area; dates that are not known are null."""

    model_config = ConfigDict(from_attributes=True)

    code: str = Field(examples=["810101"])
    level: Level
    name_th: str = Field(examples=["ปากน้ำ"])
    name_en: str | None = Field(examples=["Pak Nam"])
    accepted: bool = Field(description="May stand in the data of the measure. ใช้ในข้อมูลของมาตรการได้")
    postcodes: list[str] = Field(examples=[["81000"]])


class AreaDetailOut(AreaOut):
    """An area with those around it and its history."""

    valid_from: str | None = Field(description="In force since. วันที่มีผล", examples=["2017-07-26"])
    valid_to: str | None = Field(description="Abolished on. วันที่ยกเลิก", examples=[None])
    predecessors: list[str]
    successors: list[str]
    above: list[AreaOut] = Field(description="Province and district of it. จังหวัดและอำเภอที่สังกัด")
    parts: list[AreaOut] = Field(description="Its districts or subdistricts. อำเภอหรือตำบลในพื้นที่")
    source: str = SOURCE


class AreasOut(BaseModel):
    """Areas, with the notice that their licence asks for."""

    items: list[AreaOut]
    source: str = SOURCE


@router.get(
    "",
    response_model=AreasOut,
    **operation(
        "Find areas",
        "ค้นหาจังหวัด อำเภอ ตำบล",
        "Areas by a part of their Thai or English name, best first; without `q` the parts of `within`, or all provinces.",
        AREAS_READ,
    ),
)
async def list_areas(
    call: AreasCall,
    q: Annotated[str | None, Query(min_length=1, max_length=80, description="Part of a name. ส่วนของชื่อ", examples=["กระบี่"])] = None,
    within: Annotated[
        str | None, Query(pattern="^([0-9]{2}|[0-9]{4})$", description="Code of a province or district. รหัสจังหวัดหรืออำเภอ", examples=["81"])
    ] = None,
    level: Annotated[Level | None, Query(description="Only this level. ระดับ")] = None,
    limit: Annotated[int, Query(ge=1, le=FOUND_MAX, description="At most. จำนวนสูงสุด")] = 50,
) -> Response:
    """Find areas."""
    if within is not None and not (areas.is_province(within) or areas.is_district(within)):
        raise Invalid.field("within", "unknown_area", "is no province or district", "ไม่ใช่รหัสจังหวัดหรืออำเภอ", "a code of this list")
    if q is not None:
        found = areas.search(q, within=within, level=level, limit=limit)
    else:
        found = [one for one in areas.areas_in(within) if level is None or one.level is level]

    async def read(_: ReadTx) -> AreasOut:
        return AreasOut(items=[AreaOut.model_validate(one) for one in found])

    return await call.query(read)


@router.get(
    "/{code}",
    response_model=AreaDetailOut,
    **operation(
        "Show an area",
        "แสดงพื้นที่ พื้นที่ย่อย และพื้นที่ก่อนหน้า",
        "An area with what it belongs to, its parts and its history; also one that was abolished.",
        AREAS_READ,
    ),
)
async def show_area(call: AreasCall, code: Annotated[str, Path(pattern="^[0-9]{2,6}$", examples=["8101"])]) -> Response:
    """Show an area."""

    async def read(_: ReadTx) -> AreaDetailOut | None:
        try:
            return _detail(areas.area(code))
        except UnknownArea:
            return None

    return await call.query(read)


def _detail(one: Area) -> AreaDetailOut:
    above = [areas.area(one.code[:digits]) for digits in (2, 4) if digits < len(one.code)]
    return AreaDetailOut(
        code=one.code,
        level=one.level,
        name_th=one.name_th,
        name_en=one.name_en,
        accepted=one.accepted,
        postcodes=list(one.postcodes),
        valid_from=one.valid_from.isoformat() if one.valid_from else None,
        valid_to=one.valid_to.isoformat() if one.valid_to else None,
        predecessors=list(one.predecessors),
        successors=list(one.successors),
        above=[AreaOut.model_validate(wider) for wider in above],
        parts=[AreaOut.model_validate(part) for part in areas.areas_in(one.code)],
    )
