"""The scoring by itself: what each level is worth, which offering is best, why and why not, and that nothing else counts."""

import copy
from dataclasses import fields, replace
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from services.plan.domain import Condition, Lack, Merits, Situation
from services.plan.rules import scoring
from services.plan.rules.explain import explain
from services.plan.rules.recommend import Record, best_ranked, ranked, recommend, recommended, scored
from shared.contracts.common import Approach, Dimension
from tests.plan.market import SCORING, TODAY, market, offering, offering_id, programme, somebody

DISTRICTS = ("8101", "8102", "8301", "5001", "1001")
CODES = tuple(f"D{dimension}-DSD-P{number}" for dimension in range(1, 5) for number in range(3))

programmes = st.builds(
    programme,
    code=st.sampled_from(CODES),
    merits=st.builds(
        Merits,
        serves=st.lists(st.sampled_from(Lack), unique=True, max_size=2).map(tuple),
        approaches=st.lists(st.sampled_from(Approach), unique=True, max_size=2).map(tuple),
        made_for=st.lists(st.sampled_from(["FARMER", "LABOURER"]), unique=True, max_size=1).map(tuple),
    ),
)
catalogues = st.lists(programmes, min_size=1, max_size=12, unique_by=lambda one: one.code)
situations = st.builds(
    somebody,
    problems=st.frozensets(st.sampled_from(Dimension)),
    wishes=st.frozensets(st.sampled_from(Dimension)),
    approach=st.sampled_from([None, *Approach]),
    lacks=st.frozensets(st.sampled_from(Lack)),
    district=st.sampled_from(DISTRICTS),
)
offering_lists = st.lists(
    st.tuples(st.sampled_from(CODES), st.sampled_from((*DISTRICTS, "81", "50")), st.integers(0, 60)), max_size=12
).map(
    lambda rows: [
        offering(number, code, area, apply_until=date.fromordinal(TODAY.toordinal() + days - 20))
        for number, (code, area, days) in enumerate(rows)
    ]
)
seats = st.dictionaries(st.integers(0, 11), st.integers(0, 5), max_size=6)


def levels(situation, there, one=None):
    """The level of each factor of a programme for the person."""
    return {mark.factor: mark.level for mark in scored(one or there.offered[0], situation, there).marks}


@pytest.mark.parametrize(
    ("area", "level"),
    [("8101", "DISTRICT"), ("8102", "PROVINCE"), ("81", "PROVINCE"), ("8301", "REGION"), ("9001", "REGION"), ("5001", "ELSEWHERE")],
)
def test_nearness_goes_by_the_codes_of_areas(area, level):
    assert levels(somebody(), market(offerings=[offering(area=area)]))["nearness"] == level


@pytest.mark.parametrize(
    ("free", "level", "best"),
    [({}, "ENOUGH", 1), ({1: 6}, "ENOUGH", 1), ({1: 5}, "FEW", 1), ({1: 1}, "FEW", 1), ({1: 0}, "ENOUGH", 2), ({1: 0, 2: 0}, "FULL", 1)],
)
def test_a_free_seat_in_the_province_is_better_than_a_queue_in_the_district(free, level, best):
    found = scored(programme(), somebody(), market(offerings=[offering(1), offering(2, area="8102")], free=free))
    assert (found.best.offering.offering_id, found.best.seats) == (offering_id(best), level)


def test_a_queue_in_the_own_district_is_better_than_a_seat_at_the_other_end_of_the_country():
    found = scored(programme(), somebody(), market(offerings=[offering(1), offering(2, area="5001")], free={1: 0}))
    assert (found.best.offering.offering_id, found.best.seats) == (offering_id(1), "FULL")


def test_only_an_offering_that_one_can_still_apply_for_counts_and_the_earliest_of_the_near_ones():
    late, soon = offering(1, starts_on=date(2018, 6, 1), ends_on=date(2018, 6, 9)), offering(2)
    over, closed = offering(3, apply_until=date(2018, 4, 1)), offering(4, active=False)
    assert scored(programme(), somebody(), market(offerings=[late, soon, over, closed])).best.offering == soon
    assert levels(somebody(), market(offerings=[over, closed]))["nearness"] == "NONE_OPEN"
    assert levels(somebody(), market(offerings=[replace(over, apply_until=TODAY)]))["nearness"] == "DISTRICT"
    assert levels(somebody(), market(offerings=[closed]))["nearness"] == "NOT_LISTED"


@pytest.mark.parametrize(
    ("record", "level"),
    [
        (None, "NOT_KNOWN"),
        (Record(29, 29), "NOT_KNOWN"),
        (Record(30, 18), "GOOD"),
        (Record(30, 17), "MIXED"),
        (Record(100, 30), "MIXED"),
        (Record(100, 29), "POOR"),
    ],
)
def test_a_history_counts_from_thirty_who_finished(record, level):
    records = {} if record is None else {"D2-DSD-WEAVING": record}
    assert levels(somebody(), market(records=records))["history"] == level


def test_merits_are_weighed_against_the_person():
    one = programme(merits=Merits((Lack.NO_LAND, Lack.NO_SAVING), (Approach.NEW_OCCUPATION,), ("FARMER",)))
    there = market(one)
    assert {name: levels(somebody(), there)[name] for name in ("approach", "occupation", "means")} == dict.fromkeys(
        ("approach", "occupation", "means"), "OTHER"
    )
    fits = somebody(approach=Approach.NEW_OCCUPATION, occupations=frozenset({"FARMER"}), lacks=frozenset({Lack.NO_SAVING}))
    assert levels(fits, there) | {"approach": "FITS", "occupation": "MADE_FOR", "means": "MENDED"} == levels(fits, there)
    assert levels(somebody(approach=None), there)["approach"] == "NOT_CHOSEN"
    (told,) = recommend(fits, there)
    assert "ช่วยให้มีเงินออม" in told.reasons_th
    assert "helps to save" in told.reasons_en


def test_reasons_for_and_against_stand_in_both_languages_with_their_points():
    there = market(offerings=[offering(area="8301")], free={1: 2}, records={"D2-DSD-WEAVING": Record(50, 40)})
    (told,) = recommend(somebody(wishes=frozenset()), there)
    assert told.reasons_en == ("a problem was found in dimension D2", "most of those who finished it succeeded")
    assert told.against_en == (
        "did not wish to develop in dimension D2", "is held in another province of the region", "has few seats left",
    )  # fmt: skip
    assert len(told.reasons_th) == 2
    assert told.against_th[2] == "เหลือที่นั่งน้อย"
    assert told.points == {"need": 25, "wish": 0, "approach": 5, "occupation": 3, "means": 0, "nearness": 4, "seats": 4, "history": 6}
    assert (told.score, told.offering_id) == (sum(told.points.values()), offering_id(1))


OVER_60 = Condition("max-age", "age <= 60", "อายุไม่เกิน ๖๐ ปี", "is not over 60")
HEALTHY = Condition("healthy", "!work_limited", "ไม่มีข้อจำกัดทางสุขภาพ", "is not limited by health")


def test_why_not_names_the_condition_that_failed():
    one = programme(conditions=(OVER_60, HEALTHY))
    found = explain(one, somebody(age=61), market(one))
    assert (found.rank, found.recommended) == (None, False)
    assert [(judged.condition.name, judged.met) for judged in found.conditions] == [("max-age", False), ("healthy", None)]
    assert [words.en for words in found.why_not] == ["a condition is not met: is not over 60"]
    closed = replace(one, valid_until=date(2018, 4, 1))
    assert explain(closed, somebody(), replace(market(one), offered=())).why_not[0].en == "the programme is not offered on this day"


def test_why_not_names_the_points_that_are_missing():
    others = [programme(f"D2-DSD-P{number}") for number in range(5)]
    weak = programme("D1-DOE-JOB")
    found = explain(weak, somebody(), market(*others, weak, offerings=[offering(1, "D1-DOE-JOB", "5001")]))
    assert (found.rank, found.recommended, found.offering.offering_id) == (6, False, offering_id(1))
    best = ranked(somebody(), market(*others, weak))[0].score
    assert found.why_not[0].en == (
        f"has {found.score} points; beside the best of each dimension in question those with {best} or more are recommended"
    )
    assert "no problem was found in dimension D1 (25 points missing)" in [words.en for words in found.why_not]
    assert "is held in another region (12 points missing)" in [words.en for words in found.why_not]
    assert explain(others[0], somebody(), market(*others, weak)).why_not == ()


def test_the_best_of_each_dimension_in_question_is_recommended_though_others_have_more():
    trainings = [programme(f"D2-DSD-P{number}", merits=Merits(approaches=(Approach.SECOND_OCCUPATION,))) for number in range(6)]
    mediation = programme("D3-FPO-MEDIATION")
    person = somebody(problems=frozenset({Dimension.D2, Dimension.D3}))
    found = [one.programme_code for one in recommend(person, market(*trainings, mediation))]
    assert (len(found), found[-1]) == (SCORING.programmes_max, "D3-FPO-MEDIATION")
    left_out = explain(trainings[-1], person, market(*trainings, mediation))
    assert (left_out.recommended, left_out.rank) == (False, 6)
    assert "beside the best of each dimension in question" in left_out.why_not[0].en


@given(situations, catalogues, offering_lists, seats)
def test_a_recommendation_is_bounded_ranked_explained_and_the_same_in_any_order(situation, catalogue, offerings, free):
    there = market(*catalogue, offerings=offerings, free=free)
    found = recommend(situation, there)
    by_rank = ranked(situation, there)
    assert recommended(best_ranked(situation, there), situation, SCORING) == recommended(by_rank, situation, SCORING)
    for dimension in situation.problems | situation.wishes:
        first = next((one for one in by_rank if one.programme.dimension is dimension and one.score >= SCORING.score_min), None)
        assert first is None or first.programme.code in {one.programme_code for one in found}
    assert found == recommend(situation, market(*reversed(catalogue), offerings=offerings[::-1], free=free))
    assert 1 <= len(found) <= SCORING.programmes_max
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len(found) == 1 or all(one.score >= SCORING.score_min for one in found)
    for one in found:
        assert one.score == sum(one.points.values()) <= 100
        assert len(one.reasons_th) == len(one.reasons_en)
        assert len(one.against_th) == len(one.against_en)
    told = {one.programme_code for one in found}
    for one in catalogue:
        found_why = explain(one, situation, there)
        assert found_why.recommended is (one.code in told) is not bool(found_why.why_not)
        assert sum(weighed.points for weighed in found_why.factors) == found_why.score


@given(situations, catalogues, st.sampled_from(Dimension))
def test_a_wish_never_lowers_a_score(situation, catalogue, dimension):
    there = market(*catalogue)
    before = {one.programme.code: one.score for one in ranked(situation, there)}
    wishes = replace(situation, wishes=situation.wishes | {dimension})
    assert all(one.score >= before[one.programme.code] for one in ranked(wishes, there))


@given(situations, catalogues, st.integers(0, 5))
def test_another_free_seat_never_lowers_a_score(situation, catalogue, free):
    offerings = [offering(number, one.code, "8102") for number, one in enumerate(catalogue)]
    fewer = dict.fromkeys(range(len(catalogue)), free)
    more = dict.fromkeys(range(len(catalogue)), free + 1)
    before = {one.programme.code: one.score for one in ranked(situation, market(*catalogue, offerings=offerings, free=fewer))}
    assert all(one.score >= before[one.programme.code] for one in ranked(situation, market(*catalogue, offerings=offerings, free=more)))


def test_nothing_that_must_not_count_is_among_what_the_rule_is_given():
    named = {one.name for one in fields(Situation)} | {one.name for one in fields(type(market()))}
    assert named.isdisjoint(
        {"sex", "gender", "religion", "prefix", "first_name", "last_name", "marital_status", "nationality", "education"}
    )


CONTENT = yaml.safe_load(scoring.FILE.read_text(encoding="utf-8"))


def test_the_scoring_of_a_day_is_the_last_that_had_begun():
    later = copy.deepcopy(CONTENT["versions"][0]) | {"valid_from": date(2018, 7, 1), "score_min": 50}
    read = scoring.parsed({**CONTENT, "versions": [later, *CONTENT["versions"]]})
    assert [read.on(day).score_min for day in (date(2017, 1, 1), date(2018, 6, 30), date(2018, 7, 1))] == [40, 40, 50]


def spoilt(spoil):
    content = copy.deepcopy(CONTENT)
    spoil(content["versions"][0]["factors"])
    return content


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda factors: factors["need"]["levels"]["FOUND"].update(points=26), "add up to 101"),
        (lambda factors: factors["seats"]["levels"].pop("FULL"), "levels of seats"),
        (lambda factors: factors.update(luck=factors["need"]), "factors of 2018-01-09"),
        (lambda factors: factors["wish"].update(reference=""), "source of wish"),
    ],
)
def test_scoring_that_makes_no_sense_is_not_read(spoil, says):
    with pytest.raises(ValueError, match=says):
        scoring.parsed(spoilt(spoil))
