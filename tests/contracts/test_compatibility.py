"""Contracts change by addition: against what has landed, and each way of breaking a reader shows."""

import copy
import json
from pathlib import Path

import pytest

from shared.contracts import EVENT_TYPES, parse
from shared.contracts.generate import schema_of
from tests.contracts.compatibility import breaks

LANDED = Path(__file__).parent / "landed"


def landed(name: str) -> dict:
    return json.loads((LANDED / f"{name}.json").read_text())


@pytest.mark.parametrize("name", sorted(path.stem for path in LANDED.glob("*.json")))
def test_a_landed_event_still_reads_both_ways(name: str):
    assert name in EVENT_TYPES, "an event that has landed stays; new meaning is a .v2 beside it"
    assert breaks(landed(name), schema_of(EVENT_TYPES[name])) == []


@pytest.mark.parametrize("path", sorted((LANDED / "examples").glob("*.json")), ids=lambda path: path.stem)
def test_a_landed_message_still_parses(path: Path):
    assert parse(path.read_bytes()).type == path.stem


def test_every_event_has_landed_or_is_new():
    landed_types = {path.stem for path in LANDED.glob("*.json")}
    assert landed_types == {path.stem for path in (LANDED / "examples").glob("*.json")}
    assert landed_types <= EVENT_TYPES.keys()


def _data(schema) -> dict:
    return schema["properties"]["data"]


CHANGES = {
    "a field was taken away": lambda s: _data(s)["properties"].pop("place_id"),
    "a required field became optional": lambda s: _data(s)["required"].remove("slip_no"),
    "an optional field became required": lambda s: _data(s)["required"].append("place_id"),
    "a new field is required": lambda s: (_data(s)["properties"].update(colour={"type": "string"}), _data(s)["required"].append("colour")),
    "a type changed": lambda s: _data(s)["properties"]["slip_no"].update(type="integer"),
    "a format changed": lambda s: _data(s)["properties"]["stated_on"].update(format="date-time"),
    "a field may be null now": lambda s: _data(s)["properties"].update(slip_no={"anyOf": [{"type": "string"}, {"type": "null"}]}),
    "a value was taken away": lambda s: s["$defs"]["Channel"]["enum"].pop(),
    "a value was added": lambda s: s["$defs"]["Channel"]["enum"].append("POST"),
    "the envelope lost a field": lambda s: s["required"].remove("subject"),
    "the type was renamed": lambda s: s["properties"]["type"].update(const="interview.WishStated.v1"),
    "a limit was set": lambda s: _data(s)["properties"]["policy_version"].update(minimum=2),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_breaking_change_is_found(change: str):
    schema = landed("interview.IntentDeclared.v1")
    changed = copy.deepcopy(schema)
    CHANGES[change](changed)
    assert breaks(schema, changed)


def test_a_breaking_change_inside_a_list_is_found():
    schema = landed("interview.InterviewCompleted.v1")
    changed = copy.deepcopy(schema)
    changed["$defs"]["MenuLine"]["properties"]["line_no"]["type"] = "string"
    assert breaks(schema, changed) == ["message.data.menu[].line_no: type was 'integer' and is 'string'"]


def test_an_optional_field_and_better_words_break_nobody():
    schema = landed("interview.IntentDeclared.v1")
    changed = copy.deepcopy(schema)
    _data(changed)["properties"]["colour"] = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
    _data(changed)["description"] = "Other words."
    assert breaks(schema, changed) == []
