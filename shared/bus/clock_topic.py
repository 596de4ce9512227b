"""The played date of development: one compacted topic that every development process follows. Production never reads it."""

import asyncio
from dataclasses import dataclass, field

from aiokafka import TopicPartition

from shared.bus.kafka import KafkaSettings
from shared.clock import Clock
from shared.contracts import InvalidEvent, parse
from shared.contracts.dev import CLOCK, ClockSet


@dataclass
class ClockFollower:
    """Sets the process's clock to each date on the topic; `ready` once the date that stood there at the start is in."""

    clock: Clock
    kafka: KafkaSettings
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Follow for ever."""
        consumer = self.kafka.consumer(None)
        await consumer.start()
        try:
            partition = TopicPartition(CLOCK, 0)
            consumer.assign([partition])
            await consumer.seek_to_beginning(partition)
            end = (await consumer.end_offsets([partition]))[partition]
            while True:
                if await consumer.position(partition) >= end:
                    self.ready.set()
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    for record in records:
                        self._follow(record.value)
        finally:
            await consumer.stop()

    def _follow(self, value: bytes | None) -> None:
        try:
            event = parse(value, topic=CLOCK)
        except InvalidEvent:
            return  # another tool's message on a development topic moves no clock
        if isinstance(event.data, ClockSet):
            self.clock.play(event.data.moment)
