"""Create the topics that kafka-topics.yaml declares: `python -m deploy.topics`.

TopicsError
├── TopicPartitionsDifferError  an existing topic has another number of partitions than declared
├── TopicNotCreatedError        the broker refused one
└── TopicsNotServedError        created, but without a leader in time
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer
import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from shared.bus.kafka import KafkaLogin
from shared.clock import monotonic
from shared.contracts.common import topics_of

DECLARATION: Final = Path(__file__).parent / "kafka-topics.yaml"
LEADERS_S_MAX: Final = 30.0
POLL_S: Final = 0.1

Size = Literal["installation", "local"]

_TOPIC_ALREADY_EXISTS: Final = 36
_NO_ERROR: Final = 0


class TopicsError(RuntimeError):
    """The topics are not as declared."""


class TopicPartitionsDifferError(TopicsError):
    """An existing topic has another number of partitions; changing it would break the order of each person's events."""


class TopicNotCreatedError(TopicsError):
    """The broker refused to create a topic; the message has its code and words."""


class TopicsNotServedError(TopicsError):
    """The broker took a topic on, but none of its partitions got a leader in time."""


class Topic(BaseModel):
    """One declared topic; `partitions` names an entry of the declaration's partitions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    partitions: str
    cleanup: Literal["compact", "delete"]

    def settings(self) -> dict[str, str]:
        """The topic's settings on the broker."""
        return {"cleanup.policy": self.cleanup, "retention.ms": "-1", "retention.bytes": "-1", "compression.type": "producer"}


class Declaration(BaseModel):
    """The file kafka-topics.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    partitions: dict[str, dict[Size, int]]
    topics: dict[str, Topic]

    @field_validator("topics")
    @classmethod
    def _a_topic_for_each_party(cls, topics: dict[str, Topic]) -> dict[str, Topic]:
        return {name: topic for named, topic in topics.items() for name in topics_of(named)}

    @model_validator(mode="after")
    def _partitions_are_named(self) -> "Declaration":
        unknown = {topic.partitions for topic in self.topics.values()} - self.partitions.keys()
        if unknown:
            raise ValueError(f"topics name partitions that are not declared: {sorted(unknown)}")
        return self

    def partition_count(self, name: str, size: Size) -> int:
        """How many partitions the topic has in an installation or on one machine."""
        return self.partitions[self.topics[name].partitions][size]


@cache
def declared() -> Declaration:
    """What kafka-topics.yaml says."""
    return Declaration.model_validate(yaml.safe_load(DECLARATION.read_text()))


async def create_topics(
    bootstrap: str, size: Size = "local", prefix: str = "", replication: int = 1, login: KafkaLogin | None = None
) -> list[str]:
    """Create the declared topics that are missing, wait until they can be used, and return the names of the new ones.

    `prefix` goes before every name, `replication` is the number of copies. Doing it again changes nothing. Raises
    TopicPartitionsDifferError before anything is created, TopicNotCreatedError, TopicsNotServedError.
    """
    wanted = {prefix + name: topic for name, topic in declared().topics.items()}
    counts = {prefix + name: declared().partition_count(name, size) for name in declared().topics}
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, **(login or KafkaLogin()).arguments())
    await admin.start()
    try:
        existing = await _partitions(admin)
        _check_counts(counts, existing)
        missing = [name for name in wanted if name not in existing]
        await _create(admin, [_new_topic(name, wanted[name], counts[name], replication) for name in missing])
        # Also those that another set-up made meanwhile, or that the broker knew and did not show yet.
        _check_counts(counts, await _served(admin, missing))
    finally:
        await admin.close()
    return missing


def _new_topic(name: str, topic: Topic, partitions: int, replication: int) -> NewTopic:
    return NewTopic(name, num_partitions=partitions, replication_factor=replication, topic_configs=topic.settings())


def _check_counts(wanted: dict[str, int], existing: dict[str, list[dict[str, Any]]]) -> None:
    counts = {name: len(partitions) for name, partitions in existing.items()}
    different = [f"{name} has {counts[name]}, declared {count}" for name, count in wanted.items() if counts.get(name, count) != count]
    if different:
        raise TopicPartitionsDifferError(f"partitions differ: {'; '.join(different)}")


async def _create(admin: AIOKafkaAdminClient, topics: Sequence[NewTopic]) -> None:
    if not topics:
        return
    response = await admin.create_topics(list(topics))
    # Another set-up running at the same time may have been first.
    refused = [error for error in response.topic_errors if error[1] not in {_NO_ERROR, _TOPIC_ALREADY_EXISTS}]
    if refused:
        raise TopicNotCreatedError(f"the broker refused: {'; '.join(str(error) for error in refused)}")


async def _served(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The partitions of every topic, as soon as each of those named has leaders."""
    deadline = monotonic() + LEADERS_S_MAX
    while True:
        topics = await _partitions(admin)
        waiting = [name for name in names if not topics.get(name) or any(partition["leader"] < 0 for partition in topics[name])]
        if not waiting:
            return topics
        if monotonic() > deadline:
            raise TopicsNotServedError(f"no leader after {LEADERS_S_MAX:.0f} s: {', '.join(waiting)}")
        await asyncio.sleep(POLL_S)


async def _partitions(admin: AIOKafkaAdminClient) -> dict[str, list[dict[str, Any]]]:
    """The partitions of every topic there is. Asking for named ones would create them on some brokers."""
    return {topic["topic"]: topic["partitions"] for topic in await admin.describe_topics()}


def main(
    bootstrap: Annotated[str, typer.Option(envvar="KAFKA_BOOTSTRAP_SERVERS", help="host:port of a broker")],
    size: Annotated[str, typer.Option(envvar="KAFKA_SIZE", help="installation (24 partitions) or local (6)")] = "installation",
    prefix: Annotated[str, typer.Option(envvar="KAFKA_TOPIC_PREFIX", help="goes before every name")] = "",
    replication: Annotated[int, typer.Option(envvar="KAFKA_REPLICATION", min=1, help="copies of each partition")] = 3,
) -> None:
    """Create the declared topics that are missing."""
    if size not in {"installation", "local"}:
        raise typer.BadParameter("installation or local", param_hint="--size")
    login = KafkaLogin.from_environment(os.environ)
    try:
        created = asyncio.run(create_topics(bootstrap, "local" if size == "local" else "installation", prefix, replication, login))
    except TopicsError as error:
        sys.exit(f"{type(error).__name__}: {error}")
    typer.echo(f"topics: {len(created)} created, {len(declared().topics) - len(created)} were there")


if __name__ == "__main__":
    typer.run(main)
