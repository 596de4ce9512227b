"""Rules as dated data: a YAML file beside the rules holds versions, each from a day on and with its source."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

_FOLDER: Final = Path(__file__).parent


def in_force(file: str, on: date) -> dict[str, Any]:
    """The version of the file that holds on the day; before the first one, the first."""
    versions = _versions(file)
    return next((version for version in reversed(versions) if date.fromisoformat(version["since"]) <= on), versions[0])


@cache
def _versions(file: str) -> list[dict[str, Any]]:
    versions: list[dict[str, Any]] = yaml.safe_load((_FOLDER / file).read_text(encoding="utf-8"))["versions"]
    return sorted(versions, key=lambda version: str(version["since"]))
