"""CSV answers: Thai as spreadsheets read it, and no text that they would run."""

import csv
import io

import pytest

from shared.http import CsvResponse


async def rows_of(*values):
    for value in values:
        yield {"n": 1, "text": value, "more": "not asked for"}


async def content(*values):
    answer = CsvResponse(rows_of(*values), ["n", "text"], "things.csv")
    return b"".join([part async for part in answer.body_iterator])


@pytest.mark.parametrize("value", ["=1+1", "+66", "-1", "@a", "\tx"])
async def test_a_formula_is_made_text(value):
    [_, row] = csv.reader(io.StringIO((await content(value)).decode("utf-8-sig")))
    assert row == ["1", f"'{value}"]


async def test_what_parts_fields_and_lines_is_quoted():
    told = ["ก,ข", 'ว่า "ดี"', "สอง\nบรรทัด"]
    rows = list(csv.reader(io.StringIO((await content(*told)).decode("utf-8-sig"), newline="")))
    assert rows == [["n", "text"], *[["1", value] for value in told]]
