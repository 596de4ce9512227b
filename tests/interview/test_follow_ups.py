"""Follow-ups: who is due and with what the form is filled in, what is checked and kept, who is missing by officer and area."""

from datetime import date

import pytest

from services.interview.commands import follow_up as follow_up_command
from services.interview.jobs import sweep_overdue_follow_ups
from services.interview.rules.income_band import income_band
from services.interview.rules.plan_lines import LineStatus, known_lines
from services.interview.rules.quality_of_life import scales
from shared.auth import Level
from shared.contracts.plan import Outcome
from tests.interview import world
from tests.interview.test_consumers import plan_facts
from tests.interview.test_interviews import assigned, interviewed, menu

DUE = "/v1/follow-ups-due"
COUNTS = "/v1/follow-up-counts"


async def planned(interview):
    """A person with an agreed plan whose line was accepted by its agency."""
    person, officer = await interviewed(interview, menu=menu())
    await interview.bring(*plan_facts(person.subject)[:4])
    interview.on("2018-06-10")
    return person, officer


async def test_the_form_comes_filled_in_from_plan_and_what_differs_is_kept_as_such(interview):
    person, officer = await planned(interview)
    (due,) = (await interview.get(DUE, interview.ao(officer), round="JUNE")).json()["items"]
    assert (due["opens_on"], due["due_by"], due["overdue"], due["last_contact_on"]) == ("2018-06-01", "2018-06-30", False, None)
    (line,) = due["plan_lines"]
    assert (line["line_no"], line["status"]) == (1, "UNDER_WAY")
    for lines, field in (
        ([{"line_no": 7, "status": "DONE"}], "plan_lines.0.line_no"),
        ([{"line_no": 1, "status": "DONE"}] * 2, "plan_lines.1.line_no"),
    ):
        refused = await interview.post("/v1/follow-ups", world.follow_up(person.subject, plan_lines=lines))
        assert [(error["field"], error["allowed"]) for error in refused.json()["errors"]] == [(field, "1")]
    body = world.follow_up(
        person.subject,
        plan_lines=[{"line_no": 1, "status": "DONE", "agency_outcome": "ได้ใบรับรอง"}],
        quality_of_life=4,
        well_being={"scale": "ons4.v1", "satisfied": 8, "anxious_yesterday": 0},
        yearly_income_baht=100_001,
    )
    done = await interview.made("/v1/follow-ups", body, interview.ao(officer))
    assert (done["band_at_interview"], done["band_now"]) == ("UP_TO_30000", "OVER_100000")
    assert done["plan_lines"] == [
        {
            "line_no": 1,
            "programme_code": line["programme_code"],
            "status": "DONE",
            "agency_outcome": "ได้ใบรับรอง",
            "by_plan": "UNDER_WAY",
            "differs": True,
        }
    ]
    (kept,) = (await interview.get("/v1/follow-ups")).json()["items"]
    assert (kept["income_band"], kept["answers"]["plan_lines"]) == ("OVER_100000", done["plan_lines"])
    assert (kept["answers"]["quality_of_life_scale"], kept["answers"]["well_being"]["scale"]) == ("own-view.v1", "ons4.v1")
    quiet = await interview.made("/v1/follow-ups", world.follow_up(person.subject, "AD_HOC", next_on="2018-07-20"))
    assert [(one["status"], one["differs"]) for one in quiet["plan_lines"]] == [("UNDER_WAY", False)]

    assert (await interview.get(DUE, round="AD_HOC")).json()["items"] == []
    (agreed,) = (await interview.get(DUE, round="AD_HOC", agreed_by="2018-07-20")).json()["items"]
    assert (agreed["due_by"], agreed["overdue"], agreed["last_contact_on"]) == ("2018-07-20", False, "2018-06-10")


async def test_stopping_needs_a_word_on_the_cause_and_scales_their_range(interview):
    person, _ = await interviewed(interview)
    interview.on("2018-06-10")
    for more, field in (
        ({"recommendation": "STOP"}, "reasonable_cause"),
        ({"well_being": {"scale": "ons4.v1", "satisfied": 11}}, "well_being.satisfied"),
        ({"well_being": {"scale": "whoqol-bref"}}, "well_being.scale"),
    ):
        refused = await interview.post("/v1/follow-ups", world.follow_up(person.subject, **more))
        assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert (await interview.made("/v1/follow-ups", world.follow_up(person.subject, recommendation="STOP", reasonable_cause=False)))["state"]
    shown = (await interview.get("/v1/quality-of-life-scales")).json()["items"]
    assert {one["scale"]: len(one["questions"]) for one in shown} == {"own-view.v1": 1, "ons4.v1": 4}


async def test_who_is_missing_by_officer_and_area_and_by_the_timer_once(interview, monkeypatch):
    monkeypatch.setattr(follow_up_command, "CASES_AT_ONCE_MAX", 1)
    person, officer = await interviewed(interview)
    other, _ = await interviewed(interview)
    interview.on("2018-06-10")
    await interview.made("/v1/follow-ups", world.follow_up(other.subject))
    await interview.bring(world.moved(person, "810201", date(2018, 6, 20)))  # nobody's case in the new district yet
    interview.on("2018-06-30")
    await sweep_overdue_follow_ups(interview.service.resources)
    assert await interview.outbox("FollowUpOverdue") == []
    late, _ = await assigned(interview)
    interview.on("2018-07-01")
    await interview.made("/v1/interviews", world.interview(late.subject, "2018-07-01"))
    for _ in range(2):
        await sweep_overdue_follow_ups(interview.service.resources)
    assert [(fact.subject, fact.data.officer_id) for fact in await interview.outbox("FollowUpOverdue")] == [(person.subject, None)]
    assert (await interview.made("/v1/districts/8102/follow-up-sweeps", {"round": "JUNE"}, interview.chief("8102")))["cases"] == 0
    governor = interview.caller(Level.PROVINCE, "81")
    (missing,) = (await interview.get(DUE, governor, round="JUNE")).json()["items"]
    assert (missing["holder_id"], missing["officer_id"], missing["overdue"], missing["risen"]) == (person.subject, None, True, True)
    assert late.subject not in str(missing)
    counts = {row["group"]: row for row in (await interview.get(COUNTS, governor, by="DISTRICT")).json()["items"]}
    june = {group: [row[f"june_{name}"] for name in ("expected", "reported", "missing", "overdue")] for group, row in counts.items()}
    assert june == {"8101": [1, 1, 0, 0], "8102": [1, 0, 1, 1]}
    assert [row["group"] for row in (await interview.get(COUNTS, governor, by="PROVINCE")).json()["items"]] == ["81"]
    own = (await interview.get(COUNTS, interview.ao(officer), by="OFFICER")).json()["items"]
    assert {row["group"] for row in own} <= {officer}
    assert (await interview.get(COUNTS, interview.caller(code="9001"), by="OFFICER")).json()["items"] == []


async def test_what_was_reported_counts_after_the_case_is_closed(interview):
    person, officer = await interviewed(interview, menu=menu())
    await interview.bring(*plan_facts(person.subject))
    for day, round_ in (("2018-06-10", "JUNE"), ("2018-09-10", "SEPTEMBER")):
        interview.on(day)
        done = await interview.made("/v1/follow-ups", world.follow_up(person.subject, round_, day))
    before = (await interview.get(COUNTS, interview.ao(officer), by="OFFICER")).json()["items"]
    await interview.made(f"/v1/cases/{done['case_id']}/closure", {"reason": "ครบถ้วน"}, interview.chief())
    assert (await interview.get(COUNTS, interview.ao(officer), by="OFFICER")).json()["items"] == before
    assert [(row["june_reported"], row["september_reported"], row["reported_twice"]) for row in before] == [(1, 1, 1)]


@pytest.mark.parametrize(
    ("yearly", "monthly", "band"),
    [
        (30_000, None, "UP_TO_30000"),
        (30_001, None, "FROM_30001_TO_100000"),
        (100_000, 1, "FROM_30001_TO_100000"),
        (100_001, None, "OVER_100000"),
        (None, 2_500, "UP_TO_30000"),
        (None, 2_501, "FROM_30001_TO_100000"),
        (None, None, None),
    ],
)
def test_bands_include_their_limit(yearly, monthly, band):
    assert income_band(date(2018, 6, 10), yearly, monthly) == band


@pytest.mark.parametrize("outcome", [None, *Outcome])
@pytest.mark.parametrize("final", [False, True])
def test_a_line_stands_where_its_last_referral_says(outcome, final):
    line = {"line_no": 1, "programme_code": "D2", "agency": "DSD"}
    old = {
        **line,
        "attempt": 1,
        "referred_on": date(2018, 4, 1),
        "accepted_on": None,
        "declined_on": date(2018, 4, 9),
        "started_on": None,
        "closed_on": None,
        "outcome": None,
        "final": True,
        "outcome_on": None,
    }
    new = {**old, "attempt": 2, "programme_code": "D2-OTHER", "referred_on": date(2018, 5, 1), "outcome": outcome, "final": final}
    (known,) = known_lines([line], [new, old, {**new, "line_no": 2}], date(2018, 6, 1))
    if final:
        succeeded = outcome in {Outcome.TRAINING_PASSED, Outcome.JOB_PLACED, Outcome.GRANTED}
        expected = LineStatus.DONE if succeeded else LineStatus.GIVEN_UP
    else:
        expected = LineStatus.NOT_STARTED if outcome is None else LineStatus.UNDER_WAY
    assert (known.status, known.agency_outcome, known.programme_code) == (expected, outcome, "D2-OTHER")


def test_every_scale_says_whence_it_is_and_under_which_licence():
    for name, scale in scales().items():
        assert name.rsplit(".v", 1)[1].isdecimal()
        assert scale["source"]
        assert scale["licence"]
        assert {"name", "min", "max", "th", "en"} <= set(scale["questions"][0])
