"""What several requests and answers are made of."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.payments.domain import Month, month_text


def _month_out(value: object) -> object:
    return month_text(Month(value)) if isinstance(value, date) else value


MonthIn = Annotated[
    str, Field(pattern=r"^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$", description="Benefit month. เดือนที่จ่าย", examples=["2018-03"])
]
MonthOut = Annotated[str, BeforeValidator(_month_out), Field(examples=["2018-03"])]


class In(BaseModel):
    """Base of requests: nothing unknown is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)
