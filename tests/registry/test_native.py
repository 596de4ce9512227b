"""Rows and messages made in C are those that Python makes, byte for byte, of right lines and wrong ones."""

import base64
import csv
import io
import os
import random
from array import array
from dataclasses import replace
from datetime import UTC, date, datetime
from unittest import mock
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.local.registry_file import write_registry_file
from deploy.local.registry_file.hostile import write_hostile_copy
from services.registry import native
from services.registry.domain import GroupPolicy
from services.registry.jobs import making, native_making
from services.registry.jobs.making import PythonMaking, Recipe
from services.registry.jobs.native_making import NativeMaking
from services.registry.jobs.prepare import Preparer
from services.registry.vault import Keys
from shared.keys import GroupKey
from tests.registry.facts import KEYS
from tests.registry.people import card_no, citizen_id, row

AT = datetime(2018, 1, 20, 3, 4, 5, 678, tzinfo=UTC)
RECIPE = Recipe(
    keys=Keys(KEYS["lookup_key"], KEYS["field_keys"], KEYS["payee_keys"]),
    group_key=GroupKey("g1", bytes(range(32))),
    policy=GroupPolicy(1, 30_000_00, 60, date(2018, 2, 1)),
    today=date(2018, 1, 20),
    partitions=6,
    index_key="t1",
    import_id=UUID(int=5),
    who="somebody",
    why="national.csv",
    entering=True,
)
RECIPES = {
    "entering": RECIPE,
    "on one partition": replace(RECIPE, partitions=1),
    "beside others": replace(RECIPE, entering=False),
    "only looking": replace(RECIPE, entering=False, sealed=False),
    "a long lookup key": replace(RECIPE, keys=Keys(f"t2:{base64.b64encode(bytes(100)).decode()}", KEYS["field_keys"], KEYS["payee_keys"])),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("native")
    try:
        native.build(folder)
    except native.NotBuilt as reason:
        pytest.skip(f"this machine cannot build it, and so does not use it: {reason}")
    return native.load(folder)


def natively(library, recipe):
    return NativeMaking(library, recipe)


def prepared(making_, lines, seed):
    """What is made of the lines where chance and time are the same for all."""
    with (
        mock.patch.object(os, "urandom", random.Random(seed).randbytes),
        mock.patch.object(making, "system_now", return_value=AT),
        mock.patch.object(native_making, "system_now", return_value=AT),
    ):
        return Preparer(making_.recipe, making_).prepare(lines, 3990, AT)


def assert_same(one, other, lines, seed=0):
    mine, theirs = prepared(one, lines, seed), prepared(other, lines, seed)
    assert [name for name in mine._fields if getattr(mine, name) != getattr(theirs, name)] == []


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_a_made_up_country_and_a_hostile_one(library, recipe, tmp_path):
    write_registry_file(tmp_path / "r.csv", 8000, 1)
    write_hostile_copy(tmp_path / "r.csv", tmp_path / "h.csv", tmp_path / "faults")
    making_, native_ = PythonMaking(recipe), natively(library, recipe)
    for name in ("r.csv", "h.csv"):
        lines = (tmp_path / name).read_bytes().splitlines(keepends=True)[1:]
        assert_same(native_, making_, lines)
        made = prepared(native_, lines, 0)
        assert len(made.numbers) > 1000
        assert bool(made.ready) is recipe.entering


THIN = "\u200b"
VALUES = {
    "citizen_id": [
        *map(citizen_id, range(1, 9)),
        "1000000000018",
        "6000000000012",
        "1-0000-00000-01-7",
        "๑๐๐๐๐๐๐๐๐๐๐๑๗",
        "",
        "10000000000",
    ],
    "card_no": [*map(card_no, range(1, 9)), "9764 0000 0000 0001", "976400000000001", "๙๗๖๔๐๐๐๐๐๐๐๐๐๐๐๑", ""],
    "prefix": ["นาง", "", " นาง", "x" * 41, "น.ส."],
    "first_name": ["สุดา", 'ก"ข\\ค', "เเดง", "a,b", "", "ก" * 100, "ก" * 101, "สุดา ", f"สุ{THIN}ดา", "\x1f", "\t", "%s"],
    "last_name": ["ใจดี", "", "ณ อยุธยา", '"', "ใจดี\r", "\x7f"],
    "birth_date": [
        "1970-05-04",
        "04/05/2513",
        "2501-02-00",
        "00/00/2501",
        "1940-02-30",
        "2018-01-21",
        "2018-01-20",
        "๐๑/๐๒/๒๕๐๑",
        "",
        "2501",
    ],
    "birth_precision": ["DAY", "MONTH", "YEAR", "day", "WEEK", ""],
    "income_2559_baht": ["30000", "30000.01", "0", "00.5", "9999999.99", "10000000", "1.234", ".5", "5.", "-1", "๓๐๐๐๐", ""],
    "subdistrict_code": ["810101", "100101", "999999", "๘๑๐๑๐๑", "81010", ""],
    "house_no": ["12/3", "", "12 หลังวัด", "๑๒", "9" * 60, "9" * 61, "12.3"],
    "moo": ["4", "", "9" * 20, "9" * 21, "๔", "ก"],
    "road": ["", "ถนนสุขุมวิท", "ถนน  ใหญ่", "ร" * 120, "ร" * 121],
    "postcode": ["81000", "8100", "๘๑๐๐๐", ""],
    "bank": ["KTB", "BAAC", "GSB", "gsb", "SCB", ""],
    "account_no": ["1234567890", "", "123456789", "123456789012345", "1234567890123456", "123-4-56789-0"],
    "phone": ["0812345678", "", "021234567", "0212345678", "+66812345678", "081234567", "0112345678"],
    "mobile_consent": ["Y", "N", "y", "", "YN"],
}


@st.composite
def written(draw):
    """A line about one of a few persons, with none to three fields that are written otherwise."""
    fields = row(draw(st.integers(1, 200)))
    for column in draw(st.lists(st.sampled_from(list(VALUES)), max_size=3)):
        fields[column] = draw(st.sampled_from(VALUES[column]) | st.text(max_size=12))
    end = draw(st.sampled_from(["\n", "\r\n", "", "\r"]))
    if draw(st.booleans()):
        text = io.StringIO()
        csv.writer(text, lineterminator=end).writerow(fields.values())
        return text.getvalue().encode("utf-8", "surrogatepass")
    return (",".join(fields.values()) + end).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("recipe", [RECIPE, RECIPES["only looking"]], ids=["entering", "only looking"])
def test_lines_however_they_are_written(library, recipe):
    making_, native_ = PythonMaking(recipe), natively(library, recipe)

    @settings(max_examples=150, deadline=None)
    @given(st.lists(written() | st.binary(max_size=60), max_size=40), st.integers(0, 9))
    def check(lines, seed):
        assert_same(native_, making_, lines, seed)

    check()


def test_what_is_known_is_forgotten_before_it_is_too_much(library):
    making_, native_ = PythonMaking(RECIPE), natively(library, RECIPE)
    with mock.patch.object(native_making, "KNOWN_MAX", 20):
        for start in range(0, 200, 40):
            lines = [",".join(row(number, last_name=f"ใจดี{number}").values()).encode() for number in range(start, start + 40)]
            assert_same(native_, making_, lines)
            assert len(native_._known) < 200


IDS, CARDS = 9_999_999_999_999, 9_999_999_999_999_999


@given(
    st.lists(
        st.lists(
            st.tuples(
                st.integers(0, 3) | st.integers(0, IDS) | st.integers(IDS - 3, IDS), st.integers(0, 9) | st.integers(CARDS - 9, CARDS)
            ),
            max_size=20,
        ),
        max_size=6,
    )
)
def test_whose_number_another_has_is_told_as_by_a_set(library, steps):
    numbers, ids, cards = native.Numbers(library), set(), set()
    for persons in steps:
        expected = []
        for place, (citizen, card) in enumerate(persons):
            if citizen in ids or card in cards:
                expected.append((place, native.Repeated.CITIZEN_ID if citizen in ids else native.Repeated.CARD_NO))
            else:
                ids.add(citizen)
                cards.add(card)
        assert numbers.take(array("Q", [number for person in persons for number in person]).tobytes()) == expected


def test_of_a_million_persons_none_is_taken_for_another(library):
    numbers = native.Numbers(library)
    drawn = random.Random(5).sample(range(IDS), 1_000_000)
    persons = [
        array("Q", [one for number in drawn[at : at + 8000] for one in (number, CARDS - number)]).tobytes()
        for at in range(0, len(drawn), 8000)
    ]
    assert [numbers.take(step) for step in persons] == [[]] * len(persons)
    assert all(len(numbers.take(step)) == len(step) // 16 for step in persons)
