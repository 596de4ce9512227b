"""Three banks at once: a read_committed reader of what they are told, their books, and the post by which their answers come."""

import asyncio
import contextlib
from collections import Counter
from dataclasses import dataclass, field, replace

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from deploy.local.bank_simulator.books import Answer, Books
from deploy.local.bank_simulator.fate import Misbehaviour
from shared.bus.kafka import KafkaSettings
from shared.contracts import Event, parse
from shared.contracts.common import Bank
from shared.contracts.payments import INSTRUCTIONS, BankResultReported, PaymentInstructed
from shared.ids import new_id

AWAY = (KafkaError, OSError, TimeoutError)
PAUSE_SECONDS = 0.2
ANSWER_SECONDS_MAX = 5
TOPICS = [INSTRUCTIONS.format(bank=bank.lower()) for bank in Bank]


@dataclass
class Told:
    """Sends what must arrive, however often the broker goes away: a message may come twice, in its order."""

    kafka: KafkaSettings
    _producer: AIOKafkaProducer | None = None

    async def send(self, messages: list[tuple[str, str, bytes]]) -> None:
        """Topic, key, value; returns when all are in."""
        while messages:
            try:
                if self._producer is None:
                    producer = self.kafka.producer()
                    await producer.start()
                    self._producer = producer
                sent = [await self._producer.send(topic, key=key.encode(), value=value) for topic, key, value in messages]
                await asyncio.gather(*sent)
            except AWAY:
                await self.close()
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return

    async def close(self) -> None:
        if self._producer is not None:
            producer, self._producer = self._producer, None
            with contextlib.suppress(*AWAY):
                await producer.stop()


@dataclass
class Banks:
    """Works until closed. `instructions` are what was read, `answers` what was sent and has arrived, in their order; both as they came."""

    kafka: KafkaSettings
    seed: int
    manners: Misbehaviour
    instructions: list[Event] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    ids: Counter = field(default_factory=Counter)
    late: list[Answer] = field(default_factory=list)
    malformed: int = 0
    _down: set[Bank] = field(default_factory=set)
    _now: list[Answer] = field(default_factory=list)
    _positions: dict[TopicPartition, int] = field(default_factory=dict)
    _working: asyncio.Task | None = None
    _consumer: AIOKafkaConsumer | None = None
    _looking: AIOKafkaConsumer | None = None

    def __post_init__(self) -> None:
        self.books = {bank: Books(bank, self.seed, self.manners) for bank in Bank}
        self._post = Told(self.kafka)

    def open(self) -> None:
        self._working = asyncio.create_task(self._work())

    async def close(self) -> None:
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)
        if self._looking is not None:
            await self._looking.stop()
        await self._post.close()

    def bring(self) -> None:
        """Every bank is up, and what was late goes out."""
        self._down.clear()
        self._now, self.late = [*self._now, *self.late], []

    async def idle(self) -> bool:
        """Everything that banks were told is read, and what they have to say for now has arrived."""
        if self._working is not None and self._working.done():
            self._working.result()
        if self._now or self._consumer is None or not self._positions:
            return False
        try:
            if self._looking is None:
                looking = self.kafka.looking_at_ends()
                await looking.start()
                self._looking = looking
            ends = await asyncio.wait_for(self._looking.end_offsets(list(self._positions)), ANSWER_SECONDS_MAX)
            positions = {tp: await self._consumer.position(tp) for tp in ends}
        except AWAY:
            return False
        return all(positions[tp] >= end for tp, end in ends.items()) and not self._now

    async def _work(self) -> None:
        while True:
            consumer = self.kafka.consumer(None)
            try:
                await consumer.start()
                await consumer._client.force_metadata_update()
                partitions = [TopicPartition(topic, number) for topic in TOPICS for number in consumer.partitions_for_topic(topic) or ()]
                consumer.assign(partitions)
                for partition in partitions:
                    consumer.seek(partition, self._positions.setdefault(partition, 0))
                self._consumer = consumer
                while True:
                    await self._turn(consumer)
            except AWAY:
                await asyncio.sleep(PAUSE_SECONDS)
            finally:
                self._consumer = None
                with contextlib.suppress(*AWAY):
                    await consumer.stop()

    async def _turn(self, consumer: AIOKafkaConsumer) -> None:
        for partition, records in (await consumer.getmany(timeout_ms=50)).items():
            for record in records:
                self._take(parse(record.value, topic=record.topic))
            self._positions[partition] = records[-1].offset + 1
        if self._now:
            going = list(self._now)
            await self._post.send([(one.event.topic, one.event.subject, one.value()) for one in going])
            self.answers += going
            self.malformed += sum(one.malformed for one in going)
            del self._now[: len(going)]

    def _take(self, event: Event) -> None:
        self.ids[event.id] += 1
        if isinstance(event.data, PaymentInstructed):
            self.instructions.append(event)
        bank = event.data.bank
        straight: list[Answer] = []
        overtaken: list[Answer] = []
        for answer in self.books[bank].take(event):
            if answer.down:
                self._down.add(bank)
            copies = [answer] + ([replace(answer, event=replace(answer.event, id=new_id()))] if answer.doubled else [])
            if answer.late or bank in self._down:
                self.late += copies
            else:
                (overtaken if answer.reordered else straight).extend(copies)
        self._now += [*straight, *reversed(overtaken)]

    def said(self) -> list[BankResultReported]:
        """The answers that have arrived since this was asked last, but for those without a form; each with the bank whose topic it came by."""
        came, self.answers = self.answers, []
        return [
            (one.event.topic.split(".")[2].upper(), one.event.data)
            for one in came
            if not one.malformed and isinstance(one.event.data, BankResultReported)
        ]
