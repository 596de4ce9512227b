"""A foreign system that speaks the DCI API with keys of its own, a receiver for its callbacks, and the standard's document as the judge."""

import asyncio
import base64
import contextlib
import dataclasses
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

import jsonschema
import orjson
import rfc8785
import yaml
from referencing import Registry as Schemas
from referencing import Resource
from referencing.jsonschema import DRAFT202012

from services.registry.http.dci import routes
from services.registry.jobs.dci import answer_all
from shared.auth import Reach
from shared.clock import system_now
from shared.ids import new_id
from shared.signatures import PublicKeys, SigningKeys
from shared.webhooks import received
from shared.webhooks.runner import Pace

DOCUMENT = yaml.safe_load(Path(routes.__file__).with_name("social_api_v1.0.0.yaml").read_text(encoding="utf-8"))
SENDER = "spmis.example.org"
PURPOSE = {"purpose": {"code": "SCHOLARSHIP", "text": "scholarships"}}
DCI_SCOPES = ("registry.dci:search", "registry.dci:subscribe")
FAST = Pace(attempts_max=3, first_wait_ms=1, wait_ms_max=2, answer_ms_max=5_000, at_once=4)


def keys_of(letter):
    return SigningKeys.from_text(f"{letter}1:{base64.b64encode(letter.encode() * 32).decode()}")


@cache
def schemas():
    return Schemas().with_resource("urn:dci", Resource.from_contents(DOCUMENT, default_specification=DRAFT202012))


def check(pointer, value):
    """Fails unless the value fits the schema at this place of the document."""
    escaped = "/".join(part.replace("~", "~0").replace("/", "~1") for part in pointer)
    jsonschema.Draft202012Validator(
        {"$ref": f"urn:dci#/{escaped}"}, registry=schemas(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(value)


def check_request(path, value):
    check(("paths", path, "post", "requestBody", "content", "application/json", "schema"), value)


def check_answer(path, answer):
    """Fails unless the answer is one that the document has for the path."""
    responses = DOCUMENT["paths"][path]["post"]["responses"]
    status = str(answer.status_code) if str(answer.status_code) in responses else "default"
    response = ("paths", path, "post", "responses", status)
    if "$ref" in responses[status]:
        response = tuple(responses[status]["$ref"].removeprefix("#/").split("/"))
    assert answer.headers["content-type"] == "application/json"
    check((*response, "content", "application/json", "schema"), answer.json())


@dataclass
class Callbacks:
    """The foreign system's own server: keeps what it is sent; `refuse` first so many times."""

    base: str = ""
    seen: list = field(default_factory=list)
    refuse: int = 0

    async def __call__(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines if line)
        body = await reader.readexactly(int(headers["Content-Length"]))
        refused, self.refuse = self.refuse > 0, self.refuse - 1
        if not refused:
            self.seen.append((first.split(" ")[1], headers, body))
        writer.write(b"HTTP/1.1 503 Later\r\n\r\n" if refused else b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def callbacks():
    mine = Callbacks()
    server = await asyncio.start_server(mine, "127.0.0.1", 0)
    mine.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/dci"
    try:
        yield mine
    finally:
        server.close()


@dataclass
class Foreign:
    """The foreign system: what it signs with, whose token it brings, and how it asks."""

    registry: object
    sender_id: str = SENDER
    client: str = "ministry"
    keys: SigningKeys = field(default_factory=lambda: keys_of("x"))
    callbacks: Callbacks | None = None
    reach: Reach = field(default_factory=Reach.country)
    scopes: tuple = DCI_SCOPES
    theirs: PublicKeys | None = None

    async def register(self, **changed):
        """Let the registrar register it; returns the registration."""
        asked = {
            "sender_id": self.sender_id,
            "client": self.client,
            "organisation": "กรมทดสอบ",
            "jwks": self.keys.jwks(),
            "callback_base": self.callbacks and self.callbacks.base,
            "reach": {"level": "COUNTRY", "code": ""},
            "purposes": ["SCHOLARSHIP"],
            "basis": "PUBLIC_TASK",
            **changed,
        }
        answer = await self.registry.post("/v1/dci-senders", asked)
        assert answer.status_code == 201, answer.text
        self.theirs = PublicKeys.of((await self.registry.client.get("/.well-known/jwks.json")).json())
        return answer

    def header(self, action, total=1, **changed):
        return {
            "version": "1.0.0",
            "message_id": str(new_id()),
            "message_ts": system_now().isoformat(),
            "action": action,
            "sender_id": self.sender_id,
            "receiver_id": "sukjai.registry",
            "total_count": total,
            **changed,
        }

    def signed(self, header, message):
        head, _, tail = self.keys.sign(rfc8785.dumps({"header": header, "message": message})).split(".")
        return {"signature": f"{head}..{tail}", "header": header, "message": message}

    def search(self, *items, transaction_id=None, **header):
        message = {"transaction_id": transaction_id or str(new_id()), "search_request": list(items)}
        return self.signed(self.header("search", len(items), **header), message)

    async def send(self, path, body, *, judged=True):
        """POST to the path; both ways are judged by the document, and a signed answer is verified."""
        if judged:
            check_request(path, body)
        token = self.registry.issuer.issue(self.client, self.scopes, self.reach)
        answer = await self.registry.client.post(f"/dci/v1.0.0{path}", json=body, headers={"Authorization": f"Bearer {token}"})
        check_answer(path, answer)
        if "header" in answer.json():
            self.believe(answer.json())
        return answer

    async def asks(self, *items, **header):
        """Search at once; returns the answers."""
        answer = await self.send("/registry/sync/search", self.search(*items, **header))
        assert answer.status_code == 200, answer.text
        return answer.json()["message"]["search_response"]

    def believe(self, envelope):
        """As a foreign system does: the payload is put back into the signature, which any JOSE library then verifies."""
        head, _, tail = envelope["signature"].split(".")
        parts = {name: envelope[name] for name in ("header", "message") if name in envelope}
        payload = base64.urlsafe_b64encode(rfc8785.dumps(parts)).decode().rstrip("=")
        self.theirs.verify(f"{head}.{payload}.{tail}")
        assert envelope["header"].get("sender_id") == "sukjai.registry"

    async def hears(self):
        """Let the registry work and deliver all that it owes; each callback is judged and verified. Returns (path, envelope) of all so far."""
        service = self.registry.service
        await answer_all(service.resources)
        runner = asyncio.create_task(dataclasses.replace(service.webhooks, pace=FAST).runner("registry", self.registry.db).run())
        while await self.registry.value("SELECT count(*) FROM webhook_delivery WHERE status = 'WAITING'"):
            if runner.done():
                runner.result()
            await asyncio.sleep(0.02)
        runner.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await runner
        return [self.heard(*one) for one in self.callbacks.seen]

    async def hears_last(self, kind):
        """The last callback of the kind."""
        return [envelope for path, envelope in await self.hears() if path == f"/registry/{kind}"][-1]

    def heard(self, path, headers, body):
        envelope = orjson.loads(body)
        check_request(path.removeprefix("/dci"), envelope)
        self.believe(envelope)
        address = self.callbacks.base.removesuffix("/dci") + path
        received(self.theirs, headers, body, address=address, now=system_now(), age_max=timedelta(minutes=5))
        return path.removeprefix("/dci"), envelope


def item(query, reference_id=None, kind="idtype-value", **criteria):
    return {
        "reference_id": reference_id or str(new_id()),
        "timestamp": system_now().isoformat(),
        "search_criteria": {"query_type": kind, "query": query, "authorize": PURPOSE, **criteria},
        "locale": "tha",
    }


def uin(number):
    return {"type": "UIN", "value": number}


def expression(tree, reference_id=None, **criteria):
    query = {"type": "ns:org:QueryType:expression", "value": {"expression": {"collection": "Group", "query": tree}}}
    return item(query, reference_id, "expression", **criteria)


def wish(query, event="REGISTER", reference_id=None, kind="expression", **criteria):
    return {
        "reference_id": reference_id or str(new_id()),
        "timestamp": system_now().isoformat(),
        "subscribe_criteria": {
            "reg_event_type": event,
            "filter_type": kind,
            "filter": query,
            "notify_record_type": "spdci-extensions-dci:Member",
            "authorize": PURPOSE,
            **criteria,
        },
    }


def tree(**terms):
    return {"type": "expression", "value": {"expression": {"collection": "Member", "query": terms}}}


async def acknowledged(foreign, path, body):
    """The correlation id with which the message was taken."""
    answer = await foreign.send(path, body)
    told = answer.json()["message"]
    assert (answer.status_code, told["ack_status"]) == (200, "ACK"), answer.text
    return told["correlation_id"]


async def refused(foreign, path, body):
    """The error with which the message was not taken."""
    told = (await foreign.send(path, body)).json()["message"]
    assert told["ack_status"] == "ERR"
    return told["error"]["code"]


def subscribe(foreign, *wishes, transaction_id=None):
    message = {"transaction_id": transaction_id or str(new_id()), "subscribe_request": list(wishes)}
    return foreign.signed(foreign.header("subscribe", len(wishes)), message)


def unsubscribe(foreign, *codes):
    message = {"transaction_id": str(new_id()), "timestamp": system_now().isoformat(), "subscription_codes": list(codes)}
    return foreign.signed(foreign.header("unsubscribe"), message)


def status(foreign, kind, attribute, value):
    asked = {"reference_id": str(new_id()), "txn_type": kind, "attribute_type": attribute, "attribute_value": value}
    return foreign.signed(foreign.header("txn-status"), {"transaction_id": str(new_id()), "txnstatus_request": asked})


def not_there(told):
    """Whether the answer to a question for a status says of each that it is not there."""
    answers = told["message"]["txnstatus_response"]["txn_status"]["search_response"] if "message" in told else []
    return [one["status_reason_code"] for one in answers] == ["rjct.reference_id.invalid"]


async def subscribed(foreign, *wishes):
    """Subscribe and hear of it; returns the codes."""
    await acknowledged(foreign, "/registry/subscribe", subscribe(foreign, *wishes))
    envelope = await foreign.hears_last("on-subscribe")
    return [one["subscriptions"][0]["code"] for one in envelope["message"]["subscribe_response"]]


@contextlib.asynccontextmanager
async def registered(registry):
    """A registered foreign system that hears its callbacks."""
    async with callbacks() as mine:
        system = Foreign(registry, callbacks=mine)
        await system.register()
        yield system


async def waiting(registry):
    """What is owed to callbacks now, without the envelopes that were heard."""
    await answer_all(registry.service.resources)
    rows = await registry.fetch("SELECT id, about, body FROM webhook_delivery WHERE status = 'WAITING' AND sealed ORDER BY seq")
    cipher = registry.service.webhooks.cipher
    return [(row["about"].split(" ")[1], orjson.loads(cipher.open_bytes(row["body"], row["id"].bytes))) for row in rows]
