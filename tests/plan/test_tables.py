"""tables.py and the migrations are the same thing, and the server cannot rewrite history."""

import importlib

import asyncpg
import orjson

from services.plan.rules import data
from services.plan.rules.data import conditions_of, merits_of
from services.plan.rules.eligibility import judge
from services.plan.rules.variables import variables
from services.plan.tables import Base
from shared.conditions import Facts, check
from shared.contracts.common import Dimension
from tests.support.service_database import differences, rewritable

OLD = (
    (
        "LOAN",
        "D3",
        {
            "min_age": 20,
            "max_age": 65,
            "occupations": ["FARMER", "LABOURER"],
            "not_occupations": ["TRADER"],
            "approaches": ["SECOND_OCCUPATION"],
            "wants_loan": True,
            "wants_dimension": True,
            "serves": ["INFORMAL_DEBT"],
        },
    ),
    ("FOR ALL", "D1", {"min_age": None, "max_age": None, "occupations": [], "not_occupations": [], "wants_loan": False}),
)
HISTORY = ("programme_history", "offering_history", "plan_history", "recommendation", "plan_line", "referral_history", "decision")
HISTORY += ("agreement", "first_analysis", "specialist_review_history", "specialist_review_overdue")


async def test_migrated_database_is_as_the_tables_say(plan_dsns):
    assert await differences(plan_dsns, Base.metadata) == []


async def test_history_cannot_be_changed_by_the_server(plan_dsns):
    assert await rewritable(plan_dsns, *HISTORY) == []
    assert await rewritable(plan_dsns, "holder") == ["holder"]  # the question can be answered yes


async def test_what_a_programme_was_for_becomes_conditions_that_may_be_kept(plan_dsns):
    expand = importlib.import_module("services.plan.migrations.versions.0200_catalogue").EXPAND
    owner = await asyncpg.connect(plan_dsns.owner)
    try:
        await owner.execute("CREATE TEMP TABLE old_programme (code text, dimension text, conditions jsonb)")
        for code, dimension, conditions in OLD:
            await owner.execute("INSERT INTO old_programme VALUES ($1, $2, $3)", code, dimension, orjson.dumps(conditions).decode())
        await owner.execute(expand.format(table="old_programme"))
        rows = {row["code"]: row for row in await owner.fetch("SELECT * FROM old_programme")}
    finally:
        await owner.close()
    conditions = {code: conditions_of(orjson.loads(row["conditions"])) for code, row in rows.items()}
    for one in conditions["LOAN"]:
        check(one.when, variables())
    assert [one.name for one in conditions["LOAN"]] == [
        "min-age",
        "max-age",
        "occupation",
        "other-occupation",
        "wants-loan",
        "wants-dimension",
    ]
    farmer = {"age": 40, "occupation_groups": ["FARMER"], "main_occupation_groups": ["FARMER"], "wants_loan": True, "wishes": ["D3"]}
    for change, failed in (({}, ()), ({"age": 66}, ("max-age",)), ({"main_occupation_groups": ["TRADER"]}, ("other-occupation",))):
        assert tuple(one.name for one in judge(conditions["LOAN"], Facts.of({**farmer, **change})).failed) == failed
    assert conditions["FOR ALL"] == ()
    merits = merits_of(orjson.loads(rows["LOAN"]["merits"]))
    assert (merits.serves, merits.approaches, merits.made_for) == (("INFORMAL_DEBT",), ("SECOND_OCCUPATION",), ("FARMER", "LABOURER"))
    assert set(rows["LOAN"]["outcomes"]) == {outcome.value for outcome in data.load().outcomes_of(Dimension.D3)}
