"""Employers through the whole suite: a consent on the intent form, wages on a bank's topic, a certificate, and the figure of it."""

from dataclasses import replace
from datetime import date

from deploy.local.bank_simulator.payroll import WageOrder, tell, wage_paid
from shared.contracts.common import Bank
from shared.crypto import FieldCipher
from shared.ids import new_id
from tests.flows.country import Country
from tests.flows.townsfolk import Person, people_of

HERE, ACME = "8101", "0105561000003"
EMPLOYER, REVENUE, PLAN = f"employer-{ACME}", "revenue", "/plan/v1"


async def state_wish(country: Country, person: Person, *, wage_through_card: bool) -> None:
    """The person states the wish, with or without the box for wages."""
    wish = country.wish(person, "2018-02-01")
    wish["consents"] = {"share_with_agencies": True, "bank_data": True, "wage_through_card": wage_through_card}
    await country.post(f"intake-{HERE}", "/interview/v1/intents", wish)


async def month_of(country: Country, month: str, last: str) -> str:
    """An accounting period of one month with its ten employees; its id."""
    opened = await country.post(EMPLOYER, f"{PLAN}/employers/{ACME}/accounting-periods", {"starts_on": f"{month}-01", "ends_on": last})
    await country.office.put(EMPLOYER, f"{PLAN}/employers/{ACME}/head-counts/{month}", {"employees": 10})
    return opened["period_id"]


async def preview(country: Country, period_id: str):
    return await country.get(EMPLOYER, f"{PLAN}/accounting-periods/{period_id}/deduction")


async def certified(country: Country, period_id: str):
    """The employer closes the period, the Revenue side looks at it and certifies it."""
    await country.post(EMPLOYER, f"{PLAN}/accounting-periods/{period_id}/close", version=1)
    seen = await country.get(REVENUE, f"{PLAN}/accounting-periods/{period_id}/deduction")
    return await country.post(REVENUE, f"{PLAN}/accounting-periods/{period_id}/statements", {"basis": seen["basis"]})


async def test_wages_through_the_card_by_consent_and_not_after_its_withdrawal(country: Country):
    consenting, other = people_of(f"{HERE}01", 2, bank="KTB")
    await country.import_people([consenting, other])
    await country.day("2018-02-01")
    await state_wish(country, consenting, wage_through_card=True)
    await state_wish(country, other, wage_through_card=False)
    await country.drained()

    applied = await country.post(EMPLOYER, f"{PLAN}/employers", {"tax_id": ACME, "name_th": "บริษัท ดี จำกัด", "name_en": "Dee"})
    await country.post(REVENUE, f"{PLAN}/employers/{ACME}/decision", {"approved": True, "reason": "ตรวจแล้ว"}, version=applied["version"])
    path = f"{PLAN}/employers/{ACME}/employments"
    shown = {"citizen_id": consenting.citizen_id, "card_no": consenting.line()["card_no"], "starts_on": "2018-02-01"}
    employment = await country.post(EMPLOYER, path, shown)
    stranger = {**shown, "citizen_id": other.citizen_id, "card_no": other.line()["card_no"]}
    assert await country.status("POST", EMPLOYER, path, stranger, **{"Idempotency-Key": str(new_id())}) == 409

    february = await month_of(country, "2018-02", "2018-02-28")
    await country.day("2018-03-02")
    ciphers = FieldCipher.by_party(country.suite.secrets.bank_keys)
    order = WageOrder(employment["reference"], ACME, "2018-02", 950_001, consenting.line()["card_no"])
    word = wage_paid(Bank.KTB, order, date(2018, 2, 28), ciphers["KTB"])
    # Again the same message, the same words under a new id, and what another bank says on this bank's topic.
    foreign = wage_paid(Bank.GSB, order, date(2018, 2, 28), ciphers["KTB"])
    await tell(country.office.clock, [word, replace(word, id=new_id()), replace(foreign, topic=word.topic)])
    await country.drained()
    exceptions = (await country.get("bank-KTB", f"{PLAN}/bank-wages/exceptions"))["items"]
    assert [(one["via"], one["bank"], one["disposition"]) for one in exceptions] == [("KTB", "GSB", "WRONG_BANK")]
    assert (await country.get("bank-GSB", f"{PLAN}/bank-wages/exceptions"))["items"] == []
    issued = await certified(country, february)
    assert (issued["certificate"]["wages_satang"], issued["certificate"]["deduction_satang"]) == (950_001, 1_425_001)

    given = await country.get(EMPLOYER, f"{PLAN}/deduction-statements/{issued['statement_id']}/certificate")
    answer = await country.office.http.request("POST", f"{PLAN}/deduction-certificates/verification", json={"text": given["reference"]})
    assert (answer.status_code, answer.json()["deduction_satang"]) == (200, 1_425_001)

    march = await month_of(country, "2018-03", "2018-03-31")
    withdrawn = {
        "purpose": "WAGE_THROUGH_CARD",
        "decision": "WITHDRAWN",
        "signed_on": "2018-03-02",
        "channel": "COUNTER",
        "evidence": "แบบ 1",
    }
    await country.post(f"intake-{HERE}", f"/registry/v1/card-holders/{country.holder(consenting)}/consents", withdrawn)
    await country.day("2018-04-02")
    # February's late part is seen, and changes no certificate by itself.
    of_march = wage_paid(Bank.KTB, replace(order, wage_month="2018-03"), date(2018, 3, 28), ciphers["KTB"])
    late_part = wage_paid(Bank.KTB, replace(order, amount_satang=10_000), date(2018, 3, 1), ciphers["KTB"])
    await tell(country.office.clock, [of_march, late_part])
    await country.drained()
    assert (await preview(country, march))["deduction"]["not_counted_satang"] == {"CONSENT_WITHDRAWN": 950_001}
    assert (await certified(country, march))["certificate"]["deduction_satang"] == 0
    late = await preview(country, february)
    assert (late["differs"], late["certified_version"], late["deduction"]["wages_satang"]) == (True, 1, 960_001)

    await country.drained()
    [figures] = (await country.get(REVENUE, "/reporting/v1/reports/employer-deductions"))["figures"]["rows"]
    assert (figures["employers"], figures["periods"], figures["persons"], figures["deduction_satang"]) == (1, 2, 1, 1_425_001)
    # Reporting hears of the work, and of one person's alone it shows nothing.
    [job] = (await country.get("moi-country", "/reporting/v1/reports/job-survival"))["figures"]["rows"]
    assert (job["programme"], job["jobs"], job["after"]) == (None, None, [])
    [messages] = [await country.records("plan.wages.ktb.v1", "plan.employers.v1")]
    personal = (consenting.citizen_id, consenting.line()["card_no"], country.holder(consenting))
    assert not [record for record in messages if any(one.encode() in record.value for one in personal)]
