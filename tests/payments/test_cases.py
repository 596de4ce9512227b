"""Every row of docs/measure.md 4, under each profile: cases.yaml is the table."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from services.payments.domain import Refused, Status, month_from, month_text
from services.payments.rules import policy_file
from services.payments.rules.benefit import Benefit, benefit_of
from services.payments.rules.entitling import stand
from services.payments.rules.facts import Content, Decided, Interviewed, PlanAgreed, Wish, Withdrawal
from services.payments.rules.parameters import Parameters
from shared.auth import Level, Reach
from shared.contracts.common import Tier
from shared.ids import new_id, same_id
from tests.payments import story
from tests.payments.conftest import started

# Dates and months are read as text, so that a month is not taken for a number.
CASES = yaml.load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
MEASURE = Path(__file__).parents[2] / "docs" / "measure.md"
POLICIES = {profile: Parameters.of(policy_file.load(profile).parameters) for profile in policy_file.PROFILES}


def wish_of(case):
    told = case["wish"]
    return Wish(
        intent_id=same_id("intent"),
        stated_on=told["stated"],
        received_on=told.get("entered", told["stated"]),
        tier=Tier(told.get("tier", "UP_TO_30000")),
        approved_late=told.get("approved_late") == "true",
        decision_reference=told.get("decision"),
        policy_version=1,
    )


def facts_of(case):
    facts, died, merged = [], None, None
    for number, entry in enumerate(case.get("facts", [])):
        ((kind, told),) = entry.items()
        match kind:
            case "withdrawn":
                facts.append(Withdrawal(known_on=told))
            case "interviewed":
                facts.append(Interviewed(interview_id=same_id("i", number), revision=1, interviewed_on=told[0], answer=told[1]))
            case "decided":
                month = told[2] if len(told) > 2 else None
                facts.append(Decided(decision_id=same_id("d", number), decided_on=told[0], decision=told[1], effective_month=month))
            case "planned":
                facts.append(PlanAgreed(plan_id=same_id("p", number), agreed_on=told))
            case "content":
                facts.append(Content(plan_id=same_id("p", number), declined_on=told))
            case "again":
                facts.append(wish_of({"wish": {"stated": told}}).model_copy(update={"intent_id": same_id("intent", number)}))
            case "died":
                died = date.fromisoformat(told)
            case "merged":
                merged = date.fromisoformat(told)
    return facts, died, merged


def ruled(kind):
    """Names of cases that tell this; of a profile, or of the case."""
    return [name for name, case in CASES.items() if kind in case or kind in case["amended"]]


@pytest.mark.parametrize("profile", policy_file.PROFILES)
@pytest.mark.parametrize("name", ruled("wish"))
def test_case(name, profile):
    case = CASES[name]
    expected = case[profile]
    facts, died, merged = facts_of(case)
    standing = stand(POLICIES[profile], wish_of(case), facts, died, merged_on=merged)
    if "refused" in expected:
        assert standing == Refused(expected["refused"])
        return
    stop = standing.stop and [standing.stop.reason.value, month_text(standing.stop.month)]
    confirmed = any(isinstance(fact, Interviewed | PlanAgreed) for fact in facts)
    status = expected.get("status") or ("STOPPED" if "stop" in expected else "ACTIVE" if confirmed else "PENDING")
    assert {
        "first": month_text(standing.first_month),
        "months": str(len(standing.payable)),
        "satang": str(standing.monthly_satang),
        "stop": stop,
        "status": standing.status,
        "last": month_text(standing.last_month),
    } == {
        "first": expected["first"],
        "months": expected["months"],
        "satang": expected["satang"],
        "stop": expected.get("stop"),
        "status": Status(status if profile == "amended" or status != "REINSTATED" else "ACTIVE"),
        "last": "2018-12",
    }


@pytest.mark.parametrize("profile", policy_file.PROFILES)
@pytest.mark.parametrize("name", ruled("policy"))
def test_case_of_the_set(name, profile):
    told = policy_file.load(profile).parameters
    assert {key: str(told[key]) for key in CASES[name][profile]["policy"]} == CASES[name][profile]["policy"]


@pytest.mark.parametrize("profile", policy_file.PROFILES)
@pytest.mark.parametrize("name", ruled("benefit"))
def test_case_of_unspent_money(name, profile):
    for month, benefit in CASES[name][profile]["benefit"].items():
        assert benefit_of(POLICIES[profile], month_from(month)) is Benefit(benefit), month


async def moves(payments):
    """The allowance of somebody who moves between two runs, which pay both; the new district sees it."""
    holder_id, events = story.person()
    await payments.bring(*events, story.wish(holder_id, "2018-02-15"))
    await payments.run("2018-03")
    await payments.bring(story.moved(holder_id, to="100101", on="2018-04-10"))
    april = await payments.run("2018-04")
    (line,) = (await payments.get(f"/v1/runs/{april['run_id']}/lines", payments.caller(reach=Reach(Level.DISTRICT, "1001")))).json()[
        "items"
    ]
    assert (line["month"], line["district"], line["amount_satang"]) == ("2018-04", "1001", 20000)
    return await payments.entitlement(holder_id)


async def not_in_the_registry(payments):
    """What a wish of somebody opens whom the registry does not know: it waits, and is no new registration."""
    holder_id = new_id()
    await payments.bring(story.wish(holder_id, "2018-02-15"))
    async with payments.db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM parked") == 1
        assert await tx.fetchval("SELECT count(*) FROM holder") == 0
    return await payments.entitlement(holder_id)


@pytest.mark.parametrize("profile", policy_file.PROFILES)
@pytest.mark.parametrize("name", ruled("flow"))
async def test_case_played(name, profile, payments_dsns):
    expected = CASES[name][profile]
    flow = {one.__name__: one for one in (moves, not_in_the_registry)}[CASES[name]["flow"]]
    async for payments in started(payments_dsns, profile):
        shown = await flow(payments)
        if "refused" in expected:
            assert shown is None
        else:
            told = {"first": shown["first_month"], "months": str(len(shown["months"])), "satang": str(shown["monthly_satang"])}
            assert told == expected


def test_every_row_of_the_measure_is_met_by_cases_of_each_profile():
    section = MEASURE.read_text(encoding="utf-8").partition("## 4.")[2].partition("\n## 5.")[0]
    rows = [row for row in re.findall(r"^\| ([^|]+?) \|", section, re.MULTILINE) if row != "case"]
    assert len(rows) > 15
    assert {case["row"] for case in CASES.values() if "row" in case} == set(rows)
    assert all(set(policy_file.PROFILES) <= case.keys() for case in CASES.values())
    assert {*ruled("wish"), *ruled("policy"), *ruled("benefit"), *ruled("flow")} == CASES.keys()


def test_every_rule_of_the_policy_is_met_by_a_case():
    stops = {case[profile]["stop"][0] for case in CASES.values() for profile in policy_file.PROFILES if "stop" in case[profile]}
    assert stops == {reason.value for reason in POLICIES["amended"].stop_rules}
