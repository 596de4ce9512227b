"""Everything that was told, told again to other databases of a service, as consumers tell it (Delivery), without Kafka between."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Hashable, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from random import Random
from typing import Any

import asyncpg

from deploy.databases import app_role, create_databases, database_name, owner_role
from deploy.local.suite import _settings
from deploy.migrate import migrate
from shared.auth import TokenVerifier
from shared.bus.consumers import Delivery, Work
from shared.clock import Clock, noon
from shared.contracts import Event
from shared.contracts.registry import HolderState
from shared.db import Database
from shared.service import Service
from tests.flows.begun_again import MIGRATED, copied
from tests.flows.country import Country
from tests.flows.processes import dumped, restored
from tests.support.service_database import FLOOR

BATCH_MAX = 60
SEEDS = (2561, 2562, 2563)

# What only counts, names a batch, or says when this database took something in.
_COUNTS_AND_CLOCKS = frozenset(
    {"seq", "number", "changed_at", "taken_at", "changed_in", "generation", "received_at", "entered_at", "at", "batch_id"}
)
# By which steps a state was reached: others when events come in other batches, or a person's topics in another order.
_STEPS = frozenset({"version", "recommendation_version"})
_TABLES_OF_STEPS = frozenset({"entitlement_history", "plan_history", "referral_history", "recommendation"})

State = dict[str, list[dict[str, Any]]]


async def states_of_fresh_databases(country: Country, service: str, seed: int = SEEDS[0]) -> tuple[State, State]:
    """The service's state after everything once in order, and in another database after everything twice and shuffled across keys."""
    told = await _everything(country, service)
    async with _fresh(country, service, "anew_once") as one:
        await _deliver(one, [[event] for event in told])
        once = await table_state(country, service, "anew_once")
    async with _fresh(country, service, "anew_shuffled") as one:
        await _deliver(one, _twice_and_shuffled(told, seed))
        return once, await table_state(country, service, "anew_shuffled")


async def neighbours_first(country: Country, service: str) -> tuple[int, State, State]:
    """Tell a fresh database what is about people before the people themselves.

    Returns how many events waited, the state after everybody had come, and the state after everything in order.
    """
    told = await _everything(country, service)
    people = [event for event in told if isinstance(event.data, HolderState)]
    others = [event for event in told if not isinstance(event.data, HolderState)]
    async with _fresh(country, service, "anew_once") as one:
        await _deliver(one, [[event] for event in told])
        in_order = await table_state(country, service, "anew_once")
    async with _fresh(country, service, "anew_early") as one:
        await _deliver(one, [others])
        waiting = len((await table_state(country, service, "anew_early"))["parked"])
        await _deliver(one, [[event] for event in people])
        return waiting, await table_state(country, service, "anew_early"), in_order


def without_steps(state: State) -> State:
    """What is true now, without the steps by which it came to be."""
    return {
        table: [{name: value for name, value in row.items() if name not in _STEPS} for row in rows]
        for table, rows in state.items()
        if table not in _TABLES_OF_STEPS
    }


async def changes_by_redelivery(country: Country, service: str) -> State:
    """What changes in a copy of the service's living database when everything is told it again: tables with the rows that differ."""
    told = await _everything(country, service)
    before = await table_state(country, service)
    await restored(country.suite, service, await dumped(country.suite, service), prefix="again")
    one = await _built(country, service, "again")
    try:
        await _deliver(one, _twice_and_shuffled(told, SEEDS[0]))
    finally:
        await one.resources.db.close()
    after = await table_state(country, service, "again")
    outbox = await country.rows(service, "SELECT topic, key FROM outbox", prefix="again")
    differ = {table: [row for row in after[table] if row not in rows] for table, rows in before.items() if rows != after[table]}
    return differ | ({"outbox": outbox} if outbox else {})


async def table_state(country: Country, service: str, prefix: str = "sukjai") -> State:
    """Every row of the service's own tables, and what is parked, without counters and clocks of this database."""
    connection = await asyncpg.connect(country.suite.postgres.superuser_dsn, database=database_name(service, prefix))
    try:
        names = await connection.fetch(
            "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace"
        )
        found: State = {}
        for name in sorted({row["relname"] for row in names} - FLOOR):
            rows = await connection.fetch(f'SELECT * FROM "{name}"')
            found[name] = _sorted([{key: value for key, value in row.items() if key not in _COUNTS_AND_CLOCKS} for row in rows])
        found["parked"] = _sorted([dict(row) for row in await connection.fetch("SELECT topic, key, waits_for, event_id FROM parked")])
        return found
    finally:
        await connection.close()


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str({name: value for name, value in row.items() if name not in _STEPS}))


async def _everything(country: Country, service: str) -> list[Event]:
    """All that the service hears, as one consumer reads it: by the time on the topics."""
    consumers = import_module(f"services.{service}.consumers").consumers
    messages = await country.messages(*sorted(consumers.topics))
    return [event for event, _ in sorted(messages, key=lambda one: one[1]) if event.type in consumers.types]


def _twice_and_shuffled(told: Sequence[Event], seed: int) -> list[list[Event]]:
    """Batches in which each key of a topic keeps its order, is told as a whole a second time, and keys come in any order."""
    random = Random(seed)
    queues: dict[Hashable, list[Event]] = defaultdict(list)
    for event in told:
        queues[_topic_order(event)].append(event)
    turns = [one for one, events in queues.items() for _ in range(2 * len(events))]
    random.shuffle(turns)
    waiting = {one: iter([*events, *events]) for one, events in queues.items()}
    events = [next(waiting[one]) for one in turns]
    batches: list[list[Event]] = []
    while events:
        size = random.randint(1, BATCH_MAX)
        batches.append(events[:size])
        events = events[size:]
    return batches


def _topic_order(event: Event) -> Hashable:
    """What Kafka promises: a person's events keep their order on each topic; between topics there is none."""
    return event.topic, event.subject


async def _deliver(service: Service, batches: Sequence[Sequence[Event]]) -> None:
    for batch in batches:
        async with service.resources.db.transaction() as tx:
            await Delivery(service.consumers, Work(tx, service.resources)).deliver(list(batch))
    for timer in service.timers:
        if timer.name == "counting":
            await timer.work()


@asynccontextmanager
async def _fresh(country: Country, service: str, prefix: str) -> AsyncIterator[Service]:
    """The service over a new, migrated database of the prefix; the database stays."""
    connection = await asyncpg.connect(country.suite.postgres.superuser_dsn)
    await connection.execute(f'DROP DATABASE IF EXISTS "{database_name(service, prefix)}" WITH (FORCE)')
    await connection.close()
    await copied(country.suite.postgres, MIGRATED, prefix, [service])
    await create_databases(country.suite.postgres.superuser_dsn, country.suite.secrets.passwords, prefix)
    owner = country.suite.postgres.dsn(database_name(service, prefix), owner_role(service), owner_role(service))
    await asyncio.to_thread(migrate, service, owner)
    one = await _built(country, service, prefix)
    try:
        if one.on_start is not None:
            await one.on_start()
        yield one
    finally:
        await one.resources.db.close()


async def _built(country: Country, service: str, prefix: str) -> Service:
    name = database_name(service, prefix)
    dsn = country.suite.postgres.dsn(name, app_role(service), app_role(service))
    environment = country.suite.environment(service) | {f"{service.upper()}_DATABASE_DSN": dsn}
    settings = _settings(service, environment)
    database = await Database.connect(dsn, name=name)
    verifier = TokenVerifier(
        issuer=settings.auth_issuer, audience=settings.auth_audience, jwks=country.suite.issuer.jwks, environment="development"
    )
    clock = Clock()
    clock.play(noon(country.today))
    one: Service = import_module(f"services.{service}.app").build(settings, database, clock, verifier)
    return one
