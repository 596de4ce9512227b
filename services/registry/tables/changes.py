"""Requests to change a person, what changes assert of whom since when, and lists of deaths."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registry.tables.base import MOMENT, Base


class ChangeRequest(Base, table=True):
    """A change with its evidence, applied at once or decided in the approval of the same id. Append-only.

    `fields` are names with the values that are not personal, before and after; `sealed` holds all values of what was applied at
    once (context: the holder id's bytes), those of a proposal are in the approval. `basis` is the version of the fact that it replaces.
    """

    __tablename__ = "change_request"
    __table_args__ = (Index("change_request_holder", "holder_id", "id"),)

    id: UUID = Field(primary_key=True)
    holder_id: UUID
    kind: str = Field(sa_type=Text)
    valid_from: date
    document_kind: str = Field(sa_type=Text)
    document_reference: str = Field(sa_type=Text)
    document_on: date | None
    consent_reference: str | None = Field(sa_type=Text)
    consent_on: date | None
    reason: str = Field(sa_type=Text)
    fields: list[dict[str, object]] = Field(sa_column=Column(JSONB, nullable=False))
    sealed: bytes | None
    basis: int
    said_by: str = Field(sa_type=Text)
    said_at: datetime = Field(sa_type=MOMENT)


class CardHolderFact(Base, table=True):
    """What a version asserts of the `aspects` named, and since when it holds (None: since before the registry knew the person).

    A person who never changed has none: the first change writes the version that it replaces too. Columns of other aspects mean nothing.
    Append-only, but for personal values that are blanked or sealed anew.
    """

    __tablename__ = "card_holder_fact"

    holder_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    aspects: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    valid_from: date | None
    request_id: UUID | None
    prefix: str | None = Field(sa_type=Text)
    first_name: str | None = Field(sa_type=Text)
    last_name: str | None = Field(sa_type=Text)
    birth_date: date | None
    birth_precision: str | None = Field(sa_type=Text)
    income_2559_satang: int | None = Field(sa_type=BigInteger)
    subdistrict: str | None = Field(sa_type=Text)
    house_no_sealed: bytes | None
    moo: str | None = Field(sa_type=Text)
    road: str | None = Field(sa_type=Text)
    postcode: str | None = Field(sa_type=Text)
    bank: str | None = Field(sa_type=Text)
    private_sealed: bytes | None
    promptpay_sealed: bytes | None
    mobile_consent: bool | None
    card_cancelled_on: date | None
    status: str | None = Field(sa_type=Text)
    deceased_on: date | None


class DeathListLine(Base, table=True):
    """A good line of a list of deaths; `known` says that the registry had this death already. Append-only."""

    __tablename__ = "death_list_line"
    __table_args__ = (Index("death_list_line_holder", "list_id", "holder_id", unique=True),)

    list_id: UUID = Field(primary_key=True)
    line: int = Field(primary_key=True)
    holder_id: UUID
    deceased_on: date
    document: str = Field(sa_type=Text)
    known: bool
