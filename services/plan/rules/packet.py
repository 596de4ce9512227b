"""What an agency needs to know of a person for its programme: the facts that the programme's conditions speak of, and no other."""

from collections.abc import Mapping
from typing import Any

from services.plan.domain import Programme
from shared.conditions import strange_names


def facts_needed(programme: Programme, known: Mapping[str, Any]) -> dict[str, Any]:
    """The person's facts by name; None where one is not known."""
    names = {name for condition in programme.conditions for name in strange_names(condition.when, ())}
    return {name: known.get(name) for name in sorted(names)}
