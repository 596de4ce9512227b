"""What several requests and answers are made of."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.payments.domain import Month, month_text


def _month_out(value: object) -> object:
    return month_text(Month(value)) if isinstance(value, date) else value


MonthOut = Annotated[str, BeforeValidator(_month_out), Field(examples=["2018-03"])]


class In(BaseModel):
    """Base of requests: nothing unknown is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)
