"""Every event has a schema, an example, a producer and its consumers; what is generated is checked in as it is generated."""

import ast
import importlib
import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from deploy.topics import declared
from shared.contracts import EVENT_TYPES, parse
from shared.contracts.common import topics_of
from shared.contracts.generate import EXAMPLES, SCHEMAS, files, producer_of

ROOT = Path(__file__).parents[2]
SERVICES = ("registry", "interview", "plan", "payments", "reporting")
PRODUCER_FOLDERS = {
    **{name: f"services/{name}" for name in SERVICES},
    "agency": "deploy/local",
    "bank": "deploy/local",
    "dev": "deploy/local",
}
# What no event travels on: the relay's positions, and what services could not take in.
WITHOUT_EVENTS = ("relay.positions.v1", *(f"dead-letters.{name}.v1" for name in SERVICES))

TYPES = sorted(EVENT_TYPES)
GENERATED = files()


def example(name: str) -> dict:
    return json.loads((ROOT / EXAMPLES / f"{name}.json").read_text())


@pytest.mark.parametrize("path", sorted(GENERATED), ids=str)
def test_generated_files_are_checked_in_as_generated(path: Path):
    assert (ROOT / path).read_bytes() == GENERATED[path], "run python -m shared.contracts.generate"


def test_no_schema_or_example_is_left_of_an_event_that_is_no_more():
    for folder in (SCHEMAS, EXAMPLES):
        assert {path.stem for path in (ROOT / folder).glob("*.json")} == set(TYPES)


@pytest.mark.parametrize("name", TYPES)
def test_the_example_fits_its_schema_and_reads_back_the_same(name: str):
    message, schema = example(name), json.loads((ROOT / SCHEMAS / f"{name}.json").read_text())
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert [error.message for error in validator.iter_errors(message)] == []
    assert json.loads(parse(json.dumps(message).encode()).to_bytes()) == message


@pytest.mark.parametrize("name", TYPES)
def test_the_example_shows_every_field(name: str):
    fields = EVENT_TYPES[name].model_fields.keys()
    assert example(name)["data"].keys() == fields


def test_a_schema_refuses_what_is_not_its_event():
    schema = json.loads((ROOT / SCHEMAS / "interview.IntentDeclared.v1.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    assert not validator.is_valid(example("interview.IntentWithdrawn.v1"))
    assert not validator.is_valid({**example("interview.IntentDeclared.v1"), "specversion": "0.3"})


@cache
def names_made(folder: str) -> frozenset[str]:
    """Names of what the Python files of a folder make.

    Called (`IntentDeclared(…)`), or given to a bulk lane as an argument or in a table; imports, annotations, doc strings
    and isinstance make nothing.
    """
    return frozenset(
        name
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _made(node)
    )


def _made(node: ast.AST) -> list[str]:
    match node:
        case ast.Call(func=ast.Name(id="isinstance")):
            values = []
        case ast.Call(func=func, args=args, keywords=keywords):
            values = [func, *args, *(keyword.value for keyword in keywords)]
        case ast.Dict(values=inside):
            values = inside
        case _:
            values = []
    return [name for value in values if (name := _name(value)) is not None]


def _name(value: ast.expr) -> str | None:
    """`PayeeChanged` of `PayeeChanged`, `registry.PayeeChanged` and `PayeeChanged.type`."""
    match value:
        case ast.Attribute(value=inner, attr="type"):
            return _name(inner)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return None


@cache
def consumers_of(service: str):
    return importlib.import_module(f"services.{service}.consumers").consumers


@pytest.mark.parametrize("name", TYPES)
def test_every_event_has_schema_example_producer_and_consumer(name: str):
    model = EVENT_TYPES[name]
    assert (ROOT / SCHEMAS / f"{name}.json").exists()
    assert (ROOT / EXAMPLES / f"{name}.json").exists()
    assert model.__name__ in names_made(PRODUCER_FOLDERS[producer_of(name)]), f"nothing in {producer_of(name)} makes it"
    assert model.consumers, "an event that nobody reads"
    for consumer in model.consumers:
        if not consumer.startswith("external:"):
            assert name in consumers_of(consumer).types, f"{consumer} is said to read it and has no handler"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_what_the_contracts_say_and_nothing_else(service: str):
    said = {name for name, model in EVENT_TYPES.items() if service in model.consumers}
    assert consumers_of(service).types == said


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_the_topics_that_the_contracts_say(service: str):
    said = {
        one
        for model in EVENT_TYPES.values()
        if service in model.consumers
        for topic in model.read_from.get(service, (model.topic,))
        for one in topics_of(topic)
    }
    assert consumers_of(service).topics == said


def test_the_contracts_and_the_declared_topics_are_the_same():
    travelled = {one for model in EVENT_TYPES.values() for topic in (model.topic, *model.extra_topics) for one in topics_of(topic)}
    assert travelled | set(WITHOUT_EVENTS) == declared().topics.keys()
