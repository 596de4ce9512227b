"""What was later known of those who were referred: results, income bands and staying in work, by programme and group, with small counts hidden."""

import csv
import io
import json
import random
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from services.reporting.rules.estimates import kaplan_meier, wilson
from services.reporting.rules.outcomes import outcome_rules
from shared.auth import Level, Reach
from shared.contracts import registry
from shared.contracts.common import Tier
from shared.contracts.interview import FollowUpRound
from shared.contracts.plan import Outcome
from tests.reporting.referred import COURSE, JOBS, contacted, person, referred
from tests.reporting.story import OFFICER, Story, declared, holder, registered
from tests.reporting.work import employed, wage

SERVICES = Path(__file__).parents[2] / "services"
KRABI = Reach(Level.PROVINCE, "81")
PASSED, FAILED, PLACED = Outcome.TRAINING_PASSED, Outcome.TRAINING_FAILED, Outcome.JOB_PLACED
COUNTED = ("persons", "succeeded", "not_succeeded", "no_result", "rose", "not_rose", "not_followed")
JOB_BEGAN = date(2018, 1, 1)


def people(tell, names, programme=COURSE, *, outcome=PASSED, yearly=None, **more):
    for name in names:
        person(tell, name, **more)
        referred(tell, name, programme, outcome=outcome)
        if yearly is not None:
            tell(date(2018, 6, 10), contacted(name, 160, yearly=yearly, of_round=FollowUpRound.JUNE))


def some(prefix, count):
    return [f"{prefix}{number}" for number in range(count)]


def by_area(rows, *names):
    return {row["area"]: tuple(row[name] for name in names) for row in rows}


def course_in_three_provinces() -> Story:
    """Krabi 40 (30 of them young), Bangkok 3, Chiang Mai 12; most rose."""
    story = Story()
    people(story.tell, some("k", 20), age=25, yearly=50_000)
    people(story.tell, some("l", 10), age=25, outcome=FAILED, yearly=20_000)
    people(story.tell, some("m", 10), age=50, subdistrict="810201")
    people(story.tell, some("b", 3), age=50, subdistrict="100101", yearly=50_000)
    people(story.tell, some("c", 12), age=50, subdistrict="500101", yearly=120_000)
    return story


async def test_shares_with_their_intervals_and_the_words_that_go_with_them(reporting):
    await reporting.bring(*course_in_three_provinces().events)
    answer = await reporting.figures("programme-outcomes")
    [row] = answer["rows"]
    assert [row[name] for name in COUNTED] == [55, 45, 10, 0, 35, 10, 10]
    assert (row["dimension"], row["programme"], row["group"], answer["confidence"]) == ("D2", COURSE, None, 0.95)
    for count, share in ((45, row["succeeded_share"]), (35, row["rose_share"])):
        expected = wilson(count, count + 10, 0.95)
        assert share == {"value": expected.value, "low": expected.low, "high": expected.high}
    assert row["words_en"][0] == (
        f"Of 55 persons who were referred to {COURSE} and whose result is known, 45 were later reported as a success "
        "(81.8%; 95% interval 69.7% to 89.8%)."
    )
    assert "35 คนที่ภายหลังอยู่ในช่วงรายได้สูงกว่าก่อนนั้น" in row["words_th"][1]


async def test_a_line_that_another_agency_took_counts_for_that_one(reporting):
    story = Story()
    for name in some("p", 12):
        person(story.tell, name)
        referred(story.tell, name, JOBS, taken_by=COURSE, outcome=PASSED)
    await reporting.bring(*story.events)
    [row] = (await reporting.figures("programme-outcomes"))["rows"]
    assert (row["programme"], row["persons"], row["succeeded"]) == (COURSE, 12, 12)
    [line] = (await reporting.figures("plans"))["rows"]
    assert (line["programme"], line["agency"], line["outcome"], line["lines"]) == (COURSE, "DSD", "TRAINING_PASSED", 12)
    dsd, doe = (await reporting.figures("plans", Reach(Level.AGENCY, "DSD")), await reporting.figures("plans", Reach(Level.AGENCY, "DOE")))
    assert (len(dsd["rows"]), doe["rows"]) == (1, [])


async def test_a_small_province_is_hidden_and_with_it_the_smallest_other(reporting):
    await reporting.bring(*course_in_three_provinces().events)
    provinces = by_area((await reporting.figures("programme-outcomes", by="area"))["rows"], "persons", "succeeded", "rose")
    assert provinces == {"10": (None, None, None), "50": (None, None, None), "81": (40, 30, 20)}
    assert by_area((await reporting.figures("programme-outcomes", KRABI, by="area"))["rows"], "persons") == {"8101": (30,), "8102": (10,)}
    for area in ("10", "50", "5001"):
        hidden = await reporting.figures("programme-outcomes", area=area)
        assert [row["persons"] for row in hidden["rows"]] == [None]
        assert hidden["rows"][0]["words_en"] == []
    [row] = (await reporting.figures("programme-outcomes", Reach(Level.DISTRICT, "8102")))["rows"]
    assert (row["area_en"], row["persons"], row["succeeded"], row["rose"]) == ("Khao Phanom", 10, 10, 0)


async def test_groups_are_shown_where_nothing_small_is_in_them_and_small_ones_are_told_as_one(reporting):
    story = course_in_three_provinces()
    people(story.tell, some("old", 2), age=70)
    await reporting.bring(*story.events)
    rows = (await reporting.figures("programme-outcomes", by="age"))["rows"]
    assert {row["group"]: tuple(row[name] for name in COUNTED) for row in rows} == {
        "UP_TO_29": (30, 20, 10, 0, 20, 10, 0),
        "OTHER": (27, 27, 0, 0, 15, 0, 12),
    }
    assert [row["group_en"] for row in rows] == ["Up to 29 years", "Other groups together"]
    krabi = (await reporting.figures("programme-outcomes", KRABI, by="age"))["rows"]
    assert [(row["group"], row["persons"]) for row in krabi] == [("UP_TO_29", 30), ("OTHER", 12)]
    [chiang_mai] = (await reporting.figures("programme-outcomes", area="50", by="age"))["rows"]
    assert (chiang_mai["group"], chiang_mai["persons"]) == (None, None)


@pytest.mark.parametrize(("by", "groups"), [("tier", {"UP_TO_30000": 10, "OVER_30000": 7}), ("occupation", {"AGRICULTURE": 17}), ("approach", {"UNKNOWN": 17})])  # fmt: skip
async def test_groups_by_tier_occupation_and_approach(reporting, by, groups):
    story = Story()
    people(story.tell, some("low", 10))
    people(story.tell, some("high", 7), tier=Tier.OVER_30000, income=40_000)
    await reporting.bring(*story.events)
    rows = (await reporting.figures("programme-outcomes", by=by))["rows"]
    assert {row["group"]: row["persons"] for row in rows} == groups
    assert all(row["group_th"] and row["group_en"] for row in rows)


async def test_income_bands_before_and_after_by_round(reporting):
    story = Story()
    people(story.tell, some("up", 8), yearly=30_001)
    people(story.tell, some("same", 5), yearly=30_000)
    people(story.tell, some("far", 6), yearly=100_001)
    people(story.tell, some("high", 5), tier=Tier.OVER_30000, income=40_000, yearly=29_000)
    people(story.tell, some("rich", 5), tier=Tier.OVER_30000, income=200_000, yearly=150_000)
    people(story.tell, some("away", 7))
    # Whose income was told before the referral has not been followed after it; the last contact of a round counts.
    for name in some("away", 7):
        story.tell(date(2018, 3, 1), contacted(name, 59, yearly=500_000))
    for name in some("up", 8):
        story.tell(date(2018, 6, 11), contacted(name, 161, yearly=40_000, of_round=FollowUpRound.JUNE))
        story.tell(date(2018, 9, 11), contacted(name, 253, yearly=10_000, of_round=FollowUpRound.SEPTEMBER))
    random.Random(1).shuffle(story.events)
    await reporting.bring(*story.events, *story.events)
    [row] = (await reporting.figures("outcome-bands", round="JUNE"))["rows"]
    assert [row[name] for name in ("persons", "rose", "same", "fell", "not_followed")] == [36, 14, 10, 5, 7]
    first, second, third = "UP_TO_30000", "30001_TO_100000", "OVER_100000"
    assert {(cell["before"], cell["after"]): cell["persons"] for cell in row["matrix"] if cell["persons"]} == {
        (first, second): 8, (first, first): 5, (first, third): 6, (second, first): 5, (third, third): 5, (first, None): 7,
    }  # fmt: skip
    assert len(row["matrix"]) == 12
    [last] = (await reporting.figures("outcome-bands"))["rows"]
    assert [last[name] for name in ("rose", "same", "fell", "not_followed")] == [6, 18, 5, 7]
    [september] = (await reporting.figures("outcome-bands", round="SEPTEMBER"))["rows"]
    assert (september["not_followed"], september["same"]) == (28, 8)


async def test_a_matrix_with_a_small_cell_is_hidden_and_what_is_coarser_is_not(reporting):
    story = Story()
    people(story.tell, some("up", 8), yearly=50_000)
    people(story.tell, some("far", 1), yearly=200_000)
    people(story.tell, some("same", 9), yearly=20_000)
    await reporting.bring(*story.events)
    [row] = (await reporting.figures("outcome-bands"))["rows"]
    assert (row["persons"], row["rose"], row["same"], row["matrix"]) == (18, 9, 9, None)


def placed(tell, names, *days_and_status, **more):
    for name in names:
        person(tell, name, **more)
        referred(tell, name, outcome=PLACED, job_starts_on=JOB_BEGAN)
        for days, status in days_and_status:
            tell(date(2018, 9, 1), contacted(name, days, status, since=JOB_BEGAN))


async def test_who_stays_in_work_is_estimated_with_those_lost_from_sight(reporting):
    story = Story()
    for number, (days, status) in enumerate([(50, "NOT_WORKING"), (120, "SEEKING"), (200, "SEEKING"), (60, "EMPLOYED"), (150, "SELF_EMPLOYED"), (250, "EMPLOYED")]):  # fmt: skip
        placed(story.tell, some(f"s{number}-", 6), (20, "EMPLOYED"), (days, status))
    placed(story.tell, some("stay", 9), (100, "IN_TRAINING"), (273, "EMPLOYED"))
    await reporting.bring(*story.events)
    [row] = (await reporting.figures("job-survival"))["rows"]
    assert [row[name] for name in ("programme", "jobs", "ended", "last_seen_earlier", "at_work")] == [JOBS, 45, 18, 18, 9]
    ended, last_seen = {50: 6, 120: 6, 200: 6}, {60: 6, 150: 6, 250: 6, 273: 9}
    expected = kaplan_meier(ended, last_seen, [91, 182, 273], 0.95)
    assert [(one["months"], one["reached"]) for one in row["after"]] == [(3, 33), (6, 21), (9, 9)]
    assert [tuple(one["at_work"].values()) for one in row["after"]] == [(one.value, one.low, one.high) for one in expected]
    assert [one.value for one in expected] == [0.867, 0.709, 0.506]
    assert "an estimated share of 50.6% was still at work 9 months later" in row["words_en"][2]


async def test_jobs_are_hidden_where_the_results_are_of_which_they_are_a_part(reporting):
    story = Story()
    placed(story.tell, some("town", 20), (273, "EMPLOYED"))
    placed(story.tell, some("hill", 3), (273, "EMPLOYED"), subdistrict="810201")
    people(story.tell, some("hill-", 10), JOBS, outcome=Outcome.JOB_TOO_OLD, subdistrict="810201")
    placed(story.tell, some("isle", 12), (100, "EMPLOYED"), subdistrict="810301")
    placed(story.tell, some("lost", 2), (50, "SEEKING"))
    await reporting.bring(*story.events)
    rows = by_area((await reporting.figures("job-survival", KRABI, by="area"))["rows"], "jobs", "ended", "at_work")
    # Two that ended are too few to be shown, in the district as in the country: of jobs their number alone.
    assert rows == {"8101": (22, None, None), "8102": (None, None, None), "8103": (None, None, None)}
    [country] = (await reporting.figures("job-survival"))["rows"]
    assert (country["jobs"], country["ended"], country["after"], country["words_en"]) == (37, None, [], [])
    assert by_area((await reporting.figures("programme-outcomes", KRABI, by="area"))["rows"], "persons", "succeeded") == {
        "8101": (22, 22), "8102": (13, None), "8103": (12, None),
    }  # fmt: skip


async def test_outcomes_are_frozen_and_verified_as_any_report(reporting):
    story = course_in_three_provinces()
    await reporting.bring(*story.events)
    body = {"report": "programme-outcomes", "area": "81", "parameters": {"by": "age"}}
    frozen = await reporting.post("/v1/snapshots", body)
    assert frozen.status_code == 201, frozen.text
    path = f"/v1/snapshots/{frozen.json()['snapshot_id']}/verification"
    assert (await reporting.post(path)).json()["agreement"]["figures_agree"]
    people(story.tell, some("new", 20), age=25)
    await reporting.bring(*story.events)
    assert not (await reporting.post(path)).json()["agreement"]["figures_agree"]


EARLY = date(2017, 12, 15)
ENDED, LAST_SEEN, AT_WORK = "ended", "last_seen_earlier", "at_work"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (lambda name: [employed(name, date(2017, 12, 20)), wage(name, "2018-09")], AT_WORK),
        (lambda name: [wage(name, "2018-09"), wage(name, "2018-09", version=2, paid=False), employed(name, EARLY)], LAST_SEEN),
        (lambda name: [employed(name, EARLY, date(2018, 3, 31), version=2), employed(name, EARLY)], ENDED),
        (lambda name: [employed(name, EARLY, date(2018, 3, 31)), employed(name, date(2018, 4, 15), number=2)], LAST_SEEN),
        (lambda name: [employed(name, EARLY, date(2018, 3, 31)), employed(name, date(2018, 6, 1), number=2)], ENDED),
        (lambda name: [contacted(name, 100, "NOT_WORKING"), contacted(name, 200, "EMPLOYED")], ENDED),
        (lambda name: [contacted(name, 273, "SELF_EMPLOYED")], AT_WORK),
        (lambda name: [employed(name, date(2017, 6, 1), date(2018, 2, 1)), contacted(name, 273, "EMPLOYED")], AT_WORK),
        (lambda name: [employed(name, EARLY, date(2018, 3, 31)), _died(name)], LAST_SEEN),
        (lambda name: [employed(name, EARLY, date(2018, 3, 31)), _erased(name)], LAST_SEEN),
        (lambda name: [employed(name, date(2018, 10, 15), date(2018, 10, 16))], LAST_SEEN),
    ],
)  # fmt: skip
async def test_what_the_facts_say_of_a_job(reporting, facts, expected):
    """Five of each: a job since 15 December, read on 1 October."""
    story = Story()
    for name in some("p", 5):
        person(story.tell, name)
        referred(story.tell, name, outcome=PLACED, job_starts_on=EARLY)
        for fact in facts(name):
            story.tell(date(2018, 9, 1), fact)
    await reporting.bring(*reversed(story.events))
    [row] = (await reporting.figures("job-survival"))["rows"]
    assert {name: row[name] for name in (ENDED, LAST_SEEN, AT_WORK)} == dict.fromkeys((ENDED, LAST_SEEN, AT_WORK), 0) | {expected: 5}


def _died(name):
    return registered(name, version=2, kind=registry.CardholderDeceased, status="DECEASED", deceased_on=date(2018, 3, 31))


def _erased(name):
    return registered(name, version=2, kind=registry.CardholderErased, erased_on=date(2018, 3, 31))


async def test_work_without_a_placement_is_told_apart(reporting):
    story = Story()
    for name in some("own", 6):
        person(story.tell, name)
        story.tell(date(2018, 6, 1), employed(name, date(2018, 6, 1)))
    placed(story.tell, some("placed", 5), (273, "EMPLOYED"))
    await reporting.bring(*story.events)
    rows = {row["programme"]: row for row in (await reporting.figures("job-survival"))["rows"]}
    assert (rows[None]["jobs"], rows[None]["last_seen_earlier"], rows[None]["programme_en"]) == (
        6,
        6,
        "Work that was found without a placement",
    )
    assert (rows[JOBS]["jobs"], rows[JOBS]["at_work"]) == (5, 5)
    assert rows[JOBS]["after"][2]["at_work"] == {"value": 1.0, "low": wilson(5, 5, 0.95).low, "high": 1.0}
    assert [row["programme"] for row in (await reporting.figures("job-survival", programme=JOBS))["rows"]] == [JOBS]


async def test_a_merged_person_counts_once_and_an_erased_one_as_before(reporting):
    story = course_in_three_provinces()
    await reporting.bring(*story.events)
    names = ("programme-outcomes", "outcome-bands")
    before = [await reporting.figures(name) for name in names]
    person(story.tell, "twin", age=25)
    referred(story.tell, "twin", COURSE, outcome=FAILED)
    story.tell(date(2018, 6, 10), contacted("twin", 161, yearly=60_000))
    same = {"merged_into": holder("k0"), "merged_on": date(2018, 8, 1), "reason": "same person"}
    story.tell(date(2018, 8, 1), registered("twin", version=2, kind=registry.CardholderMerged, **same))
    story.tell(date(2018, 9, 1), registered("k1", version=2, age=25, kind=registry.CardholderErased, erased_on=date(2018, 9, 1)))
    random.Random(2).shuffle(story.events)
    await reporting.bring(*story.events)
    assert [await reporting.figures(name) for name in names] == before


async def test_who_was_merged_twice_over_is_one_and_a_ring_of_merges_ends(reporting):
    story = Story()

    def placed(name):
        person(story.tell, name)
        referred(story.tell, name, outcome=PLACED, job_starts_on=JOB_BEGAN)

    for name in some("p", 12):
        placed(name)
    await reporting.bring(*story.events)
    names = ("programme-outcomes", "outcome-bands", "job-survival", "follow-ups")
    for name in ("first", "second"):
        placed(name)
        story.tell(date(2018, 2, 5), declared(name, date(2018, 2, 5)))
        story.tell(date(2018, 6, 10), contacted(name, 160, "NOT_WORKING"))
    story.tell(date(2018, 6, 20), contacted("p0", 170, "EMPLOYED"))

    def merged(name, into, version=2):
        same = {"merged_into": holder(into), "merged_on": date(2018, 8, version), "reason": "same person"}
        story.tell(date(2018, 8, version), registered(name, version=version, kind=registry.CardholderMerged, **same))

    merged("first", "second")
    merged("second", "p0")
    await reporting.bring(*story.events)
    found = [await reporting.figures(name) for name in names]
    assert [rows["rows"][0]["persons"] for rows in found[:2]] == [12, 12]
    assert found[2]["rows"][0]["jobs"] == 12
    assert found[3]["expected"] == 12
    # One of the merges is undone, and another made, of which only this is known yet.
    merged("p0", "first", version=3)
    await reporting.bring(*story.events)
    assert [(await reporting.figures(name))["rows"][0]["persons"] for name in names[:2]] == [12, 12]
    assert (await reporting.figures("job-survival"))["rows"][0]["jobs"] == 12


@pytest.mark.parametrize("report", ["programme-outcomes", "outcome-bands", "job-survival"])
async def test_officers_and_agencies_find_no_figures_of_outcomes(reporting, report):
    for reach in (Reach(Level.OFFICER, str(OFFICER)), Reach(Level.AGENCY, "DSD"), Reach(Level.BANK, "BAAC")):
        assert (await reporting.get(f"/v1/reports/{report}", reach)).status_code == 404
    assert (await reporting.get(f"/v1/reports/{report}", by="sex")).status_code == 422


async def test_rows_as_ndjson_and_for_a_spreadsheet(reporting):
    await reporting.bring(*course_in_three_provinces().events)
    rows = (await reporting.figures("programme-outcomes", by="area"))["rows"]
    lines = await reporting.get("/v1/reports/programme-outcomes.ndjson", by="area")
    assert lines.headers["content-type"].startswith("application/x-ndjson")
    assert [json.loads(line) for line in lines.text.splitlines()] == rows
    sheet = await reporting.get("/v1/reports/programme-outcomes.csv", KRABI)
    [line] = csv.DictReader(io.StringIO(sheet.text.removeprefix("\ufeff")))
    shown = rows[2]
    assert (line["area"], line["succeeded"], line["succeeded_share_low"]) == ("81", "30", str(shown["succeeded_share"]["low"]))
    assert json.loads(line["words_th"]) == shown["words_th"]
    for report in ("outcome-bands", "job-survival"):
        assert (await reporting.get(f"/v1/reports/{report}.csv")).text.startswith("\ufeffarea,area_th,area_en,dimension,programme,")
    assert (await reporting.get("/v1/reports/job-survival.csv", KRABI, area="10")).status_code == 404
    assert (await reporting.get("/v1/reports/job-survival.ndjson", scopes=())).status_code == 403


CAUSAL = re.compile(
    r"\b(caus\w*|because|due to|thanks to|effect\w*|affect\w*|impact\w*|influenc\w*|result(s|ed|ing)? (in|from)|le(a)?d(s|ing)? to|thereby|"
    r"improv(ed|es|ing)\b(?! the present)|help(s|ed|ing)?|make(s)?|made|achiev\w*|succeeds in|raise[sd]?|boost\w*|works?\b(?= for))\b"
    r"|ทำให้|เพราะ|เนื่องจาก|ส่งผล|ผลกระทบ|ช่วย|เป็นเหตุ|สาเหตุ|เป็นผลจาก|เกิดจาก|ก่อให้เกิด|ประสิทธิผล|ประสิทธิภาพ|สัมฤทธิ์|ยกระดับ",
    re.IGNORECASE,
)
OUTCOMES = ("programme-outcomes", "outcome-bands", "job-survival")


def words_in(value):
    """Every text in the value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inside in value.values():
            yield from words_in(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from words_in(inside)


async def test_no_word_says_that_a_programme_brought_anything_about(reporting):
    story = course_in_three_provinces()
    placed(story.tell, some("placed", 5), (273, "EMPLOYED"))
    await reporting.bring(*story.events)
    texts = []
    for report in OUTCOMES:
        for by in ("all", "area", *(("age", "tier", "occupation", "approach") if report == "programme-outcomes" else ())):
            answer = (await reporting.get(f"/v1/reports/{report}", by=by)).json()
            texts += words_in(answer)
    paths = (await reporting.client.get("/openapi.json")).json()["paths"]
    texts += [text for path, operations in paths.items() if any(report in path for report in OUTCOMES) for text in words_in(operations)]
    assert any("later reported as a success" in text for text in texts)
    assert any("at work 9 months later" in text for text in texts)
    assert [text for text in texts if CAUSAL.search(text)] == []


@pytest.mark.parametrize("claim", ["The course raised incomes", "more work because of it", "led to a job", "โครงการนี้ทำให้รายได้สูงขึ้น", "งานที่เกิดจากการอบรม"])  # fmt: skip
def test_the_words_that_are_looked_for_are_found(claim):
    assert CAUSAL.search(claim)


def test_a_success_is_what_plan_calls_one():
    table = yaml.safe_load((SERVICES / "plan/rules/outcomes.yaml").read_text(encoding="utf-8"))["outcomes"]
    assert set(outcome_rules(date(2018, 10, 1)).successes) == {name for name, rule in table.items() if rule.get("succeeded")}
