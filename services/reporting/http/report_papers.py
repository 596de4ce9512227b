"""Reports on paper."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from services.reporting.domain.parameters import MonthParameters, Parameters, ScaledParameters
from services.reporting.http.reports import CASES_READ, READ, events_behind, read_for
from services.reporting.papers.area_report import AreaFigures, area_report
from services.reporting.queries.reports import ReportName
from services.reporting.resources import ReportingResources
from shared.clock import noon, on_day
from shared.db import ReadTx
from shared.documents import Digits
from shared.http import PDF_ANSWER, Call, PdfResponse, calling, operation, pdf_answer

router = APIRouter(prefix="/v1/reports", tags=["reports"])


class PaperParameters(Parameters):
    """Of which area, and how it is printed."""

    digits: Digits = Field(default=Digits.ARABIC, description="Which digits are printed. เลขไทยหรือเลขอารบิก")


@router.get(
    "/area-report.pdf",
    response_class=PdfResponse,
    responses=PDF_ANSWER,
    **operation(
        "Print the report of an area",
        "พิมพ์รายงานผลของอำเภอ (เสนอ คอจ.) จังหวัด (เสนอ คอต.) หรือประเทศ (เสนอ คนส.) เป็น PDF ภาษาไทย มีคำสรุปจากตัวเลข ตาราง และแผนภูมิ"
        " การจ่ายเงินและรายการในแผนแสดงแก่ผู้มีสิทธิดูรายบุคคลเท่านั้น",
        "The report of a district (for คอจ.), a province (for คอต.) or the country (for คนส.) as PDF in Thai: the figures of `year`, `visit-results` and `areas` in"
        " words, tables and charts, as these reports give them to you, and those of `payments` and `plans` for callers who may see persons.",
        READ,
        further_scopes=[CASES_READ],
    ),
)
async def print_area_report(
    call: Annotated[Call[ReportingResources], Depends(calling(READ))],
    asked: Annotated[PaperParameters, Query()],
) -> Response:
    """GET /v1/reports/area-report.pdf. For callers of an area alone, as `areas`."""
    resources, behind = call.resources, await events_behind(call)
    async with resources.db.reading() as tx:
        told = await _figures(call, tx, asked.area, behind)
    pdf = await resources.printer.pdf(area_report(told, asked.digits), noon(on_day(told.as_of)))
    return pdf_answer(pdf, f"area-report-{told.area or 'country'}.pdf")


async def _figures(call: Call[ReportingResources], tx: ReadTx, area: str | None, behind: int | None) -> AreaFigures:
    plain = Parameters(area=area)
    areas = await read_for(call, tx, ReportName.AREAS, plain)
    year: Any = (await read_for(call, tx, ReportName.YEAR, ScaledParameters(area=area))).figures
    results: Any = (await read_for(call, tx, ReportName.VISIT_RESULTS, plain)).figures
    payments: Any = None
    plans: Any = None
    if CASES_READ in call.principal.scopes:
        payments = (await read_for(call, tx, ReportName.PAYMENTS, MonthParameters(area=area))).figures
        plans = (await read_for(call, tx, ReportName.PLANS, plain)).figures
    rows: Any = areas.figures
    return AreaFigures(
        areas.area,
        areas.as_of,
        behind,
        None if areas.policy is None else (areas.policy.profile, areas.policy.version),
        year.figures,
        results,
        rows.rows,
        None if payments is None else payments.rows,
        None if plans is None else plans.rows,
    )
