"""The simulated banks: their fates and books, and a month with them over a real broker."""

import asyncio
import json
import signal
import sys
from contextlib import asynccontextmanager

import pytest

from deploy.local.bank_simulator.books import Books
from deploy.local.bank_simulator.fate import Misbehaviour, MisbehaviourInvalid, fate_of
from shared.clock import monotonic
from shared.contracts import Event
from shared.contracts.common import Bank
from shared.contracts.payments import PaymentInstructed, PaymentStatusRequested, ResultStatus
from shared.ids import new_id
from tests.payments import story
from tests.payments.conftest import BANK_KEYS, CHECKER, started
from tests.support.fresh_topics import fresh_topics

SECONDS_MAX = 60
MARCH = "late=0.2,doubled=0.2,reordered=0.3,refused=0.1,returned=0.1"


def instruction(**more):
    told = {
        "instruction_id": new_id().hex,
        "run_id": new_id(),
        "month": "2018-03",
        "attempt_no": 1,
        "bank": Bank.KTB,
        "amount_satang": 20000,
        "benefit": "GOODS_LIMIT",
        "sealed_payee": "",
    }
    data = PaymentInstructed(**told | more)
    return Event.of(data, subject=data.instruction_id, time=story.at("2018-03-31"))


def question(event):
    data = PaymentStatusRequested(instruction_id=event.data.instruction_id, run_id=event.data.run_id, bank=Bank.KTB, request_no=1)
    return Event.of(data, subject=event.subject, time=story.at("2018-04-02"))


def test_fates_depend_on_seed_and_instruction_alone_and_keep_their_shares():
    manners = Misbehaviour.of("lost=0.1, refused=0.2,returned=0.1")
    ids = [new_id().hex for _ in range(4000)]
    fates = [fate_of(7, one, manners) for one in ids]
    assert fates == [fate_of(7, one, manners) for one in ids]
    assert fates != [fate_of(8, one, manners) for one in ids]
    assert 300 < sum(fate.lost for fate in fates) < 500
    assert 680 < sum(fate.refused is not None for fate in fates) < 920
    assert not any(fate.refused and fate.returned for fate in fates)
    assert not any(fate_of(7, one, Misbehaviour()).lost for one in ids)


@pytest.mark.parametrize("text", ["lost", "lost=2", "lost=-0.1", "kind=0.5", "lost=x"])
def test_unknown_misbehaviour_is_refused(text):
    with pytest.raises(MisbehaviourInvalid):
        Misbehaviour.of(text)


def test_one_instruction_is_paid_once_however_often_it_comes():
    books = Books(Bank.KTB, 1, Misbehaviour())
    told = instruction()
    first, again = books.take(told), books.take(told)
    assert [answer.event.data for answer in first] == [answer.event.data for answer in again]
    assert (books.summary()["paid"], books.summary()["paid_satang"], books.summary()["repeated"]) == (1, 20000, 1)
    settled = first[0].event
    assert (settled.data.status, settled.data.value_date.isoformat(), settled.source) == (ResultStatus.SETTLED, "2018-03-31", "/bank/ktb")
    assert settled.topic == "payments.results.ktb.v1"


def test_a_bank_tells_the_truth_when_asked_and_knows_it_after_a_restart():
    manners = Misbehaviour.of("lost=1,refused=0.5")
    books, restarted = (Books(Bank.KTB, 1, manners) for _ in range(2))
    instructions = [instruction() for _ in range(20)]
    for event in instructions:
        assert books.take(event) == []
        assert restarted.take(event, answered_before=True) == []
    told = [[answer.event.data for answer in books.take(question(event))] for event in instructions]
    assert told == [[answer.event.data for answer in restarted.take(question(event))] for event in instructions]
    assert {one.status for answers in told for one in answers} == {ResultStatus.SETTLED, ResultStatus.FAILED}
    (unknown,) = books.take(question(instruction()))
    assert (unknown.event.data.status, unknown.event.data.amount_satang) == (ResultStatus.UNKNOWN_INSTRUCTION, 0)


@pytest.fixture
async def live(payments_dsns, broker):
    """Payments with its relay, consumers and jobs on a broker whose topics hold nothing else."""
    await fresh_topics(broker.bootstrap)
    async for payments in started(payments_dsns):
        settings = payments.resources.settings.model_copy(update={"kafka_bootstrap_servers": broker.bootstrap, "environment": "production"})
        payments.resources.settings = settings
        await payments.service.start()
        yield payments
        payments.service.raise_if_broken()
        await payments.service.stop()
        break


@asynccontextmanager
async def banks(bootstrap, misbehave, seed=1):
    """The simulator as a process; on leaving it is asked to end, and `told` has what it printed."""
    command = (sys.executable, "-m", "deploy.local.bank_simulator", "--bootstrap", bootstrap, "--seed", str(seed), "--misbehave", misbehave)
    process = await asyncio.create_subprocess_exec(
        *command, "--late-seconds", "0.3", "--bank-keys", BANK_KEYS, stdout=asyncio.subprocess.PIPE
    )
    told = {}
    try:
        yield told
    finally:
        process.send_signal(signal.SIGTERM)
        out, _ = await asyncio.wait_for(process.communicate(), SECONDS_MAX)
        assert process.returncode == 0, out
        told |= json.loads(out.decode().strip().splitlines()[-1])


async def until(look, seconds=SECONDS_MAX):
    began = monotonic()
    while not (found := await look()):
        assert monotonic() - began < seconds, "it did not come"
        await asyncio.sleep(0.1)
    return found


async def with_status(payments, run_id, *statuses):
    async def look():
        run = (await payments.get(f"/v1/runs/{run_id}")).json()
        return run if run["status"] in statuses else None

    return await until(look)


async def released(payments, month):
    payments.play(f"{month}-20")
    run_id = (await payments.post("/v1/runs", {"month": month})).json()["run_id"]
    run = await with_status(payments, run_id, "PROPOSED")
    await payments.post(f"/v1/runs/{run_id}/approval", {"list_hash": run["list_hash"]}, payments.caller(CHECKER))
    await payments.post(f"/v1/runs/{run_id}/release", None, payments.caller(CHECKER))
    return await with_status(payments, run_id, "INSTRUCTED", "RECONCILING")


async def answered(payments, run_id):
    async def look():
        return (await payments.get(f"/v1/runs/{run_id}")).json()["unanswered"] == 0

    await until(look)


async def returns(payments, run_id, misbehave, seed):
    """How many of the run's payments the banks will give back."""
    lines = (await payments.get(f"/v1/runs/{run_id}/lines", limit=200)).json()["items"]
    fates = [fate_of(seed, line["instruction_id"], Misbehaviour.of(misbehave)) for line in lines]
    return sum(fate.returned and fate.refused is None for fate in fates)


async def came_back(payments, run_id, count):
    async def look():
        return (await payments.get(f"/v1/runs/{run_id}")).json()["returned"] == count

    await until(look)


async def test_a_month_with_misbehaving_banks_then_one_whose_answers_are_all_lost(live, broker):
    people = [story.person(bank=bank) for bank in Bank for _ in range(40)]
    await live.bring(
        *[event for _, events in people for event in events], *[story.wish(holder_id, "2018-02-10") for holder_id, _ in people]
    )
    async with banks(broker.bootstrap, MARCH, seed=1) as march_books:
        march = await released(live, "2018-03")
        await answered(live, march["run_id"])
        # Money comes back later than it was paid: whose, the seed says.
        await came_back(live, march["run_id"], await returns(live, march["run_id"], MARCH, seed=1))
    march = await closed(live, march["run_id"])
    books = march_books["all"]
    assert (march["lines"], march["failed"], march["returned"]) == (books["instructed"], books["refused"], books["returned"])
    assert (march["paid"] + march["returned"], books["repeated"]) == (books["paid"], 0)
    assert 0 < march["failed"] < 120 > march["returned"] > 0

    # The banks were restarted: they know March from the topic, and answer nothing of it again.
    async with banks(broker.bootstrap, "lost=1,refused=0.2") as april_books:
        april = await released(live, "2018-04")
        assert april["lines"] == 120 + march["failed"] + march["returned"]
        refused = await live.close(april["run_id"])
        assert (refused.status_code, refused.json()["unanswered"]) == (409, april["lines"])
        # A recall and a question wait behind the instruction in its partition, so the bank knows what it is asked about.
        back = await asked_back(live, april, 20)
        assert (await live.post(f"/v1/runs/{april['run_id']}/status-requests")).json()["asked"] == april["lines"] - 20
        await answered(live, april["run_id"])
    april = await closed(live, april["run_id"])
    assert (april_books["all"]["instructed"], april_books["all"]["asked"]) == (march["lines"] + april["lines"], april["lines"] - 20)
    assert april["paid"] + april["failed"] + april["returned"] == april["lines"]
    assert 0 < april["failed"] < april["lines"]
    # What was asked back came back, or had never been paid; nothing of it was paid anew.
    assert (back["came_back"], back["came_back"] + back["not_paid"]) == (april["returned"], 20)
    assert (april_books["all"]["recalled"], april_books["all"]["recalls_refused"]) == (back["came_back"], back["not_paid"])
    assert (await live.get("/v1/results/exceptions")).json()["items"] == []
    # April's first instruction told the banks that March was over.
    (march_use,) = [one for one in await used_of(live, "2018-03") if one["bank"] == "KTB"]
    assert (
        0
        < march_use["used_satang"]
        <= march_use["paid_satang"]
        == march_use["used_satang"] + march_use["lapsed_satang"] + march_use["open_satang"]
    )


async def used_of(payments, month):
    """What was used of the payments that ended with the month, once anything is known of each bank."""

    async def look():
        found = [one for one in (await payments.get("/v1/use-by-month")).json()["items"] if one["month"] == month]
        return found if all(one["used_satang"] for one in found) else None

    return await until(look)


async def asked_back(payments, run, count):
    """So many of the run's payments, asked back and answered."""
    lines = (await payments.get(f"/v1/runs/{run['run_id']}/lines", limit=count)).json()["items"]
    wanted = {"reason": "บัญชีผิด", "instruction_ids": [line["instruction_id"] for line in lines]}
    assert (await payments.post(f"/v1/runs/{run['run_id']}/recalls", wanted)).json()["payments"] == count

    async def look():
        [recall] = (await payments.get("/v1/recalls", run_id=run["run_id"])).json()["items"]
        return recall if recall["waiting"] == 0 else None

    return await until(look)


async def closed(payments, run_id):
    answer = await payments.close(run_id)
    assert answer.status_code == 200, answer.text
    return (await payments.get(f"/v1/runs/{run_id}")).json()
