"""What several requests and answers are made of."""

from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.payments.domain import Month, month_text
from services.payments.rules.wording import Words


def _month_out(value: object) -> object:
    return month_text(Month(value)) if isinstance(value, date) else value


MonthOut = Annotated[str, BeforeValidator(_month_out), Field(examples=["2018-03"])]


MONTH_PATTERN: Final = r"^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$"
"""A month as callers name it, `2018-03`."""


class WordsOut(BaseModel):
    """The same in English and Thai."""

    en: str
    th: str

    @classmethod
    def of(cls, words: Words) -> "WordsOut":
        """The words."""
        return cls(en=words.en, th=words.th)


class In(BaseModel):
    """Base of requests: nothing unknown is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)
