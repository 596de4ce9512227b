"""The stages of the year that goals measure or build on, played on the real services from outside."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from shared.clock import noon
from shared.contracts import Event, parse
from shared.contracts.common import Bank, Channel, Tier
from shared.contracts.interview import CASES, IntentDeclared
from shared.contracts.payments import INSTRUCTIONS, RESULTS, BankResultReported, PaymentInstructed, ResultStatus
from shared.ids import new_id
from tests.bench.cost import Cost
from tests.bench.process import ServiceProcess
from tests.bench.world import FILE, Pair, World, peaks_of

IMPORT_DAY: Final = date(2018, 1, 20)
WISH_DAY: Final = date(2018, 2, 15)
PAY_DAY: Final = date(2018, 3, 20)
WISHED_SHARE: Final = 6_400_124 / 11_469_184
"""Of all card holders, those who stated the wish in February (DOMAIN 4)."""


@dataclass(frozen=True)
class Person:
    """What events about a person say."""

    holder_id: UUID
    tier: str
    subdistrict: str


@dataclass(frozen=True)
class Imported:
    """The import of the national file: cost until the last event was out, memory, and how many were imported."""

    cost: Cost
    peaks: dict[str, float]
    persons: int
    policy_version: int


@dataclass(frozen=True)
class People:
    """Who was imported."""

    everybody: list[Person]

    @property
    def wished(self) -> list[Person]:
        """Those who state the wish in the stage `entitled`; the rest are left for other goals."""
        return self.everybody[: round(len(self.everybody) * WISHED_SHARE)]

    @property
    def others(self) -> list[Person]:
        """Those who have not stated it."""
        return self.everybody[len(self.wished) :]


@dataclass(frozen=True)
class Month:
    """A month's run: cost from the proposal until all instructions were on Kafka, and the messages (by topic)."""

    run_id: UUID
    cost: Cost
    instructions: dict[str, list[Pair]]


@dataclass(frozen=True)
class Settled:
    """The banks' answers: cost from the first one sent until the run was closed, memory, and the messages (by topic)."""

    cost: Cost
    peaks: dict[str, float]
    results: dict[str, list[Pair]]


async def imported(world: World) -> Imported:
    """The registry imports the file and publishes everybody; only it runs."""
    # Payments publishes the policy that the import stands on, and is gone before the clock runs.
    payments = await ServiceProcess.start("payments", world.suite.environment("payments"), world.folder, "http", "relay")
    await world.service("registry")
    await world.play(IMPORT_DAY)
    await world.until_sql("registry", "SELECT EXISTS (SELECT FROM policy)")
    await payments.stop()
    meter = world.meter(own=False)
    import_id = (await world.call("registry", "POST", "/v1/imports", {"path": FILE})).json()["import_id"]
    await world.until_sql("registry", "SELECT status IN ('DONE', 'FAILED') FROM job WHERE id = $1", UUID(import_id))
    await world.until_sql("registry", "SELECT NOT EXISTS (SELECT FROM outbox)")
    cost = meter.cost()
    report = (await world.call("registry", "GET", f"/v1/imports/{import_id}")).json()
    if report["status"] != "DONE" or report["rejected"]:
        raise RuntimeError(f"the import went wrong: {report}")
    version = await (await world.sql("registry")).fetchval("SELECT max(version) FROM policy")
    return Imported(cost, peaks_of(world, "registry"), report["registered"], version)


async def people(world: World) -> People:
    """Who is there after the import; in the memory of this process, which for a whole country is gigabytes."""
    await world.once(imported)
    rows = await (await world.sql("registry")).fetch("SELECT holder_id, tier, subdistrict FROM card_holder ORDER BY holder_id")
    return People([Person(*row) for row in rows])


async def entitled(world: World) -> None:
    """Payments has everybody's copy and opens the allowances of those who wish."""
    country: Imported = await world.once(imported)
    known: People = await world.once(people)
    payments = await world.service("payments")
    await payments.caught_up()
    pairs = [wish_of(person, country.policy_version) for person in known.wished]
    await world.produce({CASES: pairs})
    await payments.caught_up()


async def envelopes(world: World) -> None:
    """More money for March than everybody could be paid."""
    await world.service("payments")
    purse = {"source": "WELFARE_FUND", "month": "2018-03", "amount_satang": 10**12}
    asked = {"kind": "OPENING", "envelopes": [purse], "reason": "benchmark", "document": "1/2561"}
    proposed = (await world.call("payments", "POST", "/v1/envelope-proposals", asked, who="maker")).json()
    path = f"/v1/envelope-proposals/{proposed['proposal_id']}/approval"
    await world.call("payments", "POST", path, {"reason": "benchmark"}, who="approver")


async def month(world: World) -> Month:
    """March 2561: proposed, approved by another, released, every instruction on its bank's topic."""
    await world.once(entitled)
    await world.once(envelopes)
    await world.play(PAY_DAY)
    meter = world.meter(own=False)
    run = (await world.call("payments", "POST", "/v1/runs", {"month": "2018-03"}, who="maker")).json()
    run_id = UUID(run["run_id"])
    await world.until_sql("payments", "SELECT status = 'PROPOSED' FROM run WHERE run_id = $1", run_id)
    run = (await world.call("payments", "GET", f"/v1/runs/{run_id}")).json()
    await world.call("payments", "POST", f"/v1/runs/{run_id}/approval", {"list_hash": run["list_hash"]}, who="approver")
    await world.call("payments", "POST", f"/v1/runs/{run_id}/release", who="approver")
    await world.until_sql("payments", "SELECT status = 'INSTRUCTED' FROM run WHERE run_id = $1", run_id)
    cost = meter.cost()
    topics = {INSTRUCTIONS.format(bank=bank.lower()): list[Pair]() for bank in Bank}
    async for record in world.records(*topics):
        topics[record.topic].append((record.key, record.value))
    return Month(run_id, cost, topics)


async def settled(world: World) -> Settled:
    """Every bank pays everything and says so; payments takes the answers in and closes the run."""
    paid: Month = await world.once(month)
    results = {RESULTS.format(bank=bank.lower()): _results(bank, paid) for bank in Bank}
    meter = world.meter(own=False)
    await world.produce(results)
    await world.until_sql("payments", "SELECT NOT EXISTS (SELECT FROM disbursement WHERE run_id = $1 AND state = 'OPEN')", paid.run_id)
    await world.call("payments", "POST", f"/v1/runs/{paid.run_id}/close", who="approver")
    return Settled(meter.cost(), peaks_of(world, "payments"), results)


def wish_of(person: Person, policy_version: int) -> Pair:
    """IntentDeclared as interview publishes it."""
    data = IntentDeclared(
        holder_id=person.holder_id,
        case_id=new_id(),
        intent_id=new_id(),
        slip_no=f"{person.subdistrict[:4]}-{person.holder_id.hex[:12]}",
        stated_on=WISH_DAY,
        received_on=WISH_DAY,
        channel=Channel.WALK_IN,
        tier=Tier(person.tier),
        district=person.subdistrict[:4],
        policy_version=policy_version,
    )
    event = Event.of(data, subject=person.holder_id, time=noon(WISH_DAY))
    return event.subject.encode(), event.to_bytes()


def _results(bank: Bank, paid: Month) -> list[Pair]:
    pairs = []
    for _, value in paid.instructions[INSTRUCTIONS.format(bank=bank.lower())]:
        instruction: Any = parse(value).data
        pairs.append(_settlement(bank, instruction))
    return pairs


def _settlement(bank: Bank, instruction: PaymentInstructed) -> Pair:
    data = BankResultReported(
        instruction_id=instruction.instruction_id,
        bank=bank,
        status=ResultStatus.SETTLED,
        amount_satang=instruction.amount_satang,
        value_date=PAY_DAY,
        bank_reference=f"{bank}-{PAY_DAY:%Y%m%d}-{instruction.instruction_id[-12:]}",
    )
    event = Event.of(data, subject=instruction.instruction_id, time=noon(PAY_DAY))
    return event.subject.encode(), event.to_bytes()


__all__ = ["Imported", "Month", "People", "Person", "Settled", "entitled", "envelopes", "imported", "month", "people", "settled", "wish_of"]
