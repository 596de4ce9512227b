"""By Kafka: the agency reads its referrals topic and writes its reports topic. Packets are read over REST: nothing of the person is on a topic."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.local.agency_reports import step_reported
from deploy.local.agency_simulator.desk import News
from deploy.local.agency_simulator.fate import Report
from deploy.local.agency_simulator.ways.rest import OverRest
from shared.bus.kafka import KafkaSettings
from shared.contracts import Event, parse
from shared.contracts.plan import AGENCY_REFERRALS, AgencyNotified, AgencyOfferingNamed, AgencyReportRefused
from shared.crypto import FieldCipher

WAIT_MS: Final = 200
PERSONAL: Final = ("words", "details")


@dataclass(frozen=True)
class _Post:
    """The agency's clients of the broker: one reads, one sees the true ends of what there is to read, one writes."""

    reading: AIOKafkaConsumer
    looking: AIOKafkaConsumer
    writing: AIOKafkaProducer
    partitions: Sequence[TopicPartition]

    @classmethod
    async def open(cls, kafka: KafkaSettings, topic: str) -> Self:
        """At the end of the topic."""
        reading, looking, writing = kafka.consumer(None), kafka.looking_at_ends(), kafka.producer()
        await asyncio.gather(reading.start(), looking.start(), writing.start())
        partitions = [TopicPartition(topic, number) for number in await writing.partitions_for(topic)]
        reading.assign(partitions)
        for partition, end in (await looking.end_offsets(partitions)).items():
            reading.seek(partition, end)
        return cls(reading, looking, writing, partitions)

    async def close(self) -> None:
        await asyncio.gather(self.reading.stop(), self.looking.stop(), self.writing.stop())

    async def read(self) -> list[Event]:
        """All that has come by now. Raises InvalidEvent."""
        ends = await self.looking.end_offsets(self.partitions)
        found: list[Event] = []
        while any([await self.reading.position(partition) < end for partition, end in ends.items()]):
            for partition, records in (await self.reading.getmany(timeout_ms=WAIT_MS)).items():
                found += [parse(record.value, topic=partition.topic) for record in records]
        return found

    async def write(self, events: Sequence[Event]) -> None:
        """Return when all stand on their topic."""
        sent = [await self.writing.send(event.topic, key=event.subject.encode(), value=event.to_bytes()) for event in events]
        await asyncio.gather(*sent)


@dataclass
class Topic(OverRest):
    """The way of one agency over its two topics; `cipher` is the one that it shares with the suite.

    A report is taken unless the referrals topic tells otherwise on a later day. One that was sent twice has two ids: the agency means both.
    """

    kafka: KafkaSettings
    cipher: FieldCipher
    _post: _Post | None = field(default=None, init=False)
    _listed: bool = field(default=False, init=False)
    _sent: dict[str, Report] = field(default_factory=dict, init=False)
    _refused: list[tuple[Report, str]] = field(default_factory=list, init=False)

    async def news(self) -> list[News]:
        """What stands on the topic since the last look; at the first look the list, and the topic from then on."""
        if self._post is None:
            self._post = await _Post.open(self.kafka, AGENCY_REFERRALS.format(agency=self.rest.agency.lower()))
        if not self._listed:
            listed = await self.rest.news()
            self._listed = True
            return listed
        found = []
        for event in await self._post.read():
            match event.data:
                case AgencyNotified() | AgencyOfferingNamed() as told:
                    found.append(News.of(told.model_dump(mode="json"), told.notice))
                case AgencyReportRefused() as refused if refused.report_id in self._sent:
                    self._refused.append((self._sent[refused.report_id], refused.code))
                case _:
                    pass
        return found

    async def report(self, reports: Sequence[Report]) -> list[tuple[Report, str | None]]:
        """All as taken, by now."""
        if self._post is None:
            raise RuntimeError("an agency looks what came before it reports")
        await self._post.write([self._event(report) for report in reports])
        return [(report, None) for report in reports]

    def refusals(self) -> list[tuple[Report, str]]:
        """Those of which the topic told."""
        refused, self._refused = self._refused, []
        return refused

    async def close(self) -> None:
        """Hang up."""
        await super().close()
        if self._post is not None:
            await self._post.close()

    def _event(self, report: Report) -> Event:
        report_id = f"{report.referral_id}:{report.step}:{report.said.get('outcome', '')}:{report.on:%j}:{report.sent_on:%j}"
        self._sent[report_id] = report
        open_words = {name: value for name, value in report.said.items() if name not in PERSONAL}
        personal = {name: value for name, value in report.said.items() if name in PERSONAL}
        return step_reported(
            self.rest.agency, report_id, report.referral_id, report.step, report.on, cipher=self.cipher, personal=personal, **open_words
        )
