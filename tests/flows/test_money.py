"""February to June for one small district: who moves, who approves, and what banks may do wrong. In the order of the played dates."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from random import Random

import pytest

from deploy.local.bank_simulator.fate import Misbehaviour
from deploy.local.year.office import Refused
from shared.auth import Reach
from shared.bus.kafka import KafkaSettings
from shared.clock import noon
from shared.contracts import Event
from shared.contracts.common import Bank
from shared.contracts.interview import CASES
from shared.contracts.payments import INSTRUCTIONS, RESULTS, BankResultReported, PaymentInstructed, ResultStatus
from shared.ids import new_id
from tests.flows.country import Country
from tests.flows.townsfolk import Person, people_of

DISTRICT, NEW_DISTRICT = "8102", "8001"
SCOPES = ("payments.runs:read", "payments.runs:propose", "payments.runs:approve", "payments.runs:release")


@pytest.fixture(scope="module")
async def people(country: Country) -> list[Person]:
    """Nine people who came in February and were interviewed in March; the first of them moves in April."""
    people = people_of("810201", 9)
    neighbour = people_of("800101", 1)
    await country.import_people([*people, *neighbour])
    await country.day("2018-02-20")
    await country.state_wishes(people, "2018-02-20")
    await country.day("2018-03-06")
    await country.assign(DISTRICT)
    programme = await country.programme()
    await country.interview(people, "2018-03-06", menu=[programme])
    await country.drained()
    return people


async def test_of_two_who_approve_a_run_at_once_one_wins_and_the_proposer_never(country: Country, people: list[Person]):
    await country.day("2018-03-28")
    run = await country.propose("2018-03")
    path = f"/payments/v1/runs/{run['run_id']}"
    issuer = country.suite.issuer

    async def approve(subject: str) -> tuple[int, dict]:
        headers = {"Authorization": f"Bearer {issuer.issue(subject, SCOPES, Reach.country())}"}
        answer = await country.office.http.post(
            f"/payments/v1/runs/{run['run_id']}/approval", json={"list_hash": run["list_hash"]}, headers=headers
        )
        return answer.status_code, answer.json()

    status, problem = await approve("payments-maker")
    assert (status, problem["type"].rsplit(":", 1)[-1].rsplit("/", 1)[-1]) == (409, "approver-is-proposer")

    answers = await asyncio.gather(*(approve(f"approver-{number}") for number in range(2)))
    assert sorted(status for status, _ in answers) == [200, 409]
    [winner] = [body["approved_by"] for status, body in answers if status == 200]
    approved = await country.run(run["run_id"])
    assert (approved["status"], approved["approved_by"]) == ("APPROVED", winner)
    steps = await country.rows("payments", "SELECT who FROM run_history WHERE run_id = $1::uuid AND to_status = 'APPROVED'", run["run_id"])
    assert [step["who"] for step in steps] == [winner]

    await country.let_go(run["run_id"])
    await country.answered(run["run_id"])
    await country.drained()
    closed = await country.close(run["run_id"])
    assert (closed["status"], closed["paid"]) == ("CLOSED", len(people))
    with pytest.raises(Refused) as refused:
        await country.post("payments-approver", f"{path}/approval", {"list_hash": run["list_hash"]})
    assert refused.value.status == 409


async def test_who_moves_between_interview_and_pay_is_paid_once_without_a_gap_by_the_new_district(country: Country, people: list[Person]):
    await country.day("2018-04-10")
    mover, officer = people[0], country.officers[DISTRICT]
    holder_id = country.holder(mover)
    entitlement = await country.entitlement(mover)
    case = await country.case(mover)
    move = {"moved_on": "2018-04-09", "subdistrict": "800101", "reason": "แจ้งย้ายที่อยู่"}
    await country.post("registrar", f"/registry/v1/card-holders/{holder_id}/moves", move)
    await country.drained()

    routes = [event.data for event in await country.events(CASES) if event.subject == holder_id and event.type == "interview.CaseRouted.v1"]
    assert [(one.previous_district, one.responsible_district) for one in routes] == [(None, DISTRICT), (DISTRICT, NEW_DISTRICT)]
    assert (await country.case(mover, f"chief-{NEW_DISTRICT}"))["responsible_district"] == NEW_DISTRICT
    await country.post(f"chief-{NEW_DISTRICT}", f"/interview/v1/districts/{NEW_DISTRICT}/assignments")
    await country.drained()

    run = await country.propose("2018-04")
    lines = {line["holder_id"]: line for line in await country.pages("payments-maker", f"/payments/v1/runs/{run['run_id']}/lines")}
    assert lines[holder_id]["district"] == NEW_DISTRICT
    assert {line["district"] for holder, line in lines.items() if holder != holder_id} == {DISTRICT}
    await country.release(run)
    await country.answered(run["run_id"])
    await country.drained()
    await country.close(run["run_id"])

    paid = await country.payments(mover)
    assert [(one["month"], one["state"], len(one["attempts"])) for one in paid["obligations"]] == [
        ("2018-03", "SETTLED", 1),
        ("2018-04", "SETTLED", 1),
    ]
    assert (await country.entitlement(mover))["months"] == entitlement["months"]
    reports = {
        district: (await country.get(f"chief-{district}", "/reporting/v1/reports/payments"))["figures"]["rows"]
        for district in (DISTRICT, NEW_DISTRICT)
    }
    assert [(row["month"], row["persons_settled"]) for row in reports[DISTRICT]] == [("2018-03", 9), ("2018-04", 8)]
    assert [(row["month"], row["persons_settled"]) for row in reports[NEW_DISTRICT]] == [("2018-04", 1)]

    # The old district's team and officer reach neither the person nor the case any more.
    for user, path in (
        (f"chief-{DISTRICT}", f"/registry/v1/card-holders/{holder_id}"),
        (f"chief-{DISTRICT}", f"/interview/v1/cases/{case['case_id']}"),
        (f"ao-{officer}", f"/interview/v1/cases/{case['case_id']}"),
        (f"chief-{DISTRICT}", f"/payments/v1/entitlements/{entitlement['entitlement_id']}"),
    ):
        assert await country.status("GET", user, path) == 404, (user, path)
    new_officer = f"ao-{country.officers[NEW_DISTRICT]}"
    assert await country.status("GET", new_officer, f"/interview/v1/cases/{case['case_id']}") == 200
    assert await country.status("GET", f"chief-{NEW_DISTRICT}", f"/registry/v1/card-holders/{holder_id}") == 200


async def test_results_doubled_reordered_unknown_and_of_another_bank_pay_nobody_twice(country: Country, people: list[Person]):
    await country.day("2018-05-28")
    await country.banks.close()
    run = await country.release(await country.propose("2018-05"))
    told = [event for event in await _instructions(country) if event.data.run_id.hex == run["run_id"].replace("-", "")]
    assert len(told) == len(people)

    answers = [answer.event for event in told for answer in country.banks.books[event.data.bank].take(event)]
    honest = [event for event in answers if isinstance(event.data, BankResultReported)]
    uses = [event for event in answers if not isinstance(event.data, BankResultReported)]
    assert len(uses) == len(people)  # of April, each
    strange = [_unknown(Bank.KTB), *(_by_another_bank(event) for event in honest[:2]), _other_amount(honest[3])]
    twice = [*uses, *honest, *(replace(event, id=new_id()) for event in honest), *honest, *strange]
    Random(1).shuffle(twice)
    await _report(country, twice)
    await country.answered(run["run_id"])
    await country.drained()

    # The banks open again, read all their instructions again, and answer those of this month once more, from their books.
    await country.banks.open()
    await country.until(_total(country, "repeated"), lambda count: count == 3 * len(people), "the banks' books")
    await country.drained()
    closed = await country.close(run["run_id"])
    assert (closed["paid"], closed["paid_satang"]) == (len(people), sum(person.monthly_satang for person in people))

    exceptions = await country.pages("payments-maker", "/payments/v1/results/exceptions")
    assert sorted(one["disposition"] for one in exceptions) == [
        "AMOUNT_DIFFERS",
        "REJECTED_WRONG_BANK",
        "REJECTED_WRONG_BANK",
        "UNKNOWN_INSTRUCTION",
    ]
    await _nobody_is_paid_twice(country, people, months=3)


async def test_a_month_with_every_reply_lost_is_asked_about_and_closed(country: Country, people: list[Person]):
    await country.day("2018-06-28")
    country.banks.behave(Misbehaviour(lost=1.0))
    run = await country.release(await country.propose("2018-06"))
    path = f"/payments/v1/runs/{run['run_id']}"
    await country.until(_total(country, "lost"), lambda count: count == len(people), "the banks' books")
    await country.drained()
    assert (await country.run(run["run_id"]))["unanswered"] == len(people)

    with pytest.raises(Refused) as refused:
        await country.close(run["run_id"])
    assert (refused.value.status, refused.value.problem["unanswered"]) == (409, len(people))

    asked = await country.post("payments-maker", f"{path}/status-requests")
    assert asked["asked"] == len(people)
    await country.answered(run["run_id"])
    await country.drained()
    closed = await country.close(run["run_id"])
    assert (closed["status"], closed["paid"], closed["failed"]) == ("CLOSED", len(people), 0)
    country.banks.behave(Misbehaviour())
    assert len({event.data.instruction_id for event in await _instructions(country)}) == 4 * len(people)
    await _nobody_is_paid_twice(country, people, months=4)


async def _nobody_is_paid_twice(country: Country, people: list[Person], months: int) -> None:
    """By the banks' books, by the ledger and by each person's obligations."""
    due = months * sum(person.monthly_satang for person in people)
    assert (country.banks.paid_instructions(), country.banks.paid_satang()) == (months * len(people), due)
    ledger = await country.get("payments-maker", "/payments/v1/ledger/trial-balance")
    assert ledger["balanced"]
    use = (await country.get("payments-maker", "/payments/v1/use-by-month"))["items"]
    assert [one["not_reported"] > 0 for one in use] == [one["month"] == f"2018-{2 + months:02d}" for one in use]
    used, lapsed = sum(one["used_satang"] for one in use), sum(one["lapsed_satang"] for one in use)
    assert used > 0 < lapsed
    assert {one["account"]: one["balance_satang"] for one in ledger["accounts"] if one["balance_satang"]} == {
        "ALLOWANCE": due - used - lapsed,
        "SPENT": used,
        "TREASURY": lapsed - due,
    }
    for person in people:
        paid = await country.payments(person)
        assert [one["state"] for one in paid["obligations"]] == ["SETTLED"] * months
        assert paid["paid_satang"] == months * person.monthly_satang


async def _instructions(country: Country) -> list[Event]:
    events = await country.events(*(INSTRUCTIONS.format(bank=bank.lower()) for bank in Bank))
    return [event for event in events if isinstance(event.data, PaymentInstructed)]


def _unknown(bank: Bank) -> Event:
    """An answer about an instruction that nobody gave."""
    data = BankResultReported(
        instruction_id=new_id().hex,
        bank=bank,
        status=ResultStatus.SETTLED,
        amount_satang=20_000,
        value_date=date(2018, 5, 28),
        bank_reference="KTB-20180528-000001",
    )
    return _result(data, bank)


def _by_another_bank(event: Event) -> Event:
    """The same answer, by a bank that was not told to pay."""
    other = next(bank for bank in Bank if bank is not event.data.bank)
    return _result(event.data.model_copy(update={"bank": other, "bank_reference": f"{other}-1"}), other)


def _other_amount(event: Event) -> Event:
    return _result(event.data.model_copy(update={"amount_satang": event.data.amount_satang + 1}), event.data.bank)


def _result(data: BankResultReported, bank: Bank) -> Event:
    topic = RESULTS.format(bank=bank.lower())
    event = Event.of(data, subject=data.instruction_id, time=noon(data.value_date), topic=topic)
    return replace(event, source=f"/bank/{bank.lower()}")


async def _report(country: Country, events: list[Event]) -> None:
    producer = KafkaSettings(country.suite.broker.bootstrap).producer()
    await producer.start()
    try:
        for event in events:
            await producer.send_and_wait(event.topic, key=event.subject.encode(), value=event.to_bytes())
    finally:
        await producer.stop()


def _total(country: Country, name: str) -> Callable[[], Awaitable[int]]:
    async def all_banks() -> int:
        return sum(books.totals[name] for books in country.banks.books.values())

    return all_banks
