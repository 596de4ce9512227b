"""What the tables of the registry stand on."""

from sqlalchemy import DateTime, MetaData, text
from sqlmodel import SQLModel

ZERO = text("0")
MOMENT = DateTime(timezone=True)


class Base(SQLModel):
    """Base of the tables, with MetaData of their own."""

    metadata = MetaData()
