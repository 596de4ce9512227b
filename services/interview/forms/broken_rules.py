"""What a JSON Schema validator says, as field problems in both languages: the words of the definition, else those of every other request."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from jsonschema_rs import ValidationError

from shared.errors import FieldProblem
from shared.http import field_problems

_TYPES: Final = {
    "integer": "int_type",
    "number": "float_type",
    "string": "string_type",
    "boolean": "bool_type",
    "object": "dict_type",
    "array": "list_type",
}
_FORMATS: Final = {"date": "date_type", "date-time": "datetime_type", "uuid": "uuid_type"}
# Keyword → the name that the rule has in every request, and how its limit is called there.
_LIMITS: Final = {
    "minimum": ("greater_than_equal", "ge"),
    "maximum": ("less_than_equal", "le"),
    "exclusiveMinimum": ("greater_than", "gt"),
    "exclusiveMaximum": ("less_than", "lt"),
    "minLength": ("string_too_short", "min_length"),
    "maxLength": ("string_too_long", "max_length"),
    "minItems": ("too_short", "min_length"),
    "maxItems": ("too_long", "max_length"),
}

_Broken = tuple[tuple[Any, ...], str, dict[str, Any]]
"""Where, which rule, and what its words need."""


def problems_of(errors: Iterable[ValidationError], schema: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """The problems behind the errors of a validator of the schema; what was answered is not repeated."""
    broken = [{"loc": place, "type": code, "ctx": context} for error in errors for place, code, context in _broken(error, schema)]
    # What two conditions ask for is told once.
    return tuple(dict.fromkeys(field_problems(broken)))


def _broken(error: ValidationError, schema: Mapping[str, Any]) -> Iterator[_Broken]:
    keyword = str(error.schema_path[-1])
    node = _at(schema, error.schema_path[:-1])
    facts = error.kind.as_dict()
    place = tuple(error.instance_path)
    own = node.get("x-messages", {}).get(keyword)
    match keyword:
        case "required":
            for path in _missing(node, str(facts["property"])):
                yield (*place, *path), *(_own_words(own, keyword) or ("missing", {}))
        case "additionalProperties":
            for name in facts["unexpected"]:
                yield (*place, name), "extra_forbidden", {}
        case _:
            yield place, *(_own_words(own, keyword) or _common(keyword, facts, node))


def _at(schema: Any, path: Iterable[str | int]) -> Mapping[str, Any]:
    for step in path:
        schema = schema[step]
    found: Mapping[str, Any] = schema
    return found


def _missing(node: Mapping[str, Any], name: str) -> Iterator[tuple[str, ...]]:
    """The fields that must be there within one that is missing, or itself."""
    inner = node.get("properties", {}).get(name, {})
    if inner.get("type") == "object" and inner.get("required"):
        for deeper in inner["required"]:
            for path in _missing(inner, deeper):
                yield name, *path
    else:
        yield (name,)


def _own_words(own: Mapping[str, str] | None, keyword: str) -> tuple[str, dict[str, Any]] | None:
    if own is None:
        return None
    return own.get("code", keyword), {"en": own["en"], "th": own["th"], "allowed": own.get("allowed")}


def _common(keyword: str, facts: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    if keyword in _LIMITS:
        code, limit = _LIMITS[keyword]
        return code, {limit: facts["limit"]}
    return _NAMED[keyword](facts, node) if keyword in _NAMED else (keyword, {})


_NAMED: Final[Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], tuple[str, dict[str, Any]]]]] = {
    "type": lambda facts, _: (_TYPES[str(facts["types"][0])], {}),
    "enum": lambda facts, _: ("enum", {"expected": " | ".join(map(str, facts["options"]))}),
    "const": lambda _, node: ("literal_error", {"expected": str(node["const"])}),
    "pattern": lambda facts, _: ("string_pattern_mismatch", {"pattern": facts["pattern"]}),
    "format": lambda facts, _: (_FORMATS.get(str(facts["format"]), "format"), {}),
}
"""Keywords whose rule has other words than a limit."""
