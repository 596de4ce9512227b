"""The stages of the year that goals measure or build on, played on the real services from outside."""

from dataclasses import dataclass
from datetime import date, timedelta
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
EARLIER_MONTHS: Final = tuple(date(2017 + month // 12, month % 12 + 1, 1) for month in range(13, 3, -1))
"""February 2561 back to May 2560, in which nobody was paid yet."""
WISHED_SHARE: Final = 6_400_124 / 11_469_184
"""Of all card holders, those who stated the wish in February (DOMAIN 4)."""


_ANSWERED: Final = """SELECT coalesce(sum(CASE 'IN_TRANSIT' WHEN credit THEN amount_satang WHEN debit THEN -amount_satang END), 0) = 0
                          FROM ledger_entry WHERE run_id = $1"""
"""Nothing of the run is out at banks any more: asked of a few entries, so that the question costs nothing beside what is measured."""


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
class LaterMonths:
    """What the same month costs as the second, and as the thirteenth: each is compared with the one before it."""

    second: Cost
    thirteenth: Cost


@dataclass(frozen=True)
class Settled:
    """The banks' answers: cost from the first one sent until all were told and the run was closed, memory, and the messages (by topic)."""

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
    """More money for each month than everybody could be paid."""
    await world.service("payments")
    purses = [{"source": "WELFARE_FUND", "month": f"2018-{month:02d}", "amount_satang": 10**12} for month in (3, 4, 5)]
    asked = {"kind": "OPENING", "envelopes": purses, "reason": "benchmark", "document": "1/2561"}
    proposed = (await world.call("payments", "POST", "/v1/envelope-proposals", asked, who="maker")).json()
    path = f"/v1/envelope-proposals/{proposed['proposal_id']}/approval"
    await world.call("payments", "POST", path, {"reason": "benchmark"}, who="approver")


async def month(world: World) -> Month:
    """March 2561: proposed, approved by another, released, every instruction on its bank's topic."""
    await world.once(entitled)
    await world.once(envelopes)
    run_id, cost = await _pay(world, PAY_DAY)
    topics = {INSTRUCTIONS.format(bank=bank.lower()): list[Pair]() for bank in Bank}
    async for record in world.records(*topics):
        topics[record.topic].append((record.key, record.value))
    return Month(run_id, cost, topics)


async def later_months(world: World) -> LaterMonths:
    """April, the second of all months; and May, before which ten more were paid than were played: it is the thirteenth."""
    paid: Month = await world.once(month)
    await world.once(settled)
    _, second = await _pay(world, PAY_DAY.replace(month=4))
    for earlier in EARLIER_MONTHS:
        await _plant(world, paid.run_id, earlier)
    _, thirteenth = await _pay(world, PAY_DAY.replace(month=5))
    return LaterMonths(second, thirteenth)


async def _pay(world: World, day: date) -> tuple[UUID, Cost]:
    await world.play(day)
    meter = world.meter(own=False)
    run = (await world.call("payments", "POST", "/v1/runs", {"month": f"{day:%Y-%m}"}, who="maker")).json()
    run_id = UUID(run["run_id"])
    await world.until_sql("payments", "SELECT status = 'PROPOSED' FROM run WHERE run_id = $1", run_id)
    run = (await world.call("payments", "GET", f"/v1/runs/{run_id}")).json()
    for who in ("approver", "second-approver")[: run["approvals_needed"]]:
        await world.call("payments", "POST", f"/v1/runs/{run_id}/approval", {"list_hash": run["list_hash"]}, who=who)
    await world.call("payments", "POST", f"/v1/runs/{run_id}/release", who="approver")
    await world.until_sql("payments", "SELECT status = 'INSTRUCTED' FROM run WHERE run_id = $1", run_id)
    return run_id, meter.cost()


async def _plant(world: World, run_id: UUID, earlier: date) -> None:
    """The rows of a month that was paid, once more for an earlier one: run, obligations, lines and answers.

    Its totals, entries and messages, few rows that no later month reads, are left out; a standing invariant that looks meanwhile says so in the log.
    """
    connection = await world.sql("payments")
    after = (earlier + timedelta(days=31)).replace(day=1)
    await connection.execute(
        f"""CREATE TABLE IF NOT EXISTS obligation_{earlier:%Y_%m} PARTITION OF obligation FOR VALUES FROM ('{earlier}') TO ('{after}')
              WITH (fillfactor = 45)"""
    )
    planted, moved = new_id(), "(to_char($2::date, 'YYMM') || substr(replace({id}::text, '-', ''), 5))::uuid"
    for statement in (
        """INSERT INTO run SELECT (jsonb_populate_record(r, jsonb_build_object('run_id', $3::uuid, 'month', $2::date))).* FROM run r WHERE run_id = $1""",
        """INSERT INTO obligation (holder_id, programme, benefit_month, amount_satang, tier, state, payable, attempts)
           SELECT holder_id, programme, $2, amount_satang, tier, state, true, attempt_no FROM disbursement
            WHERE run_id = $1 AND $3::uuid IS NOT NULL ORDER BY holder_id""",
        f"""INSERT INTO disbursement
            SELECT (jsonb_populate_record(d, jsonb_build_object('disbursement_id', {moved.format(id="disbursement_id")}, 'run_id', $3::uuid,
                                                                'benefit_month', $2::date))).* FROM disbursement d WHERE run_id = $1""",
        f"""INSERT INTO bank_result (result_id, batch_id, via, bank, instruction_id, disbursement_id, status, amount_satang, value_date,
                                    bank_reference, reason_code, disposition, outcomes, received_at)
            SELECT gen_random_uuid(), $3, b.via, b.bank, b.instruction_id, {moved.format(id="b.disbursement_id")}, b.status, b.amount_satang,
                   b.value_date, b.bank_reference, b.reason_code, b.disposition, b.outcomes, b.received_at
              FROM bank_result b JOIN disbursement d USING (disbursement_id) WHERE d.run_id = $1 AND $2::date IS NOT NULL ORDER BY b.seq""",
    ):
        await connection.execute(statement, run_id, earlier, planted)
    await connection.execute(
        """UPDATE entitlement SET payable = $1::date || payable, amounts = amounts[1] || amounts, tiers = tiers[1] || tiers
            WHERE cardinality(payable) > 0""",
        earlier,
    )


async def settled(world: World) -> Settled:
    """Every bank pays everything and says so; payments takes the answers in, tells the persons' facts, and closes the run."""
    paid: Month = await world.once(month)
    results = {RESULTS.format(bank=bank.lower()): _results(bank, paid) for bank in Bank}
    meter = world.meter(own=False)
    await world.produce(results)
    await world.until_sql("payments", f"SELECT ({_ANSWERED}) AND NOT EXISTS (SELECT FROM outbox)", paid.run_id)
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


__all__ = [
    "Imported",
    "LaterMonths",
    "Month",
    "People",
    "Person",
    "Settled",
    "entitled",
    "envelopes",
    "imported",
    "later_months",
    "month",
    "people",
    "settled",
    "wish_of",
]
