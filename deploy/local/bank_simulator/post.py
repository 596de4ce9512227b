"""The post between one bank and Kafka: instructions in, answers out, with the ways in which answers go astray."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaTimeoutError, NodeNotReadyError

from deploy.local.bank_simulator.bag import Bag
from deploy.local.bank_simulator.books import Answer, Books
from shared.bus.kafka import KafkaSettings
from shared.contracts import Event, InvalidEvent, parse
from shared.contracts.payments import INSTRUCTIONS

WAIT_MS: Final = 100
RECORDS_AT_ONCE_MAX: Final = 5000
PAUSE_SECONDS: Final = 1.0

_log = structlog.get_logger(__name__)


@dataclass
class Post:
    """Serves one bank until cancelled.

    The books are in memory: at each start they are filled from the topic's beginning, without an answer up to the offset
    that was committed before, so a bank that was restarted still knows what it paid.
    """

    books: Books
    kafka: KafkaSettings
    bag: Bag
    _answered: dict[TopicPartition, int] = field(default_factory=dict, init=False)

    async def run(self) -> None:
        """Serve; goes on by itself when the broker was away."""
        while True:
            try:
                await self._serve()
            except (KafkaConnectionError, KafkaTimeoutError, NodeNotReadyError, OSError) as error:
                _log.warning("the broker is away", bank=self.books.bank, error=repr(error))
                await asyncio.sleep(PAUSE_SECONDS)

    async def _serve(self) -> None:
        consumer = self.kafka.consumer(f"bank.{self.books.bank.lower()}.simulator")
        producer = self.kafka.producer()
        await producer.start()
        await consumer.start()
        try:
            await self._begin(consumer, producer)
            while True:
                await self._turn(consumer, producer)
        finally:
            # What is late goes out before the end; what is lost stays lost.
            await self._send(producer, self.bag.rest())
            await consumer.stop()
            await producer.stop()

    async def _begin(self, consumer: AIOKafkaConsumer, producer: AIOKafkaProducer) -> None:
        """Take the whole topic from its beginning, and note up to where it was answered before."""
        topic = INSTRUCTIONS.format(bank=self.books.bank.lower())
        partitions = [TopicPartition(topic, number) for number in await producer.partitions_for(topic)]
        beginnings = await consumer.beginning_offsets(partitions)
        for partition in partitions:
            self._answered[partition] = await consumer.committed(partition) or 0
        # Nothing is awaited between the two, or a fetch could begin elsewhere.
        consumer.assign(partitions)
        for partition in partitions:
            consumer.seek(partition, beginnings[partition])

    async def _turn(self, consumer: AIOKafkaConsumer, producer: AIOKafkaProducer) -> None:
        fetched = await consumer.getmany(timeout_ms=WAIT_MS, max_records=RECORDS_AT_ONCE_MAX)
        answers: list[Answer] = []
        for partition, records in fetched.items():
            for record in records:
                event = read(record.value, record.topic)
                if event is not None:
                    answers += self.books.take(event, answered_before=record.offset < self._answered.get(partition, 0))
        self.bag.put(answers)
        await self._send(producer, self.bag.due())
        done = {tp: max(records[-1].offset + 1, self._answered.get(tp, 0)) for tp, records in fetched.items()}
        if done:
            await consumer.commit(done)
            self._answered.update(done)

    async def _send(self, producer: AIOKafkaProducer, answers: Sequence[Answer]) -> None:
        sent = [await producer.send(one.event.topic, key=one.event.subject.encode(), value=one.value()) for one in answers]
        await asyncio.gather(*sent)


def read(value: bytes | None, topic: str) -> Event | None:
    """The event of a message; None, with a line in the log, for what is none."""
    try:
        return parse(value, topic=topic)
    except InvalidEvent as error:
        _log.warning("not an instruction", topic=topic, reason=str(error))
        return None
