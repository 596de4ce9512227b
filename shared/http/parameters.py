"""Query parameters that an operation does not know are refused: a misspelt filter would be the answer to another question."""

from collections.abc import Iterator
from typing import Final

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute, iter_route_contexts

from shared.errors import FieldProblem
from shared.http.edge import operation_of

_NAMED_MAX: Final = 20
_NAME_CHARACTERS_MAX: Final = 100

QueryNames = dict[str, frozenset[str]]
"""The query parameters of each operation, by operationId."""


def api_routes(app: FastAPI) -> Iterator[APIRoute]:
    """The routes of the app that are operations, on its page or not."""
    return (route for context in iter_route_contexts(app.routes) if isinstance(route := context.original_route, APIRoute))


def query_names(app: FastAPI) -> QueryNames:
    """What each operation takes, with what its dependencies take; worked out once, when the app is made."""
    return {route.operation_id or route.name: frozenset(_names(route.dependant)) for route in api_routes(app)}


def unknown_parameters(request: Request) -> tuple[FieldProblem, ...]:
    """A problem for each query parameter that the operation which the request reached does not take."""
    if not request.scope["query_string"]:
        return ()
    known: frozenset[str] = request.app.state.query_names[operation_of(request.scope)]
    unknown = [name for name in request.query_params if name not in known]
    return tuple(_problem(name, known) for name in unknown[:_NAMED_MAX])


def _names(dependant: Dependant) -> Iterator[str]:
    # Where a model stands for the parameters, they are its fields: FastAPI spreads it out, of a dependant with no other kind of them.
    yield from (field.alias for field in get_flat_params(Dependant(query_params=dependant.query_params)))
    for inner in dependant.dependencies:
        yield from _names(inner)


def _problem(name: str, known: frozenset[str]) -> FieldProblem:
    # A name is the caller's own text: as much of it as tells which it is.
    shown = name.replace("\0", "\N{REPLACEMENT CHARACTER}")[:_NAME_CHARACTERS_MAX]
    if not known:
        return FieldProblem(
            shown, "unknown_parameter", "is unknown: this address takes no query parameters", "ไม่รู้จัก: ที่อยู่นี้ไม่รับพารามิเตอร์ใน query"
        )
    return FieldProblem(
        shown, "unknown_parameter", "is not a query parameter of this address", "ไม่ใช่พารามิเตอร์ของที่อยู่นี้", " | ".join(sorted(known))
    )
