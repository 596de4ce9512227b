"""What employers, banks and the Revenue side do, as plain functions over the started service."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

from services.payments.rules import policy_file
from shared.auth import Level, Reach
from shared.contracts import Event
from shared.contracts.common import Bank
from shared.contracts.payments import PolicyPublished
from shared.contracts.plan import WagePaidThroughCard
from shared.contracts.registry import CardholderUpdated
from tests.plan import story

ACME, OTHER = "0105561000003", "0105561000011"
CITIZENS = ("1000000000017", "1000000000025", "1000000000033", "1000000000041", "1000000000050", "1000000000068")
EMPLOYER = (
    "plan.employers:read",
    "plan.employers:write",
    "plan.employments:read",
    "plan.employments:write",
    "plan.accounting-periods:read",
    "plan.accounting-periods:write",
    "plan.deductions:read",
)
REVENUE = ("plan.employers:read", "plan.employers:decide", "plan.deductions:read", "plan.deductions:issue", "plan.wages:read")
WITHOUT = ("SHARE_WITH_AGENCIES",)
CONSENTS = ("SHARE_WITH_AGENCIES", "WAGE_THROUGH_CARD")


def card_of(number):
    return f"{number:016}"


def policy(profile="amended", version=1):
    parameters = policy_file.load(profile).parameters
    data = PolicyPublished(profile=profile, version=version, published_on=date(2018, 1, 9), parameters=parameters)
    return Event.of(data, subject="policy", time=datetime(2018, 1, 9, 5, tzinfo=UTC), identity=(version,))


def said(plan, number, *, consents=CONSENTS, on=date(2018, 1, 20), version=2, card=None, **more):
    """The state of person `number` after they said to what they consent."""
    holder_id, lookup = story.person(number), plan.resources.lookup
    state = story._state(holder_id, version, "810101", 40) | {
        "citizen_index": lookup.of(CITIZENS[number]),
        "card_index": lookup.of(card_of(number) if card is None else card),
        "recorded_on": on,
        "consents": consents,
        **more,
    }
    return Event.of(
        CardholderUpdated(**state), subject=holder_id, time=datetime(on.year, on.month, on.day, 5, tzinfo=UTC), identity=(version,)
    )


def at(plan, day):
    plan.resources.clock.play(datetime.fromisoformat(f"{day}T10:00:00+07:00"))


def employer(plan, tax_id=ACME):
    return plan.employer(tax_id, EMPLOYER)


def revenue(plan, name="revenue"):
    return {"Authorization": f"Bearer {plan.issuer.issue(name, REVENUE, Reach.country())}"}


def bank(plan, code="KTB"):
    return {
        "Authorization": f"Bearer {plan.issuer.issue(f'bank-{code}', ('plan.wages:read', 'plan.wages:write'), Reach(Level.BANK, code))}"
    }


async def register(plan, tax_id=ACME):
    applied = await plan.post(
        "/v1/employers", {"tax_id": tax_id, "name_th": "บริษัท ดี จำกัด", "name_en": "Dee Co., Ltd."}, employer(plan, tax_id)
    )
    assert applied.status_code == 201, applied.text
    decided = await plan.post(
        f"/v1/employers/{tax_id}/decision",
        {"approved": True, "reason": "ตรวจทะเบียนแล้ว"},
        revenue(plan),
        headers={"If-Match": applied.headers["ETag"]},
    )
    assert decided.status_code == 200, decided.text


async def employ(plan, number, starts_on="2018-02-01", tax_id=ACME, *, card=None, **more):
    body = {"citizen_id": CITIZENS[number], "card_no": card or card_of(number), "starts_on": starts_on, **more}
    return await plan.post(f"/v1/employers/{tax_id}/employments", body, employer(plan, tax_id))


async def employed(plan, number, starts_on="2018-02-01", tax_id=ACME):
    answer = await employ(plan, number, starts_on, tax_id)
    assert answer.status_code == 201, answer.text
    return answer.json()


def wage(plan, number, employment, month, satang=900_000, *, paid_on=None, via=Bank.KTB, reference=None, card=None, **more):
    """A bank's word of a wage, as it comes on the bank's topic."""
    about = employment["reference"]
    data = WagePaidThroughCard(
        bank=more.pop("bank", via),
        bank_reference=reference or f"{via}-{month}-{number}",
        employment_reference=about,
        employer_tax_id=more.pop("tax_id", ACME),
        wage_month=month,
        amount_satang=satang,
        paid_on=date.fromisoformat(paid_on or f"{month}-28"),
        sealed_card=plan.resources.bank_ciphers[via].seal_text(card_of(number) if card is None else card, about.encode()),
        **more,
    )
    day = datetime.combine(data.paid_on, datetime.min.time(), UTC)
    event = Event.of(data, subject=about, time=day, identity=(data.bank_reference,), topic=f"plan.wages.{via.lower()}.v1")
    return replace(event, source=f"/bank/{via.lower()}")


async def period(plan, starts_on="2018-01-01", ends_on="2018-12-31", tax_id=ACME):
    answer = await plan.post(
        f"/v1/employers/{tax_id}/accounting-periods", {"starts_on": starts_on, "ends_on": ends_on}, employer(plan, tax_id)
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


async def heads(plan, months, employees, tax_id=ACME, **more):
    for month in months:
        answer = await plan.client.put(
            f"/v1/employers/{tax_id}/head-counts/{month}", json={"employees": employees, **more}, headers=employer(plan, tax_id)
        )
        assert answer.status_code == 200, answer.text


async def close(plan, one):
    path = f"/v1/accounting-periods/{one['period_id']}"
    tag = (await plan.get(path, employer(plan))).headers["ETag"]
    return await plan.post(f"{path}/close", None, employer(plan), headers={"If-Match": tag})


async def preview(plan, one, who=None):
    answer = await plan.get(f"/v1/accounting-periods/{one['period_id']}/deduction", who or employer(plan))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return SimpleNamespace(
        **body["deduction"],
        basis=body["basis"],
        differs=body["differs"],
        standings=[(item["month"], item["standing"], item["amount_satang"]) for item in body["items"]],
    )


async def certify(plan, one, basis, correction=None):
    return await plan.post(
        f"/v1/accounting-periods/{one['period_id']}/statements", {"basis": basis, "correction": correction}, revenue(plan)
    )
