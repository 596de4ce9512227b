"""Values of the database and of models as plain JSON values."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import BaseModel


def plain(value: Any) -> Any:
    """The value with models and rows of the database, at any depth, as dicts."""
    match value:
        case BaseModel():
            return value.model_dump(mode="json", by_alias=True)
        case list() | tuple():
            return [plain(entry) for entry in value]
        case dict() | asyncpg.Record():
            return {name: plain(entry) for name, entry in value.items()}
        case _:
            return value


def to_json(value: Any) -> Any:
    """The default of orjson: asyncpg's own kind of UUID and exact decimals become text. Raises TypeError for what is no value."""
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__qualname__} has no JSON form")
