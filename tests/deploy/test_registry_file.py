import csv
import re
import subprocess
import sys
import tracemalloc
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import orjson
import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.registry_file import COLUMNS, write_registry_file
from deploy.local.registry_file.cells import Cell, apportion, totals_at
from deploy.local.registry_file.hostile import CODES, write_hostile_copy
from deploy.local.registry_file.layout import AGE_REFERENCE, LENGTH_MAX, REQUIRED
from deploy.local.registry_file.people import EDGE_LINES
from shared.thai import areas
from shared.thai.citizen_id import BadCitizenId, check_digit, parse_citizen_id
from shared.thai.dates import BadDate, Precision, age_on, parse_birth_date
from shared.thai.digits import arabic_digits
from shared.thai.text import clean

HOSTILE_CHAPTER = Path("docs/registry-file.md").read_text(encoding="utf-8").partition("## The hostile copy")[2]
DOCUMENTED_CODES = set(re.findall(r"^\| `([a-z_]+)` \|", HOSTILE_CHAPTER, re.MULTILINE))
PUBLISHED = {
    Cell(over_60=False, over_30000=False): 5_272_881,
    Cell(over_60=False, over_30000=True): 2_573_145,
    Cell(over_60=True, over_30000=False): 3_075_811,
    Cell(over_60=True, over_30000=True): 547_347,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("registry-file")


@pytest.fixture(scope="module")
def thousandth(folder):
    """The country at 1:1000."""
    path = folder / "thousandth.csv"
    write_registry_file(path, scale=1000, seed=1)
    return path


@pytest.fixture(scope="module")
def people(thousandth):
    with thousandth.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def birth_of(person):
    return parse_birth_date(person["birth_date"], Precision(person["birth_precision"]))


def cell_of(person):
    income = Decimal(arabic_digits(person["income_2559_baht"]))
    return Cell(age_on(birth_of(person).value, AGE_REFERENCE) > 60, income > 30_000)


def test_the_whole_country_has_the_published_counts_to_the_person():
    totals = totals_at(1)
    assert totals.cells == PUBLISHED
    assert totals.persons == 11_469_184


@given(st.integers(1, 20_000_000))
def test_at_any_scale_each_cell_is_within_one_of_its_share(scale):
    totals = totals_at(scale)
    assert abs(totals.persons - 11_469_184 / scale) <= 0.5
    for cell, persons in PUBLISHED.items():
        assert abs(totals.cells[cell] - persons * totals.persons / 11_469_184) < 1


@given(st.integers(0, 10**6), st.lists(st.floats(0.001, 1000), min_size=1, max_size=20))
def test_shares_add_up_to_the_total(total, weights):
    shares = apportion(total, weights)
    assert sum(shares) == total
    assert min(shares) >= 0


def test_the_same_seed_gives_the_same_bytes_in_another_process_and_another_seed_gives_others(folder, thousandth):
    again, other = folder / "again.csv", folder / "other.csv"
    command = [sys.executable, "-m", "deploy.local.make_registry_file", "--scale", "1000"]
    subprocess.run([*command, "--seed", "1", "--out", str(again)], check=True, capture_output=True)
    write_registry_file(other, scale=1000, seed=2)
    assert again.read_bytes() == thousandth.read_bytes()
    assert other.read_bytes() != again.read_bytes()
    assert len(other.read_bytes().splitlines()) == len(again.read_bytes().splitlines())


def test_every_line_has_the_documented_columns_and_good_values(thousandth, people):
    assert thousandth.read_text(encoding="utf-8").splitlines()[0] == ",".join(COLUMNS)
    assert list(people[0]) == list(COLUMNS)
    assert [line for line, faults in faults_of(thousandth) if faults] == []
    for person in people:
        digits = parse_citizen_id(person["citizen_id"])
        assert digits[1:5] == "0000"
        assert person["card_no"].startswith("97640000")
        assert person["postcode"] in areas.postcodes(person["subdistrict_code"])
        assert not person["phone"] or phonenumbers.is_valid_number(phonenumbers.parse(arabic_digits(person["phone"]), "TH"))


@pytest.mark.parametrize(("scale", "seed"), [(1000, 1), (1000, 99), (100, 3), (50_000, 1)])
def test_the_cells_counted_by_the_rule_for_unknown_days_are_exactly_the_totals(folder, scale, seed):
    path = folder / f"{scale}-{seed}.csv"
    totals = write_registry_file(path, scale, seed)
    with path.open(encoding="utf-8", newline="") as file:
        assert Counter(cell_of(person) for person in csv.DictReader(file)) == totals.cells == totals_at(scale).cells


def test_nobody_shares_a_citizen_id_a_card_or_an_account(people):
    for column in ("citizen_id", "card_no", "account_no"):
        values = [arabic_digits(person[column]).replace("-", "") for person in people if person[column]]
        assert len(values) == len(set(values))
        assert len(values) > 1000


def test_the_first_id_of_an_office_is_the_one_of_the_requirements():
    assert check_digit("100000000001") == "7"


def test_every_province_appears_and_the_north_east_has_most(people):
    by_province = Counter(areas.province_of(person["subdistrict_code"]) for person in people)
    assert set(by_province) == set(areas.provinces())
    by_region = Counter(person["subdistrict_code"][0] for person in people)
    assert by_region["3"] + by_region["4"] > 0.4 * len(people)
    assert len({person["subdistrict_code"][:4] for person in people}) > 850


def test_krungthai_issues_most_and_some_have_no_account_or_phone(people):
    by_bank = Counter(person["bank"] for person in people)
    assert [bank for bank, _ in by_bank.most_common()] == ["KTB", "BAAC", "GSB"]
    assert by_bank["KTB"] > 0.6 * len(people)
    for column in ("account_no", "phone"):
        empty = sum(not person[column] for person in people)
        assert 0.1 * len(people) < empty < 0.8 * len(people)


EDGES = {
    "exactly 60 on the day": lambda person: person["birth_date"] == "1958-02-01",
    "60, and 61 tomorrow": lambda person: person["birth_date"] == "1957-02-02",
    "61 on the day": lambda person: person["birth_date"] == "1957-02-01",
    "61 only because the unknown day is the first": lambda person: person["birth_date"] == "1957-02-00",
    "61 only because the unknown month is January": lambda person: person["birth_date"] == "1957-00-00",
    "an unknown day": lambda person: person["birth_precision"] == "MONTH",
    "an unknown month before 2484": lambda person: person["birth_date"] == "00/00/2483",
    "February before 2484": lambda person: person["birth_date"] == "15/02/2480",
    "a birth date in Thai digits": lambda person: "๒๕๐๑" in person["birth_date"],
    "income exactly 30,000": lambda person: person["income_2559_baht"] == "30000",
    "a satang above 30,000": lambda person: person["income_2559_baht"] == "30000.01",
    "a satang below 30,000": lambda person: person["income_2559_baht"] == "29999.99",
    "30,000 in Thai digits": lambda person: person["income_2559_baht"] == "๓๐๐๐๐",
    "no income": lambda person: person["income_2559_baht"] == "0",
    "a single name": lambda person: person["last_name"] == "",
    "no prefix": lambda person: person["prefix"] == "",
    "a monk": lambda person: person["prefix"] == "พระ",
    "water in a name with sara am": lambda person: person["last_name"] == "น\u0e49\u0e33ใจดี",
    "water in a name with nikhahit": lambda person: person["last_name"] == "น\u0e4d\u0e49\u0e32ใจดี",
    "water in a road with sara am": lambda person: "น\u0e49\u0e33" in person["road"],
    "water in a road with nikhahit": lambda person: "น\u0e4d\u0e49\u0e32" in person["road"],
    "a name that cleaning changes": lambda person: clean(person["first_name"]) != person["first_name"],
    "a zero-width character": lambda person: "\u200b" in person["last_name"],
    "a comma in a field": lambda person: "," in person["road"],
    "a citizen id in Thai digits": lambda person: person["citizen_id"].isdecimal() and not person["citizen_id"].isascii(),
    "a citizen id with dashes": lambda person: re.fullmatch(r"[0-9]-[0-9-]+", person["citizen_id"]),
    "a house number in Thai digits": lambda person: person["house_no"] == "๑๒/๓",
    "a subdistrict abolished later": lambda person: person["subdistrict_code"] == "104701",
    "another one": lambda person: person["subdistrict_code"] == "105001",
    "an account": lambda person: person["account_no"],
    "no phone": lambda person: person["phone"] == "",
    "no consent": lambda person: person["mobile_consent"] == "N",
}


@pytest.mark.parametrize("edge", EDGES)
def test_the_edge_is_among_the_first_lines(people, edge):
    assert any(EDGES[edge](person) for person in people[:EDGE_LINES])


@pytest.mark.usefixtures("thousandth")  # what is loaded once is loaded before the first measure
def test_memory_does_not_grow_with_the_file(folder):
    def peak(scale):
        tracemalloc.start()
        write_registry_file(folder / "memory.csv", scale, seed=1)
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    small, large = peak(500), peak(125)  # from three blocks of lines on, one is being written while the next is made
    assert large < small * 1.05
    assert large < 64_000_000


def test_a_scale_below_one_is_refused(folder):
    with pytest.raises(ValueError, match="at least one"):
        write_registry_file(folder / "none.csv", scale=0, seed=1)
    assert not (folder / "none.csv").exists()


def test_the_list_of_faults_is_what_a_reader_by_the_document_finds(folder, thousandth):
    hostile, listed = folder / "hostile.csv", folder / "faults.ndjson"
    faults = write_hostile_copy(thousandth, hostile, listed)
    written = [orjson.loads(line) for line in listed.read_bytes().splitlines()]
    assert written == [{"line": fault.line, "field": fault.field, "code": fault.code} for fault in faults]
    found = [(line, field, code) for line, problems in faults_of(hostile) for field, code in sorted(problems)]
    assert found == [(fault.line, fault.field, fault.code) for fault in faults]


def test_every_code_of_the_document_comes_in_the_hostile_copy_and_no_other(folder, thousandth):
    faults = write_hostile_copy(thousandth, folder / "hostile.csv", folder / "faults.ndjson")
    assert len(DOCUMENTED_CODES) == 17
    assert {fault.code for fault in faults} == CODES == DOCUMENTED_CODES
    assert all(before.line < after.line for before, after in pairwise(faults))


def test_lines_without_a_fault_are_copied_byte_for_byte(folder, thousandth):
    hostile = folder / "hostile.csv"
    spoilt = {fault.line for fault in write_hostile_copy(thousandth, hostile, folder / "faults.ndjson")}
    before, after = thousandth.read_bytes().split(b"\n"), hostile.read_bytes().split(b"\n")
    assert len(before) == len(after)
    assert {number for number, pair in enumerate(zip(before, after, strict=True), start=1) if pair[0] != pair[1]} == spoilt


def test_a_file_too_small_for_every_fault_is_refused(folder):
    source = folder / "small.csv"
    write_registry_file(source, scale=200_000, seed=1)
    with pytest.raises(ValueError, match="are needed to hold every kind of fault"):
        write_hostile_copy(source, folder / "hostile.csv", folder / "faults.ndjson")


def test_the_command_wants_both_the_hostile_copy_and_its_list(folder):
    command = [sys.executable, "-m", "deploy.local.make_registry_file", "--out", str(folder / "c.csv"), "--hostile", str(folder / "h.csv")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "belong together" in done.stderr


def faults_of(path):
    """A plain reader of docs/registry-file.md: (line number, its problems as (field, code)) for every line after the header."""
    ids, cards = set(), set()
    for number, line in enumerate(path.read_bytes().removesuffix(b"\n").split(b"\n")[1:], start=2):
        fields, problem = fields_of(line)
        if problem:
            yield number, {problem}
            continue
        row = {column: clean(arabic_digits(field)) for column, field in zip(COLUMNS, fields, strict=True)}
        yield number, problems_of(row) or repeated(row, ids, cards)


def fields_of(line):
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return [], (COLUMNS[next(place for place, field in enumerate(line.split(b",")) if not is_utf8(field))], "encoding")
    if "\0" in text:
        return [], (COLUMNS[text.partition("\0")[0].count(",")], "encoding")
    fields = next(csv.reader([text]), []) if len(text) < csv.field_size_limit() else text.split(",")
    if text.count('"') % 2:
        # What is open at the end of the line has taken all of its rest.
        return [], (COLUMNS[len(fields) - 1], "quote")
    return fields, None if len(fields) == len(COLUMNS) else ("", "columns")


def is_utf8(field):
    try:
        field.decode()
    except UnicodeDecodeError:
        return False
    return True


def problems_of(row):
    problems = {(field, "required") for field in REQUIRED if not row[field]}
    problems |= {(field, "length") for field, longest in LENGTH_MAX.items() if len(row[field]) > longest}
    problems |= {(field, code) for field, (code, is_good) in CHECKS.items() if row[field] and not is_good(row[field])}
    if shows_less_than_stated(row["birth_date"], row["birth_precision"]):
        problems.add(("birth_precision", "birth_precision"))
    return problems


def repeated(row, ids, cards):
    citizen_id, card_no = parse_citizen_id(row["citizen_id"]), row["card_no"]
    if citizen_id in ids:
        return {("citizen_id", "duplicate")}
    if card_no in cards:
        return {("card_no", "duplicate")}
    ids.add(citizen_id)
    cards.add(card_no)
    return set()


def is_citizen_id(text):
    try:
        return parse_citizen_id(text)
    except BadCitizenId:
        return False


def is_past_date(text):
    try:
        return parse_birth_date(text).value <= AGE_REFERENCE
    except BadDate:
        return False


def shows_less_than_stated(text, precision):
    try:
        parse_birth_date(text, Precision(precision))
    except BadDate as error:
        return error.code == "precision"
    except ValueError:  # no precision at all
        return False
    return False


def is_phone(text):
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, "TH"))
    except phonenumbers.NumberParseException:
        return False


CHECKS = {
    "citizen_id": ("citizen_id", is_citizen_id),
    "card_no": ("card_no", re.compile(r"[0-9]{16}").fullmatch),
    "birth_date": ("birth_date", is_past_date),
    "birth_precision": ("birth_precision", set(Precision).__contains__),
    "income_2559_baht": ("income", re.compile(r"[0-9]{1,7}(\.[0-9]{1,2})?").fullmatch),
    "subdistrict_code": ("subdistrict", areas.is_subdistrict),
    "postcode": ("postcode", re.compile(r"[0-9]{5}").fullmatch),
    "bank": ("bank", {"KTB", "BAAC", "GSB"}.__contains__),
    "account_no": ("account_no", re.compile(r"[0-9]{10,15}").fullmatch),
    "phone": ("phone", is_phone),
    "mobile_consent": ("consent", {"Y", "N"}.__contains__),
}
