"""What is looked at where all is quiet: payments over REST, its tables, its standing invariants, and its topics as a read_committed reader finds them."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiokafka import TopicPartition

from deploy import topics
from shared.bus.kafka import KafkaSettings
from shared.contracts import parse
from tests.chaos.banks import Banks
from tests.chaos.house import House
from tests.chaos.model import Line, Model
from tests.chaos.office import Disagreement, Office

OWED = """SELECT holder_id::text AS holder, extract(month FROM benefit_month)::int AS month, amount_satang, state, attempts, disputed, payable FROM obligation"""
RECOVERIES = """SELECT holder_id::text AS holder, extract(month FROM benefit_month)::int AS month, amount_satang FROM recovery
                 GROUP BY disbursement_id, 1, 2, 3 HAVING count(*) % 2 = 1"""


def month_of(text: str) -> int:
    return int(text[5:7])


def status_of(run: Mapping[str, Any]) -> str:
    """The run's state as the model knows it."""
    return "OUT" if run["status"] in {"INSTRUCTED", "RECONCILING"} else run["status"]


def approvers_of(run: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(one for one in (run["approved_by"], run["second_approved_by"]) if one)


def shape(line: Line) -> tuple[Any, ...]:
    return line.attempt, line.satang, line.bank, line.district, line.state


async def lines(office: Office, run_id: str) -> tuple[dict[tuple[str, int], Line], dict[tuple[str, int], str]]:
    """The lines of a run, and the ids of their instructions."""
    found, ids = {}, {}
    for one in await office.pages(f"/v1/runs/{run_id}/lines"):
        key = (one["holder_id"], month_of(one["month"]))
        if key in found:
            raise Disagreement(f"{key} is twice in run {run_id}")
        found[key] = Line(one["attempt_no"], one["amount_satang"], one["bank"], one["district"], one["state"])
        ids[key] = one["instruction_id"]
    return found, ids


def as_released(line: Line) -> Line:
    """The line before its bank answered."""
    return line if line.state == "HELD" else replace(line, state="OPEN")


async def compare(model: Model, office: Office, house: House, banks: Banks) -> None:
    """Raise Disagreement where payments is not as the model says."""
    expected = _of_model(model)
    found = await _of_service(model, office, house)
    wrong = [f"{name}: {_difference(expected[name], found[name])}" for name in expected if expected[name] != found[name]]
    broken = (await office.get("/v1/operations/invariants"))["violations"]
    ready = (await house.http.get(f"{house.address}/readyz")).json()
    wrong += [f"invariants: {broken}"] if broken else []
    wrong += [f"{ready['parked']} parked"] if ready["parked"] else []
    few, many = ready["dead_letters"] < banks.malformed, ready["dead_letters"] > banks.malformed and not house.kills["kafka"]
    wrong += [f"{ready['dead_letters']} dead letters, {banks.malformed} malformed answers"] if few or many else []
    wrong += _of_banks(model, banks)
    if wrong:
        raise Disagreement("\n".join(wrong))


def _of_model(model: Model) -> dict[str, Any]:
    payable = {holder: sorted(one.payable()) for holder, one in model.persons.items()}
    return {
        "payable": {holder: months for holder, months in payable.items() if months},
        "owed": {
            (holder, month): (owed.satang, owed.state, owed.attempts, owed.disputed, month in payable[holder])
            for holder, one in model.persons.items()
            for month, owed in one.owed.items()
        },
        "runs": {run_id: (run.status, run.approved) for run_id, run in model.runs.items()},
        "lines": {(run_id, *key): shape(line) for run_id, run in model.runs.items() for key, line in run.lines.items()},
        "envelopes": {month: (ceiling, *model.money(month)) for month, ceiling in model.ceilings.items()},
        "ledger": {account: satang for account, satang in model.ledger().items() if satang},
        "overpaid": model.overpaid(),
        "holds": {key: lifted for key, (_, lifted) in model.holds.items()},
    }


async def _of_service(model: Model, office: Office, house: House) -> dict[str, Any]:
    runs, shown = {}, {}
    ledger, entitlements, envelopes, holds, owed, recoveries, *found = await asyncio.gather(
        office.get("/v1/ledger/trial-balance"),
        *(office.pages(f"/v1/{name}") for name in ("entitlements", "envelopes", "holds")),
        *(house.rows(sql) for sql in (OWED, RECOVERIES)),
        *(office.get(f"/v1/runs/{run_id}") for run_id in model.runs),
        *(lines(office, run_id) for run_id in model.runs),
    )
    for run_id, run, (of_run, _) in zip(model.runs, found[: len(model.runs)], found[len(model.runs) :], strict=True):
        runs[run_id] = (status_of(run), approvers_of(run))
        shown |= {(run_id, *key): shape(line) for key, line in of_run.items()}
    return {
        "payable": {one["holder_id"]: [month_of(month) for month in one["months"]] for one in entitlements if one["months"]},
        "owed": {
            (one["holder"], one["month"]): (one["amount_satang"], one["state"], one["attempts"], one["disputed"], one["payable"])
            for one in owed
        },
        "runs": runs,
        "lines": shown,
        "envelopes": {month_of(one["month"]): (one["ceiling_satang"], one["committed_satang"], one["spent_satang"]) for one in envelopes},
        "ledger": {one["account"]: one["balance_satang"] for one in ledger["accounts"] if one["balance_satang"]},
        "overpaid": sorted((one["holder"], one["month"], one["amount_satang"]) for one in recoveries),
        "holds": {(one["holder_id"], one["cause"], one["subject"]): one["lifted_by"] for one in reversed(holds)},
    }


def _of_banks(model: Model, banks: Banks) -> list[str]:
    """Each instruction was read once, by its bank, as it was released; and no bank paid a month of a person twice."""
    wrong = [f"read {times} times: {identifier}" for identifier, times in banks.ids.items() if times > 1]
    told = Counter(
        (one.data.instruction_id, one.topic, month_of(one.data.month), one.data.attempt_no, one.data.amount_satang)
        for one in banks.instructions
    )
    wanted = {}
    for identifier, (run, key) in model.instructed.items():
        line = run.lines[key]
        wanted[identifier, f"payments.instructions.{(line.bank or '').lower()}.v1", key[1], line.attempt, line.satang] = 1
    wrong += [f"instructions: {_difference(wanted, dict(told))}"] if told != wanted else []
    paid: Counter[tuple[str, int]] = Counter()
    for books in banks.books.values():
        for identifier, entry in books.entries.items():
            if entry.refused is None and entry.returned is None and (one := model.instructed.get(identifier.hex())):
                paid[one[1]] += 1
    return wrong + [f"{key} was paid {times} times" for key, times in paid.items() if times > 1]


def _difference(expected: Any, found: Any) -> str:
    if not isinstance(expected, Mapping):
        return f"{found}, should be {expected}"
    keys = [key for key in {**expected, **found} if expected.get(key) != found.get(key)]
    return "; ".join(f"{key} is {found.get(key)}, should be {expected.get(key)}" for key in keys[:10])


async def all_topics(bootstrap: str, banks: Banks) -> None:
    """Whoever reads payments' topics from their beginnings finds no event twice, and what the banks read."""
    consumer = KafkaSettings(bootstrap).consumer(None)
    await consumer.start()
    ids: Counter = Counter()
    try:
        await consumer._client.force_metadata_update()
        names = [name for name in topics.declared().topics if name.startswith("payments.") and ".results." not in name]
        partitions = [TopicPartition(name, n) for name in names for n in consumer.partitions_for_topic(name) or ()]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(tp) < ends[tp] for tp in partitions]):
            for records in (await consumer.getmany(timeout_ms=100)).values():
                ids.update((record.topic, parse(record.value, topic=record.topic).id) for record in records)
    finally:
        with contextlib.suppress(OSError):
            await consumer.stop()
    twice = [key for key, times in ids.items() if times > 1]
    missed = {identifier for topic, identifier in ids if topic.startswith("payments.instructions.")} ^ set(banks.ids)
    if twice or missed:
        raise Disagreement(f"on the topics twice: {twice}; not what banks read: {missed}")
