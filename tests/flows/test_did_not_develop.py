"""Who did not develop: agencies' facts, the committee's decision, the stop, an appeal in time, and the months that were missed."""

from dataclasses import dataclass
from typing import Any

import pytest

from deploy.local.year.office import Refused
from shared.contracts.payments import ENTITLEMENTS
from shared.contracts.plan import PLANS, PlanCompleted
from tests.flows.country import Country
from tests.flows.townsfolk import Person, people_of

HERE = "8101"
CHIEF, COMMITTEE, ABOVE = f"chief-{HERE}", "province-committee-81", "committee"
RULING = {"committee": "PROVINCIAL_COMMITTEE", "decided_on": "2018-06-20"}


@dataclass(frozen=True)
class Three:
    """Who appeals, who does not, and whose cause is reasonable."""

    appeals: Person
    accepts: Person
    excused: Person

    @property
    def everybody(self) -> list[Person]:
        return [self.appeals, self.accepts, self.excused]


@pytest.fixture(scope="module")
async def three(country: Country) -> Three:
    """They state the wish, agree to a course, and the agency tells in June that they did not come; the allowance runs until June."""
    people = Three(*people_of("810101", 3))
    await country.import_people([*people.everybody])
    await country.day("2018-02-14")
    await country.state_wishes(people.everybody, "2018-02-14")
    await country.day("2018-03-05")
    await country.assign(HERE)
    await country.interview(people.everybody, "2018-03-05", menu=[await country.programme("D2")])
    await country.drained()
    return people


async def _paid(country: Country, person: Person) -> list[str]:
    obligations = (await country.payments(person))["obligations"]
    return [one["month"] for one in obligations if one["state"] == "SETTLED"]


async def test_the_agency_gets_the_contact_of_who_is_referred_to_it_and_consents_and_no_other_agency_does(country: Country, three: Three):
    [plan] = (await country.get("moi-country", "/plan/v1/plans", holder_id=country.holder(three.appeals)))["items"]
    [referral] = (await country.get("moi-country", "/plan/v1/referrals", plan_id=plan["plan_id"]))["items"]
    path = f"/plan/v1/referrals/{referral['referral_id']}/packet"
    packet = await country.get(f"agency-{referral['agency']}", path)
    line = three.appeals.line()
    assert (packet["withheld"], packet["person"]["first_name"]) == (None, line["first_name"])
    assert packet["person"]["phone"][-4:] == line["phone"][-4:]
    assert await country.status("GET", "agency-NSF", path) == 404
    contact = f"/registry/v1/card-holders/{country.holder(three.appeals)}/contact?purpose=packet"
    assert await country.status("GET", f"agency-{referral['agency']}", contact) == 200
    assert await country.status("GET", "agency-NSF", contact) == 404
    [holder] = {row["holder_id"] for row in await country.rows("plan", "SELECT holder_id FROM audit_entry")}
    assert str(holder) == country.holder(three.appeals)


async def test_from_the_facts_to_the_stop_the_appeal_and_the_months_that_were_missed(country: Country, three: Three):
    for month in ("2018-03", "2018-04", "2018-05"):
        await country.day(f"{month}-28")
        await country.pay(month)
    await country.day("2018-06-04")
    waiting = await country.pages("moi-country", "/plan/v1/referrals")
    for row in waiting:
        body = {"step": "OUTCOME", "outcome": "DID_NOT_START", "on": "2018-06-04"}
        await country.post(f"agency-{row['agency']}", f"/plan/v1/referrals/{row['referral_id']}/reports", body)
    await country.drained()
    assert {(await country.case(person))["state"] for person in three.everybody} == {"DROPPED"}
    listed = (await country.get(COMMITTEE, "/interview/v1/development-failures", state="OPEN"))["items"]
    assert {row["holder_id"] for row in listed} == {country.holder(person) for person in three.everybody}
    assert {(row["failure"], row["failed_on"], row["lines"][0]["outcome"]) for row in listed} == {
        ("DID_NOT_DEVELOP", "2018-06-04", "DID_NOT_START")
    }

    await country.day("2018-06-20")
    decided = {}
    for person, kind in ((three.appeals, "DID_NOT_DEVELOP"), (three.accepts, "DID_NOT_DEVELOP"), (three.excused, "REASONABLE_CAUSE")):
        body = {**RULING, "kind": kind, "holder_id": country.holder(person), "reference": f"กบ 0018/{person.number}"}
        decided[person] = (await country.post(COMMITTEE, "/interview/v1/decisions", body))["decision_id"]
    await country.drained()
    for person in (three.appeals, three.accepts):
        stopped = await country.entitlement(person)
        assert (stopped["status"], stopped["months"][-1]) == ("STOPPED", "2018-06")
    assert (await country.entitlement(three.excused))["months"][-1] == "2018-12"

    await country.day("2018-06-25")
    appeal_body = {"received_on": "2018-06-25", "grounds": "ป่วยระหว่างอบรม มีใบรับรองแพทย์"}
    appeal = await country.post(CHIEF, f"/interview/v1/decisions/{decided[three.appeals]}/appeals", appeal_body)
    for month in ("2018-06", "2018-07"):
        await country.day(f"{month}-28")
        await country.pay(month)
    assert (await _paid(country, three.appeals))[-1] == "2018-06"
    late = f"/interview/v1/decisions/{decided[three.accepts]}/appeals"
    assert await country.status("POST", CHIEF, late, {**appeal_body, "received_on": "2018-07-28"}, **{"Idempotency-Key": "late"}) == 409

    await country.day("2018-08-06")
    ruling = {
        "granted": True,
        "committee": "MONITORING_COMMITTEE",
        "decided_on": "2018-08-06",
        "reference": "คอต. ๕/๒๕๖๑",
        "reason": "เจ็บป่วยจริง",
    }
    settled = await country.post(ABOVE, f"/interview/v1/appeals/{appeal['appeal_id']}/decision", ruling)
    assert settled["reinstated_by"]
    await country.drained()
    again = await country.entitlement(three.appeals)
    assert (again["status"], again["months"][4:]) == ("REINSTATED", [f"2018-{month:02}" for month in range(7, 13)])
    await country.day("2018-08-28")
    await country.pay("2018-08")
    months = [f"2018-{month:02}" for month in range(3, 9)]
    assert sorted(await _paid(country, three.appeals)) == months
    assert sorted(await _paid(country, three.excused)) == months
    assert sorted(await _paid(country, three.accepts)) == months[:4]
    told = [
        event.type.split(".")[1] for event in await country.events(PLANS, ENTITLEMENTS) if event.subject == country.holder(three.appeals)
    ]
    assert {"DevelopmentFailed", "EntitlementStopped", "EntitlementReinstated"} <= set(told)


async def test_who_is_reinstated_gets_a_further_plan_and_who_is_stopped_does_not(country: Country, three: Three):
    await country.day("2018-09-03")
    job = await country.programme("D1")
    plans = {
        person: (await country.get("moi-country", "/plan/v1/plans", holder_id=country.holder(person)))["items"][0]
        for person in three.everybody
    }
    further = {
        "lines": [{"line_no": 1}, {"programme_code": job, "goal": "ทำงานประจำ"}],
        "reason": "กลับเข้ามาตรการแล้ว ขอหางาน",
        "holder_signed": True,
        "officer_signed": True,
        "agreed_on": "2018-09-03",
        "other_choice": "PERSON_PREFERS",
    }

    async def agree(person: Person) -> Any:
        plan = plans[person]
        return await country.post(
            f"ao-{plan['officer_id']}", f"/plan/v1/plans/{plan['plan_id']}/amendments", further, version=plan["version"]
        )

    with pytest.raises(Refused, match="development-stopped"):
        await agree(three.accepts)
    ended = await _year(country)
    assert (ended["completed"], ended["dropped"]) == (0, 3)
    for person in (three.appeals, three.excused):
        assert (await agree(person))["status"] == "REFERRED"
    await country.drained()
    assert [(await country.case(person))["state"] for person in three.everybody] == ["REFERRED", "DROPPED", "REFERRED"]
    running = await _year(country)
    assert (running["completed"], running["dropped"]) == (0, 1)

    [sent] = [
        one
        for one in await country.pages("moi-country", "/plan/v1/referrals", plan_id=plans[three.appeals]["plan_id"])
        if one["programme_code"] == job
    ]
    path = f"/plan/v1/referrals/{sent['referral_id']}/reports"
    await country.post(f"agency-{sent['agency']}", path, {"step": "STARTED", "on": "2018-09-03"})
    await country.drained()
    assert (await country.case(three.appeals))["state"] == "IN_DEVELOPMENT"
    await country.post(f"agency-{sent['agency']}", path, {"step": "OUTCOME", "outcome": "JOB_PLACED", "on": "2018-09-03"})
    await country.drained()
    plan = await country.get("moi-country", f"/plan/v1/plans/{plans[three.appeals]['plan_id']}")
    assert (plan["status"], plan["succeeded"], plan["failed"], plan["agreement_version"]) == ("COMPLETED", 1, 1, 2)
    assert (await country.case(three.appeals))["state"] == "COMPLETED"
    after = await _year(country)
    assert (after["completed"], after["dropped"]) == (1, 1)
    ends = [event.data for event in await country.events(PLANS) if isinstance(event.data, PlanCompleted)]
    told = [one for one in ends if str(one.holder_id) == country.holder(three.appeals)]
    assert [(one.dropped, one.succeeded) for one in told] == [(True, 0), (False, 1)]
    assert await country.broken_invariants() == {}


async def _year(country: Country) -> dict[str, int]:
    figures = (await country.get("moi-country", "/reporting/v1/reports/year", area=HERE))["figures"]["figures"]
    return {one["figure"]: one["persons"] for one in figures}
