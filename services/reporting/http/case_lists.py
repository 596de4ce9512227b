"""The pages behind the figures: the persons whom a figure counts, for those who may see persons."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field, create_model

from services.reporting.domain.parameters import Parameters
from services.reporting.http.reports import CASES_READ, events_behind
from services.reporting.queries.answers import view_of
from services.reporting.queries.case_lists import cases
from services.reporting.queries.reports import ReportName
from services.reporting.rules.case_figures import CASE_FIGURES, round_group
from services.reporting.rules.definitions import title
from services.reporting.schemas import CaseListOut, CaseOut
from shared.contracts.interview import FollowUpRound
from shared.db import ReadTx
from shared.http import Call, Page, calling, operation
from shared.http.paging import CURSOR_CHARACTERS_MAX, PAGE_ROWS_DEFAULT, PAGE_ROWS_MAX

router = APIRouter(prefix="/v1/reports", tags=["reports"])


class _Paged(Parameters):
    """Area and page of a list."""

    limit: int = Field(default=PAGE_ROWS_DEFAULT, ge=1, le=PAGE_ROWS_MAX, description="Rows in a page. จำนวนรายการต่อหน้า")
    cursor: str | None = Field(
        default=None, max_length=CURSOR_CHARACTERS_MAX, description="`next_cursor` of the page before. ค่า next_cursor ของหน้าก่อน"
    )


def _list(name: ReportName) -> None:
    """Add the list behind the figures of a report; of follow-ups those of one round."""
    of_rounds = name is ReportName.FOLLOW_UPS
    names = tuple(CASE_FIGURES[round_group(FollowUpRound.JUNE) if of_rounds else name])
    fields: dict[str, Any] = {
        "figure": (Literal[names], Field(description="Whose persons to list. ตัวเลขที่ต้องการดูรายชื่อ", examples=[names[-1]])),
    }
    if of_rounds:
        fields["round"] = (FollowUpRound, Field(default=FollowUpRound.JUNE, description="Round of follow-up. รอบการติดตาม"))
    query = create_model(f"{name.title().replace('-', '')}Cases", __base__=_Paged, **fields)

    async def listed(
        call: Annotated[Call[Any], Depends(calling(CASES_READ))],
        asked: Annotated[query, Query()],
    ) -> Response:
        behind = await events_behind(call)
        now = call.resources.clock.business_now()
        page = Page(asked.limit, asked.cursor)
        figure: str = asked.figure  # type: ignore[attr-defined]  # as above
        group = round_group(asked.round) if of_rounds else name.value  # type: ignore[attr-defined]  # as above

        async def read(tx: ReadTx) -> CaseListOut:
            view = await view_of(tx, name, asked, reach=call.principal.reach, as_of=now)
            found = await cases(tx, view, group, figure, page.after(str, UUID), page.limit + 1)
            rows, cursor = page.cut(found.rows, lambda row: (row.district, row.holder_id))
            return CaseListOut(
                report=name,
                figure=figure,
                area=view.area,
                persons=found.persons,
                as_of=now,
                events_behind=behind,
                items=[CaseOut(holder_id=one.holder_id, district=one.district or None, officer_id=one.officer_id) for one in rows],
                next_cursor=cursor,
            )

        return await call.query(read, CaseListOut)

    words = operation(
        f"{title(name).en}: the persons of a figure",
        f"รายการบุคคลเบื้องหลังตัวเลขในรายงาน{title(name).th} เฉพาะในพื้นที่และขอบเขตของผู้เรียก จำนวนเท่ากับตัวเลขในรายงาน",
        f"The persons whom a figure of /v1/reports/{name} counts, within your reach; as many as the figure says.",
        CASES_READ,
    )
    router.add_api_route(
        f"/{name}/cases", listed, methods=["GET"], name=f"report_{name.replace('-', '_')}_cases", response_model=CaseListOut, **words
    )


for _name in (ReportName.YEAR, ReportName.VISIT_COVERAGE, ReportName.VISIT_RESULTS, ReportName.FOLLOW_UPS):
    _list(_name)
