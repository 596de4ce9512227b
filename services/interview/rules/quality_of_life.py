"""Scales of quality of life; their questions, sources and licences are quality_of_life.yaml."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

OWN_VIEW: Final = "own-view.v1"
"""The scale of the form's field `quality_of_life`."""


@cache
def scales() -> dict[str, dict[str, Any]]:
    """Every scale by its name with version."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("quality_of_life.yaml").read_text(encoding="utf-8"))[
        "scales"
    ]
    return found
