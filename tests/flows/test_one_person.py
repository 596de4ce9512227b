"""What the registry decides about who somebody is, and what it tells them, through all five services and to the phones."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from deploy.local.suite import SERVICES
from shared.contracts.interview import ASSESSMENTS
from shared.ids import new_id
from tests.flows.country import Country, interview_form
from tests.flows.townsfolk import Person, people_of

HERE = "8101"
CHIEF, OFFICE = f"chief-{HERE}", "/registry/v1"
SAID = ("ทอเสื่อกระจูดขาย", "27777", "นายทุนปากตรอก", "ไม่สะดวกวันเสาร์")
"""What the erased person told, in the menu, of income, of debts and at the follow-up; debts are sealed."""


@dataclass
class Three:
    """One who is to be erased; one who is in the registry twice, with a wish under the first id."""

    erased: Person
    away: Person
    stays: Person

    @property
    def wished(self) -> list[Person]:
        """Who states the wish."""
        return [self.erased, self.away]


@pytest.fixture(scope="module")
async def three(country: Country) -> Three:
    """The three with a place to come to; two state the wish, are interviewed and paid for March."""
    [erased] = people_of("810101", 1, born="1971-01-02")
    people = Three(erased, *people_of("810101", 2, born="1972-03-04", family="แซ่ตัน"))
    await country.import_people([people.erased, people.away, people.stays])
    await country.day("2018-02-14")
    await country.state_wishes(people.wished, "2018-02-14")
    await country.assign(HERE)
    await country.day("2018-02-20")
    programme = await country.programme("D2")
    for person in people.wished:
        await country.post(f"ao-{country.officers[HERE]}", "/interview/v1/interviews", await form(country, person, programme))
    await country.day("2018-03-28")
    await country.pay("2018-03")
    return people


async def form(country: Country, person: Person, programme: str) -> dict[str, Any]:
    """Annex 3 with what only this person tells."""
    line = {"dimension": "D2", "programme_code": programme, "goal": SAID[0], "holder_signed": True, "officer_signed": True}
    filled = interview_form((await country.case(person))["case_id"], "2018-02-20", "DEVELOP", [line], None)
    filled["person"]["income_now_baht"] = int(SAID[1])
    filled["debts"] = [{"kind": "INFORMAL", "creditor": SAID[2], "amount_satang": 500_000}]
    return filled


async def notices(country: Country, person: Person) -> list[tuple[str, str]]:
    """Template and state of everything that the person was to be told."""
    rows = await country.rows("registry", "SELECT template, status FROM notice WHERE holder_id = $1::uuid", country.holder(person))
    return sorted((row["template"], row["status"]) for row in rows)


async def page(country: Country, person: Person) -> Any:
    """The person's case as their officer sees it."""
    return await country.get(f"ao-{country.officers[HERE]}", f"/interview/v1/cases/{(await country.case(person))['case_id']}")


async def test_people_hear_of_the_place_of_their_pay_and_of_the_next_contact_and_their_officer_sees_it(country: Country, three: Three):
    shown = await page(country, three.erased)
    assert shown["entitlement"]["status"] == "ACTIVE"  # payments has confirmed it
    told = [("allowance", "DELIVERED"), ("meeting-place", "DELIVERED")]
    await country.until(lambda: notices(country, three.erased), lambda found: found == told, "what was told")
    assert await country.until(lambda: notices(country, three.stays), lambda found: found == told[1:], "what was told") == told[1:]
    contact = {
        "case_id": shown["case_id"],
        "round": "AD_HOC",
        "contacted_on": "2018-03-28",
        "method": "TELEPHONE",
        "reached": True,
        "job_status": "SEEKING",
        "monthly_income_baht": 2000,
        "recommendation": "CONTINUE",
        "obstacles": SAID[3],
        "next_on": "2018-04-12",
    }
    await country.post(f"ao-{country.officers[HERE]}", "/interview/v1/follow-ups", contact)
    [waiting] = (await page(country, three.erased))["notices"]
    assert (waiting["template"], waiting["status"]) == ("follow-up-due", "REQUESTED")
    await country.day("2018-04-10")
    done = await country.until(lambda: page(country, three.erased), lambda one: one["notices"][0]["status"] == "DELIVERED", "the notice")
    assert done["notices"][0]["parameters"] == {"contact_on": "2018-04-12"}


async def decide(country: Country, user: str, path: str, body: dict[str, Any], version: int) -> None:
    """Decide on the version that was read."""
    headers = {"If-Match": f'"{version}"', "Idempotency-Key": str(new_id())}
    assert await country.status("POST", user, f"{path}/decision", body, **headers) == 200


async def one_person(country: Country, away: Person, stays: Person) -> None:
    """The chief finds that they are one, the governor decides it."""
    job = await country.post("registrar", f"{OFFICE}/duplicates/searches", {})
    await country.until(
        lambda: country.get("registrar", f"{OFFICE}/duplicates/searches/{job['job_id']}"), lambda one: one["status"] == "DONE", "the search"
    )
    [pair] = (await country.get(CHIEF, f"{OFFICE}/duplicates"))["items"]
    found = {"decision": "SAME", "keep": country.holder(stays), "reason": "ตรวจสอบกับเจ้าตัวแล้ว"}
    await decide(country, CHIEF, f"{OFFICE}/duplicates/{pair['pair_id']}", found, pair["version"])
    await decide_merge(country)


async def decide_merge(country: Country) -> None:
    """The governor decides what is proposed; everybody has heard of it afterwards."""
    [proposal] = (await country.get("governor-81", f"{OFFICE}/merge-proposals", status="PROPOSED"))["items"]
    await country.post(
        "governor-81", f"{OFFICE}/merge-proposals/{proposal['proposal_id']}/decision", {"approved": True, "reason": "หลักฐานครบถ้วน"}
    )
    await country.drained()


async def months(country: Country, person: Person) -> list[str]:
    """The months that the person is paid."""
    found = await country.entitlement(person)
    return [] if found is None else found["months"]


async def test_of_one_person_one_case_one_plan_and_one_allowance_go_on_and_all_go_back(country: Country, three: Three):
    away, stays = three.away, three.stays
    await country.day("2018-04-11")
    whole = await months(country, away)
    await one_person(country, away, stays)
    [case] = (await country.get("moi-country", "/interview/v1/cases", holder_id=country.holder(stays)))["items"]
    assert (case["holder_id"], case["state"]) == (country.holder(away), "REFERRED")
    [plan] = (await country.get("moi-country", "/plan/v1/plans", holder_id=country.holder(stays)))["items"]
    assert (plan["holder_id"], plan["status"]) == (country.holder(away), "REFERRED")
    assert (await page(country, away))["entitlement"]["stop_reason"] == "MERGED"
    assert (await months(country, away), await months(country, stays)) == (whole[:2], whole[2:])
    [slip] = await country.state_wishes([stays], "2018-02-28")
    assert (slip["repeated"], slip["case_id"]) == (True, case["case_id"])
    await country.day("2018-05-28")
    await country.pay("2018-05")
    paid = [
        [one["month"] for one in (await country.payments(person))["obligations"] if one["state"] == "SETTLED"] for person in (away, stays)
    ]
    assert paid == [["2018-03", "2018-04"], ["2018-05"]]
    evidence = {"reason": "เป็นฝาแฝด คนละคน", "evidence": "ทะเบียนบ้าน 4/2561"}
    await country.post("registrar", f"{OFFICE}/card-holders/{country.holder(away)}/unmerge-proposals", evidence)
    await decide_merge(country)
    assert (await months(country, away), await months(country, stays)) == (whole, [])
    assert (await country.get("moi-country", "/interview/v1/cases", holder_id=country.holder(stays)))["items"] == []


async def rows_as_text(country: Country) -> dict[str, list[str]]:
    """Every row of every table of every service as text, but who read whom."""
    found: dict[str, list[str]] = {}
    for service in SERVICES:
        tables = await country.rows(
            service,
            """SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
                WHERE schemaname IN ('public', 'apart') AND tablename NOT IN ('audit_entry', 'audit_seal')""",
        )
        found[service] = [
            row["text"] for one in tables for row in await country.rows(service, f"SELECT row::text AS text FROM {one['name']} AS row")
        ]
    return found


def counted(figures):
    """The figures; of lines of plans without the states that they are in, since an erasure closes them."""
    if not any("state" in row for row in figures.get("rows", ())):
        return figures
    lines, persons = Counter(), Counter()
    for row in figures["rows"]:
        lines[row["programme"]] += row["lines"]
        persons[row["programme"]] += row["persons"]
    return lines, persons


async def test_of_an_erased_person_nothing_is_readable_anywhere(country: Country, three: Three):
    person, holder_id = three.erased, country.holder(three.erased)
    shown = await page(country, person)
    assert any(holder_id in row and SAID[1] in row for row in (await rows_as_text(country))["interview"])  # it could be found
    [interview] = await country.rows("interview", "SELECT interview_id::text AS id FROM interview WHERE holder_id = $1::uuid", holder_id)
    [indexes] = await country.rows("interview", "SELECT citizen_index, card_index FROM holder WHERE holder_id = $1::uuid", holder_id)
    before = {name: await country.get("mof", f"/reporting/v1/reports/{name}") for name in ("income-bands", "plans", "payments")}
    asked = {"legal_ground": "ORDER", "reference": "คำสั่งศาล 12/2561", "payments_ended": False}
    proposal = await country.post("registrar", f"{OFFICE}/card-holders/{holder_id}/erasure", asked)
    path = f"{OFFICE}/erasures/{proposal['erasure_id']}"
    await decide(country, "mof", path, {"approved": True, "reason": "papers seen"}, proposal["version"])
    await country.drained()
    found = await rows_as_text(country)
    # What two of the three told alike is looked for in the rows of this one; the indexes are nobody else's.
    kept = {service: [row for row in rows if holder_id in row and any(word in row for word in SAID)] for service, rows in found.items()}
    assert kept == {service: [] for service in SERVICES}
    assert [row for rows in found.values() for row in rows if any(index in row for index in indexes.values())] == []
    for user, hidden in (
        (f"ao-{country.officers[HERE]}", f"/interview/v1/interviews/{interview['id']}"),
        ("registrar", f"{OFFICE}/card-holders/{holder_id}"),
    ):
        assert await country.status("GET", user, hidden) == 404
    after = await page(country, person)
    assert (after["state"], after["plan"], after["notices"], after["slip"]["slip_no"]) == ("CLOSED", None, [], shown["slip"]["slip_no"])
    assert await country.rows(
        "plan", "SELECT goal, target_income_baht FROM plan_line JOIN plan USING (plan_id) WHERE holder_id = $1::uuid", holder_id
    ) == [{"goal": "", "target_income_baht": None}]
    emptied = [event for event in await country.events(ASSESSMENTS) if event.subject == holder_id]
    assert [event.data.erased for event in emptied] == [False, True]
    for name, report in before.items():
        assert counted((await country.get("mof", f"/reporting/v1/reports/{name}"))["figures"]) == counted(report["figures"])
