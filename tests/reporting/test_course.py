"""The timeline of the year and the agencies' clocks, over the story of the year."""

from shared.auth import Level, Reach
from shared.contracts import plan
from tests.reporting.story import the_year

KRABI, DSD = Reach(Level.PROVINCE, "81"), Reach(Level.AGENCY, "DSD")


async def test_the_timeline_has_each_day_on_which_something_happened(reporting):
    await reporting.bring(*the_year())
    rows = {row.pop("day"): row for row in (await reporting.figures("timeline"))["rows"]}
    told = {day: {name: count for name, count in row.items() if count} for day, row in rows.items()}
    assert told["2018-02-05"] == {"declared": 1}
    assert told["2018-03-05"] == {"visited": 1, "interviewed": 1}  # Boon refused at the door, Anong was interviewed
    assert told["2018-03-06"] == {"visited": 1, "interviewed": 1}
    assert told["2018-03-20"] == {"planned": 1}
    assert told["2018-09-10"] == {"followed": 1}
    assert all(told.values())
    ours = {row["day"]: row for row in (await reporting.figures("timeline", KRABI))["rows"]}
    assert "2018-02-20" in told
    assert "2018-02-20" not in ours  # Ek stated the wish in Bangkok
    assert (await reporting.get("/v1/reports/timeline", DSD)).status_code == 404


async def test_a_clock_runs_until_the_step_is_taken_and_is_overdue_from_its_first_rise(reporting):
    clocks = [event for event in the_year() if not event.type.startswith("plan.ReferralOutcome")]
    until = {"receipt": "ReferralReceived", "answer": "ReferralWaitListed", "place": "ReferralAccepted", "rise": "ReferralStarted"}
    found = {}
    for step, event in until.items():
        await reporting.empty()
        left_out = {f"plan.{event}.v1", *(f"plan.{later}.v1" for later in list(until.values())[list(until).index(step) :])}
        if step != "rise":
            left_out |= {"plan.ReferralOverdue.v1", "plan.ReferralReminded.v1"}
        await reporting.bring(*(one for one in clocks if one.type not in left_out))
        found[step] = (await reporting.figures("agency-clocks", DSD))["rows"]
    waiting = {
        step: (rows[0]["clock"], rows[0]["running"], rows[0]["overdue"], rows[0]["risen_to_district"]) for step, rows in found.items()
    }
    assert waiting == {
        "receipt": ("RECEIPT", 1, 0, 0),
        "answer": ("ANSWER", 1, 0, 0),
        "place": ("PLACE", 1, 0, 0),
        "rise": ("START", 1, 1, 1),
    }
    assert found["rise"][0]["earliest_due_on"] == "2018-04-18"
    assert (await reporting.figures("agency-clocks", Reach(Level.AGENCY, "DOE")))["rows"] == []


async def test_what_has_its_result_waits_for_nobody(reporting):
    await reporting.bring(*the_year())
    assert plan.Outcome.TRAINING_PASSED in {row["outcome"] for row in (await reporting.figures("plans"))["rows"]}
    assert (await reporting.figures("agency-clocks"))["rows"] == []
