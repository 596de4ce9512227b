"""Who the card holders are, and every version of what was known of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Column, Index, SmallInteger, Text, literal_column, text
from sqlmodel import Field

from services.registry.tables.base import MOMENT, ZERO, Base


class CardHolder(Base, table=True):
    """A person of the registry. Ids, phone and account are sealed as one value, and the house number (context: the holder id's bytes).

    Both are sealed under the person's own key, made of a group key, whose id they begin with, and of the person's salt (`apart.person_salt`).
    `content_hash` is a keyed hash of the normalised line of the file, so that an unchanged line is known without opening
    anything. Reach is (home_district, responsible_district, officer_id); the last two follow interview's events. A person who was
    merged into another stays, with `merged_into`. `consents` are the purposes given by the rows of `consent`, null while there are none. `settled` names the
    aspects (rules/changes.py) that a recorded change has decided, which no file changes any more. `wrong_death_on` is the day of the last death that was
    recorded wrongly, `alive_again_on` the day on which it was taken back.
    """

    __tablename__ = "card_holder"
    __table_args__ = (
        Index("card_holder_holder", "holder_id", unique=True),
        Index("card_holder_citizen", "citizen_index", unique=True),
        Index("card_holder_card", "card_index", unique=True),
        Index("card_holder_home", "home_district"),
        Index("card_holder_responsible", "responsible_district"),
        Index("card_holder_officer", "officer_id", postgresql_where=text("officer_id IS NOT NULL")),
        Index("card_holder_merged_into", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
        Index("card_holder_search_order", "home_district", "name_sort_key", "holder_id"),
        Index(
            "card_holder_search_away",
            *("responsible_district", "home_district", "name_sort_key", "holder_id"),
            postgresql_where=text("responsible_district <> home_district"),
        ),
        Index(
            "card_holder_search_name",
            literal_column("(((' '::text || first_name) || ' '::text) || last_name)").label("words"),
            postgresql_using="gin",
            postgresql_ops={"words": "gin_trgm_ops"},
        ),
        CheckConstraint("status IN ('ALIVE', 'DECEASED')", name="card_holder_status"),
        CheckConstraint("(merged_into IS NULL) = (merged_on IS NULL) AND merged_into <> holder_id", name="card_holder_merged"),
        CheckConstraint("tier IN ('UP_TO_30000', 'OVER_30000')", name="card_holder_tier"),
    )

    holder_id: UUID = Field(primary_key=True)
    version: int
    citizen_index: bytes
    card_index: bytes
    index_key: str = Field(sa_type=Text)
    private_sealed: bytes
    house_no_sealed: bytes | None
    prefix: str = Field(sa_type=Text)
    first_name: str = Field(sa_type=Text)
    last_name: str = Field(sa_type=Text)
    name_sort_key: str = Field(sa_type=Text)
    birth_date: date
    birth_precision: str = Field(sa_type=Text)
    income_2559_satang: int = Field(sa_type=BigInteger)
    tier: str = Field(sa_type=Text)
    age: int = Field(sa_type=SmallInteger)
    visit_group: bool
    policy_version: int
    subdistrict: str = Field(sa_type=Text)
    moo: str = Field(sa_type=Text)
    road: str = Field(sa_type=Text)
    postcode: str = Field(sa_type=Text)
    bank: str = Field(sa_type=Text)
    mobile_consent: bool
    status: str = Field(sa_type=Text)
    deceased_on: date | None
    moved_on: date | None
    home_district: str = Field(sa_type=Text)
    responsible_district: str = Field(sa_type=Text)
    officer_id: UUID | None
    routed_version: int = Field(default=0, sa_column_kwargs={"server_default": ZERO})
    assigned_version: int = Field(default=0, sa_column_kwargs={"server_default": ZERO})
    content_hash: bytes
    import_id: UUID
    import_line: int
    recorded_at: datetime = Field(sa_type=MOMENT)
    erased_at: datetime | None = Field(sa_type=MOMENT)
    merged_into: UUID | None = None
    merged_on: date | None = None
    consents: list[str] | None = Field(sa_column=Column(ARRAY(Text), nullable=True))
    settled: list[str] | None = Field(sa_column=Column(ARRAY(Text)))
    card_cancelled_on: date | None
    promptpay_sealed: bytes | None
    wrong_death_on: date | None
    alive_again_on: date | None


class CardHolderHistory(Base, table=True):
    """Every version of every holder: what, which fields (names only), who, when, why, and the whole non-personal state.

    Append-only. (change_id, chunk_no) is the chunk of a bulk lane that publishes the row.
    """

    __tablename__ = "card_holder_history"
    __table_args__ = (
        Index("card_holder_history_chunk", "change_id", "chunk_no", postgresql_where=text("change_id IS NOT NULL")),
        Index("card_holder_history_later", "holder_id", postgresql_where=text("version > 1")),
        Index("card_holder_history_version", "holder_id", "version", unique=True),
    )

    holder_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    what: str = Field(sa_type=Text)
    changed: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    who: str = Field(sa_type=Text)
    why: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=MOMENT)
    change_id: UUID | None
    chunk_no: int | None
    citizen_index: bytes
    card_index: bytes
    index_key: str = Field(sa_type=Text)
    tier: str = Field(sa_type=Text)
    age: int = Field(sa_type=SmallInteger)
    visit_group: bool
    policy_version: int
    subdistrict: str = Field(sa_type=Text)
    previous_subdistrict: str | None = Field(sa_type=Text)
    bank: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    moved_on: date | None
    deceased_on: date | None
    merged_into: UUID | None = None
    merged_on: date | None = None
    consents: list[str] | None = Field(sa_column=Column(ARRAY(Text), nullable=True))
    valid_from: date | None
    wrong_death_on: date | None
    alive_again_on: date | None
