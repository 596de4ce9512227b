"""What an import rejected, to download whole: NDJSON for programs, CSV for spreadsheets."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.rules.masking import masked
from services.registry.rules.registry_file import COLUMNS
from shared.ids import new_id
from tests.registry.facts import district
from tests.registry.people import file_of, line

BAD = 700
"""More than a page of the list, so that downloading is not paging."""


@pytest.fixture
async def import_id(registry):
    """An import of good and bad lines; every bad one has two faults."""
    lines = [line(number, postcode="x", subdistrict_code="=1+1") for number in range(1, BAD + 1)]
    ended = await registry.import_file(registry.write("r.csv", file_of(*lines, line(BAD + 1))))
    assert (ended["registered"], ended["rejected"]) == (1, BAD)
    return ended["import_id"]


async def test_ndjson_holds_every_fault_in_the_order_of_lines(registry, import_id):
    answer = await registry.get(f"/v1/imports/{import_id}/rejections.ndjson")
    rows = [json.loads(one) for one in answer.text.splitlines()]
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert [(row["line"], row["field"]) for row in rows] == [
        (number, field) for number in range(2, BAD + 2) for field in ("postcode", "subdistrict_code")
    ]
    assert all(row["reason_th"] and row["reason_en"] for row in rows)


async def test_csv_opens_in_a_spreadsheet_and_runs_nothing(registry, import_id):
    answer = await registry.get(f"/v1/imports/{import_id}/rejections.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert f"rejections-{import_id}.csv" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2 * BAD
    assert rows[0]["line"] == "2"
    assert rows[0]["reason_th"].startswith("ต้อง")
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())


@pytest.mark.parametrize("form", ["ndjson", "csv"])
async def test_of_no_import_and_out_of_reach_there_is_nothing(registry, import_id, form):
    assert (await registry.get(f"/v1/imports/{new_id()}/rejections.{form}")).status_code == 404
    assert (await registry.get(f"/v1/imports/{import_id}/rejections.{form}", district("8101"))).status_code == 404


@pytest.mark.parametrize(("form", "empty"), [("ndjson", b""), ("csv", b"\xef\xbb\xbfline,field,code,reason_en,reason_th,value_masked\r\n")])
async def test_an_import_without_a_fault_has_an_empty_download(registry, form, empty):
    ended = await registry.import_file(registry.write("r.csv", file_of(line(1))))
    answer = await registry.get(f"/v1/imports/{ended['import_id']}/rejections.{form}")
    assert (answer.status_code, answer.content) == (200, empty)


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("citizen_id", "1100000000019", "1xxxxxxxxxxxx"),
        ("citizen_id", "1-1000-00000-O1-9", "1-xxxx-xxxxx-ax-x"),
        ("phone", "0812345678 ต่อ 9", "0xxxxxxxxx กกก x"),
        ("birth_date", "30/02/2501", "30/02/25xx"),
        ("birth_date", "1958.03.01", "19xx.03.01"),
        ("birth_date", "20 มกราคม", "20 กกกกกก"),
        ("first_name", "สุดา" * 40, "ส… (160)"),
        ("income_2559_baht", "30,000", "xx,xxx"),
        ("subdistrict_code", "999999", "99xxxx"),
        ("bank", "XYZ", "XYZ"),
        ("bank", "1234567890123", "1xxxxxxxxxxxx"),
        ("road", "=1+1", "=… (4)"),
        ("card_no", "9" * 60, "9" + "x" * 23 + "…"),
        ("phone", "", ""),
    ],
)
def test_a_masked_value_shows_what_is_wrong_and_not_whose_it_is(column, value, shown):
    assert masked(column, value) == shown


@given(
    st.sampled_from([name for name in COLUMNS if name not in {"birth_date", "subdistrict_code", "postcode"}]), st.from_regex(r"[0-9]{9,16}")
)
def test_of_a_number_no_more_than_one_digit_is_shown(column, value):
    assert sum(character.isdecimal() for character in masked(column, value).split("…")[0]) <= 1


async def test_rejections_carry_the_masked_value_in_every_form(registry):
    ended = await registry.import_file(registry.write("r.csv", file_of(line(1, phone="081234567"), line(2, road='"ถนน'), line(3) + "\0")))
    path = f"/v1/imports/{ended['import_id']}/rejections"
    items = (await registry.get(path)).json()["items"]
    assert [(one["line"], one["field"], one["code"], one["value_masked"]) for one in items] == [
        (2, "phone", "phone", "0xxxxxxxx"),
        (3, "road", "quote", ""),
        (4, "mobile_consent", "encoding", "Y?"),
    ]
    assert [json.loads(one)["value_masked"] for one in (await registry.get(f"{path}.ndjson")).text.splitlines()] == ["0xxxxxxxx", "", "Y?"]
    assert "0xxxxxxxx" in (await registry.get(f"{path}.csv")).text


async def test_a_quote_that_spans_lines_spoils_only_those_lines(registry):
    content = file_of(line(1), line(2, road='"ถนน'), line(3, road='สุขใจ"'), line(4))
    ended = await registry.import_file(registry.write("r.csv", content))
    items = (await registry.get(f"/v1/imports/{ended['import_id']}/rejections")).json()["items"]
    assert [(one["line"], one["field"], one["code"]) for one in items] == [(3, "road", "quote")]
    assert ended["registered"] == 3
