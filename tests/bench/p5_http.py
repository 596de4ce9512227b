"""P5: a look-up and a create over HTTP, against a bare FastAPI route that runs the same statements and gives the same answer."""

import asyncio
import pickle
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Final

import httpx
import orjson

from deploy.local.process import free_port
from deploy.local.suite import Suite
from shared.auth import DEVELOPMENT_ISSUER, TokenVerifier
from shared.clock import Clock, noon
from shared.ids import new_id
from tests.bench import stages
from tests.bench.lines import Line
from tests.bench.load import WARM_UP_SHARE, Request, ms_a_request
from tests.bench.process import start_process
from tests.bench.rehearsal import Part, Rehearsal
from tests.bench.world import World

REQUESTS_MAX: Final = 1000
CONNECTIONS: Final = (1, 8)
_PAPER: Final = {
    "consents": {"share_with_agencies": True, "bank_data": True, "wage_through_card": False},
    "identity_paper": "CITIZEN_ID_CARD",
    "signed_by": "SIGNATURE",
    "privacy_notice_version": "2018-01",
}


async def measure(world: World) -> AsyncIterator[Line]:
    """Both, over one connection and over eight."""
    known: stages.People = await world.once(stages.people)
    interview = await world.service("interview")
    await interview.caught_up()
    await world.play(stages.WISH_DAY)
    people = iter(known.everybody)
    some = min(REQUESTS_MAX, len(known.everybody) // 5)
    token = {"Authorization": f"Bearer {world.token()}"}

    def look_ups(count: int) -> list[Request]:
        return [Request("GET", f"/v1/card-holders/{next(people).holder_id}", headers=token) for _ in range(count)]

    def creates(count: int) -> list[Request]:
        return [_intent(next(people), token) for _ in range(count)]

    for what, service, requests in (
        ("look-up of a card holder", "registry", look_ups),
        ("create of an intent", "interview", creates),
    ):
        for connections in CONNECTIONS:
            # Nobody states the wish twice: what is measured on the service and what is played again are other people.
            value = await _warm(world.services[service].address, requests(some), connections)
            baseline = await _baseline(world, service, requests(some), connections)
            asked = f"HTTP {what}, {connections} connection{'s' if connections > 1 else ''}, against a bare route with the same statements"
            yield Line.of("P5", asked, world.scale, value, "ms a request", baseline)
        people = iter(known.everybody)


def _intent(person: stages.Person, token: dict[str, str]) -> Request:
    wish = {"holder_id": str(person.holder_id), "channel": "WALK_IN", "stated_on": stages.WISH_DAY.isoformat(), **_PAPER}
    return Request("POST", "/v1/intents", wish, {**token, "Idempotency-Key": str(new_id())})


async def _warm(address: str, requests: Sequence[Request], connections: int) -> float:
    """Milliseconds a request, after the first tenth."""
    first = len(requests) // WARM_UP_SHARE
    await ms_a_request(address, requests[:first], connections)
    return await ms_a_request(address, requests[first:], connections)


async def _baseline(world: World, service: str, requests: Sequence[Request], connections: int) -> float:
    address = await bare(world, service, await rehearse(world, service, requests))
    again = [Request(request.method, f"/parts/{number}", request.body) for number, request in enumerate(requests)]
    return await _warm(address, again, connections)


async def rehearse(world: World, service: str, requests: Sequence[Request]) -> list[Part]:
    """What the service does for each request, without doing it."""
    client, database = await world.kept(f"rehearsal of {service}", lambda: _rehearsing(world.suite, service))
    return [await _part(client, database, request) for request in requests]


@asynccontextmanager
async def _rehearsing(suite: Suite, service: str) -> AsyncIterator[tuple[httpx.AsyncClient, Rehearsal]]:
    """The service's app in this process, and its database on which nothing stays."""
    environment = suite.environment(service)
    prefix = f"{service.upper()}_"
    settings = import_module(f"services.{service}.settings").Settings(
        **{name.removeprefix(prefix).lower(): value for name, value in environment.items() if name.startswith(prefix)},
        environment="development",
        kafka_bootstrap_servers=suite.broker.bootstrap,
        auth_issuer=DEVELOPMENT_ISSUER,
        auth_jwks_url=environment["AUTH_JWKS_URL"],
        lookup_key=suite.secrets.lookup_key,
        payee_keys=suite.secrets.payee_keys,
        assessment_keys=suite.secrets.assessment_keys,
    )
    database = await Rehearsal.at(settings.database_dsn)
    try:
        clock = Clock()
        clock.play(noon(stages.WISH_DAY))
        verifier = TokenVerifier(issuer=DEVELOPMENT_ISSUER, audience="sukjai", jwks=suite.issuer.jwks, environment="development")
        app = import_module(f"services.{service}.app").build(settings, database, clock, verifier).app
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://rehearsal") as client:
            yield client, database
    finally:
        await database.close()


async def _part(client: httpx.AsyncClient, database: Rehearsal, request: Request) -> Part:
    part = database.begin()
    answer = await client.request(request.method, request.path, json=request.body, headers=request.headers)
    answer.raise_for_status()
    part.answer = orjson.loads(answer.content)
    return part


async def bare(world: World, service: str, parts: list[Part]) -> str:
    """The address of a bare app that plays these parts, in a process of its own beside the service's database."""
    file = world.folder / f"{service}-parts.pickle"
    address = await world.kept(f"bare routes of {service}", lambda: _serving_bare(world, service, file))
    file.write_bytes(pickle.dumps(parts))
    async with httpx.AsyncClient() as client:
        (await client.post(f"{address}/parts")).raise_for_status()
    return address


@asynccontextmanager
async def _serving_bare(world: World, service: str, file: Path) -> AsyncIterator[str]:
    port = free_port()
    dsn = world.suite.environment(service)[f"{service.upper()}_DATABASE_DSN"]
    popen = start_process(["tests.bench.bare_http", str(file), dsn, str(port)], {}, world.folder / "bare_http.log")
    address = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient() as client:
            while True:
                try:
                    await client.get(f"{address}/healthz")
                    break
                except httpx.TransportError:
                    if popen.poll() is not None:
                        raise
                    await asyncio.sleep(0.05)
        yield address
    finally:
        popen.terminate()
        await asyncio.to_thread(popen.wait)
