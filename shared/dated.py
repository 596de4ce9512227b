"""Rules as dated data: a YAML file holds versions, each from a day on and with its source."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

T = TypeVar("T")


def in_force(file: Path, on: date) -> dict[str, Any]:
    """The version of the file that holds on the day; before the first one, the first."""
    return holding(_versions(file), lambda version: date.fromisoformat(version["since"]), on)


def holding(versions: Sequence[T], since: Callable[[T], date], on: date) -> T:
    """Of versions in the order of their first days the one that holds on the day; before the first one, the first."""
    return next((version for version in reversed(versions) if since(version) <= on), versions[0])


@cache
def _versions(file: Path) -> list[dict[str, Any]]:
    versions: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))["versions"]
    return sorted(versions, key=lambda version: str(version["since"]))
