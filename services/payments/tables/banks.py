"""What banks are told, in the order in which they may read it again."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from services.payments.tables.columns import Base, big, json, moment, text_


class BankMessageTable(Base, table=True):
    """A chunk of messages to one bank, numbered by bank in the order of the commits; append-only.

    `expander` and `chunk` are those of its outbox row: whoever expands them again gets the same messages.
    """

    __tablename__ = "bank_message"
    bank: str = Field(sa_column=text_(key=True))
    number: int = Field(sa_column=big(key=True))
    expander: str = Field(sa_column=text_())
    chunk: dict[str, Any] = Field(sa_column=json())
    told_at: datetime = Field(sa_column=moment())
