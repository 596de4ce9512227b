"""The dated rules beside this module, by the name of their file."""

from datetime import date
from pathlib import Path
from typing import Any, Final

from shared import dated

_FOLDER: Final = Path(__file__).parent


def in_force(file: str, on: date) -> dict[str, Any]:
    """The version of the file that holds on the day; before the first one, the first."""
    return dated.in_force(_FOLDER / file, on)
