"""Every row of docs/measure.md 4, under each profile: cases.yaml is the table."""

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
from shared.contracts.common import Tier
from shared.ids import same_id

# Dates and months are read as text, so that a month is not taken for a number.
CASES = yaml.load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
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


@pytest.mark.parametrize("profile", policy_file.PROFILES)
@pytest.mark.parametrize("name", CASES)
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


@pytest.mark.parametrize(
    ("profile", "month", "benefit"),
    [
        ("amended", "2018-03", Benefit.GOODS_LIMIT),
        ("amended", "2018-08", Benefit.GOODS_LIMIT),
        ("amended", "2018-09", Benefit.E_MONEY),
        ("amended", "2019-01", Benefit.E_MONEY),
        ("circular", "2018-08", Benefit.GOODS_LIMIT),
        ("circular", "2018-12", Benefit.GOODS_LIMIT),
    ],
)
def test_unspent_money_lapses_or_accumulates_by_the_month_in_which_it_is_paid(profile, month, benefit):
    assert benefit_of(POLICIES[profile], month_from(month)) is benefit


def test_every_rule_of_the_policy_is_met_by_a_case():
    stops = {case[profile]["stop"][0] for case in CASES.values() for profile in policy_file.PROFILES if "stop" in case[profile]}
    assert stops == {reason.value for reason in POLICIES["amended"].stop_rules}
