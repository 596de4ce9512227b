"""Messages made ready where they come from: Kafka record batches, compressed, which the relay only stamps and sends on.

A bulk lane makes millions of messages. Its workers pack those of a chunk as they go to the broker; the service's own
process, which also serves requests, then has next to nothing to do for each.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cramjam
import orjson
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

BATCH_BYTES_MAX: Final = 1000 * 1024
"""Of a batch before it is compressed: brokers take up to a mebibyte."""

ZSTD_LEVEL: Final = 1
"""Takes half the time of aiokafka's 3, and no more room: most of a message is hashes and seals."""

# Places in a batch of record format 2 (KIP-98): the check sum covers everything behind itself, the length all behind its place.
_HEAD: Final = struct.Struct(">qiibIhiqqqhii")
_MAGIC: Final = 2
_SIZE: Final = struct.Struct(">i")
_SIZE_AT: Final = 8
_SIZE_FROM: Final = 12
_CRC: Final = struct.Struct(">I")
_CRC_AT: Final = 17
_CRC_FROM: Final = 21
_ATTRIBUTES: Final = struct.Struct(">h")
_ATTRIBUTES_AT: Final = 21
_ZSTD: Final = 0x04
_TRANSACTIONAL: Final = 0x10
_PRODUCER: Final = struct.Struct(">qhi")
_PRODUCER_AT: Final = 43
_RECORDS_FROM: Final = 61
_LENGTH: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class ReadyBatch:
    """Messages of one partition of each of the topics, which have so many partitions, as the broker will hold them."""

    topics: tuple[str, ...]
    partition: int
    partitions: int
    count: int
    records: bytes

    def messages(self) -> Iterator[tuple[str, str, bytes]]:
        """Topic, key and value of each message."""
        for topic in self.topics:
            for record in DefaultRecordBatch(self.records):
                yield topic, (record.key or b"").decode(), record.value or b""


def batch_of(records: bytes | memoryview, count: int, at_ms: int) -> bytes:
    """A batch of records (KIP-98) that are one behind the other, each with this timestamp."""
    head = bytearray(_RECORDS_FROM)
    _HEAD.pack_into(head, 0, 0, 0, -1, _MAGIC, 0, 0, count - 1, at_ms, at_ms, -1, -1, 0, count)
    return _compressed(head, records)


class Packer:
    """Fills batches, one for each partition, and a further one where one is full. The same messages go to each of the topics.

    `at_ms` is every message's timestamp.
    """

    def __init__(self, topics: tuple[str, ...], partitions: int, at_ms: int) -> None:
        self._topics, self._at_ms = topics, at_ms
        self._open = [self._builder() for _ in range(partitions)]
        self._counts = [0] * partitions
        self._full: list[ReadyBatch] = []

    def add(self, partitions: Sequence[int], keys: Sequence[bytes], values: Sequence[bytes]) -> None:
        """Append messages: of each its partition, key and value."""
        counts, at_ms, appends = self._counts, self._at_ms, [builder.append for builder in self._open]
        for partition, key, value in zip(partitions, keys, values, strict=True):
            if appends[partition](counts[partition], at_ms, key, value, []) is None:  # never so of the first
                self._close(partition)
                self._open[partition], counts[partition] = self._builder(), 0
                appends[partition] = self._open[partition].append
                appends[partition](0, at_ms, key, value, [])
            counts[partition] += 1

    def batches(self) -> list[ReadyBatch]:
        """Everything that was added; the packer is spent."""
        for partition, count in enumerate(self._counts):
            if count:
                self._close(partition)
        return self._full

    def _close(self, partition: int) -> None:
        plain = self._open[partition].build()
        records = _compressed(plain[:_RECORDS_FROM], memoryview(plain)[_RECORDS_FROM:])
        self._full.append(ReadyBatch(self._topics, partition, len(self._open), self._counts[partition], records))

    @staticmethod
    def _builder() -> Any:
        return DefaultRecordBatchBuilder(2, DefaultRecordBatch.CODEC_NONE, 0, -1, -1, 0, BATCH_BYTES_MAX)


class StampedBatch(BatchBuilder):  # type: ignore[misc]  # aiokafka ships no types
    """A ready batch for `AIOKafkaProducer.send_batch` of an idempotent producer, whose state is written into its head; the rest stays."""

    def __init__(self, batch: ReadyBatch, *, transactional: bool) -> None:
        self._buffer = bytearray(batch.records)
        self._relative_offset = batch.count
        self._closed = True
        [attributes] = _ATTRIBUTES.unpack_from(self._buffer, _ATTRIBUTES_AT)
        _ATTRIBUTES.pack_into(self._buffer, _ATTRIBUTES_AT, attributes | _TRANSACTIONAL if transactional else attributes & ~_TRANSACTIONAL)

    def _set_producer_state(self, producer_id: int, producer_epoch: int, base_sequence: int) -> None:
        _PRODUCER.pack_into(self._buffer, _PRODUCER_AT, producer_id, producer_epoch, base_sequence)
        _CRC.pack_into(self._buffer, _CRC_AT, calc_crc32c(memoryview(self._buffer)[_CRC_FROM:]))


def _compressed(head: bytearray, records: bytes | memoryview) -> bytes:
    """The batch with its records compressed, as the producer would have done with a level that it cannot be told. StampedBatch signs it."""
    batch = head + bytes(cramjam.zstd.compress(records, level=ZSTD_LEVEL))
    _SIZE.pack_into(batch, _SIZE_AT, len(batch) - _SIZE_FROM)
    _CRC.pack_into(batch, _CRC_AT, 0)
    _ATTRIBUTES.pack_into(batch, _ATTRIBUTES_AT, _ATTRIBUTES.unpack_from(batch, _ATTRIBUTES_AT)[0] | _ZSTD)
    return bytes(batch)


def to_bytes(batches: Iterable[ReadyBatch]) -> bytes:
    """Batches in one value, for the outbox."""
    kept = list(batches)
    head = orjson.dumps([(batch.topics, batch.partition, batch.partitions, batch.count, len(batch.records)) for batch in kept])
    return b"".join((_LENGTH.pack(len(head)), head, *(batch.records for batch in kept)))


def of_bytes(value: bytes) -> Sequence[ReadyBatch]:
    """The batches of `to_bytes`."""
    [length] = _LENGTH.unpack_from(value)
    place = _LENGTH.size + length
    batches = []
    for topics, partition, partitions, count, size in orjson.loads(value[_LENGTH.size : place]):
        batches.append(ReadyBatch(tuple(topics), partition, partitions, count, value[place : place + size]))
        place += size
    return batches
