"""What an import rejected, to download whole: NDJSON for programs, CSV for spreadsheets."""

import csv
import io
import json

import pytest

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
