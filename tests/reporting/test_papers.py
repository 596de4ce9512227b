"""Reports as files: workbooks, lines and papers, opened again and compared with the reports' own pages."""

import csv
import io
from typing import get_type_hints

import openpyxl
import pytest

from services.reporting.app import SCOPES
from services.reporting.http.tables import columns, has_rows, row_kind, shape_of
from services.reporting.queries.reports import REPORTS, ReportName
from services.reporting.rules.definitions import column_title, definitions
from shared.auth import Level, Reach
from shared.contracts import interview
from shared.ids import same_id
from shared.money import in_baht
from tests.reporting.story import Story, the_year
from tests.support.pdf import read_pdf

KRABI = Reach(Level.PROVINCE, "81")
KRABI_TOWN = Reach(Level.DISTRICT, "8101")
FIGURES_ONLY = ["reporting.figures:read"]


def tables():
    """The reports with rows, with the columns of their files."""
    kinds = {name: get_type_hints(report.read)["return"] for name, report in REPORTS.items()}
    return {name: list(columns(shape_of(row_kind(kind)))) for name, kind in kinds.items() if has_rows(kind)}


@pytest.fixture
async def told(reporting):
    await reporting.bring(*the_year())
    return reporting


async def workbook(reporting, name, reach=None, **query):
    answer = await reporting.get(f"/v1/reports/{name}.xlsx", reach, **query)
    assert answer.status_code == 200, answer.text
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def rows_of(sheet):
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_every_column_of_every_file_has_words_in_both_languages():
    for name, names in tables().items():
        assert all(column_title(name, one).th and column_title(name, one).en for one in names)


async def test_every_report_with_rows_is_there_as_a_workbook_and_as_lines_with_the_figures_of_its_page(told):
    for name, names in tables().items():
        page = (await told.get(f"/v1/reports/{name}")).json()["figures"]["rows"]
        sheet = rows_of((await workbook(told, name))["rows"])
        assert [tuple(row) for row in zip(*sheet[:2], strict=True)] == [
            (column_title(name, one).th, column_title(name, one).en) for one in names
        ]
        lines = list(csv.DictReader(io.StringIO((await told.get(f"/v1/reports/{name}.csv")).text.removeprefix("\ufeff"))))
        assert len(lines) == len(page) == len(sheet) - 2
        for shown, row, line in zip(page, sheet[2:], lines, strict=True):
            of_row = dict(zip(names, row, strict=True))
            figures = {one: shown[one] for one in definitions(name) if isinstance(shown.get(one), int)}
            assert {one: of_row[one] for one in figures} == figures
            assert {one: line[one] for one in figures} == {one: str(count) for one, count in figures.items()}


async def test_a_workbook_has_its_head_in_sight_what_figures_mean_and_what_was_asked(told):
    book = await workbook(told, ReportName.PAYMENTS, area="81", month="2018-03")
    assert book.sheetnames == ["rows", "definitions", "asked"]
    assert [sheet.freeze_panes for sheet in book] == ["A3"] * 3
    assert {row[0] for row in rows_of(book["definitions"])[2:]} == definitions("payments").keys()
    meant = definitions("payments")["persons_settled"]
    assert [meant.numerator_th, meant.denominator_th, "\n".join(meant.sources)] == [
        next(row for row in rows_of(book["definitions"]) if row[0] == "persons_settled")[place] for place in (3, 5, 7)
    ]
    asked = {row[0].rpartition(" ")[2]: row[1] for row in rows_of(book["asked"])[2:]}
    page = (await told.get("/v1/reports/payments", area="81", month="2018-03")).json()
    assert (asked["area"], asked["month"], asked["policy"]) == ("81", "2018-03", page["policy"]["profile"])
    assert asked["as_of"][:10] == page["as_of"][:10]


async def test_a_name_that_looks_like_a_formula_is_text(told):
    place, story = same_id("evil place"), Story()
    announced = next(event.data for event in the_year() if event.type.endswith("MeetingPlaceAnnounced.v1"))
    story.tell(announced.opens_on, announced.model_copy(update={"place_id": place, "name": '=HYPERLINK("http://x","y")'}), str(place))
    wish = next(event.data for event in the_year() if isinstance(event.data, interview.IntentDeclared))
    story.tell(
        wish.stated_on, wish.model_copy(update={"place_id": place, "intent_id": same_id("evil wish"), "holder_id": same_id("another")})
    )
    await told.bring(*story.events)
    cells = [cell for row in (await workbook(told, ReportName.INTAKE, group_by="place"))["rows"].iter_rows() for cell in row]
    evil = [cell for cell in cells if str(cell.value).startswith("=")]
    assert {(cell.value, cell.data_type, cell.quotePrefix) for cell in evil} == {('=HYPERLINK("http://x","y")', "s", True)}
    assert "'=HYPERLINK" in (await told.get("/v1/reports/intake.csv", group_by="place")).text


async def test_files_show_no_more_than_their_page(told):
    for path in ("payments.xlsx", "payments.csv", "caseload.xlsx"):
        assert (await told.get(f"/v1/reports/{path}", scopes=FIGURES_ONLY)).status_code == 403
    for path in ("areas.xlsx", "areas.csv", "area-report.pdf"):
        assert (await told.get(f"/v1/reports/{path}", KRABI, area="10")).status_code == 404
    answer = await told.get("/v1/reports/areas.xlsx", KRABI, scopes=FIGURES_ONLY)
    page = (await told.get("/v1/reports/areas", KRABI, scopes=FIGURES_ONLY)).json()["figures"]["rows"]
    names = tables()[ReportName.AREAS]
    rows = [dict(zip(names, row, strict=True)) for row in rows_of(openpyxl.load_workbook(io.BytesIO(answer.content))["rows"])[2:]]
    assert rows == page
    assert any(row["visit_group"] is None for row in rows)


@pytest.mark.parametrize(
    ("reach", "place", "receiver"),
    [
        (None, "ทั้งประเทศ", "คณะกรรมการนโยบาย (คนส.)"),
        (KRABI, "จังหวัดกระบี่", "คณะอนุกรรมการติดตามฯ (คอต.)"),
        (KRABI_TOWN, "อำเภอเมืองกระบี่ จังหวัดกระบี่", "คณะอนุกรรมการประจำจังหวัด (คอจ.)"),
    ],
)
async def test_the_paper_of_an_area_says_what_the_reports_say(told, reach, place, receiver):
    answer = await told.get("/v1/reports/area-report.pdf", reach)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    paper = read_pdf(answer.content)
    year = {one["figure"]: one for one in (await told.figures("year", reach))["figures"]}
    paid = (await told.figures("payments", reach))["rows"]
    for words in (
        f"เสนอ {receiver}",
        "ข้อมูล ณ 1 ตุลาคม 2561 เวลา 12.00 น.",
        f"{place}มีผู้มีบัตรสวัสดิการแห่งรัฐ {year['card_holders']['persons']:,} คน",
        f"จ่ายเงินเพิ่มสำเร็จแล้วรวม {in_baht(sum(row['settled_satang'] for row in paid))} บาท เดือนสิทธิล่าสุดคือมีนาคม 2561",
        *(f"{one['label_th']} {one['persons']:,}" for one in year.values()),
        "ช่างชุมชน",
        "หน้า 1 จาก",
    ):
        assert words in paper, words
    assert ("เปรียบเทียบรายอำเภอ" in paper) == (reach == KRABI)
    assert {name for name, inside in paper.fonts if not inside} == set()


async def test_the_paper_hides_what_the_reports_hide(told):
    answer = await told.get("/v1/reports/area-report.pdf", KRABI, scopes=FIGURES_ONLY)
    paper = read_pdf(answer.content)
    assert "ไม่แสดงแก่ผู้ที่ไม่มีสิทธิดูรายบุคคล" in paper
    assert "ช่างชุมชน" not in paper
    assert "จ่ายเงินเพิ่มสำเร็จแล้ว" not in paper
    assert "กลุ่มเยี่ยมบ้านมี" not in paper
    assert (await told.get("/v1/reports/area-report.pdf", Reach(Level.OFFICER, str(same_id("story", "officer"))))).status_code == 404
    assert (await told.get("/v1/reports/area-report.pdf", scopes=[one for one in SCOPES if one not in FIGURES_ONLY])).status_code == 403


async def test_the_paper_of_a_snapshot_has_its_figures_and_its_hash(told):
    for name in ReportName:
        taken = (await told.post("/v1/snapshots", {"report": name, "meeting": "คอต. 3/2561"}, KRABI)).json()
        answer = await told.get(f"/v1/snapshots/{taken['snapshot_id']}/paper.pdf", KRABI)
        assert answer.status_code == 200, name
        paper = read_pdf(answer.content)
        for words in ("จังหวัดกระบี่", "คอต. 3/2561", "ฉบับที่ 1", taken["content_hash"]):
            assert words in paper, (name, words)
        if name is ReportName.AREAS:
            row = next(row for row in (await told.figures("areas", KRABI))["rows"] if row["area"] == "8101")
            assert f"เมืองกระบี่ {row['card_holders']} {row['visit_group']} {row['declared']}" in paper
            assert (await told.get(f"/v1/snapshots/{taken['snapshot_id']}/paper.pdf", KRABI_TOWN)).status_code == 404
