"""The envelope of every event: CloudEvents 1.0, structured JSON mode."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Self
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from shared import tracing
from shared.ids import new_id, same_id

CONTENT_TYPE: Final = "application/cloudevents+json"


class InvalidEvent(ValueError):
    """A message that is not a well-formed event of a known type; it goes to the dead letters with this reason."""


class EventData(BaseModel):
    """Base of the data of every event. A subclass names its type and topic and is known to `parse` from then on.

    `type` is `<service>.<PastTense>.v<N>`; `topic` is the topic it travels on (a party in it, as `{bank}`, is filled by the
    producer); `consumers` lists the services that read it, or parties outside as `external:<who>`. An event on
    `extra_topics` too is read from `topic`, but by the consumers of `read_from` from the topics named there.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str] = ""
    topic: ClassVar[str] = ""
    extra_topics: ClassVar[tuple[str, ...]] = ()
    consumers: ClassVar[tuple[str, ...]] = ()
    read_from: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Enter the subclass into the registry of event types."""
        super().__pydantic_init_subclass__(**kwargs)
        if cls.__dict__.get("type"):
            if cls.type in EVENT_TYPES:
                raise TypeError(f"two event models for {cls.type}")
            EVENT_TYPES[cls.type] = cls


EVENT_TYPES: Final[dict[str, type[EventData]]] = {}


@dataclass(frozen=True, slots=True)
class Event:
    """One fact on its way. `key` (the subject) orders it with the other facts of the same aggregate."""

    id: UUID
    type: str
    source: str
    subject: str
    time: datetime
    data: EventData
    correlation_id: str = ""
    causation_id: str = ""
    topic: str = ""

    @classmethod
    def of(
        cls,
        data: EventData,
        *,
        subject: UUID | str,
        time: datetime,
        identity: Iterable[str | int | UUID] | None = None,
        correlation_id: str = "",
        causation_id: str = "",
        topic: str | None = None,
    ) -> Self:
        """Wrap the data of a fact. With `identity` the id is deterministic from (type, subject, identity)."""
        event_type = data.type
        identifier = new_id() if identity is None else same_id(event_type, str(subject), *identity)
        return cls(
            id=identifier,
            type=event_type,
            source=f"/{event_type.split('.', 1)[0]}",
            subject=str(subject),
            time=time,
            data=data,
            correlation_id=correlation_id or tracing.correlation_id.get(),
            causation_id=causation_id or tracing.causation_id.get(),
            topic=topic or data.topic,
        )

    def to_bytes(self) -> bytes:
        """The message value: one JSON object."""
        data = self.data.model_dump(mode="json")
        return envelope_bytes(self.id, self.type, self.subject, self.time, data, self.correlation_id, self.causation_id, source=self.source)

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic that this fact is written to."""
        return (self.topic, *self.data.extra_topics)


def envelope_bytes(
    identifier: UUID,
    event_type: str,
    subject: str,
    time: datetime,
    data: dict[str, Any],
    correlation_id: str = "",
    causation_id: str = "",
    *,
    source: str = "",
) -> bytes:
    """The message value made from plain data, for bulk lanes that have no use for models. `source` is by default the type's service."""
    envelope: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(identifier),
        "type": event_type,
        "source": source or f"/{event_type.split('.', 1)[0]}",
        "subject": subject,
        "time": time,
        "datacontenttype": "application/json",
        "dataschema": f"urn:sukjai:schema:{event_type}",
        "data": data,
    }
    if correlation_id:
        envelope["correlationid"] = correlation_id
    if causation_id:
        envelope["causationid"] = causation_id
    return orjson.dumps(envelope)


def parted(message: bytes, values: Iterable[str]) -> tuple[str, ...]:
    """What stands in the message around the values, which stand in it in this order: for who makes thousands of one kind."""
    parts, rest = [], message.decode()
    for value in values:
        before, found, rest = rest.partition(value)
        if not found:
            raise ValueError(f"{value} does not stand in the message, or not in this order")
        parts.append(before)
    return (*parts, rest)


def format_of(parts: Iterable[str]) -> str:
    """A format with a place between two parts."""
    return "%s".join(part.replace("%", "%%") for part in parts)


def parse(value: bytes | None, *, topic: str = "") -> Event:
    """Read a message value. Raises InvalidEvent with a reason that names what is wrong; unknown types are invalid too."""
    return read(envelope_of(value), topic=topic)


def envelope_of(value: bytes | None) -> dict[str, Any]:
    """The JSON object of a message value. Raises InvalidEvent."""
    if value is None:
        raise InvalidEvent("no value (a tombstone)")
    try:
        body = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise InvalidEvent(f"not JSON: {error}") from error
    if not isinstance(body, dict):
        raise InvalidEvent("not a JSON object")
    return body


def read(body: dict[str, Any], *, topic: str = "") -> Event:
    """The event of an envelope. Raises InvalidEvent."""
    missing = [name for name in ("specversion", "id", "type", "subject", "time", "data") if name not in body]
    if missing:
        raise InvalidEvent(f"envelope lacks {', '.join(missing)}")
    model = EVENT_TYPES.get(str(body["type"]))
    if model is None:
        raise InvalidEvent(f"unknown type {body['type']!r}")
    subject = str(body["subject"])
    if "\0" in subject:
        raise InvalidEvent(f"{model.type}: the subject has a NUL, which no database keeps")
    try:
        return Event(
            id=UUID(str(body["id"])),
            type=model.type,
            source=str(body.get("source", "")),
            subject=subject,
            time=_moment(body["time"]),
            data=model.model_validate(body["data"]),
            correlation_id=str(body.get("correlationid", "")),
            causation_id=str(body.get("causationid", "")),
            topic=topic or model.topic,
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidEvent(f"{model.type}: {'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error
    except ValueError as error:
        raise InvalidEvent(f"{model.type}: {error}") from error


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError(f"time {text!r} has no zone")
    return moment
