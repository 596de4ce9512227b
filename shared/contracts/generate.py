"""Write what the contracts say for readers in other languages: `python -m shared.contracts.generate`.

One JSON Schema for each event (the whole envelope) under tests/contracts/schemas, docs/asyncapi.yaml with every topic,
who sends and who receives, and docs/asyncapi-banks.yaml with what a bank receives and sends.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
import typer
import yaml
from pydantic.json_schema import models_json_schema

from shared.contracts import EVENT_TYPES, EventData
from shared.contracts.common import PARTIES, party_in
from shared.contracts.envelope import CONTENT_TYPE

SCHEMAS: Final = Path("tests/contracts/schemas")
EXAMPLES: Final = Path("tests/contracts/examples")
LANDED: Final = Path("tests/contracts/landed")
ASYNCAPI: Final = Path("docs/asyncapi.yaml")
ASYNCAPI_BANKS: Final = Path("docs/asyncapi-banks.yaml")
BANK: Final = "bank"

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_ENVELOPE: Final[dict[str, Any]] = {
    "specversion": {"const": "1.0"},
    "id": {"type": "string", "format": "uuid", "description": "The same event has the same id, however often it comes."},
    "type": {"type": "string"},
    "source": {"type": "string", "description": "The producing service."},
    "subject": {
        "type": "string",
        "description": "The key: the card holder, or the id of what is not a person's. Orders the events of its topic.",
    },
    "time": {"type": "string", "format": "date-time", "description": "Business time of the fact."},
    "datacontenttype": {"const": "application/json"},
    "dataschema": {"type": "string"},
    "correlationid": {"type": "string", "description": "Of the request or event that began it all."},
    "causationid": {"type": "string", "description": "Of the event that led to this one."},
}
_REQUIRED: Final = ("specversion", "id", "type", "source", "subject", "time", "datacontenttype", "dataschema", "data")


def producer_of(event_type: str) -> str:
    """The service, or party outside, that sends the type: its first word."""
    return event_type.split(".", 1)[0]


def schema_of(model: type[EventData]) -> dict[str, Any]:
    """The JSON Schema of the event's message: the envelope with its data."""
    data = model.model_json_schema()
    definitions = data.pop("$defs", {})
    properties = {
        **_ENVELOPE,
        "type": {"const": model.type},
        "source": {"const": f"/{producer_of(model.type)}"},
        "dataschema": {"const": f"urn:sukjai:schema:{model.type}"},
        "data": data,
    }
    return {
        "$schema": _DIALECT,
        "$id": f"urn:sukjai:schema:{model.type}",
        "title": model.type,
        "description": _words(model),
        "type": "object",
        "required": list(_REQUIRED),
        "properties": properties,
        **({"$defs": definitions} if definitions else {}),
    }


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3 document of the suite."""
    words = "CloudEvents 1.0 in structured JSON on Apache Kafka, keyed by `subject`. Contracts change by addition; readers ignore what they do not know."
    return _document("Sukjai events", words, list(EVENT_TYPES.values()), _operations())


def asyncapi_of_banks() -> dict[str, Any]:
    """The AsyncAPI 3 document of what a bank receives and sends, and how it logs in."""
    words = "What a bank reads and writes on its own topics; the guide is docs/banks.md. CloudEvents 1.0 in structured JSON, keyed by `subject`."
    models = [model for model in EVENT_TYPES.values() if any(party_in(topic) == BANK for topic in _topics(model))]
    document = _document("Sukjai for banks", words, models, (one for one in _operations() if one[0].startswith(f"{BANK}.")))
    login = {"type": "scramSha512", "description": "An account of the bank's own; its rights are those of deploy/kafka-acls.yaml."}
    server = {
        "host": "kafka.example:9093",
        "protocol": "kafka-secure",
        "description": "The installation's broker. Consumer groups and transactional ids begin with `bank.<code>.`, with the code in small letters.",
        "security": [{"$ref": "#/components/securitySchemes/account"}],
    }
    head = {name: document[name] for name in ("asyncapi", "info", "defaultContentType")}
    return {
        **head,
        "servers": {"installation": server},
        **document,
        "components": {**document["components"], "securitySchemes": {"account": login}},
    }


def _document(
    title: str, words: str, models: Sequence[type[EventData]], operations: Iterable[tuple[str, dict[str, Any]]]
) -> dict[str, Any]:
    references, definitions = models_json_schema([(model, "validation") for model in models], ref_template="#/components/schemas/{model}")
    payloads = {model: _payload(model, references[model, "validation"]) for model in models}
    envelope = {"type": "object", "required": list(_REQUIRED), "properties": _ENVELOPE}
    channels = {name: _channel(topic, carried) for (name, topic), carried in sorted(_carried(models).items())}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": title,
            "version": "1.0.0",
            "description": words,
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": dict(sorted(operations)),
        "components": {
            "messages": {model.type: _message(model, payloads[model]) for model in models},
            "schemas": {"CloudEvent": envelope, **definitions.get("$defs", {})},
        },
    }


def _words(model: type[EventData]) -> str:
    return " ".join((model.__doc__ or "").split())


def _message(model: type[EventData], payload: dict[str, Any]) -> dict[str, Any]:
    words = _words(model)
    return {
        "name": model.type,
        "title": model.__name__,
        "summary": words.split(". ", maxsplit=1)[0],
        "description": words,
        "payload": payload,
    }


def _payload(model: type[EventData], data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "allOf": [
            {"$ref": "#/components/schemas/CloudEvent"},
            {
                "type": "object",
                "properties": {"type": {"const": model.type}, "source": {"const": f"/{producer_of(model.type)}"}, "data": dict(data)},
            },
        ]
    }


def _topics(model: type[EventData]) -> tuple[str, ...]:
    return (model.topic, *model.extra_topics)


def _channel_name(topic: str) -> str:
    return topic.replace("{", "").replace("}", "")


def _carried(models: Iterable[type[EventData]]) -> dict[tuple[str, str], list[type[EventData]]]:
    """Which of the models each topic carries, by channel name and topic."""
    carried: dict[tuple[str, str], list[type[EventData]]] = defaultdict(list)
    for model in models:
        for topic in _topics(model):
            carried[_channel_name(topic), topic].append(model)
    return carried


def _channel(topic: str, models: list[type[EventData]]) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "address": topic,
        "messages": {model.__name__: {"$ref": f"#/components/messages/{model.type}"} for model in models},
    }
    if (party := party_in(topic)) is None:
        return channel
    told = {"enum": [code.lower() for code in PARTIES[party]], "description": f"Each {party} has topics of its own and sees no other's."}
    return {**channel, "parameters": {party: told}}


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Who sends and who receives what, one operation for each party and topic."""
    doing: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for model in EVENT_TYPES.values():
        for topic in _topics(model):
            doing[producer_of(model.type), "send", _channel_name(topic)].append(model.__name__)
        for consumer in model.consumers:
            for topic in model.read_from.get(consumer, (model.topic,)):
                doing[consumer.removeprefix("external:"), "receive", _channel_name(topic)].append(model.__name__)
    for (party, action, channel), messages in doing.items():
        yield (
            f"{party}.{action}.{channel}",
            {
                "action": action,
                "title": f"{party} {action}s {channel}",
                "channel": {"$ref": f"#/channels/{channel}"},
                "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in messages],
            },
        )


def files() -> dict[Path, bytes]:
    """Every generated file, by its path from the root of the project."""
    schemas = {SCHEMAS / f"{name}.json": _json(schema_of(model)) for name, model in sorted(EVENT_TYPES.items())}
    head = "# Generated by `python -m shared.contracts.generate`; change shared/contracts instead.\n"
    documents = {ASYNCAPI: asyncapi(), ASYNCAPI_BANKS: asyncapi_of_banks()}
    pages = {path: yaml.dump(one, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=140) for path, one in documents.items()}
    return {**schemas, **{path: (head + page).encode() for path, page in pages.items()}}


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


class _Plain(yaml.SafeDumper):
    """YAML without anchors: what stands twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # the base class asks for each value
        return True


def _write(root: Path, folder: Path, wanted: Mapping[Path, bytes]) -> None:
    """Write the folder's files and remove the JSON files that are not among them."""
    for path in set((root / folder).glob("*.json")) - {root / path for path in wanted}:
        path.unlink()
    for path, content in wanted.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def land(root: Path) -> None:
    """Make the present schemas and examples the ones that every later version must be able to read."""
    for source, target in ((SCHEMAS, LANDED), (EXAMPLES, LANDED / "examples")):
        _write(root, target, {target / path.name: path.read_bytes() for path in sorted((root / source).glob("*.json"))})


def main(
    root: Annotated[Path, typer.Option(help="root of the project")] = Path(),
    landed: Annotated[bool, typer.Option("--land", help="also make these the landed contracts, once they are in use")] = False,
) -> None:
    """Write the files, and remove schemas of events that are no more."""
    wanted = files()
    _write(root, SCHEMAS, wanted)
    if landed:
        land(root)
    typer.echo(f"written: {len(wanted)} files")


if __name__ == "__main__":
    typer.run(main)
