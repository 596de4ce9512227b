"""Form definitions: JSON Schemas with their words, one file a version (definitions/README.md says what stands in them).

A definition checks answers, says which of them are sensitive, and is what the API serves. The version in force is that of the
day on which the form was filled in.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import yaml
from jsonschema_rs import Draft202012Validator

from services.interview.forms.broken_rules import problems_of
from shared.dated import holding
from shared.errors import FieldProblem, Invalid, NotFound
from shared.thai.areas import is_district
from shared.thai.text import clean

FOLDER: Final = Path(__file__).parent / "definitions"
ANSWERS_DEPTH_MAX: Final = 20

Schema = dict[str, Any]


class DefinitionInvalid(ValueError):
    """A definition file contradicts its place or another file; the message names it."""


PUBLISHED: Final = "published"
"""The version of lists that plan publishes: the one in force on the form's day."""


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A code that was answered: where, of which list."""

    field: str
    name: str
    code: str


@dataclass(frozen=True)
class Definition:
    """One version of a form. `schema` stands alone: what it takes from other forms is in it."""

    form: str
    version: str
    valid_from: date
    schema: Schema

    def check(self, answers: Mapping[str, Any]) -> None:
        """Raises Invalid with every rule that the answers break; of a part that is missing, each field that it must have."""
        _refuse(problems_of(self._whole.iter_errors(answers), self.schema))

    def check_shape(self, answers: Mapping[str, Any], *, under: str) -> None:
        """As `check` for answers that are not complete yet: what is there must be of the form, nothing need be there. `under` is the field that holds them."""
        problems = problems_of(self._partial.iter_errors(answers), self._partial_schema)
        _refuse(tuple(replace(problem, field=f"{under}.{problem.field}") for problem in problems))

    def parts(self, answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """The answers that may be kept readable, and the sensitive ones by their kind, each in its place in the form."""
        sealed: dict[str, dict[str, Any]] = {}
        return _readable(answers, self.schema, (), sealed), sealed

    @cached_property
    def code_lists(self) -> dict[str, str]:
        """The lists that codes of this form come from, with their versions."""
        return dict(
            sorted((node["x-code-list"]["name"], node["x-code-list"]["version"]) for node in _nodes(self.schema) if "x-code-list" in node)
        )

    def listed_codes(self, answers: Mapping[str, Any]) -> list[ListedCode]:
        """The answered codes that come from a published list, each with its field."""
        return list(_listed(answers, self._published, ()))

    @cached_property
    def _published(self) -> Schema:
        return _with_published(self.schema)

    @cached_property
    def _whole(self) -> Draft202012Validator:
        return _validator(self.schema)

    @cached_property
    def _partial_schema(self) -> Schema:
        return _without_demands(self.schema)

    @cached_property
    def _partial(self) -> Draft202012Validator:
        return _validator(self._partial_schema)


@dataclass(frozen=True)
class Catalogue:
    """Every version of every form, each form's from the oldest to the newest."""

    forms: Mapping[str, tuple[Definition, ...]]

    def get(self, form: str, version: str) -> Definition:
        """One version. Raises NotFound."""
        found = next((one for one in self.forms.get(form, ()) if one.version == version), None)
        if found is None:
            raise NotFound
        return found

    def newest(self, form: str) -> Definition:
        """The version that was made last."""
        return self.forms[form][-1]

    def in_force(self, form: str, day: date) -> Definition:
        """The version for what happens on the day; before the first one it is the first."""
        return holding(self.forms[form], lambda one: one.valid_from, day)

    def used_on(self, form: str, day: date, version: str | None) -> Definition:
        """The version in force, or the named one, on whose paper people may still have signed. Raises Invalid for one not yet in force or unknown."""
        if version is None:
            return self.in_force(form, day)
        known = [one for one in self.forms[form] if one.valid_from <= day] or [self.forms[form][0]]
        found = next((one for one in known if one.version == version), None)
        if found is None:
            allowed = " | ".join(one.version for one in known)
            raise Invalid.field(
                "form_version", "form_version", "is not a version of this form on that day", "ไม่ใช่รุ่นของแบบที่ใช้ในวันนั้น", allowed
            )
        return found


@cache
def catalogue() -> Catalogue:
    """The definitions that this service ships."""
    return load(FOLDER)


def load(folder: Path) -> Catalogue:
    """Read every definition in the folder. Raises DefinitionInvalid."""
    raw: dict[tuple[str, str], Schema] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        named = (content["x-form"], content["x-version"])
        if named != (path.parent.name, path.stem):
            raise DefinitionInvalid(f"{path.parent.name}/{path.name} says that it is {named[0]} {named[1]}")
        raw[named] = content
    found = [_definition(content, raw) for content in raw.values()]
    by_form = {form: tuple(sorted((one for one in found if one.form == form), key=lambda one: one.valid_from)) for form, _ in raw}
    return Catalogue(by_form)


def tidy(answers: Any, depth: int = 0) -> Any:
    """The answers with every text normalised and without members that are null: an unanswered question is left out. Raises Invalid when nested too deep."""
    if depth > ANSWERS_DEPTH_MAX:
        raise Invalid.field("body", "too_deep", "is nested too deep", "ซ้อนกันลึกเกินไป", f"≤ {ANSWERS_DEPTH_MAX}")
    match answers:
        case str():
            return clean(answers)
        case dict():
            return {name: tidy(value, depth + 1) for name, value in answers.items() if value is not None}
        case list():
            return [tidy(value, depth + 1) for value in answers]
        case _:
            return answers


def _refuse(problems: tuple[FieldProblem, ...]) -> None:
    if problems:
        raise Invalid.of(*problems)


def _validator(schema: Schema) -> Draft202012Validator:
    return Draft202012Validator(schema, validate_formats=True, formats={"th-district": is_district})


def _definition(content: Schema, raw: Mapping[tuple[str, str], Schema]) -> Definition:
    schema = _completed(content, raw)
    return Definition(content["x-form"], content["x-version"], date.fromisoformat(content["x-valid-from"]), schema)


def _completed(node: Schema, raw: Mapping[tuple[str, str], Schema], order: int | None = None) -> Schema:
    """The node with what it takes from another form, the order of its fields, and a title for programs that know no `x-label`."""
    node = {**node, **_taken_over(node.get("x-fields-of"), raw)}
    if order is not None:
        node["x-order"] = order
    if "x-label" in node:
        node["title"] = f"{node['x-label']['en']} / {node['x-label']['th']}"
    if "properties" in node:
        node["properties"] = {name: _completed(one, raw, n) for n, (name, one) in enumerate(node["properties"].items(), start=1)}
    if "items" in node:
        node["items"] = _completed(node["items"], raw)
    return node


def _taken_over(wanted: Mapping[str, Any] | None, raw: Mapping[tuple[str, str], Schema]) -> Schema:
    """The fields of another form, which of them are required, and its conditions."""
    if wanted is None:
        return {}
    source = raw.get((wanted["form"], wanted["version"]))
    if source is None or not set(wanted["fields"]) <= set(source["properties"]):
        raise DefinitionInvalid(f"fields of {wanted['form']} {wanted['version']} are asked for that are not there")
    return {
        "additionalProperties": False,
        "required": [name for name in source["required"] if name in wanted["fields"]],
        "properties": {
            name: {key: value for key, value in source["properties"][name].items() if key != "x-section"} for name in wanted["fields"]
        },
        "allOf": source.get("allOf", []),
    }


def _without_demands(node: Schema) -> Schema:
    """The schema of what may be there: no field is required, no condition asked."""
    kept = {key: value for key, value in node.items() if key not in {"required", "allOf", "minLength", "examples"}}
    if "properties" in kept:
        kept["properties"] = {name: _without_demands(one) for name, one in kept["properties"].items()}
    if "items" in kept:
        kept["items"] = _without_demands(kept["items"])
    return kept


def _nodes(node: Schema) -> Iterator[Schema]:
    yield node
    inner: Iterable[Schema] = [*node.get("properties", {}).values(), *([node["items"]] if "items" in node else [])]
    for one in inner:
        yield from _nodes(one)


def _readable(value: Any, node: Schema, path: tuple[str, ...], sealed: dict[str, dict[str, Any]]) -> Any:
    """The value without what its schema marks as sensitive, which goes into `sealed` under its kind. A list is sensitive as a whole or not at all."""
    if not (isinstance(value, Mapping) and "properties" in node):
        return value
    kept = {}
    for name, inner in value.items():
        field = node["properties"].get(name, {})
        kind = field.get("x-sensitive")
        if kind is None:
            kept[name] = _readable(inner, field, (*path, name), sealed)
        else:
            place = sealed.setdefault(kind, {})
            for step in path:
                place = place.setdefault(step, {})
            place[name] = inner
    return kept


def _with_published(node: Schema) -> Schema:
    """Of the schema what leads to codes of published lists; empty where nothing does."""
    kept: Schema = {}
    if node.get("x-code-list", {}).get("version") == PUBLISHED:
        kept["x-code-list"] = node["x-code-list"]
    if properties := {name: inner for name, one in node.get("properties", {}).items() if (inner := _with_published(one))}:
        kept["properties"] = properties
    if "items" in node and (items := _with_published(node["items"])):
        kept["items"] = items
    return kept


def _listed(value: Any, node: Schema, path: tuple[str, ...]) -> Iterator[ListedCode]:
    """The codes in the order of the answers; `node` is of `_with_published`."""
    if "x-code-list" in node:
        yield ListedCode(".".join(path), node["x-code-list"]["name"], value)
    if isinstance(value, Mapping) and "properties" in node:
        for name, inner in value.items():
            if name in node["properties"]:
                yield from _listed(inner, node["properties"][name], (*path, name))
    if isinstance(value, list) and "items" in node:
        for number, inner in enumerate(value):
            yield from _listed(inner, node["items"], (*path, str(number)))
