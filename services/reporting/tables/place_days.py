"""What meeting places counted."""

from datetime import date
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from services.reporting.tables.base import Base


class PlaceDay(Base, table=True):
    """What the officer of a meeting place counted at the end of a day; of a day that was reopened nothing counts."""

    __tablename__ = "place_day"

    place_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    version: int
    district: str = Field(sa_type=Text)
    closed: bool
    slips: int
    papers: int
    refused: int
    tickets: int
    served: int
