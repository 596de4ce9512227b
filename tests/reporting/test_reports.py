"""The figures of the small year, and who sees which."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.reporting.queries.reports import ReportName
from shared.auth import Level, Reach
from shared.contracts import interview
from shared.contracts.common import Channel
from tests.reporting.story import OFFICER, RUN, Story, case, declared, interviewed, registered, the_year

KRABI_TOWN, KHAO_PHANOM, BANGKOK = (Reach(Level.DISTRICT, code) for code in ("8101", "8102", "1001"))
KRABI = Reach(Level.PROVINCE, "81")


@pytest.fixture
async def told(reporting):
    await reporting.bring(*the_year())
    return reporting


def by(rows, *names):
    return {tuple(row[name] for name in names): row for row in rows}


async def test_the_table_by_age_and_income_with_the_published_figures_beside(told):
    table = await told.figures("age-income", scale=1_000_000)
    rows = by(table["rows"], "tier", "age_group")
    assert {cell: (row["persons"], row["deceased"]) for cell, row in rows.items()} == {
        ("UP_TO_30000", "not_over_60"): (4, 1),
        ("UP_TO_30000", "over_60"): (0, 0),
        ("OVER_30000", "not_over_60"): (0, 0),
        ("OVER_30000", "over_60"): (1, 0),
    }
    beside = rows["UP_TO_30000", "not_over_60"]["comparison"]
    assert (beside["published"], beside["mark"], beside["published_scaled"], beside["difference"]) == (5_272_881, "S", 5.3, -1.3)


async def test_published_figures_stand_beside_the_whole_country_only(told):
    table = await told.figures("age-income", area="81")
    assert all(row["comparison"] is None for row in table["rows"])
    year = await told.figures("year", KRABI)
    assert all(figure["comparison"] is None for figure in year["figures"])


async def test_who_moved_counts_where_they_live_and_their_wish_where_it_was_stated(told):
    assert (await told.figures("age-income", KHAO_PHANOM))["persons"] == 1
    assert (await told.figures("age-income", BANGKOK))["persons"] == 0
    assert (await told.figures("intake", BANGKOK))["persons"] == 1
    assert (await told.figures("intake", KHAO_PHANOM))["persons"] == 0


async def test_intake_by_district_day_and_place(told):
    assert {row["group"]: row["persons"] for row in (await told.figures("intake"))["rows"]} == {"1001": 1, "8101": 1}
    days = (await told.figures("intake", group_by="day", **{"from": "2018-02-01", "to": "2018-02-10"}))["rows"]
    assert [(row["group"], row["walk_in"], row["up_to_30000"]) for row in days] == [("2018-02-05", 1, 1)]
    assert [row["label_th"] for row in (await told.figures("intake", KRABI_TOWN, group_by="place"))["rows"]] == ["ศาลาประชาคม"]


async def test_the_intake_shows_what_places_counted_on_the_days_that_they_closed(told):
    shown = await told.figures("intake", KRABI_TOWN)
    assert {name: shown[name] for name in ("days_closed", "papers", "refused", "tickets")} == {
        "days_closed": 1,
        "papers": 2,
        "refused": 2,
        "tickets": 4,
    }
    assert (await told.figures("intake", KRABI_TOWN, **{"from": "2018-02-06"}))["days_closed"] == 0
    assert (await told.figures("intake", BANGKOK))["tickets"] == 0


async def test_coverage_of_the_visit_group_ends_each_case_once(told):
    coverage = await told.figures("visit-coverage")
    assert coverage == {
        "visit_group": 4,
        "declared": 1,
        "due": 3,
        "visited": 2,
        "interviewed": 2,
        "wished": 0,
        "refused": 1,
        "content": 0,
        "deceased": 1,
        "not_found": 1,
        "overdue": 0,
        "open": 0,
        "risen_to_officer": 0,
        "risen_to_district": 1,
        "risen_to_province": 0,
    }


async def test_a_due_visit_is_overdue_after_its_day(reporting):
    events = [event for event in the_year() if event.type.endswith(("CardholderRegistered.v1", "HomeVisitDue.v1"))]
    await reporting.bring(*events)
    coverage = await reporting.figures("visit-coverage")
    assert (coverage["due"], coverage["overdue"], coverage["open"]) == (3, 3, 0)


async def test_a_refusal_at_the_door_is_a_result_and_what_rose_is_counted_by_level(reporting):
    await reporting.bring(*(event for event in the_year() if event.type.endswith(("CardholderRegistered.v1", "HomeVisitDue.v1"))))
    story, day = Story(), date(2018, 5, 17)
    for level in ("OFFICER", "DISTRICT"):
        fact = {"level": level, "due_by": date(2018, 5, 31), "found_on": day, "district": "8101", "officer_id": None, "attempts": 0}
        story.tell(day, interview.HomeVisitOverdue(**case("boon"), **fact))
    story.tell(day, interview.VisitRefused(**case("boon"), visited_on=day, attempt_no=1, officer_id=OFFICER))
    await reporting.bring(*story.events)
    coverage = await reporting.figures("visit-coverage")
    assert (coverage["due"], coverage["refused"], coverage["overdue"], coverage["visited"]) == (3, 1, 2, 1)
    assert [coverage[f"risen_to_{level}"] for level in ("officer", "district", "province")] == [1, 1, 0]


@pytest.mark.parametrize("back", ["wish", "wish of the same day", "decision"])
async def test_who_withdrew_and_came_back_is_to_be_followed_again(reporting, back):
    story, day, later = Story(), date(2018, 3, 20), date(2018, 4, 20)
    story.tell(date(2018, 1, 15), registered("anong"))
    story.tell(date(2018, 2, 10), declared("anong", date(2018, 2, 10)))
    story.tell(day, interviewed("anong", day))
    story.tell(day, interview.IntentWithdrawn(**case("anong"), withdrawn_on=day, known_on=day))
    await reporting.bring(*story.events)
    assert (await reporting.figures("follow-ups", round="JUNE"))["expected"] == 0
    if back == "wish of the same day":
        story.tell(day, declared("anong", day, channel=Channel.HOME_VISIT))
        story.events[-1] = replace(story.events[-1], time=story.events[-1].time + timedelta(hours=1))
    elif back == "wish":
        story.tell(later, declared("anong", later, channel=Channel.HOME_VISIT))
    else:
        ruling = {"kind": "REINSTATE", "committee": "คอจ.", "decided_on": later, "known_on": later, "reference": "1"}
        story.tell(later, interview.DecisionRecorded(**case("anong"), decision_id=RUN, **ruling))
    await reporting.bring(story.events[-1])
    assert (await reporting.figures("follow-ups", round="JUNE"))["expected"] == 1
    assert (await reporting.figures("intake"))["persons"] == 1


async def test_payments_by_month_and_tier_count_the_last_word(told):
    payments = await told.figures("payments", month="2018-03")
    assert payments["rows"] == [
        {
            "month": "2018-03",
            "tier": "UP_TO_30000",
            "persons_settled": 1,
            "settled_satang": 20_000,
            "persons_failed": 0,
            "failed_satang": 0,
            "persons_returned": 1,
            "returned_satang": 20_000,
        }
    ]
    assert [(run["month"], run["persons"], run["eligible"], run["paid"], run["returned"]) for run in payments["runs"]] == [
        ("2018-03", 2, 2, 1, 1)
    ]
    assert await told.figures("payments", month="2018-04") == {"rows": [], "runs": []}
    assert (await told.figures("payments", KRABI_TOWN))["runs"] == []


async def test_a_bank_sees_its_own_payments_and_no_other_report(told):
    baac, ktb = (Reach(Level.BANK, code) for code in ("BAAC", "KTB"))
    assert len((await told.figures("payments", baac))["rows"]) == 1
    assert (await told.figures("payments", ktb))["rows"] == []
    assert (await told.get("/v1/reports/year", baac)).status_code == 404


async def test_plan_lines_of_the_plan_that_stands(told):
    (row,) = (await told.figures("plans"))["rows"]
    assert (row["dimension"], row["programme_en"], row["agency"], row["state"], row["outcome"], row["lines"]) == (
        "D2", "Community craftsman", "DSD", "FINISHED", "TRAINING_PASSED", 1,
    )  # fmt: skip
    assert len((await told.figures("plans", Reach(Level.AGENCY, "DSD")))["rows"]) == 1
    assert (await told.figures("plans", Reach(Level.AGENCY, "BAAC")))["rows"] == []


async def test_follow_ups_of_a_round(told):
    june = await told.figures("follow-ups", round="JUNE")
    assert (june["expected"], june["followed"], june["missing"], june["overdue"], june["employed"]) == (1, 1, 0, 1, 1)
    assert (await told.figures("follow-ups", round="AD_HOC"))["missing"] == 1


async def test_income_bands_go_by_the_last_follow_up(told):
    assert (await told.figures("income-bands"))["rows"] == [
        {"from_tier": "UP_TO_30000", "band_at_interview": "UP_TO_30000", "band_now": "OVER_100000", "persons": 1}
    ]


async def test_entitlements_caseload_and_decisions(told):
    (allowance,) = (await told.figures("entitlements"))["rows"]
    assert (allowance["status"], allowance["stop_reason"], allowance["persons"], allowance["monthly_satang"]) == ("ACTIVE", None, 1, 20_000)
    cases = by((await told.figures("caseload"))["rows"], "officer_id")
    assert cases[(str(OFFICER),)]["cases"] == 2
    assert cases[(str(OFFICER),)]["followed_september"] == 1
    assert (await told.figures("decisions"))["rows"] == [{"kind": "NOT_FOUND", "decisions": 1, "persons": 1}]


async def test_offerings_are_counted_by_province_and_those_of_a_whole_province_in_no_district(told):
    [row] = (await told.figures("offerings"))["rows"]
    assert (row["programme"], row["programme_en"], row["province"]) == ("DSD-01", "Community craftsman", "81")
    assert (row["offerings"], row["seats"], row["seats_made_up"]) == (2, 220, 0)
    [of_district] = (await told.figures("offerings", Reach(Level.DISTRICT, "8101")))["rows"]
    assert (of_district["offerings"], of_district["seats"]) == (1, 20)
    assert (await told.figures("offerings", Reach(Level.AGENCY, "DOE")))["rows"] == []


async def test_complaints_are_in_time_or_not_and_an_officer_sees_none(told):
    counted = ("received", "answered_in_time", "answered_late", "open_in_time", "open_overdue", "escalated")
    rows = [(row["district"], *(row[name] for name in counted)) for row in (await told.figures("complaints"))["rows"]]
    assert rows == [("1001", 1, 0, 0, 1, 0, 1), ("8101", 2, 1, 1, 0, 0, 1)]
    assert [row["district"] for row in (await told.figures("complaints", KRABI))["rows"]] == ["8101"]
    assert (await told.get("/v1/reports/complaints", Reach(Level.OFFICER, str(OFFICER)))).status_code == 404


async def test_what_specialists_were_asked_and_who_has_a_seat(told):
    asked = {"asked": 4, "answered_in_time": 1, "answered_late": 1, "withdrawn": 1, "open_in_time": 0, "open_overdue": 1, "escalated": 2}
    assert (await told.figures("specialist-reviews", KRABI))["rows"] == [{"dimension": "D3", **asked}]
    [row] = (await told.figures("seats"))["rows"]
    counted = ("offerings", "seated", "waiting", "seats_given_up", "waits_given_up")
    assert [row[name] for name in counted] == [1, 0, 0, 1, 0]


async def test_unmet_needs_are_of_the_newest_allocation_where_the_cases_are(told):
    counted = ("month", "district", "programme", "wishes", "seated", "with_another_seat", "without_offering", "without_seat")
    may, june = ("2018-05", "8101", "D2-DSD-TECHNICIAN", 12, 7, 1, 0, 4), ("2018-06", "8103", "D2-DSD-TECHNICIAN", 3, 0, 0, 3, 0)
    rows = (await told.figures("unmet-needs"))["rows"]
    assert [tuple(row[name] for name in counted) for row in rows] == [may, june]
    assert [row["district"] for row in (await told.figures("unmet-needs", Reach(Level.DISTRICT, "8103")))["rows"]] == ["8103"]
    assert [row["month"] for row in (await told.figures("unmet-needs", KRABI, month="2018-05"))["rows"]] == ["2018-05"]
    assert (await told.figures("unmet-needs", Reach(Level.PROVINCE, "10")))["rows"] == []
    assert (await told.get("/v1/reports/unmet-needs", Reach(Level.OFFICER, str(OFFICER)))).status_code == 404


async def test_employers_deductions_are_of_the_newest_certificates_and_the_countrys_alone(told):
    expected = {"year": 2018, "employers": 2, "periods": 2, "persons": 3, "wages_satang": 1_000_000, "training_satang": 200_000}
    assert (await told.figures("employer-deductions"))["rows"] == [{**expected, "deduction_satang": 1_800_000, "corrected": 1}]
    assert (await told.figures("employer-deductions", area="81"))["rows"] == []
    assert (await told.figures("employer-deductions", KRABI))["rows"] == []
    assert (await told.get("/v1/reports/employer-deductions", Reach(Level.EMPLOYER, "0105561000003"))).status_code == 404


async def test_the_year_in_one_answer(told):
    year = await told.figures("year", scale=1_000_000)
    counted = {figure["figure"]: figure["persons"] for figure in year["figures"]}
    assert counted == {
        "card_holders": 5,
        "visit_group": 4,
        "declared": 2,
        "declared_of_visit_group": 1,
        "declared_in_all": 2,
        "left_for_home_visits": 3,
        "visited": 2,
        "interviewed": 2,
        "planned": 1,
        "referred": 1,
        "in_development": 1,
        "completed": 1,
        "dropped": 0,
        "followed_june": 1,
        "followed_september": 1,
        "followed": 1,
        "rose_above_30000": 1,
        "above_100000": 1,
    }
    beside = {figure["figure"]: figure["comparison"] for figure in year["figures"]}
    assert beside["followed"]["published"] == 2_607_195
    assert beside["planned"] is None
    assert year["paid"][0]["settled_satang"] == 20_000


async def test_areas_stand_beside_each_other_as_the_year_counts_each(told):
    country = await told.figures("areas")
    assert len(country["rows"]) == 77
    assert country["latest_month"] == "2018-03"
    krabi = next(row for row in country["rows"] if row["area"] == "81")
    year = {one["figure"]: one["persons"] for one in (await told.figures("year", KRABI))["figures"]}
    alike = (
        "card_holders",
        "visit_group",
        "visited",
        "interviewed",
        "planned",
        "referred",
        "in_development",
        "completed",
        "rose_above_30000",
    )
    assert {name: krabi[name] for name in alike} == {name: year[name] for name in alike}
    assert (krabi["declared"], krabi["overdue"], krabi["paid_satang"], krabi["paid_latest_satang"]) == (2, 0, 20_000, 20_000)
    assert sum(row["card_holders"] for row in country["rows"]) == 5
    districts = (await told.figures("areas", KRABI))["rows"]
    assert {row["area"]: (row["label_en"], row["card_holders"]) for row in districts if row["card_holders"]} == {
        "8101": ("Mueang Krabi", 4),
        "8102": ("Khao Phanom", 1),
    }
    assert [row["area"] for row in (await told.figures("areas", KRABI_TOWN))["rows"]] == ["8101"]
    assert (await told.get("/v1/reports/areas", Reach(Level.OFFICER, str(OFFICER)))).status_code == 404


async def test_the_year_needs_the_policy(reporting):
    answer = await reporting.get("/v1/reports/year")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:sukjai:problem:policy-not-here")


async def test_an_officer_sees_the_own_caseload(told):
    officer = Reach(Level.OFFICER, str(OFFICER))
    assert (await told.figures("age-income", officer))["persons"] == 2
    assert (await told.figures("year", officer))["figures"][0]["persons"] == 2
    nobody = Reach(Level.OFFICER, "00000000-0000-7000-8000-000000000000")
    assert (await told.figures("visit-coverage", nobody))["visit_group"] == 0


@pytest.mark.parametrize("name", ReportName)
async def test_every_report_answers_with_its_definitions_and_refuses_what_it_must(told, name):
    answer = await told.get(f"/v1/reports/{name}")
    body = answer.json()
    assert answer.status_code == 200, body
    assert body["report"] == name
    assert body["as_of"].startswith("2018-10-01")
    assert body["policy"] == {"profile": "amended", "version": 1}
    assert body["definitions"]
    assert body["area"] == ""
    assert (await told.get(f"/v1/reports/{name}", KRABI)).json()["area"] == "81"
    assert (await told.get(f"/v1/reports/{name}", KRABI, area="8102")).json()["area"] == "8102"
    assert (await told.get(f"/v1/reports/{name}", KRABI, area="10")).status_code == 404
    assert (await told.get(f"/v1/reports/{name}", KRABI_TOWN, area="81")).status_code == 404
    assert (await told.get(f"/v1/reports/{name}", scopes=["registry.card_holders:read"])).status_code == 403
    assert (await told.get(f"/v1/reports/{name}", area="krabi")).status_code == 422
    assert (await told.get(f"/v1/reports/{name}", surprise="1")).status_code == 422
    assert (await told.client.get(f"/v1/reports/{name}")).status_code == 401


@pytest.mark.parametrize(
    ("report", "query"),
    [
        ("intake", {"from": "2018-03-01", "to": "2018-02-01"}),
        ("intake", {"group_by": "colour"}),
        ("payments", {"month": "2018-13"}),
        ("payments", {"month": "0000-01"}),
        ("follow-ups", {"round": "MAY"}),
        ("year", {"scale": 0}),
    ],
)
async def test_a_wrong_question_names_its_field(told, report, query):
    answer = await told.get(f"/v1/reports/{report}", **query)
    assert answer.status_code == 422
    assert answer.json()["errors"]
