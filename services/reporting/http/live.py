"""The year live: what a dashboard shows first, once as JSON or followed by server-sent events."""

import hashlib
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from services.reporting.domain.figures import Areas, Year
from services.reporting.domain.parameters import Parameters, ScaledParameters
from services.reporting.http.reports import CASES_READ, READ, events_behind, read_for
from services.reporting.queries.reports import REPORTS, ReportName
from services.reporting.queries.view import area_seen
from services.reporting.schemas import ReportOut
from shared.db import ReadTx
from shared.errors import NotFound
from shared.http import EVENT_STREAM, LAST_EVENT_ID, Broadcasts, Call, EventStream, News, calling, operation


class LiveOut(BaseModel):
    """The year and, for callers of an area, its areas beside each other."""

    year: ReportOut[Year]
    areas: ReportOut[Areas] | None


_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "JSON once; with `Accept: text/event-stream` the same as the `data` of an event, each time a figure changes.",
        "content": {EVENT_STREAM: {"schema": {"type": "string"}, "example": 'id: 0f3a9c\ndata: {"year":{"report":"year"}}\n\n'}},
    }
}


def live_router(broadcasts: Broadcasts) -> APIRouter:
    """`GET /v1/live`; who looks at the same area with the same reach and the same right to see persons shares one reading of the database in this process."""
    router = APIRouter(prefix="/v1/live", tags=["reports"])

    @router.get(
        "",
        response_model=LiveOut,
        responses=_STREAM,
        **operation(
            "The year live",
            "สรุปผลทั้งปีและรายพื้นที่ ครั้งเดียวเป็น JSON หรือติดตามสดด้วย server-sent events (Accept: text/event-stream) โดย Last-Event-ID บอกสถานะที่มีอยู่แล้ว",
            "The reports `year` and `areas` in one answer. With `Accept: text/event-stream` they come again each time a figure changes; `Last-Event-ID` names the state that one has.",
            READ,
        ),
    )
    async def live(call: Annotated[Call[Any], Depends(calling(READ))], asked: Annotated[Parameters, Query()]) -> Response:
        """The figures, once or followed."""
        reach = call.principal.reach
        if reach.level not in REPORTS[ReportName.YEAR].levels:
            raise NotFound
        area = area_seen(reach, asked.area)

        async def look() -> News:
            behind = await events_behind(call)
            async with call.resources.db.reading() as tx:
                return _news(await _read(call, asked, behind, tx))

        if EVENT_STREAM in call.request.headers.get("accept", ""):
            return EventStream(
                broadcasts.viewing((reach, area, CASES_READ in call.principal.scopes), look),
                last_id=call.request.headers.get(LAST_EVENT_ID, ""),
            )
        behind = await events_behind(call)

        async def read(tx: ReadTx) -> LiveOut:
            return await _read(call, asked, behind, tx)

        return await call.query(read, LiveOut)

    return router


async def _read(call: Call[Any], asked: Parameters, behind: int | None, tx: ReadTx) -> LiveOut:
    year = await read_for(call, tx, ReportName.YEAR, ScaledParameters(area=asked.area))
    areas = None
    if call.principal.reach.level in REPORTS[ReportName.AREAS].levels:
        areas = ReportOut[Areas].of(await read_for(call, tx, ReportName.AREAS, asked), behind)
    return LiveOut(year=ReportOut[Year].of(year, behind), areas=areas)


def _news(now: LiveOut) -> News:
    """The state is that of the day and the figures: the hour alone is no news."""
    areas = None if now.areas is None else now.areas.figures
    state = orjson.dumps(
        (now.year.as_of.date(), now.year.events_behind, now.year.policy and now.year.policy.version, now.year.figures, areas)
    )
    return News(hashlib.sha256(state).hexdigest()[:16], now.model_dump_json().encode())
