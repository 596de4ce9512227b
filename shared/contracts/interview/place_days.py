"""What a meeting place did on a day, once its officer has counted and signed."""

from datetime import date
from uuid import UUID

from pydantic import Field

from shared.contracts.envelope import EventData
from shared.contracts.interview.topics import PLACES


class PlaceDayFact(EventData):
    """Base of the facts of one day of a place; the key is `<place>:<day>`, `version` grows with each closing and reopening."""

    topic = PLACES

    place_id: UUID
    day: date
    district: str
    version: int


class PlaceDayClosed(PlaceDayFact):
    """The officer of a meeting place counted the papers of the day and signed. Numbers only, nobody is named.

    `slips` are the recorded forms of the day, `paper_count` the signed papers, `refused` those who could state no wish, `tickets`
    the numbers taken, of which `served` were served and `left` went.
    """

    type = "interview.PlaceDayClosed.v1"
    consumers = ("reporting",)

    slips: int = Field(ge=0)
    paper_count: int = Field(ge=0)
    refused: int = Field(ge=0)
    tickets: int = Field(ge=0)
    served: int = Field(ge=0)
    left: int = Field(ge=0)


class PlaceDayReopened(PlaceDayFact):
    """The district chief opened the day of a meeting place again: what was told of it counts no more until it is closed again."""

    type = "interview.PlaceDayReopened.v1"
    consumers = ("reporting",)
