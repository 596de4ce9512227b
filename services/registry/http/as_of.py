"""What was known at a moment of how a person was on a day."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime

from services.registry.http.look_ups import Purpose
from services.registry.http.scopes import HOLDERS_READ, PERSONAL_READ
from services.registry.queries import as_of
from services.registry.resources import RegistryResources
from services.registry.schemas.as_of import AsOfOut, PersonalAsOfOut
from shared.audit import Caller, Entry, append
from shared.clock import on_day
from shared.db import Tx
from shared.errors import Invalid
from shared.http import Call, calling, operation

YEARS: Final = range(1900, 2200)

router = APIRouter(prefix="/v1/card-holders/{holder_id}/as-of", tags=["card holders"])
Reading = Annotated[Call[RegistryResources], Depends(calling(HOLDERS_READ))]
ReadingPersonal = Annotated[Call[RegistryResources], Depends(calling(PERSONAL_READ))]
ValidOn = Annotated[
    date | None, Query(description="How it was on this day; by default the day of `known_at`. ข้อเท็จจริง ณ วันที่", examples=["2018-03-01"])
]
KnownAt = Annotated[
    AwareDatetime | None,
    Query(description="As far as was recorded by then; by default now. ตามที่บันทึกไว้ ณ เวลา", examples=["2018-03-01T12:00:00+07:00"]),
]


@router.get(
    "",
    response_model=AsOfOut,
    **operation(
        "Show a card holder as known at a time",
        "แสดงสถานะของผู้มีบัตร ณ วันที่กำหนด ตามที่ทราบ ณ เวลาที่กำหนด พร้อมผู้ให้ข้อมูลและหลักฐาน",
        "What was known at one moment of how it was on one day: the state, and for each part of it who said so, when, why and by which document.",
        HOLDERS_READ,
    ),
)
async def show_as_of(call: Reading, holder_id: UUID, valid_on: ValidOn = None, known_at: KnownAt = None) -> Response:
    """The state, masked."""
    day, moment = _when(call, valid_on, known_at)
    return await call.query(lambda tx: as_of.masked(tx, holder_id, call.principal.reach, day, moment, call.resources.vault))


@router.get(
    "/personal",
    response_model=PersonalAsOfOut,
    **operation(
        "Show a card holder's past plain values",
        "แสดงข้อมูลส่วนบุคคลในอดีตแบบไม่ปิดบัง การเปิดดูทุกครั้งถูกบันทึก",
        "Name, address, card, account and the like as known then, in the clear. Every reading is audited.",
        PERSONAL_READ,
    ),
)
async def show_personal_as_of(
    call: ReadingPersonal, holder_id: UUID, purpose: Purpose, valid_on: ValidOn = None, known_at: KnownAt = None
) -> Response:
    """The personal values."""
    day, moment = _when(call, valid_on, known_at)

    async def use_case(tx: Tx) -> dict[str, Any] | None:
        values = await as_of.plain(tx, holder_id, call.principal.reach, day, moment, call.resources.vault)
        shown = Entry("READ", holder_id, tuple(PersonalAsOfOut.model_fields), detail=f"as of {day}, known {moment.isoformat()}")
        entry = Entry("READ", None, detail=f"card holder {holder_id} in the past") if values is None else shown
        await append(tx, Caller.of(call.principal, call.correlation_id, purpose), [entry])
        return values

    return await call.audited(use_case)


def _when(call: Call[RegistryResources], valid_on: date | None, known_at: datetime | None) -> tuple[date, datetime]:
    # At the edges of the calendar a moment has no day in Thailand.
    if known_at is not None and known_at.year not in YEARS:
        raise Invalid.field(
            "known_at", "out_of_range", "is no moment of this registry", "ไม่อยู่ในช่วงเวลาของทะเบียน", f"{YEARS[0]}..{YEARS[-1]}"
        )
    moment = known_at or call.resources.clock.business_now()
    return valid_on or on_day(moment), moment
