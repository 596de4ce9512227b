"""What all tables of reporting share."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

metadata = MetaData()


class Base(SQLModel):
    """Base of the tables, with metadata of their own."""

    metadata = metadata
