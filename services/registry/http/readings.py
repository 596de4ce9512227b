"""The audit as people and auditors see it."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.registry.http.scopes import AUDIT_READ
from services.registry.queries import readings
from services.registry.resources import RegistryResources
from shared.auth import require_country
from shared.clock import system_now
from shared.db import ReadTx
from shared.errors import Invalid
from shared.http import Call, PageOf, PageParams, calling, operation

ROWS_MAX: Final = 200
DAYS_MAX: Final = 366

router = APIRouter(prefix="/v1", tags=["audit"])
Reading = Annotated[Call[RegistryResources], Depends(calling(AUDIT_READ))]


class ReadingOut(BaseModel):
    """One reading or change of a person's data."""

    model_config = ConfigDict(from_attributes=True)

    seq: int
    at: datetime
    client: str = Field(examples=["chief-8101"])
    reach: str = Field(description="What the caller reached. ขอบเขตของผู้เรียกดู", examples=["DISTRICT 8101"])
    purpose: str = Field(examples=["home visit"])
    action: str = Field(examples=["LOOK_UP"])
    fields: list[str] | None = Field(description="What was shown or changed, never the values. ช่องข้อมูล", examples=[["phone"]])
    detail: str
    correlation_id: str


class UnusualReaderOut(BaseModel):
    """A client who looked for many persons, or for many whom it does not reach."""

    client: str
    reach: str
    readings: int
    persons: int
    not_found: int = Field(description="Look-ups of nobody in reach. ค้นหาแล้วไม่พบในขอบเขต")
    first_at: datetime
    last_at: datetime


class UnusualReadersOut(BaseModel):
    """The clients, the most unusual first, at most 200."""

    items: list[UnusualReaderOut]


@router.get(
    "/card-holders/{holder_id}/readings",
    response_model=PageOf[ReadingOut],
    **operation(
        "Who looked at a person",
        "ใครเคยเรียกดูข้อมูลของบุคคลนี้",
        "Each reading of the person's data and each change, newest first: for the person's own question.",
        AUDIT_READ,
    ),
)
async def list_readings(call: Reading, holder_id: UUID, page: PageParams) -> Response:
    """Who looked at a person."""

    async def read(tx: ReadTx) -> PageOf[ReadingOut] | None:
        found = await readings.of_holder(tx, holder_id, call.principal.reach, page)
        if found is None:
            return None
        rows, cursor = found
        return PageOf(items=[ReadingOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/audit/unusual-readers",
    response_model=UnusualReadersOut,
    **operation(
        "Unusual readers",
        "ผู้เรียกดูข้อมูลผิดปกติ",
        "Clients who looked for many persons, or for many outside their reach, within a time (reach: country).",
        AUDIT_READ,
    ),
)
async def list_unusual_readers(
    call: Reading,
    since: Annotated[AwareDatetime | None, Query(description="From; 24 hours before `until` when left out. ตั้งแต่")] = None,
    until: Annotated[AwareDatetime | None, Query(description="To, not included; now when left out. ถึง")] = None,
    persons_min: Annotated[int, Query(ge=1, description="So many persons are unusual. จำนวนคน")] = 500,
    not_found_min: Annotated[int, Query(ge=1, description="So many look-ups of nobody are unusual. จำนวนครั้งที่ไม่พบ")] = 20,
) -> Response:
    """Unusual readers."""
    require_country(call.principal)
    end = until or system_now()
    begin = since or end - timedelta(days=1)
    if not begin < end <= begin + timedelta(days=DAYS_MAX):
        raise Invalid.field(
            "since", "out_of_range", "must be before `until`, by a year at most", "ต้องก่อน until ไม่เกินหนึ่งปี", "until - 366 days..until"
        )

    async def read(tx: ReadTx) -> dict[str, Any]:
        found = await readings.unusual(tx, begin, end, persons_min=persons_min, not_found_min=not_found_min, rows_max=ROWS_MAX)
        return {"items": [dict(row) for row in found]}

    return await call.query(read)
