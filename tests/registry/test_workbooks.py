"""Registry files as workbooks, with cells as people make them."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from services.registry.rules.delta_file import DELTA_COLUMNS
from services.registry.rules.registry_file import COLUMNS
from shared.files import workbooks
from shared.thai.digits import thai_digits
from tests.registry.people import citizen_id, row
from tests.registry.test_deltas import counts, rejected


def workbook_of(*rows, header=COLUMNS, sheets=("ทะเบียน",)):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title in sheets:
        book.create_sheet(title)
    sheet = book[sheets[0]]
    sheet.append(list(header))
    for values in rows:
        sheet.append([value or None for value in (values.values() if isinstance(values, dict) else values)])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


async def test_a_workbook_is_imported_as_the_same_people(registry):
    content = workbook_of(
        row(1),
        row(2, birth_date=date(1970, 5, 4), income_2559_baht=25000, postcode=81000, subdistrict_code=810101, moo=4),
        row(3, citizen_id=int(citizen_id(3)), birth_date=date(2513, 5, 4), income_2559_baht=30000.01, house_no=12),
        row(4, citizen_id=thai_digits(citizen_id(4)), first_name="สุดา\nใจดี", road='ถนน "สุขใจ", ซอย 2'),
        sheets=("ทะเบียน", "หมายเหตุ"),
    )
    view = await registry.import_file(registry.write("r.xlsx", content))
    assert (view["status"], view["registered"], view["rejected"]) == ("DONE", 4, 0), await rejected(registry, view)
    found = {number: await registry.holder_of(citizen_id(number)) for number in (1, 2, 3, 4)}
    assert (found[2]["age"], found[2]["tier"], found[3]["age"], found[3]["tier"]) == (47, "UP_TO_30000", 47, "OVER_30000")
    assert found[4]["first_name"] == "สุดา ใจดี"
    assert not list((registry.folder / "converted").glob("*"))


async def test_what_a_sheet_has_spoilt_is_rejected_by_name_and_row(registry):
    content = workbook_of(
        row(1, phone=812345678),
        [],
        row(2, card_no=9764000000000002),
        row(3, house_no=date(2018, 12, 3)),
        row(4, account_no=1234567890),
        row(5, birth_date=21245),
        row(6, mobile_consent=True),
        row(7, citizen_id=None),
        [*row(8).values(), "x"],
        row(9),
    )
    view = await registry.import_file(registry.write("r.xlsx", content))
    assert await rejected(registry, view) == [
        (2, "phone", "cell_number"),
        (3, "", "columns"),
        (4, "card_no", "cell_number"),
        (5, "house_no", "cell_date"),
        (6, "account_no", "cell_number"),
        (7, "birth_date", "birth_date"),
        (8, "mobile_consent", "consent"),
        (9, "citizen_id", "required"),
        (10, "", "columns"),
    ]
    assert view["registered"] == 1
    page = (await registry.get(f"/v1/imports/{view['import_id']}/rejections")).json()["items"]
    assert [one["value_masked"] for one in page][:4] == ["8xxxxxxxx", "", "9xxxxxxxxxxxxxxx", "x… (10)"]


async def test_a_workbook_can_hold_changes(registry):
    await registry.import_file(registry.write("one.xlsx", workbook_of(row(1))))
    changes = workbook_of(["ADD", None, *row(2).values()], ["REMOVE", "ย้ายออก", citizen_id(1)], header=DELTA_COLUMNS)
    view = await registry.import_file(registry.write("delta.xlsx", changes))
    assert (counts(view)["registered"], counts(view)["removed"], counts(view)["absent"]) == (1, 1, 0)


def _archive_without_workbook():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("r.csv", "x")
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "why"), [(_archive_without_workbook(), "not a workbook"), (workbook_of(row(1))[:-200], "damaged")], ids=["zip", "cut"]
)
async def test_other_archives_are_refused_at_once(registry, content, why):
    answer = await registry.post("/v1/imports", {"path": registry.write("r.xlsx", content)})
    assert answer.status_code == 422
    assert why in answer.json()["detail_en"]


async def test_a_sheet_without_our_header_fails_and_says_so(registry):
    view = await registry.import_file(registry.write("r.xlsx", workbook_of(row(1), header=["ชื่อ", *COLUMNS[1:]])))
    assert view["status"] == "FAILED"
    assert "first row of its first sheet" in view["error"]
    assert not list((registry.folder / "converted").glob("*"))


async def test_more_rows_than_a_sheet_can_have_are_refused(registry, monkeypatch):
    monkeypatch.setattr(workbooks, "ROWS_MAX", 3)
    view = await registry.import_file(registry.write("r.xlsx", workbook_of(row(1), row(2), row(3))))
    assert (view["status"], view["registered"]) == ("FAILED", 0)
    assert "more than 3 rows" in view["error"]


async def test_an_uploaded_workbook_is_imported(registry):
    files = {"file": ("r.xlsx", workbook_of(row(1)), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")}
    answer = await registry.client.post("/v1/imports/uploads", files=files, headers=registry.token())
    assert answer.status_code == 202, answer.text
    await registry.run_jobs()
    view = (await registry.get(answer.headers["Location"])).json()
    assert (view["status"], view["registered"], view["rejected"]) == ("DONE", 1, 0)
