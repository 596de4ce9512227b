"""What of the wishes for seats is unmet."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.common import Dimension
from shared.contracts.envelope import EventData
from shared.contracts.plan.topics import UNMET_NEEDS


class UnmetNeed(BaseModel):
    """Lines of one programme, counted: `wishes` is the sum of the four others.

    `with_another_seat`: the person has another seat in the month. `without_offering`: none begins in the province in the month, or on other days than
    agreed. `without_seat`: there are offerings and not enough seats.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    programme_code: str
    dimension: Dimension
    wishes: int
    seated: int
    with_another_seat: int
    without_offering: int
    without_seat: int


class UnmetNeedPublished(EventData):
    """Which wishes for seats of one district are met and unmet after the seats of its province's month (`YYYY-MM`) were given out; the key is `<district>-<month>`.

    The whole state: of several allocations of a month that of the greatest `number` counts. Nothing in it is about a person.
    """

    type = "plan.UnmetNeedPublished.v1"
    topic = UNMET_NEEDS
    consumers = ("reporting",)

    allocation_id: UUID
    number: int
    province: str
    district: str
    month: str
    on: date
    programmes: tuple[UnmetNeed, ...]
