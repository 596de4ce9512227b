"""How we speak to Kafka: one set of settings, one partition function."""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from struct import unpack_from
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.clock import monotonic

REQUEST_TIMEOUT_MS: Final = 30_000
AWAY_REST_SECONDS: Final = 0.5
FETCH_SECONDS_MIN: Final = 0.02
FETCH_SECONDS_MAX: Final = 0.1
QUIET_TO_REST: Final = 0.1
"""Which part of the time that nothing has come for a consumer lets pass between two fetches, within the two bounds above."""
RETRY_BACKOFF_MS: Final = 5
"""A transaction begun right after a commit is refused once while the coordinator finishes; aiokafka waits this long (docs/adr/0004)."""


def _rest_while_away(client: Any) -> None:
    """Let some time pass after each failed question for metadata.

    While the broker is away aiokafka asks again at once, or after RETRY_BACKOFF_MS: a quarter of a processor and five hundred lines
    of log a second (measured).
    """
    update = client._metadata_update  # noqa: SLF001  # aiokafka has no public place between two attempts

    async def update_or_rest(*asked: Any) -> bool:
        updated: bool = await update(*asked)
        if not updated:
            await asyncio.sleep(AWAY_REST_SECONDS)
        return updated

    client._metadata_update = update_or_rest  # noqa: SLF001  # as above


class _PatientProducer(AIOKafkaProducer):  # type: ignore[misc]  # aiokafka ships no types
    """A producer that does not storm a broker that is away."""

    async def start(self) -> None:
        _rest_while_away(self.client)
        await super().start()


class _RestingConsumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka ships no types
    """A consumer that does not storm a broker that is away."""

    async def start(self) -> None:
        _rest_while_away(self._client)
        await super().start()


class _PatientConsumer(_RestingConsumer):
    """A consumer that lets some time pass between two fetches from a node.

    A fetch names every partition and its answer is decoded in Python, so that many fetches of one message each are
    dear; and the embedded broker answers an empty one at once, where Kafka holds it until something comes: aiokafka
    would ask it thousands of times a second. Who has heard nothing for longer asks less often.
    """

    async def start(self) -> None:
        await super().start()
        fetch = self._fetcher._proc_fetch_request  # noqa: SLF001  # aiokafka has no public place between two fetches
        began: dict[Any, float] = {}
        heard: dict[Any, float] = {}

        async def rest_and_fetch(assignment: Any, node: Any, request: Any) -> bool:
            quiet = began.get(node, 0.0) - heard.get(node, 0.0)
            wait = began.get(node, 0.0) + min(max(quiet * QUIET_TO_REST, FETCH_SECONDS_MIN), FETCH_SECONDS_MAX) - monotonic()
            if wait > 0:
                try:
                    await asyncio.sleep(wait)
                except asyncio.CancelledError:
                    # aiokafka cancels a fetch whose result is no longer wanted, and takes the cancelling for no answer.
                    return False
            began[node] = monotonic()
            got_something: bool = await fetch(assignment, node, request)
            if got_something:
                heard[node] = monotonic()
            return got_something

        self._fetcher._proc_fetch_request = rest_and_fetch  # noqa: SLF001  # as above


@dataclass(frozen=True)
class KafkaLogin:
    """Who we are to the broker: an account (SASL, SCRAM-SHA-512), a network that is believed (PLAINTEXT), or TLS around either.

    `ca_file` are the certificates to believe instead of the machine's.
    """

    protocol: str = "PLAINTEXT"
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "KafkaLogin":
        """From KAFKA_SECURITY_PROTOCOL, KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_CA_FILE."""
        return cls(
            environment.get("KAFKA_SECURITY_PROTOCOL") or "PLAINTEXT",
            environment.get("KAFKA_USERNAME", ""),
            environment.get("KAFKA_PASSWORD", ""),
            environment.get("KAFKA_CA_FILE", ""),
        )

    def arguments(self) -> dict[str, Any]:
        """Those of every client."""
        told: dict[str, Any] = {"security_protocol": self.protocol}
        if self.protocol.startswith("SASL"):
            told |= {"sasl_mechanism": "SCRAM-SHA-512", "sasl_plain_username": self.username, "sasl_plain_password": self.password}
        if self.protocol.endswith("SSL"):
            told["ssl_context"] = ssl.create_default_context(cafile=self.ca_file or None)
        return told


@dataclass(frozen=True)
class KafkaSettings:
    """Where the broker is, and what it can do."""

    bootstrap_servers: str
    transactions: bool = True
    compression: str | None = "zstd"
    login: KafkaLogin = KafkaLogin()

    def common(self) -> dict[str, Any]:
        """Arguments that every client takes."""
        return {"bootstrap_servers": self.bootstrap_servers, "request_timeout_ms": REQUEST_TIMEOUT_MS, **self.login.arguments()}

    def producer(self, transactional_id: str | None = None) -> AIOKafkaProducer:
        """An idempotent producer; transactional when an id is given and the broker can."""
        return _PatientProducer(
            **self.common(),
            acks="all",
            enable_idempotence=True,
            transactional_id=transactional_id if self.transactions else None,
            transaction_timeout_ms=60_000,
            compression_type=self.compression,
            retry_backoff_ms=RETRY_BACKOFF_MS,
            max_batch_size=512 * 1024,
            max_request_size=8 * 1024 * 1024,
            linger_ms=0,
        )

    def consumer(self, group: str | None) -> AIOKafkaConsumer:
        """A read_committed consumer that commits nothing by itself and never jumps over a gap."""
        return _PatientConsumer(
            **self.common(),
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="none" if group else "earliest",
            isolation_level="read_committed",
            max_partition_fetch_bytes=4 * 1024 * 1024,
            fetch_max_wait_ms=100,
            max_poll_interval_ms=1_800_000,
            session_timeout_ms=15_000,
            heartbeat_interval_ms=1_000,
        )

    def looking_at_ends(self) -> AIOKafkaConsumer:
        """A client that sees the true ends of partitions.

        A read_committed client is told an end that stays behind for a moment after a commit, while Kafka writes the
        transaction's markers: who asks whether all has drained must not believe it.
        """
        return _RestingConsumer(**self.common(), enable_auto_commit=False, isolation_level="read_uncommitted")


def partition_of(key: str, partitions: int) -> int:
    """The partition of a key, as every Kafka client finds it (murmur2)."""
    return (_remembered(key.encode()) & 0x7FFFFFFF) % partitions


def partition_of_bytes(key: bytes, partitions: int) -> int:
    """The same for who asks once for each key: nothing is remembered."""
    return (_murmur2(key) & 0x7FFFFFFF) % partitions


def partitions_of(keys: Sequence[bytes], partitions: int) -> list[int]:
    """`partition_of_bytes` of each of many keys, in columns where they are of one size: a tenth of the time."""
    import numpy as np  # noqa: PLC0415  # only who publishes in bulk needs it

    size = len(keys[0]) if keys else 0
    if size == 0 or size & 3 or any(len(key) != size for key in keys):
        return [partition_of_bytes(key, partitions) for key in keys]
    mix = np.uint32(_MIX)
    value: Any = np.full(len(keys), _SEED ^ size, np.uint32)
    for words in np.frombuffer(b"".join(keys), "<u4").reshape(len(keys), size >> 2).T:
        mixed = words * mix
        value = value * mix ^ (mixed ^ mixed >> 24) * mix
    value = (value ^ value >> 13) * mix
    found: list[int] = (((value ^ value >> 15) & 0x7FFFFFFF) % partitions).tolist()
    return found


_SEED: Final = 0x9747B28C
_MIX: Final = 0x5BD1E995


def _murmur2(data: bytes) -> int:
    """Kafka's hash of a key, 32 bits; by words, which takes a third of the time of aiokafka's, by bytes."""
    size = len(data)
    words = size >> 2
    value = _SEED ^ size
    for word in unpack_from(f"<{words}I", data):
        mixed = word * _MIX & 0xFFFFFFFF
        value = (value * _MIX ^ (mixed ^ mixed >> 24) * _MIX) & 0xFFFFFFFF
    if size & 3:
        value = (value ^ int.from_bytes(data[words << 2 :], "little")) * _MIX & 0xFFFFFFFF
    value = (value ^ value >> 13) * _MIX & 0xFFFFFFFF
    return value ^ value >> 15


# A bulk lane writes several messages of one person one after the other.
_remembered: Final = lru_cache(maxsize=4096)(_murmur2)
