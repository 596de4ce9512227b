"""The rules by themselves: who is recommended what, which outcomes end a referral, which state follows which."""

from dataclasses import fields, replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.plan import errors
from services.plan.commands.catalogue import seed_data
from services.plan.domain import Assessment, Catalogue, Lack, Plan, PlanStatus, Referral, ReferralStatus, Situation, Step, plan_id_of
from services.plan.errors.referrals import OutcomeNotAllowed, ReferralClosed, ReferralDeclined, ReferralNotOpen
from services.plan.rules import data
from services.plan.rules.eligibility import is_open_to, problems_of
from services.plan.rules.outcomes import end_of, is_final
from services.plan.rules.recommend import recommend
from services.plan.rules.situation import assessment_of, facts_of, groups_of
from services.plan.rules.variables import variables
from shared.contracts.common import Approach, Dimension, Tier
from shared.contracts.plan import DeclineReason, Outcome
from tests.plan.market import market

RULES = data.load()
AGENCIES, CATALOGUE = seed_data(RULES)
BY_CODE = {programme.code: programme for programme in CATALOGUE}
MARKET = market(*CATALOGUE)
HOLDER = UUID(int=1)
SUCCESSES = {outcome for outcome, rule in RULES.outcomes.items() if rule.succeeded}

situations = st.builds(
    Situation,
    age=st.integers(18, 99),
    approach=st.sampled_from([None, *Approach]),
    problems=st.frozensets(st.sampled_from(Dimension)),
    wishes=st.frozensets(st.sampled_from(Dimension)),
    occupations=st.frozensets(st.sampled_from(sorted(RULES.occupation_groups))),
    main_occupations=st.frozensets(st.sampled_from(sorted(RULES.occupation_groups))),
    wants_loan=st.booleans(),
    lacks=st.frozensets(st.sampled_from(Lack)),
    tier=st.sampled_from(Tier),
    income_now_baht=st.integers(0, 200_000),
    occupation=st.sampled_from(["6111", "5212", "9313", "RICE"]),
    second_occupation=st.sampled_from(["", "5212"]),
    district=st.sampled_from(["8101", "1001"]),
    assessment=st.none()
    | st.builds(
        Assessment,
        informal_debt_satang=st.none() | st.integers(0, 10**8),
        wants_mediation=st.none() | st.booleans(),
        land_rai=st.none() | st.floats(0, 50),
        work_limited=st.none() | st.booleans(),
    ),
)


def farmer(**more):
    groups = frozenset({"FARMER"})
    facts = {
        "age": 45,
        "approach": Approach.IMPROVE_PRESENT_OCCUPATION,
        "problems": frozenset({Dimension.D2}),
        "wishes": frozenset({Dimension.D2}),
        "occupations": groups,
        "main_occupations": groups,
        "wants_loan": False,
        "lacks": frozenset({Lack.LOW_INCOME}),
        "tier": Tier.UP_TO_30000,
        "income_now_baht": 24000,
        "occupation": "6111",
        "second_occupation": "",
        "district": "8101",
        "assessment": None,
    }
    return Situation(**{**facts, **more})


def codes(situation):
    return [one.programme_code for one in recommend(situation, MARKET)]


def test_catalogue_holds_every_project_of_the_circular_and_two_of_ours_with_conditions_that_hold():
    assert len(CATALOGUE) == len(BY_CODE) == 28
    assert {one.code for one in CATALOGUE if one.source.startswith("[R]")} == {"D3-FPO-DEBT-MEDIATION", "D4-ALRO-FARMLAND"}
    assert {programme.agency for programme in CATALOGUE} == {agency.code for agency in AGENCIES}
    for programme in CATALOGUE:
        assert programme.code.split("-")[:2] == [programme.dimension, programme.agency]
        assert problems_of(programme) == [], programme.code
        assert set(programme.merits.made_for) <= RULES.occupation_groups.keys()


def test_a_farmer_is_sent_to_the_farmers_bank_and_courses():
    assert codes(farmer())[0] == "D2-MOAC-FARMER-SKILLS"
    loans = codes(farmer(wishes=frozenset({Dimension.D3}), wants_loan=True, problems=frozenset({Dimension.D3})))
    assert loans[0] == "D3-BAAC-OCCUPATION-LOAN"
    assert not [code for code in loans if "-GSB-" in code]


def test_a_trader_is_sent_to_the_savings_bank():
    trader = frozenset({"TRADER"})
    wants = codes(farmer(occupations=trader, main_occupations=trader, wishes=frozenset({Dimension.D3}), wants_loan=True))
    assert "D3-GSB-STREET-FOOD-LOAN" in wants
    assert not [code for code in wants if "-BAAC-" in code]


@pytest.mark.parametrize(("age", "open_to"), [(19, False), (20, True), (65, True), (66, False)])
def test_ages_include_both_ends(age, open_to):
    assert is_open_to(BY_CODE["D3-BAAC-OCCUPATION-LOAN"], facts_of(farmer(age=age, wants_loan=True))) is open_to


def test_reasons_say_why_in_both_languages():
    best = recommend(farmer(), MARKET)[0]
    assert best.score == MARKET.scoring.best["need"] + sum(best.points.values()) - best.points["need"]
    assert best.reasons_en[0] == "a problem was found in dimension D2"
    assert "จัดไว้สำหรับผู้ประกอบอาชีพเดียวกัน" in best.reasons_th


def test_informal_debt_brings_the_money_course_forward():
    without = {one.programme_code: one.score for one in recommend(farmer(), MARKET)}
    indebted = {one.programme_code: one.score for one in recommend(farmer(lacks=frozenset({Lack.INFORMAL_DEBT})), MARKET)}
    assert indebted["D2-BAAC-FINANCIAL-LITERACY"] > without["D2-BAAC-FINANCIAL-LITERACY"]


@given(situations)
def test_whoever_it_is_hears_of_programmes_that_are_open_to_them(situation):
    found = recommend(situation, MARKET)
    assert 1 <= len(found) <= MARKET.scoring.programmes_max
    assert all(is_open_to(BY_CODE[one.programme_code], facts_of(situation)) for one in found)


def test_a_programme_is_offered_by_the_version_of_the_day():
    first = BY_CODE["D2-DSD-TECHNICIAN"]
    second = replace(first, version=2, valid_from=date(2018, 4, 1), valid_until=date(2018, 6, 30))
    third = replace(first, version=3, valid_from=date(2018, 8, 1), active=False)
    catalogue = Catalogue({first.code: (first, second, third)})
    offered = {day: [one.version for one in catalogue.offered_on(day)] for day in (date(2018, 1, 8), date(2018, 3, 31), date(2018, 4, 1))}
    assert list(offered.values()) == [[], [1], [2]]
    assert [catalogue.offered_on(day) for day in (date(2018, 7, 1), date(2018, 8, 1))] == [(), ()]  # ended, then closed
    assert catalogue.version_on(first.code, date(2018, 7, 1)) == second
    assert catalogue.signed_on(first.code, date(2018, 1, 2)) == first  # what was signed stands


def test_sex_and_religion_have_no_way_in():
    words = {one.name for kind in (Situation, Assessment) for one in fields(kind)}
    assert words.isdisjoint({"sex", "gender", "religion", "prefix"})
    content = {"debts": [], "land_rai": 2, "housing_tenure": "OWNED", "saves": True}
    assert assessment_of({**content, "sex": "F", "religion": "ISLAM", "marital_status": "MARRIED"}) == assessment_of(content)
    assert {one.name for one in variables().values()}.isdisjoint({"sex", "gender", "religion", "prefix", "name", "marital_status"})
    assert facts_of(farmer()).known.keys() <= variables().keys()


@pytest.mark.parametrize(
    ("occupation", "group"), [("6111", "FARMER"), ("9211", "FARMER"), ("9313", "LABOURER"), ("5211", "TRADER"), ("rubber", "FARMER")]
)
def test_occupations_are_grouped_by_the_beginning_of_the_code(occupation, group):
    assert groups_of(occupation, RULES.occupation_groups) == {group}


def test_an_assessment_counts_informal_debts_only():
    debts = [{"kind": "FORMAL", "amount_satang": 900}, {"kind": "INFORMAL", "amount_satang": 100, "wants_mediation": True}]
    assert assessment_of({"debts": debts}) == Assessment(informal_debt_satang=100, wants_mediation=True)


def referral(dimension=Dimension.D2, **more):
    facts = {
        "referral_id": UUID(int=2),
        "plan_id": plan_id_of(HOLDER),
        "holder_id": HOLDER,
        "line_no": 1,
        "programme_code": "D2-DSD-TECHNICIAN",
        "programme_version": 1,
        "dimension": dimension,
        "agency": "DSD",
        "status": ReferralStatus.CREATED,
        "version": 1,
        "referred_on": date(2018, 3, 1),
    }
    return Referral(**{**facts, **more})


def plan_in(status):
    return Plan(plan_id_of(HOLDER), HOLDER, 5, status, UUID(int=3), "8101", "8101", None, specialist_asked=False)


def test_every_outcome_has_a_rule_and_each_dimension_an_end():
    assert RULES.outcomes.keys() == set(Outcome)
    not_final = {outcome for outcome, rule in RULES.outcomes.items() if not rule.final}
    assert not_final == {Outcome.TRAINING_AWAITING_RESULT, Outcome.JOB_APPLIED, Outcome.JOB_SENT, Outcome.JOB_AWAITING_POST}
    for dimension in Dimension:
        assert is_final(referral(dimension), Outcome.DID_NOT_START, None, RULES.outcomes)


@pytest.mark.parametrize(
    ("dimension", "outcome", "final"),
    [
        ("D1", "TRAINING_PASSED", None),
        ("D2", "GRANTED", None),
        ("D3", "JOB_PLACED", None),
        ("D2", "TRAINING_AWAITING_RESULT", True),
        ("D2", "TRAINING_PASSED", False),
    ],
)
def test_an_outcome_that_does_not_fit_is_refused(dimension, outcome, final):
    with pytest.raises(OutcomeNotAllowed):
        is_final(referral(Dimension(dimension)), Outcome(outcome), final, RULES.outcomes)


@given(st.lists(st.sampled_from([None, *Outcome]), min_size=1, max_size=6))
def test_a_plan_ends_exactly_when_every_referral_has_its_final_outcome(outcomes):
    referrals = [referral(outcome=one, outcome_final=one is not None and RULES.outcomes[one].final) for one in outcomes]
    ended = end_of(plan_in(PlanStatus.IN_DEVELOPMENT), referrals, RULES.outcomes, on=date(2018, 9, 1))
    if all(one.outcome_final for one in referrals):
        good = sum(one in SUCCESSES for one in outcomes)
        assert (ended.succeeded, ended.failed) == (good, len(outcomes) - good)
        assert ended.status is (PlanStatus.COMPLETED if good else PlanStatus.DROPPED)
    else:
        assert ended is None


PASSED = {"outcome": Outcome.TRAINING_PASSED, "final": True}
WAITS = {"outcome": Outcome.TRAINING_AWAITING_RESULT, "final": False}


def test_a_referral_goes_its_way_only():
    taken = referral().take(Step.ACCEPTED, date(2018, 4, 1))
    assert taken.take(Step.ACCEPTED, date(2018, 4, 1)) is taken
    with pytest.raises(ReferralNotOpen):
        taken.take(Step.ACCEPTED, date(2018, 4, 2))
    declined = taken.take(Step.DECLINED, date(2018, 4, 3), reason=DeclineReason.NO_SEAT)
    with pytest.raises(ReferralDeclined):
        declined.take(Step.STARTED, date(2018, 4, 4))
    waiting = taken.take(Step.OUTCOME, date(2018, 5, 1), **WAITS)
    with pytest.raises(ReferralNotOpen):
        waiting.take(Step.DECLINED, date(2018, 5, 2), reason=DeclineReason.NO_SEAT)
    passed = waiting.take(Step.OUTCOME, date(2018, 6, 1), **PASSED)
    assert (passed.status, passed.version) == (ReferralStatus.CLOSED, 4)
    with pytest.raises(ReferralClosed):
        passed.take(Step.OUTCOME, date(2018, 6, 2), outcome=Outcome.TRAINING_FAILED, final=True)
    assert passed.close("WITHDRAWN") is passed
    assert taken.close("DECEASED").go_on("DECEASED").status is ReferralStatus.ACCEPTED


WAY = (
    (Step.RECEIVED, date(2018, 4, 1), {}),
    (Step.WAIT_LISTED, date(2018, 4, 3), {"position": 4}),
    (Step.ACCEPTED, date(2018, 4, 9), {}),
    (Step.STARTED, date(2018, 5, 2), {}),
    (Step.OUTCOME, date(2018, 6, 1), PASSED),
)


@given(st.permutations(WAY))
def test_reports_in_any_order_end_in_the_same_state(reports):
    end = referral()
    for step, on, said in reports:
        first, last = end.days_for(step)
        assert first <= on <= (last or on)
        end = end.take(step, on, **said)
    assert (end.status, end.version) == (ReferralStatus.CLOSED, 1 + len(WAY))
    assert [end.day_of(step) for step, _, _ in WAY] == [on for _, on, _ in WAY]
    assert (end.wait_position, end.outcome, end.closed_reason) == (4, Outcome.TRAINING_PASSED, "OUTCOME")


@pytest.mark.parametrize("ended", [PlanStatus.COMPLETED, PlanStatus.DROPPED, PlanStatus.CLOSED])
@pytest.mark.parametrize("wanted", list(PlanStatus))
def test_nothing_follows_an_end_but_that_one_who_is_done_is_referred_again(ended, wanted):
    if wanted is PlanStatus.REFERRED and ended is not PlanStatus.CLOSED:
        assert plan_in(ended).become(wanted).status is wanted
        return
    with pytest.raises(errors.PlanNotOpen):
        plan_in(ended).become(wanted)
