"""One line of the file: what is right, what is wrong, and that the same content is the same however it is written."""

import csv
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.registry_file import write_registry_file
from deploy.local.registry_file.hostile import write_hostile_copy
from deploy.local.registry_file.layout import COLUMNS as MADE_COLUMNS
from services.registry.errors import NotARegistryFile
from services.registry.rules.file_forms import REGISTRY_FILE
from services.registry.rules.registry_fields import read_card_no
from services.registry.rules.registry_file import COLUMNS, FileLine, read_fields, read_lines, read_plain
from shared.files.intake import columns_of
from shared.files.lines import LINE_BYTES_MAX
from shared.thai.dates import Precision
from shared.thai.digits import thai_digits
from tests.registry.people import card_no, citizen_id, line, row

TODAY = date(2018, 1, 20)


def read(text):
    [found] = read_lines([text.encode() if isinstance(text, str) else text], today=TODAY)
    return found


def faults(text):
    found = read(text)
    assert isinstance(found, list)
    return [(fault.field, fault.code) for fault in found]


def test_the_columns_are_those_of_the_file_that_is_made():
    assert COLUMNS == MADE_COLUMNS
    assert columns_of(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n", REGISTRY_FILE) == COLUMNS
    with pytest.raises(NotARegistryFile, match="field 1 must be citizen_id"):
        columns_of(",".join(reversed(COLUMNS)).encode(), REGISTRY_FILE)


def test_a_good_line_is_read():
    found = read(line(7, birth_date="00/00/2501", birth_precision="YEAR", income_2559_baht="30000.5", phone="+66812345678", bank="gsb"))
    assert isinstance(found, FileLine)
    assert (found.citizen_id, found.card_no) == (citizen_id(7), card_no(7))
    assert (found.birth.value, found.birth.precision) == (date(1958, 1, 1), Precision.YEAR)
    assert (found.income_2559_satang, found.phone, found.bank, found.mobile_consent) == (30_000_50, "0812345678", "GSB", True)


@pytest.mark.parametrize(
    "changed",
    [
        {"citizen_id": thai_digits(citizen_id(1))},
        {"citizen_id": f" {citizen_id(1)[0]}-{citizen_id(1)[1:5]}-{citizen_id(1)[5:10]}-{citizen_id(1)[10:12]}-{citizen_id(1)[12]}"},
        {"card_no": thai_digits(card_no(1))},
        {"first_name": "สุดา\u200b "},
        {"birth_date": "04/05/2513"},
        {"birth_date": "๐๔/๐๕/๒๕๑๓"},
        {"income_2559_baht": "๒๕๐๐๐.00"},
        {"phone": "081-234-5678"},
        {"postcode": "๘๑๐๐๐"},
        {"last_name": '"ใจดี"'},
    ],
)
def test_the_same_content_written_otherwise_is_the_same(changed):
    written, plain = read(line(**changed)), read(line())
    assert isinstance(written, FileLine)
    assert isinstance(plain, FileLine)
    assert written == plain
    assert written.normalised() == plain.normalised()


@pytest.mark.parametrize("column", [column for column in COLUMNS if column != "mobile_consent"])
def test_every_field_counts_for_the_content(column):
    other = row(2) | {
        "prefix": "นาย", "first_name": "สุดใจ", "last_name": "", "birth_date": "1970-05-05", "birth_precision": "MONTH", "income_2559_baht": "25000.01",
        "subdistrict_code": "810102", "house_no": "12", "moo": "", "road": "อุตรกิจ", "postcode": "81001", "bank": "GSB", "account_no": "", "phone": "",
    }  # fmt: skip
    changed, plain = read(line(**{column: other[column]})), read(line())
    assert isinstance(changed, FileLine)
    assert isinstance(plain, FileLine)
    assert changed.normalised() != plain.normalised()


def test_a_line_tells_everything_that_is_wrong_with_it():
    bad = line(citizen_id="1", first_name="", birth_date="1970-13-01", birth_precision="HOUR", bank="X")
    assert faults(bad) == [
        ("citizen_id", "citizen_id"), ("first_name", "required"), ("birth_date", "birth_date"), ("birth_precision", "birth_precision"), ("bank", "bank"),
    ]  # fmt: skip


def test_a_line_longer_than_any_person_is_refused():
    assert faults(b"a" * LINE_BYTES_MAX) == [("", "length")]


def test_faults_never_repeat_the_value():
    for found in (read(line(citizen_id="1-2345-67890-12-9")), read(line(phone="0999")), read(line(account_no="998877"))):
        assert isinstance(found, list)
        text = "".join(part for fault in found for part in fault)
        assert not any(secret in text for secret in ("67890", "0999", "998877"))


def test_every_fault_of_the_hostile_file_is_found_and_nothing_else(tmp_path):
    write_registry_file(tmp_path / "good.csv", 2000, 3)
    expected = write_hostile_copy(tmp_path / "good.csv", tmp_path / "bad.csv", tmp_path / "faults.ndjson")
    by_line = {fault.line: (fault.field, fault.code) for fault in expected}
    lines = (tmp_path / "bad.csv").read_bytes().split(b"\n")[:-1]
    seen = set()
    for number, raw in enumerate(lines[1:], start=2):
        found = read(raw)
        field, code = by_line.get(number, ("", ""))
        if code in {"", "duplicate"}:
            assert isinstance(found, FileLine), (number, found)
        else:
            assert [(fault.field, fault.code) for fault in found] == [(field, code)], number
            seen.add(code)
    assert len(seen) == 16


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw):
    read(raw)


@given(st.lists(st.text(max_size=30), min_size=17, max_size=17))
def test_any_fields_are_read_or_refused(fields):
    found = read(",".join(fields))
    assert isinstance(found, FileLine | list)
    assert found != []


PIECES = ["", "0", "1000000000017", "9764000012345678", "นาย", "นํ้า", "น้ำใจดี", "เเก้ว", " ", "๑๒", "1970-05-04", "29/02/2499", "00/00/2501", "2500-02-30", "2061-01-01",
          "DAY", "YEAR", "30000.5", "12345678", "810101", "999999", "12/3", '"', "KTB", "0812345678", "0112345678", "Y", "y", "\u200b", "\r", "x" * 41, "x" * 121]  # fmt: skip


@given(
    st.dictionaries(st.sampled_from(COLUMNS), st.sampled_from(PIECES) | st.text(max_size=20), max_size=4),
    st.sampled_from(["", "\n", "\r\n"]),
)
def test_who_reads_a_whole_line_at_once_reads_the_same_as_field_by_field(changed, end):
    raw = (line(**changed) + end).encode()
    [at_once] = read_plain([raw], today=TODAY)
    assert at_once is None or at_once == read_fields(raw, today=TODAY)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(COLUMNS), st.sampled_from(PIECES), max_size=2).map(lambda changed: line(**changed))
        | st.text(max_size=9)
    )
)
def test_many_lines_are_read_as_each_by_itself(texts):
    raws = [text.encode() for text in texts]
    assert read_lines(raws, today=TODAY) == [read_fields(raw, today=TODAY) for raw in raws]
    among_others = [b"\xff\xfe", *raws, b"\xe0"]
    assert read_lines(among_others, today=TODAY)[1:-1] == read_lines(raws, today=TODAY)


@given(st.text(max_size=25))
def test_a_card_number_is_16_digits_or_none(text):
    found = read_card_no(text)
    assert found is None or (len(found) == 16 and found.isascii() and found.isdecimal())


def test_lines_of_a_made_up_country_are_good(tmp_path):
    write_registry_file(tmp_path / "r.csv", 20_000, 9)
    lines = (tmp_path / "r.csv").read_text().splitlines()
    assert all(isinstance(read(text), FileLine) for text in lines[1:])
    at_once = dict(zip(lines[1:], read_plain([text.encode() for text in lines[1:]], today=TODAY), strict=True))
    assert sum(found is not None for found in at_once.values()) > len(at_once) / 3  # a file of 573 is mostly edges
    assert all(found is None or found == read_fields(text.encode(), today=TODAY) for text, found in at_once.items())
    assert next(csv.reader(lines)) == list(COLUMNS)
    assert len(lines) == 574
