"""Properties of the rules: never negative, never over the cap, monotone, blind to order."""

import random
from datetime import date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.domain import Refused, Standing, Status, month_after, month_of, months_between, next_month
from services.payments.rules import policy_file
from services.payments.rules.entitling import opening_wish, stand
from services.payments.rules.facts import Decided, Interviewed, PlanAgreed, Wish, Withdrawal
from services.payments.rules.parameters import Parameters, StopRule
from services.payments.rules.stopping import stop_month
from shared.clock import BANGKOK
from shared.contracts.common import Tier
from shared.contracts.interview import Answer, DecisionKind
from shared.contracts.payments import StopReason
from shared.ids import same_id

POLICIES = [Parameters.of(policy_file.load(profile).parameters) for profile in policy_file.PROFILES]
DAYS = st.dates(date(2018, 1, 1), date(2019, 2, 28))
MONTHS = st.sampled_from(["2018-03", "2018-06", "2018-09", "2018-12", "2019-01"])

policies = st.sampled_from(POLICIES)
wishes = st.builds(
    Wish,
    intent_id=st.uuids(),
    stated_on=DAYS,
    received_on=DAYS,
    tier=st.sampled_from(Tier),
    approved_late=st.booleans(),
    decision_reference=st.none() | st.just("คอจ. 1/2561"),
    policy_version=st.just(1),
)
facts = st.lists(
    st.builds(Withdrawal, known_on=DAYS)
    | st.builds(Interviewed, interview_id=st.uuids(), revision=st.integers(1, 3), interviewed_on=DAYS, answer=st.sampled_from(Answer))
    | st.builds(
        Decided, decision_id=st.uuids(), decision=st.sampled_from(DecisionKind), decided_on=DAYS, effective_month=st.none() | MONTHS
    )
    | st.builds(PlanAgreed, plan_id=st.uuids(), agreed_on=DAYS),
    max_size=6,
)
deaths = st.none() | DAYS


@given(policies, wishes, facts, deaths)
def test_an_allowance_is_never_negative_never_over_the_cap_and_inside_its_months(policy, wish, known, died):
    standing = stand(policy, wish, known, died)
    if isinstance(standing, Refused):
        return
    total = len(standing.payable) * standing.monthly_satang
    assert 0 <= total <= 10 * policy.amounts_satang[wish.tier]
    assert list(standing.payable) == sorted(set(standing.payable))
    assert all(standing.first_month <= month <= policy.last_benefit_month for month in standing.payable)
    assert standing.first_month > wish.stated_on
    assert standing.first_month >= policy.first_benefit_month
    if died is not None:
        assert all(month <= month_of(died) for month in standing.payable)
    if standing.stop is not None:
        assert standing.status is Status.STOPPED
        assert all(month < standing.stop.month for month in standing.payable)
    else:
        assert standing.status is not Status.STOPPED


@given(policies, wishes, facts, deaths, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_arrive_does_not_matter(policy, wish, known, died, chance: random.Random):
    shuffled = list(known)
    chance.shuffle(shuffled)
    assert stand(policy, wish, known, died) == stand(policy, wish, [*shuffled, *known], died)


@given(policies, wishes, facts, deaths, st.integers(1, 60))
def test_a_later_death_never_takes_a_month_away(policy, wish, known, died, days):
    if died is None:
        return
    earlier = stand(policy, wish, known, died)
    later = stand(policy, wish, known, died + timedelta(days=days))
    if isinstance(earlier, Standing):
        assert isinstance(later, Standing)
        assert set(earlier.payable) <= set(later.payable)


@given(policies, wishes, st.integers(0, 90))
def test_a_wish_stated_earlier_never_pays_less(policy, wish, days):
    earlier = wish.model_copy(update={"stated_on": wish.stated_on - timedelta(days=days), "approved_late": True})
    now, before = stand(policy, wish, [], None), stand(policy, earlier, [], None)
    if isinstance(now, Standing):
        assert isinstance(before, Standing)
        assert set(now.payable) <= set(before.payable)


@given(policies, wishes, facts, deaths)
def test_the_lower_income_never_gets_less(policy, wish, known, died):
    poor, rich = (stand(policy, wish.model_copy(update={"tier": tier}), known, died) for tier in (Tier.UP_TO_30000, Tier.OVER_30000))
    if isinstance(rich, Standing):
        assert (poor.payable, poor.monthly_satang) == (rich.payable, 2 * rich.monthly_satang)


@given(policies, st.sampled_from(StopReason), DAYS, st.integers(0, 90))
def test_a_reason_that_is_known_later_never_stops_earlier(policy, reason, on, days):
    early, late = stop_month(policy, reason, on), stop_month(policy, reason, on + timedelta(days=days))
    assert (early is None) == (late is None)
    assert early is None or early <= late


def test_only_the_last_revision_of_an_interview_counts():
    wish = Wish(intent_id=same_id("w"), stated_on="2018-02-10", received_on="2018-02-10", tier="UP_TO_30000", policy_version=1)
    first = Interviewed(interview_id=same_id("i"), revision=1, interviewed_on="2018-03-10", answer="REFUSE")
    second = first.model_copy(update={"revision": 2, "answer": Answer.DEVELOP})
    amended = POLICIES[policy_file.PROFILES.index("amended")]
    assert stand(amended, wish, [first], None).status is Status.STOPPED
    assert stand(amended, wish, [first, second], None).status is Status.ACTIVE


def test_a_late_word_against_a_granted_wish_stops_it():
    wish = Wish(
        intent_id=same_id("w"),
        stated_on="2018-06-10",
        received_on="2018-06-10",
        tier="UP_TO_30000",
        decision_reference="1/2561",
        policy_version=1,
    )
    against = Decided(decision_id=same_id("d"), decision="LATE_WISH_REFUSED", decided_on="2018-09-05")
    standing = stand(POLICIES[policy_file.PROFILES.index("amended")], wish, [against], None)
    assert (standing.stop.reason, standing.stop.month) == (StopReason.DECISION, date(2018, 10, 1))


def test_of_two_wishes_the_first_that_opens_an_allowance_is_taken():
    policy = POLICIES[0]
    late = Wish(intent_id=same_id("late"), stated_on="2018-11-10", received_on="2018-11-10", tier="UP_TO_30000", policy_version=1)
    good = Wish(intent_id=same_id("good"), stated_on="2018-02-10", received_on="2018-02-10", tier="UP_TO_30000", policy_version=1)
    again = Wish(intent_id=same_id("again"), stated_on="2018-02-12", received_on="2018-02-12", tier="UP_TO_30000", policy_version=1)
    assert opening_wish([(policy, late), (policy, good), (policy, again)], []) == good


@pytest.mark.parametrize(("hours", "status"), [((9, 10, 11), "REINSTATED"), ((9, 12, 11), "STOPPED"), ((9, 10, 9), "STOPPED")])
def test_on_one_day_the_order_of_a_withdrawal_and_a_wish_decides(hours, status):
    policy, day = POLICIES[policy_file.PROFILES.index("circular")], date(2018, 2, 14)
    first_at, withdrawn_at, again_at = (datetime(2018, 2, 14, hour, tzinfo=BANGKOK) for hour in hours)
    wish = {"stated_on": day, "received_on": day, "tier": "UP_TO_30000", "policy_version": 1}
    first = Wish(intent_id=same_id("first"), stated_at=first_at, **wish)
    again = Wish(intent_id=same_id("again"), stated_at=again_at, **wish)
    facts = [first, again, Withdrawal(known_on=day, known_at=withdrawn_at)]
    for known in permutations(facts):
        standing = stand(policy, first, known, None)
        assert (standing.status, len(standing.payable)) == (status, 10 if status == "REINSTATED" else 0)


@given(DAYS, st.integers(0, 30))
def test_months(day, count):
    month = month_of(day)
    assert month_after(day) == next_month(month)
    assert len(months_between(month, next_month(month, count))) == count + 1
    assert months_between(next_month(month), month) == ()


def test_a_policy_file_without_a_source_or_a_stop_rule_is_refused(tmp_path):
    good = (policy_file.FOLDER / "amended.yaml").read_text(encoding="utf-8")
    hurt = {
        "no source": good.replace('reference: "มท ๐๘๑๐.๖/ว ๓๙๒: จ่ายถึงธันวาคม 2561 [S]"', 'reference: ""'),
        "no rule": good.replace(
            "  DID_NOT_WORK:\n    value: {kind: NEXT_MONTH}\n    reference: ",
            "  DID_NOT_WORK_X:\n    value: {kind: NEXT_MONTH}\n    reference: ",
        ),
        "no amount": good.replace("OVER_30000: 10000", "OVER_30000: 0"),
        "another profile": good.replace("profile: amended", "profile: circular"),
        "an unknown name": good + "\nextra:\n  value: 1\n  reference: x\n",
    }
    for name, text in hurt.items():
        assert text != good, name
        (tmp_path / "amended.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(policy_file.PolicyFileInvalid):
            policy_file.load("amended", tmp_path)


def test_every_value_has_its_source_beside_it():
    for profile in policy_file.PROFILES:
        parameters = policy_file.load(profile).parameters
        nested = {"employer_deduction", "runs", "spending"}
        names = {name for name in parameters if name not in {"sources", "stop_rules", *nested}}
        names |= {f"stop_rules.{reason}" for reason in StopReason}
        names |= {f"{name}.{inner}" for name in nested for inner in parameters[name]}
        assert set(parameters["sources"]) == names


def test_a_fixed_stop_needs_its_month():
    with pytest.raises(ValueError, match="lacks month"):
        StopRule(kind="FIXED")
    with pytest.raises(ValueError, match="takes no month"):
        StopRule(kind="NEXT_MONTH", month="2018-06")
