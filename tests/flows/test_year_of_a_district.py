"""One district through the whole year 2561, counted by the test itself; then everything told again, twice and shuffled."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from deploy.local.suite import SERVICES
from deploy.topics import declared
from services.reporting.tables import KEPT
from shared.contracts.interview import ASSESSMENTS, CASES
from shared.contracts.payments import ENTITLEMENTS
from shared.contracts.plan import PLANS
from shared.contracts.registry import HISTORY, HOLDERS, PAYEES
from tests.flows.country import Country
from tests.flows.replay import (
    SEEDS,
    State,
    changes_by_redelivery,
    neighbours_first,
    states_of_fresh_databases,
    table_state,
    without_steps,
)
from tests.flows.townsfolk import Person, people_of

DISTRICT, PROVINCE = "8101", "81"
CHIEF = f"chief-{DISTRICT}"
COMMITTEE = f"province-committee-{PROVINCE}"
MONTHS = [f"2018-{month:02}" for month in range(3, 13)]
GOOD = {"D1": "JOB_PLACED", "D2": "TRAINING_PASSED", "D3": "GRANTED", "D4": "GRANTED"}


def _from(first: int, last: int = 12) -> list[str]:
    return [f"2018-{month:02}" for month in range(first, last + 1)]


@dataclass
class Townspeople:
    """Forty people, by what they do in the year; the groups are apart."""

    comes: list[Person] = field(default_factory=lambda: people_of("810101", 9))
    comes_old: list[Person] = field(default_factory=lambda: people_of("810102", 4, born="1950-03-02", income_baht=20_000))
    comes_earning: list[Person] = field(default_factory=lambda: people_of("810103", 4, income_baht=50_000))
    withdraws: list[Person] = field(default_factory=lambda: people_of("810101", 1))
    dies: list[Person] = field(default_factory=lambda: people_of("810101", 1))
    is_not_interviewed: list[Person] = field(default_factory=lambda: people_of("810101", 1))
    visited_in_march: list[Person] = field(default_factory=lambda: people_of("810105", 4))
    visited_in_april: list[Person] = field(default_factory=lambda: people_of("810105", 4, income_baht=30_000))
    refuses: list[Person] = field(default_factory=lambda: people_of("810105", 1))
    is_content: list[Person] = field(default_factory=lambda: people_of("810105", 1))
    never_at_home: list[Person] = field(default_factory=lambda: people_of("810105", 2))
    stays_away: list[Person] = field(default_factory=lambda: people_of("810105", 8, born="1949-12-31", income_baht=45_000))

    @property
    def in_february(self) -> list[Person]:
        """Who states the wish at the meeting place."""
        return [*self.comes, *self.comes_old, *self.comes_earning, *self.withdraws, *self.dies, *self.is_not_interviewed]

    @property
    def due_a_visit(self) -> list[Person]:
        """Who is of the visit group and did not come."""
        return [*self.visited_in_march, *self.visited_in_april, *self.refuses, *self.is_content, *self.never_at_home]

    @property
    def everybody(self) -> list[Person]:
        """All of them."""
        return [*self.in_february, *self.due_a_visit, *self.stays_away]

    @property
    def develops(self) -> list[Person]:
        """Who goes on to the end of the year."""
        return [*self.comes, *self.comes_old, *self.comes_earning, *self.visited_in_march, *self.visited_in_april]

    def months_paid(self) -> dict[Person, list[str]]:
        """By the rules of the measure: from the month after the wish, until the month before the stop."""
        until_may = {person: _from(3, 5) for person in (*self.withdraws, *self.dies, *self.is_not_interviewed)}
        from_march = dict.fromkeys((*self.comes, *self.comes_old, *self.comes_earning), _from(3))
        return until_may | from_march | dict.fromkeys(self.visited_in_march, _from(4)) | dict.fromkeys(self.visited_in_april, _from(5))


@dataclass
class Year:
    """The played year and its closed runs by month."""

    people: Townspeople
    runs: Mapping[str, dict]
    programme: str


@pytest.fixture(scope="module")
async def year(country: Country) -> Year:
    """The district's year, played over HTTP."""
    people = Townspeople()
    assert len(people.everybody) == 40
    done = await country.import_people(people.everybody)
    assert (done["lines"], done["rejected"]) == (40, 0)
    programme = await country.programme("D2")
    await _february(country, people)
    runs = {
        "2018-03": await _march(country, people, programme),
        "2018-04": await _april(country, people, programme),
        "2018-05": await _may(country, people),
    }
    await _committees_of_june(country, people)
    for month in MONTHS[3:]:
        if month in {"2018-06", "2018-09"}:
            await _follow_up(country, people, month)
        await country.day(f"{month}-28")
        if month == "2018-08":
            await _outcomes(country)
        runs[month] = await country.pay(month)
    await country.drained()
    return Year(people, runs, programme)


async def _february(country: Country, people: Townspeople) -> None:
    await country.day("2018-02-14")
    slips = await country.state_wishes(people.in_february, "2018-02-14")
    again = await country.state_wishes(people.in_february[:3], "2018-02-14")
    assert [slip["slip_no"] for slip in again] == [slip["slip_no"] for slip in slips[:3]]
    assert all(slip["repeated"] for slip in again)


async def _march(country: Country, people: Townspeople, programme: str) -> dict:
    await country.day("2018-03-05")
    await country.post(CHIEF, f"/interview/v1/districts/{DISTRICT}/home-visit-list")
    await country.assign(DISTRICT)
    await country.day("2018-03-12")
    await country.interview([*people.comes, *people.withdraws, *people.dies], "2018-03-12", menu=[programme])
    await country.interview([*people.comes_old, *people.comes_earning], "2018-03-12")
    await country.interview(people.visited_in_march, "2018-03-12", menu=[programme], states_wish=True)
    await country.interview(people.refuses, "2018-03-12", answer="REFUSE")
    await country.interview(people.is_content, "2018-03-12", answer="SUFFICIENT")
    for day in ("2018-03-06", "2018-03-09", "2018-03-12"):
        for person in people.never_at_home:
            attempt = {"case_id": (await country.case(person))["case_id"], "visited_on": day, "reason": "NOT_AT_HOME"}
            await country.post(f"ao-{country.officers[DISTRICT]}", "/interview/v1/visit-attempts", attempt)
    await country.drained()
    await _agree(country, "2018-03-12")
    await country.day("2018-03-28")
    return await country.pay("2018-03")


async def _agree(country: Country, day: str) -> None:
    """Who signed no menu at the interview agrees to the first programme recommended."""
    for plan in await country.pages("moi-country", "/plan/v1/plans", status="RECOMMENDED"):
        lines = [{"programme_code": plan["recommended"][0], "goal": "มีรายได้เพิ่มขึ้น"}]
        body = {"lines": lines, "holder_signed": True, "officer_signed": True, "agreed_on": day}
        await country.post(f"ao-{plan['officer_id']}", f"/plan/v1/plans/{plan['plan_id']}/agreement", body)
    await country.drained()


async def _april(country: Country, people: Townspeople, programme: str) -> dict:
    await country.day("2018-04-16")
    await country.interview(people.visited_in_april, "2018-04-16", menu=[programme], states_wish=True)
    [person] = people.withdraws
    intent = (await country.state_wishes([person], "2018-02-14"))[0]["intent_id"]
    await country.post(CHIEF, f"/interview/v1/intents/{intent}/withdrawal", {"withdrawn_on": "2018-04-16", "reason": "ไม่ประสงค์เข้าร่วมต่อ"})
    await country.drained()
    await _agencies(country, "acceptances", {"accepted_on": "2018-04-16"}, "CREATED")
    await country.day("2018-04-28")
    return await country.pay("2018-04")


async def _agencies(country: Country, what: str, report: dict, status: str) -> None:
    """Every agency reports the same about all its referrals of the status; `outcome` follows from the dimension."""
    for agency in (await country.get("committee", "/plan/v1/agencies"))["items"]:
        user = f"agency-{agency['code']}"
        waiting = await country.pages(user, "/plan/v1/referrals", status=status)
        lines = [
            {"referral_id": row["referral_id"], **report, **({"outcome": GOOD[row["dimension"]]} if what == "outcomes" else {})}
            for row in waiting
        ]
        if lines:
            answer = await country.post(user, f"/plan/v1/referrals/{what}", lines)
            assert all(line["taken"] for line in answer["lines"]), answer
    await country.drained()


async def _may(country: Country, people: Townspeople) -> dict:
    await country.day("2018-05-16")
    [person] = people.dies
    death = {"deceased_on": "2018-05-15", "evidence": "ทะเบียนราษฎร"}
    request = await country.post("registrar", f"/registry/v1/card-holders/{country.holder(person)}/death", death)
    await country.post(CHIEF, f"/registry/v1/change-requests/{request['request_id']}/approval", {"reason": "ตรวจทะเบียนราษฎรแล้ว"})
    await country.day("2018-05-28")
    return await country.pay("2018-05")


async def _committees_of_june(country: Country, people: Townspeople) -> None:
    await country.day("2018-06-04")
    decision = {"committee": "PROVINCIAL_COMMITTEE", "decided_on": "2018-06-04", "reference": "กบ 0018/ว 1"}
    await country.post(COMMITTEE, f"/interview/v1/districts/{DISTRICT}/not-interviewed-decisions", decision)
    for person in people.never_at_home:
        body = {**decision, "case_id": (await country.case(person))["case_id"], "kind": "NOT_FOUND", "reason": ""}
        await country.post(COMMITTEE, "/interview/v1/decisions", body)


async def _follow_up(country: Country, people: Townspeople, month: str) -> None:
    await country.day(f"{month}-15")
    for number, person in enumerate(people.develops):
        income = 36_000 if month == "2018-09" and number < 5 else min(person.income_baht, 25_000)
        body = {
            "case_id": (await country.case(person))["case_id"],
            "round": "JUNE" if month == "2018-06" else "SEPTEMBER",
            "contacted_on": f"{month}-15",
            "method": "TELEPHONE",
            "reached": True,
            "job_status": "SELF_EMPLOYED",
            "monthly_income_baht": income // 12,
            "yearly_income_baht": income,
            "recommendation": "CONTINUE",
        }
        await country.post(f"ao-{country.officers[DISTRICT]}", "/interview/v1/follow-ups", body)


async def _outcomes(country: Country) -> None:
    await _agencies(country, "outcomes", {"recorded_on": "2018-08-28"}, "ACCEPTED")


async def test_every_run_closes_with_what_the_rules_give(country: Country, year: Year):
    expected = year.people.months_paid()
    for month, run in year.runs.items():
        due = [person for person, months in expected.items() if month in months]
        assert run["status"] == "CLOSED"
        assert (run["lines"], run["paid"], run["unanswered"]) == (len(due), len(due), 0), month
        assert run["paid_satang"] == sum(person.monthly_satang for person in due), month


async def test_the_banks_paid_each_person_each_month_once(country: Country, year: Year):
    expected = year.people.months_paid()
    assert country.banks.paid_satang() == sum(person.monthly_satang * len(months) for person, months in expected.items())
    for person, months in expected.items():
        paid = await country.payments(person)
        settled = [one["month"] for one in paid["obligations"] if one["state"] == "SETTLED"]
        assert settled == months, person
        assert paid["paid_satang"] == person.monthly_satang * len(months)
        assert all(len(one["attempts"]) == 1 for one in paid["obligations"] if one["state"] == "SETTLED")
    for person in (*year.people.refuses, *year.people.is_content, *year.people.never_at_home, *year.people.stays_away):
        assert await country.entitlement(person) is None


async def test_allowances_stop_for_the_reasons_that_happened(country: Country, year: Year):
    for group, reason in (("withdraws", "WITHDRAWN"), ("dies", "DECEASED"), ("is_not_interviewed", "NOT_INTERVIEWED")):
        [person] = getattr(year.people, group)
        stopped = await country.entitlement(person)
        assert (stopped["stop_reason"], stopped["stop_month"]) == (reason, "2018-06")
    for person in year.people.develops:
        assert (await country.entitlement(person))["status"] == "ENDED"


async def test_the_year_in_reporting_is_what_the_test_counted(country: Country, year: Year):
    people = year.people
    report = (await country.get(CHIEF, "/reporting/v1/reports/year"))["figures"]
    counted = {one["figure"]: one["persons"] for one in report["figures"]}
    wished_at_home = len(people.visited_in_march) + len(people.visited_in_april)
    met = [*people.develops, *people.withdraws, *people.dies, *people.refuses, *people.is_content]
    assert counted == {
        "card_holders": 40,
        "visit_group": sum(person.visit_group for person in people.everybody),
        "declared": len(people.in_february),
        "declared_of_visit_group": sum(person.visit_group for person in people.in_february),
        "declared_in_all": len(people.in_february) + wished_at_home,
        "left_for_home_visits": len(people.due_a_visit),
        "visited": len(people.due_a_visit),
        "interviewed": len(met),
        "planned": len(people.develops) + 2,
        "referred": len(people.develops) + 2,
        "in_development": len(people.develops) + len(people.dies),
        "completed": len(people.develops),
        "dropped": 0,
        "followed_june": len(people.develops),
        "followed_september": len(people.develops),
        "followed": len(people.develops),
        "rose_above_30000": 5,
        "above_100000": 0,
    }


async def test_payments_by_month_and_tier_in_reporting_are_what_the_test_counted(country: Country, year: Year):
    persons: Counter[tuple[str, str]] = Counter()
    for person, months in year.people.months_paid().items():
        tier = "UP_TO_30000" if person.income_baht <= 30_000 else "OVER_30000"
        persons.update((month, tier) for month in months)
    amount = {"UP_TO_30000": 20_000, "OVER_30000": 10_000}
    report = (await country.get("moi-country", "/reporting/v1/reports/payments"))["figures"]
    assert {(row["month"], row["tier"]): (row["persons_settled"], row["settled_satang"]) for row in report["rows"]} == {
        (month, tier): (count, count * amount[tier]) for (month, tier), count in persons.items()
    }
    assert [(run["month"], run["paid"]) for run in report["runs"]] == [(month, run["paid"]) for month, run in year.runs.items()]


async def test_visit_coverage_in_reporting_is_what_the_test_counted(country: Country, year: Year):
    people = year.people
    row = (await country.get(CHIEF, "/reporting/v1/reports/visit-coverage"))["figures"]
    expected = {
        "due": len(people.due_a_visit),
        "wished": len(people.visited_in_march) + len(people.visited_in_april),
        "refused": 1,
        "content": 1,
        "not_found": 2,
        "overdue": 0,
        "open": 0,
        "deceased": 0,
    }
    assert {name: row[name] for name in expected} == expected


async def test_one_person_followed_through_every_service(country: Country, year: Year):
    person = year.people.comes[0]
    holder_id, officer = country.holder(person), country.officers[DISTRICT]

    card_holder = await country.get(CHIEF, f"/registry/v1/card-holders/{holder_id}")
    assert (card_holder["tier"], card_holder["visit_group"], card_holder["officer_id"]) == ("UP_TO_30000", True, officer)
    assert person.citizen_id not in str(card_holder)

    case = await country.get(f"ao-{officer}", f"/interview/v1/cases/{(await country.case(person))['case_id']}")
    assert (case["state"], case["officer_id"], case["home_district"]) == ("FOLLOWED_UP", officer, DISTRICT)

    [plan] = (await country.get(f"ao-{officer}", "/plan/v1/plans", holder_id=holder_id))["items"]
    assert plan["status"] == "COMPLETED"
    detail = await country.get(f"ao-{officer}", f"/plan/v1/plans/{plan['plan_id']}")
    assert [line["programme_code"] for line in detail["lines"]] == [year.programme]
    assert [referral["status"] for referral in detail["referrals"]] == ["CLOSED"]

    paid = await country.payments(person)
    assert [one["month"] for one in paid["obligations"]] == MONTHS
    assert paid["paid_satang"] == 200_000

    told = [event for event in await country.events(HISTORY, CASES, PLANS, ENTITLEMENTS) if event.subject == holder_id]
    names = Counter(event.type.split(".")[1] for event in told)
    assert names == {
        "CardholderRegistered": 1,
        "CaseRouted": 1,
        "IntentDeclared": 1,
        "ConsentsCaptured": 1,
        "CardholderUpdated": 1,
        "AccountOfficerAssigned": 1,
        "InterviewCompleted": 1,
        "RecommendationPrepared": names["RecommendationPrepared"],
        "PlanAssigned": 1,
        "ReferralCreated": 1,
        "ReferralAccepted": 1,
        "ReferralOutcomeRecorded": 1,
        "PlanCompleted": 1,
        "FollowUpRecorded": 2,
        "EntitlementStarted": 1,
        "EntitlementConfirmed": 1,
        "NoticeRequested": 1,
        "PaymentSettled": 10,
    }
    assert names["RecommendationPrepared"] >= 1
    assert person.citizen_id.encode() not in b"".join(event.to_bytes() for event in told)


async def test_nothing_personal_lies_on_any_topic(country: Country, year: Year):
    records = await country.records(*sorted(declared().topics))
    assert {record.topic for record in records} > {HOLDERS, PAYEES, ASSESSMENTS, CASES, PLANS, ENTITLEMENTS}
    written = b"\n".join(part for record in records for part in (record.key, record.value) if part)
    for person in year.people.everybody:
        line = person.line()
        told = [line[column] for column in ("citizen_id", "card_no", "first_name", "last_name", "account_no", "phone")]
        assert [one for one in told if one.encode() in written or json.dumps(one)[1:-1].encode() in written] == [], person.number


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("service", ["plan", "payments", "reporting"])
async def test_every_event_twice_and_shuffled_across_keys_gives_a_fresh_database_the_same_state(country, year, service, seed):
    once, shuffled = await states_of_fresh_databases(country, service, seed)
    assert sum(len(rows) for rows in once.values()) > 100
    assert without_steps(shuffled) == without_steps(once)


@pytest.mark.parametrize("service", ["plan", "payments"])
async def test_what_is_told_of_people_who_are_not_here_yet_waits_for_them(country: Country, year: Year, service: str):
    waited, after, in_order = await neighbours_first(country, service)
    assert waited >= 4 * len(year.people.in_february)
    assert after["parked"] == []
    assert without_steps(after) == without_steps(in_order)


@pytest.mark.parametrize("service", SERVICES)
async def test_every_event_of_the_year_again_changes_nothing(country: Country, year: Year, service: str):
    assert await changes_by_redelivery(country, service) == {}


async def test_reporting_made_anew_from_the_topics_is_the_reporting_that_lived_through_the_year(country: Country, year: Year):
    live = of_events(await table_state(country, "reporting"))
    for anew in await states_of_fresh_databases(country, "reporting"):
        assert of_events(anew) == live


def of_events(state: State) -> State:
    """Of reporting's tables those that events fill: which reports are due, and what was frozen, is in no topic that it hears."""
    return {table: rows for table, rows in state.items() if table not in KEPT}


async def test_allowances_made_anew_from_the_topics_are_those_that_lived_through_the_year(country: Country, year: Year):
    columns = "holder_id, tier, stated_on, monthly_satang, first_month, last_month, payable, rule, stop_reason, stop_month, stop_rule"
    sql = f"SELECT {columns} FROM entitlement ORDER BY holder_id"
    await states_of_fresh_databases(country, "payments")
    assert await country.rows("payments", sql, prefix="anew_shuffled") == await country.rows("payments", sql)
