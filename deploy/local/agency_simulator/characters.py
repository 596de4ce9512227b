"""How each agency is: read from characters.yaml, or from a file of the same shape."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.contracts.plan import DeclineReason, Outcome

OF_THE_YEAR: Final = Path(__file__).with_name("characters.yaml")
WHOLE: Final = 100.0
"""Parts are hundredths."""

Part = Annotated[float, Field(ge=0, le=WHOLE)]
Span = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(le=200)]]
"""The fewest and the most working days."""


class Contradiction(StrEnum):
    """In which disorder an agency is with a referral."""

    OUTCOME_FIRST = "OUTCOME_FIRST"
    TWICE = "TWICE"
    OF_ANOTHER = "OF_ANOTHER"
    TAKES_THE_DECLINED = "TAKES_THE_DECLINED"


class Connected(StrEnum):
    """How an agency is connected."""

    REST = "REST"
    KAFKA = "KAFKA"
    CSV = "CSV"
    XLSX = "XLSX"
    WEBHOOK = "WEBHOOK"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Manner(_Data):
    """How many working days each step takes after the one before."""

    receipt: Span
    answer: Span
    place: Span
    start: Span
    outcome: Span


class Character(_Data):
    """One agency; parts are of a hundred referrals. Without a manner it is silent."""

    manner: Manner | None
    way: Connected
    declines: Mapping[DeclineReason, Part]
    wait_lists: Part
    gets_a_place: Part
    waits_on: Part
    succeeds: Part
    does_not_start: Part
    contradicts: Mapping[Contradiction, Part]
    packets: Part


class Ends(_Data):
    """Outcomes of a dimension: ends with their parts, and what may be told before, of a hundred."""

    good: Mapping[Outcome, float]
    bad: Mapping[Outcome, float]
    before: Mapping[Outcome, Part]


class Cast(_Data):
    """All agencies, the outcomes by dimension, and what shows them by programme or dimension."""

    agencies: Mapping[str, Character]
    other_words: str
    outcomes: Mapping[str, Ends]
    evidence: Mapping[str, Mapping[Outcome, list[dict[str, Any]]]]

    @model_validator(mode="before")
    @classmethod
    def _whole(cls, data: dict[str, Any]) -> dict[str, Any]:
        """Every agency with what is common to all, and its manner by name."""
        manners = {"SILENT": None, **data.pop("manners")}
        common = data.pop("common")
        agencies = {code: {**common, **own, "manner": manners[own["manner"]]} for code, own in data["agencies"].items()}
        return {**data, "agencies": agencies}

    @classmethod
    def read(cls, file: Path = OF_THE_YEAR) -> Self:
        """From a file. Raises ValidationError, KeyError for a manner that is not there."""
        return cls.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
