"""P10: interviews over HTTP against a bare route with the same statements, a batch of them brought from a field device, and how soon others see them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import islice
from statistics import fmean
from typing import Any, Final
from uuid import UUID

import httpx

from deploy.local.field_app.device import BATCH_OPERATIONS_MAX, Device
from deploy.local.field_app.store import Store
from shared.auth import Level, Reach
from shared.clock import monotonic, noon
from shared.contracts.interview import CASES
from shared.ids import new_id
from tests.bench import stages
from tests.bench.lines import Line, percentile
from tests.bench.load import Request, ms_of_each, ms_when_warm
from tests.bench.p4_latency import WAIT_SECONDS_MAX, Latencies, arrivals, rows
from tests.bench.p5_http import bare, rehearse
from tests.bench.world import Pair, World

REQUESTS_MAX: Final = 1000
CONNECTIONS: Final = (1, 8)
_SETS: Final = 2 * len(CONNECTIONS) + 2
TOGETHER: Final = 50
"""Interviews in a batch whose effect elsewhere is waited for."""
BARE_TOPIC: Final = "bench.bursts"
_BRINGS: Final = ("interview.sync:write",)

# Interview's own copies, as February and an assignment would have left them: what is measured is March.
_OFFICERS: Final = """
INSERT INTO officer (officer_id, version, district, employer, staff_no, active)
SELECT gen_random_uuid(), 1, district, 'BAAC', 'bench-' || district, true FROM unnest($1::text[]) AS district ON CONFLICT DO NOTHING
"""
_CASES: Final = """
INSERT INTO case_file (case_id, holder_id, version, state, home_district, responsible_district, subdistrict, opened_on, officer_id,
                       intent_status, stated_on, channel, attempts, interviews)
SELECT gen_random_uuid(), h.holder_id, 2, 'ASSIGNED', h.home_district, h.home_district, h.subdistrict, $2, o.officer_id, 'VALID', $2, 'WALK_IN', 0, 0
  FROM holder h JOIN officer o ON o.staff_no = 'bench-' || h.home_district
 WHERE h.holder_id = ANY($1::uuid[])
"""


async def measure(world: World) -> AsyncIterator[Line]:
    """Over one connection and over eight: the mean and the slowest hundredth; then a batch of a device."""
    known: stages.People = await world.once(stages.people)
    interview = await world.service("interview")
    await interview.caught_up()
    await world.play(stages.WISH_DAY)
    some = min(REQUESTS_MAX, max(len(known.everybody) // 50, 2))
    # From the end: other goals take people from the beginning.
    chosen = known.everybody[-some * _SETS :]
    await _assigned(world, chosen)
    people = iter(chosen)
    token = {"Authorization": f"Bearer {world.token()}"}
    baseline: list[float] = []
    for connections in CONNECTIONS:
        taken = await ms_when_warm(interview.address, [_request(person, token) for person in islice(people, some)], connections)
        requests = [_request(person, token) for person in islice(people, some)]
        address = await bare(world, "interview", await rehearse(world, "interview", requests))
        again = [Request("POST", f"/parts/{number}", request.body) for number, request in enumerate(requests)]
        baseline = await ms_when_warm(address, again, connections)
        over = f"interview over {connections} connection{'s' if connections > 1 else ''}, against a bare route with the same statements"
        yield Line.of("P10", f"mean of an {over}", world.scale, fmean(taken) / connections, "ms a request", fmean(baseline) / connections)
        yield Line.of("P10", f"99th percentile of an {over}", world.scale, percentile(taken, 99), "ms a request", percentile(baseline, 99))
    (ms,) = await _brought(world, list(islice(people, some))[:BATCH_OPERATIONS_MAX], BATCH_OPERATIONS_MAX)
    yield Line.of(
        "P10",
        "interview in a batch brought from a field device, against the bare route over 8 connections",
        world.scale,
        ms,
        "ms a request",
        fmean(baseline) / CONNECTIONS[-1],
    )
    async for line in _seen_by_others(world, list(people)[:BATCH_OPERATIONS_MAX]):
        yield line


async def _assigned(world: World, people: Sequence[stages.Person]) -> None:
    connection = await world.sql("interview")
    await connection.execute(_OFFICERS, sorted({person.subdistrict[:4] for person in people}))
    await connection.execute(_CASES, [person.holder_id for person in people], stages.WISH_DAY)


def _form(person: stages.Person) -> dict[str, Any]:
    return {
        "holder_id": str(person.holder_id),
        "visit": {"interviewed_on": stages.WISH_DAY.isoformat(), "place": "ที่ว่าการอำเภอ"},
        "person": {
            "education": "PRIMARY",
            "marital_status": "MARRIED",
            "household_size": 4,
            "dependants": 2,
            "occupation": "6111",
            "income_now_baht": 24_000,
            "income_2559_baht": 24_000,
            "expenses_month_baht": 4_500,
            "land": {"tenure": "OWNED", "rai": 3.5},
            "housing": "OWNED",
        },
        "debts": [{"kind": "INFORMAL", "creditor": "นายทุนในหมู่บ้าน", "amount_satang": 2_000_000, "wants_mediation": True}],
        "abilities": {"skills": ["weaving"], "readiness": "READY"},
        "diagnosis": {"problems": ["D2", "D3"], "approach": "SECOND_OCCUPATION"},
        "wishes": {"answer": "DEVELOP", "dimensions": ["D2"]},
    }


def _request(person: stages.Person, token: dict[str, str]) -> Request:
    return Request("POST", "/v1/interviews", _form(person), {**token, "Idempotency-Key": str(new_id())})


async def _seen_by_others(world: World, people: Sequence[stages.Person]) -> AsyncIterator[Line]:
    """From the sending of a batch until plan has recommended and payments has confirmed, one batch after the other without a pause."""
    for name in ("plan", "payments"):
        await (await world.service(name)).caught_up()
    await world.play(stages.WISH_DAY)
    country: stages.Imported = await world.once(stages.imported)
    wishes = [stages.wish_of(person, country.policy_version) for person in people]
    await world.produce({CASES: wishes})
    await world.services["payments"].caught_up()
    seen_in = {
        "recommended by plan": rows(await world.sql("plan"), "plan"),
        "confirmed by payments": rows(await world.sql("payments"), "entitlement", "status = 'ACTIVE'"),
    }
    latencies = {what: Latencies(len(people)) for what in seen_in}
    watching = [asyncio.create_task(watch(latencies[what])) for what, watch in seen_in.items()]

    def sending(some: Sequence[stages.Person]) -> None:
        for one in latencies.values():
            one.sent |= {str(person.holder_id): monotonic() for person in some}

    try:
        await asyncio.gather(*(one.watched.wait() for one in latencies.values()))
        ms = await _brought(world, people, TOGETHER, sending)
        await asyncio.wait_for(asyncio.gather(*watching), WAIT_SECONDS_MAX)
    finally:
        for task in watching:
            task.cancel()
    bare = await _bare_bursts(world, wishes, fmean(ms) * TOGETHER / 1000)
    rate = f"interviews in batches of {TOGETHER}, {1000 / fmean(ms):.0f} a second"
    for what, one in latencies.items():
        for percent in (50, 99):
            line = f"{rate}, {what}, p{percent} from the batch's sending, against a bare round trip through Kafka in the same bursts"
            yield Line.of("P10", line, world.scale, percentile(one.ms, percent), "ms", percentile(bare, percent))


async def _bare_bursts(world: World, messages: Sequence[Pair], pause_seconds: float) -> list[float]:
    """Milliseconds from the sending of each message to a bare consumer, as many at once as a batch has."""
    await world.new_topics([BARE_TOPIC])
    latencies = Latencies(len(messages))
    producer = world.kafka.producer()
    await producer.start()
    watching = asyncio.create_task(arrivals(world, BARE_TOPIC)(latencies))
    try:
        await asyncio.wait_for(latencies.watched.wait(), WAIT_SECONDS_MAX)
        for start in range(0, len(messages), TOGETHER):
            for key, value in messages[start : start + TOGETHER]:
                latencies.sent[key.decode()] = monotonic()
                await producer.send(BARE_TOPIC, key=key, value=value)
            await asyncio.sleep(pause_seconds)
        await asyncio.wait_for(watching, WAIT_SECONDS_MAX)
    finally:
        watching.cancel()
        await producer.stop()
    return latencies.ms


async def _brought(
    world: World, people: Sequence[stages.Person], together: int, sending: Callable[[Sequence[stages.Person]], None] | None = None
) -> list[float]:
    """Milliseconds an interview of each call of a device that brings so many of one officer; `sending` is told whose go out."""
    connection = await world.sql("interview")
    officer_id: UUID = await connection.fetchval("SELECT officer_id FROM officer WHERE staff_no LIKE 'bench-%' ORDER BY officer_id LIMIT 1")
    await connection.execute(
        "UPDATE case_file SET officer_id = $1 WHERE holder_id = ANY($2::uuid[])", officer_id, [one.holder_id for one in people]
    )
    reach = Reach(Level.OFFICER, str(officer_id))
    token = world.suite.issuer.issue("bench-ao", (*_BRINGS, "interview.interviews:write"), reach, officer_id)

    async def own_token() -> str:
        return token

    address = world.services["interview"].address
    async with httpx.AsyncClient(base_url=address) as http:
        store = Store.open(world.folder / f"device-{new_id()}", "bench")
        device = Device(store, http, own_token, lambda: noon(stages.WISH_DAY))
        await device.register("bench")
        for person in people:
            device.do("INTERVIEW", _form(person))
        waiting = device.next_batch()
        signed = [device.signed(waiting[start : start + together]) for start in range(0, len(waiting), together)]
        calls = [
            Request("POST", "/v1/sync", {"device_id": device.device_id, "batch": one}, {"Authorization": f"Bearer {token}"})
            for one in signed
        ]
        store.close()
    taken = []
    for number, call in enumerate(calls):
        some = people[number * together : (number + 1) * together]
        if sending is not None:
            sending(some)
        (ms,) = await ms_of_each(address, [call], 1)
        taken.append(ms / len(some))
    return taken
