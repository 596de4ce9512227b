"""Which privacy notice may stand on a form of a day: dated data with its source (privacy_notices.yaml)."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, Field

FILE: Final = Path(__file__).with_name("privacy_notices.yaml")


class Notice(BaseModel):
    """A notice, the first day on which it may stand on a form, and where it comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    since: date = Field(alias="from")
    reference: str


class Notices(BaseModel):
    """All of them, the oldest first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    notices: tuple[Notice, ...] = Field(min_length=1)

    def in_force(self, day: date) -> Notice | None:
        """The newest notice of the day; None before the first."""
        return max((one for one in self.notices if one.since <= day), key=lambda one: one.since, default=None)


@cache
def privacy_notices() -> Notices:
    """The notices of this installation. Raises pydantic.ValidationError."""
    with FILE.open(encoding="utf-8") as text:
        return Notices.model_validate(yaml.safe_load(text))
