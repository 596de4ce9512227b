"""Plan and payments as processes of their own: killed in the middle of work, and restored from older databases beside a living broker."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from shared.contracts import Event
from shared.contracts.common import Bank
from shared.contracts.payments import INSTRUCTIONS
from shared.contracts.plan import PLANS
from tests.flows.country import Country, running_country
from tests.flows.processes import SuiteWithProcesses, dumped, restored
from tests.flows.replay import table_state, without_steps
from tests.flows.townsfolk import Person, people_of

DISTRICT = "8104"
WAVES, IN_A_WAVE = 2, 20


@pytest.fixture(scope="module")
async def country(tmp_path_factory, postgres, broker):
    """The country with plan and payments in processes."""
    async with running_country(tmp_path_factory.mktemp("country"), postgres, broker, SuiteWithProcesses) as one:
        yield one


@pytest.fixture(scope="module")
async def people(country: Country) -> list[Person]:
    """People who came in February and have an account officer in March."""
    people = people_of("810401", WAVES * IN_A_WAVE + 12)
    await country.import_people(people)
    await country.day("2018-02-20")
    await country.state_wishes(people, "2018-02-20")
    await country.day("2018-03-12")
    await country.assign(DISTRICT)
    await country.drained()
    return people


async def test_plan_killed_in_a_stream_of_interviews_loses_and_doubles_nothing(country: Country, people: list[Person]):
    programme = await country.programme()
    waves = [people[n * IN_A_WAVE : (n + 1) * IN_A_WAVE] for n in range(WAVES)]
    plan = _processes(country)["plan"]
    for number, wave in enumerate(waves):
        meeting = asyncio.create_task(_meet(country, wave, [programme]))
        await country.until(lambda: _count(country, "plan", "plan"), lambda count, n=number: count > n * IN_A_WAVE, "the first plans")
        await plan.kill()
        await plan.start()
        await meeting
        await country.drained()

    told = [event for event in await country.events(PLANS) if event.subject in {country.holder(one) for wave in waves for one in wave}]
    assert len({event.id for event in told}) == len(told)
    names = Counter(event.type.split(".")[1] for event in told)
    assert (names["PlanAssigned"], names["ReferralCreated"]) == (WAVES * IN_A_WAVE, WAVES * IN_A_WAVE)
    states = Counter([(await country.case(person))["state"] for wave in waves for person in wave])
    assert states == {"REFERRED": WAVES * IN_A_WAVE}


async def _meet(country: Country, people: list[Person], menu: list[str]) -> None:
    """One interview after the other: a stream."""
    for person in people:
        await country.interview([person], "2018-03-12", menu=menu)


async def test_payments_killed_while_it_releases_a_run_instructs_everybody_once(country: Country, people: list[Person]):
    await country.day("2018-03-28")
    payments = _processes(country)["payments"]
    run = await country.propose("2018-03")
    path = f"/payments/v1/runs/{run['run_id']}"
    await country.post("payments-approver", f"{path}/approval", {"list_hash": run["list_hash"]})
    await country.post("payments-approver", f"{path}/release")
    await payments.kill()
    # The dead process's lease on the job has run out.
    await country.rows("payments", "UPDATE job SET lease_until = now() WHERE status = 'RUNNING'")
    await payments.start()
    await country.drained()
    await country.answered(run["run_id"])
    await country.drained()
    closed = await country.close(run["run_id"])
    assert (closed["status"], closed["paid"]) == ("CLOSED", len(people))
    assert Counter(event.data.month for event in await _instructions(country)) == {"2018-03": len(people)}
    assert country.banks.paid_instructions() == len(people)


async def test_plan_restored_from_an_older_database_ends_in_the_same_state(country: Country, people: list[Person]):
    await _overdue_on(country, "2018-04-10")
    late = people[WAVES * IN_A_WAVE :][:6]
    plan = _processes(country)["plan"]
    backup = await dumped(country.suite, "plan")
    await country.interview(late, "2018-04-10", menu=[await country.programme()])
    await country.drained()
    before = await _states(country)

    await plan.kill()
    await restored(country.suite, "plan", backup)
    await plan.start()
    await country.drained()
    after = await _states(country)
    assert without_steps(after["plan"]) == without_steps(before["plan"])
    for neighbour in ("registry", "interview", "payments", "reporting"):
        assert after[neighbour] == before[neighbour], neighbour

    # What the restored one says from now on is heard.
    [person] = people[WAVES * IN_A_WAVE :][6:7]
    await country.interview([person], "2018-04-10", menu=[await country.programme()])
    await country.drained()
    assert (await country.case(person))["state"] == "REFERRED"


async def test_payments_restored_to_before_the_banks_answered_pays_nobody_twice(country: Country, people: list[Person]):
    await _overdue_on(country, "2018-04-28")
    payments = _processes(country)["payments"]
    paid_before = country.banks.paid_instructions()
    await country.banks.close()
    run = await country.release(await country.propose("2018-04"))
    await country.drained()
    backup = await dumped(country.suite, "payments")
    await country.banks.open()
    await country.answered(run["run_id"])
    await country.interview(people[WAVES * IN_A_WAVE :][7:9], "2018-04-28", menu=[await country.programme()])
    await country.drained()
    before = await _states(country)
    ledger = await country.get("payments-maker", "/payments/v1/ledger/trial-balance")

    await payments.kill()
    await restored(country.suite, "payments", backup)
    await payments.start()
    await country.drained()
    after = await _states(country)
    assert _without_batches(after["payments"]) == _without_batches(before["payments"])
    assert await country.get("payments-maker", "/payments/v1/ledger/trial-balance") == ledger
    for neighbour in ("registry", "interview", "plan", "reporting"):
        assert after[neighbour] == before[neighbour], neighbour

    closed = await country.close(run["run_id"])
    assert (closed["status"], closed["paid"]) == ("CLOSED", len(people))
    assert country.banks.paid_instructions() - paid_before == len(people)
    assert Counter(event.data.month for event in await _instructions(country)) == {"2018-03": len(people), "2018-04": len(people)}


async def _overdue_on(country: Country, day: str) -> None:
    """It is this day, and plan has found what is overdue: else its timer does, at some moment between two looks at its state."""
    await country.day(day)
    await country.post("operator", "/plan/v1/referrals/alarms")
    await country.drained()


def _processes(country: Country) -> dict[str, Any]:
    assert isinstance(country.suite, SuiteWithProcesses)
    return country.suite.processes


async def _count(country: Country, service: str, table: str) -> int:
    return (await country.rows(service, f"SELECT count(*) AS n FROM {table}"))[0]["n"]


async def _states(country: Country) -> dict[str, Any]:
    return {service: await table_state(country, service) for service in ("registry", "interview", "plan", "payments", "reporting")}


def _without_batches(state: dict[str, Any]) -> dict[str, Any]:
    """A batch of answers is one entry an account, and of an envelope; in other batches the entries are others and their sums the same."""
    rest = {table: rows for table, rows in without_steps(state).items() if table not in {"ledger_entry", "envelope_entry"}}
    return rest | {"envelope": [{name: value for name, value in row.items() if name != "version"} for row in rest["envelope"]]}


async def _instructions(country: Country) -> list[Event]:
    events = await country.events(*(INSTRUCTIONS.format(bank=bank.lower()) for bank in Bank))
    return [event for event in events if event.type == "payments.PaymentInstructed.v1"]
