"""Reach over a table of rows: who sees whom."""

import asyncpg
import pytest

from shared.auth import Level, Principal, Reach, reach_sql, require_area
from shared.errors import Forbidden, NotFound
from shared.ids import same_id

OFFICER = same_id("officer", 1)
OTHER_OFFICER = same_id("officer", 2)
ROWS = {
    # name: home, responsible, officer, bank, agency
    "krabi": ("8101", "8101", OFFICER, "BAAC", "DSD"),
    "krabi, moved in from Bangkok": ("1047", "8101", OTHER_OFFICER, "GSB", "DSD"),
    "krabi, moved out to Phang Nga": ("8101", "8201", None, "KTB", None),
    "another district of Krabi": ("8108", "8108", OFFICER, "BAAC", "OVEC"),
    "Phang Nga": ("8201", "8201", OTHER_OFFICER, "GSB", "OVEC"),
    "not yet placed": (None, None, None, None, None),
}
EVERYBODY = set(ROWS)
OF_DISTRICT = {"krabi", "krabi, moved in from Bangkok", "krabi, moved out to Phang Nga"}
CASES = [
    (Reach.country(), EVERYBODY),
    (Reach(Level.PROVINCE, "81"), OF_DISTRICT | {"another district of Krabi"}),
    (Reach(Level.PROVINCE, "82"), {"krabi, moved out to Phang Nga", "Phang Nga"}),
    (Reach(Level.PROVINCE, "10"), {"krabi, moved in from Bangkok"}),
    (Reach(Level.PROVINCE, "99"), set()),
    (Reach(Level.DISTRICT, "8101"), OF_DISTRICT),
    (Reach(Level.DISTRICT, "8107"), set()),
    (Reach(Level.OFFICER, str(OFFICER)), {"krabi", "another district of Krabi"}),
    (Reach(Level.BANK, "GSB"), {"krabi, moved in from Bangkok", "Phang Nga"}),
    (Reach(Level.AGENCY, "DSD"), {"krabi", "krabi, moved in from Bangkok"}),
    (Reach(Level.EMPLOYER, "0105561000003"), set()),
]


@pytest.fixture(scope="module")
async def table(postgres):
    connection = await asyncpg.connect(postgres.superuser_dsn)
    await connection.execute(
        "CREATE TEMP TABLE person (name text, home_district text, responsible_district text, officer_id uuid, bank text, agency text)"
    )
    await connection.executemany("INSERT INTO person VALUES ($1, $2, $3, $4, $5, $6)", [(name, *columns) for name, columns in ROWS.items()])
    yield connection
    await connection.close()


@pytest.mark.parametrize(("reach", "seen"), CASES, ids=lambda value: f"{value.level}-{value.code}" if isinstance(value, Reach) else "")
async def test_lists_and_counts_show_exactly_who_is_in_reach(table, reach, seen):
    condition, args = reach_sql(reach, 2, bank="bank", agency="agency")
    names = await table.fetch(f"SELECT name FROM person WHERE $1::int = 1 AND {condition}", 1, *args)
    count = await table.fetchval(f"SELECT count(*) FROM person WHERE $1::int = 1 AND {condition}", 1, *args)
    assert {row["name"] for row in names} == seen
    assert count == len(seen)


@pytest.mark.parametrize("reach", [reach for reach, _ in CASES if reach.level is not Level.COUNTRY])
async def test_a_level_without_a_column_sees_nobody(table, reach):
    condition, args = reach_sql(reach, 1, home=None, responsible=None, officer=None)
    assert (condition, args) == ("false", [])
    assert await table.fetchval(f"SELECT count(*) FROM person WHERE {condition}", *args) == 0


async def test_the_condition_can_be_negated_and_combined(table):
    condition, args = reach_sql(Reach(Level.DISTRICT, "8101"), 1)
    assert await table.fetchval(f"SELECT count(*) FROM person WHERE {condition} AND bank = 'KTB'", *args) == 1


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ("COUNTRY", "81"),
        ("PROVINCE", "8101"),
        ("PROVINCE", "๘๑"),
        ("DISTRICT", "81"),
        ("DISTRICT", ""),
        ("OFFICER", "me"),
        ("BANK", "' OR 1"),
    ],
)
def test_a_reach_with_a_code_of_another_shape_cannot_be_made(level, code):
    with pytest.raises(ValueError, match="is not a code"):
        Reach(Level(level), code)


def _principal(reach: Reach) -> Principal:
    return Principal("somebody", frozenset({"plan.plans:read"}), reach)


@pytest.mark.parametrize(
    ("reach", "districts", "within"),
    [
        (Reach.country(), ["8101"], True),
        (Reach(Level.PROVINCE, "81"), ["8108"], True),
        (Reach(Level.PROVINCE, "81"), ["8201"], False),
        (Reach(Level.DISTRICT, "8101"), ["8101"], True),
        (Reach(Level.DISTRICT, "8101"), ["8108"], False),
        (Reach(Level.DISTRICT, "8101"), ["1047", "8101"], True),
        (Reach(Level.DISTRICT, "8101"), [None], False),
        (Reach(Level.OFFICER, str(OFFICER)), ["8101"], False),
        (Reach(Level.AGENCY, "DSD"), ["8101"], False),
        (Reach(Level.BANK, "BAAC"), ["8101"], False),
    ],
)
def test_writes_about_an_area_out_of_reach_are_not_found(reach, districts, within):
    if within:
        require_area(_principal(reach), *districts)
    else:
        with pytest.raises(NotFound):
            require_area(_principal(reach), *districts)


def test_a_missing_scope_is_named():
    with pytest.raises(Forbidden) as failure:
        _principal(Reach.country()).require("plan.plans:write")
    assert failure.value.facts == {"needed_scope": "plan.plans:write"}
