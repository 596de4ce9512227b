"""The two ways to a bank's adapter: its topics, and the operations of REST, which the kit then serves."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Self

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from fastapi import FastAPI, Query, Request, Response

from deploy.bank_conformance.play import heard_event, heard_line
from deploy.bank_conformance.script import Heard
from services.payments.http.banks import CURSOR_HEADER, MESSAGES_DEFAULT, MESSAGES_MAX
from services.payments.schemas.results import LineStanding
from shared.bus.kafka import KafkaSettings
from shared.clock import monotonic
from shared.contracts import Event
from shared.contracts.common import Bank
from shared.contracts.payments import RESULTS, BankResultReported, BankUseReported
from shared.http import decode_cursor, encode_cursor, read_lines
from shared.http.ndjson import NDJSON
from shared.http.problems import add_problem_handlers
from shared.http.signed_requests import RequestNotBelieved, SignedRequests
from shared.signatures import PublicKeys


@dataclass
class KafkaWay:
    """Writes the bank's instruction topic and reads its results topic from now on. Of a broker for tests: nothing may be out there."""

    bank: Bank
    kafka: KafkaSettings
    unsigned: list[str] = field(default_factory=list)
    _producer: AIOKafkaProducer = field(init=False, repr=False)
    _consumer: AIOKafkaConsumer = field(init=False, repr=False)

    async def __aenter__(self) -> Self:
        """Connect, and read from the end of the results."""
        self._producer, self._consumer = self.kafka.producer(), self.kafka.consumer(None)
        await self._producer.start()
        await self._consumer.start()
        topic = RESULTS.format(bank=self.bank.lower())
        partitions = [TopicPartition(topic, number) for number in await self._producer.partitions_for(topic)]
        ends = await self._consumer.end_offsets(partitions)
        self._consumer.assign(partitions)
        for partition in partitions:
            self._consumer.seek(partition, ends[partition])
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go of the broker."""
        await self._consumer.stop()
        await self._producer.stop()

    def now(self) -> float:
        """Seconds."""
        return monotonic()

    async def tell(self, events: Sequence[Event]) -> None:
        """Write the events to the instruction topic."""
        sent = [await self._producer.send(event.topic, key=event.subject.encode(), value=event.to_bytes()) for event in events]
        await asyncio.gather(*sent)

    async def listen(self, seconds: float) -> list[Heard]:
        """What the bank wrote."""
        fetched = await self._consumer.getmany(timeout_ms=int(seconds * 1000))
        return [heard_event(self.now(), record.value) for records in fetched.values() for record in records]


@dataclass
class RestWay:
    """Serves the bank's operations. A request that is not signed as it must be is noted and served all the same."""

    bank: Bank
    keys: PublicKeys | None = None
    base: str | None = None
    unsigned: list[str] = field(default_factory=list)
    _messages: list[bytes] = field(default_factory=list, init=False)
    _heard: list[Heard] = field(default_factory=list, init=False)
    _came: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _seen: set[str] = field(default_factory=set, init=False)

    def now(self) -> float:
        """Seconds."""
        return monotonic()

    async def tell(self, events: Sequence[Event]) -> None:
        """Let the bank read the events."""
        self._messages += [event.to_bytes() for event in events]

    async def listen(self, seconds: float) -> list[Heard]:
        """What the bank told."""
        try:
            await asyncio.wait_for(self._came.wait(), seconds)
        except TimeoutError:
            return []
        self._came.clear()
        heard, self._heard = self._heard, []
        return heard

    def app(self) -> FastAPI:
        """The operations, as payments has them."""
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        add_problem_handlers(app)

        @app.get("/v1/bank/instructions")
        async def instructions(
            request: Request, cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=MESSAGES_MAX)] = MESSAGES_DEFAULT
        ) -> Response:
            await self._look_at(request)
            [first] = decode_cursor(cursor, int) if cursor else [0]
            page = self._messages[first : first + limit]
            return Response(
                b"".join(one + b"\n" for one in page), media_type=NDJSON, headers={CURSOR_HEADER: encode_cursor(first + len(page))}
            )

        @app.post("/v1/bank/results")
        async def results(request: Request) -> Response:
            return await self._lines(request, BankResultReported)

        @app.post("/v1/bank/use-reports")
        async def use_reports(request: Request) -> Response:
            return await self._lines(request, BankUseReported)

        return app

    async def _lines(self, request: Request, model: type[BankResultReported | BankUseReported]) -> Response:
        await self._look_at(request)
        answers = []
        async for line in read_lines(request):
            problem = line.problem.message_en if line.problem else ""
            heard = Heard(self.now(), None, problem) if line.value is None else heard_line(self.now(), line.value, self.bank, model)
            self._heard.append(heard)
            good = heard.answer or heard.use
            errors = [] if good else [{"field": str(line.number), "code": "invalid", "message_en": heard.problem}]
            answers.append({"line": line.number, "standing": LineStanding.TAKEN if good else LineStanding.REFUSED, "errors": errors})
        self._came.set()
        return Response(b"".join(orjson.dumps(one) + b"\n" for one in answers), media_type=NDJSON)

    async def _look_at(self, request: Request) -> None:
        if self.keys is None:
            return
        try:
            await SignedRequests(self.keys, self._is_new, self.base).check(request)
        except RequestNotBelieved as error:
            self.unsigned.append(f"{request.method} {request.url.path}: {error.detail_en}")

    async def _is_new(self, jti: str, _signed_at: datetime) -> bool:
        new = jti not in self._seen
        self._seen.add(jti)
        return new
