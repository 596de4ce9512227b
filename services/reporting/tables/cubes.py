"""Sums of counted rows by area (empty: the country) and by what a figure is asked by. What is empty there, or nobody's id, is none."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field

from services.reporting.tables.base import Base


def _nothing(table: str, counts: str = "persons") -> Index:
    """Finds the rows whose sums have come to nothing, to take them away."""
    return Index(f"{table}_nothing", "area", postgresql_where=text(f"{counts} = 0"))


class CubeFigure(Base, table=True):
    """Persons by figure, and by the day for those that a day decides."""

    __tablename__ = "cube_figure"
    __table_args__ = (_nothing("cube_figure"),)

    area: str = Field(primary_key=True, sa_type=Text)
    figure: str = Field(primary_key=True, sa_type=Text)
    day: date = Field(primary_key=True)
    persons: int = Field(sa_type=BigInteger)


class CubeAgeIncome(Base, table=True):
    """Card holders where they live."""

    __tablename__ = "cube_age_income"
    __table_args__ = (_nothing("cube_age_income"),)

    area: str = Field(primary_key=True, sa_type=Text)
    tier: str = Field(primary_key=True, sa_type=Text)
    age_group: str = Field(primary_key=True, sa_type=Text)
    persons: int = Field(sa_type=BigInteger)
    deceased: int = Field(sa_type=BigInteger)


class CubeIncomeBand(Base, table=True):
    """Persons of whom an income since the interview is known."""

    __tablename__ = "cube_income_band"
    __table_args__ = (_nothing("cube_income_band"),)

    area: str = Field(primary_key=True, sa_type=Text)
    tier: str = Field(primary_key=True, sa_type=Text)
    band_at_interview: str = Field(primary_key=True, sa_type=Text)
    band_now: str = Field(primary_key=True, sa_type=Text)
    persons: int = Field(sa_type=BigInteger)


class CubeCaseload(Base, table=True):
    """Cases by officer and district."""

    __tablename__ = "cube_caseload"
    __table_args__ = (_nothing("cube_caseload", "cases"),)

    area: str = Field(primary_key=True, sa_type=Text)
    officer_id: UUID = Field(primary_key=True)
    cases: int = Field(sa_type=BigInteger)
    interviewed: int = Field(sa_type=BigInteger)
    planned: int = Field(sa_type=BigInteger)
    followed_june: int = Field(sa_type=BigInteger)
    followed_september: int = Field(sa_type=BigInteger)


class CubeIntake(Base, table=True):
    """Stated wishes by district, day and place."""

    __tablename__ = "cube_intake"
    __table_args__ = (_nothing("cube_intake"),)

    area: str = Field(primary_key=True, sa_type=Text)
    stated_on: date = Field(primary_key=True)
    place_id: UUID = Field(primary_key=True)
    persons: int = Field(sa_type=BigInteger)
    walk_in: int = Field(sa_type=BigInteger)
    home_visit: int = Field(sa_type=BigInteger)
    up_to_30000: int = Field(sa_type=BigInteger)
    over_30000: int = Field(sa_type=BigInteger)
    approved_late: int = Field(sa_type=BigInteger)


class CubePayment(Base, table=True):
    """Persons' months by bank (empty: all of them together), month and tier."""

    __tablename__ = "cube_payment"
    __table_args__ = (_nothing("cube_payment"),)

    area: str = Field(primary_key=True, sa_type=Text)
    bank: str = Field(primary_key=True, sa_type=Text)
    month: str = Field(primary_key=True, sa_type=Text)
    tier: str = Field(primary_key=True, sa_type=Text)
    persons: int = Field(sa_type=BigInteger)
    persons_settled: int = Field(sa_type=BigInteger)
    settled_satang: int = Field(sa_type=BigInteger)
    persons_failed: int = Field(sa_type=BigInteger)
    failed_satang: int = Field(sa_type=BigInteger)
    persons_returned: int = Field(sa_type=BigInteger)
    returned_satang: int = Field(sa_type=BigInteger)


class CubeAllowance(Base, table=True):
    """Allowances by state."""

    __tablename__ = "cube_allowance"
    __table_args__ = (_nothing("cube_allowance"),)

    area: str = Field(primary_key=True, sa_type=Text)
    tier: str = Field(primary_key=True, sa_type=Text)
    status: str = Field(primary_key=True, sa_type=Text)
    stop_reason: str = Field(primary_key=True, sa_type=Text)
    stop_month: str = Field(primary_key=True, sa_type=Text)
    persons: int = Field(sa_type=BigInteger)
    monthly_satang: int = Field(sa_type=BigInteger)


class CubeLine(Base, table=True):
    """Lines of the plans that stand by programme, agency and state."""

    __tablename__ = "cube_line"
    __table_args__ = (_nothing("cube_line"),)

    area: str = Field(primary_key=True, sa_type=Text)
    dimension: str = Field(primary_key=True, sa_type=Text)
    programme: str = Field(primary_key=True, sa_type=Text)
    agency: str = Field(primary_key=True, sa_type=Text)
    state: str = Field(primary_key=True, sa_type=Text)
    outcome: str = Field(primary_key=True, sa_type=Text)
    persons: int = Field(sa_type=BigInteger)
    lines: int = Field(sa_type=BigInteger)
    overdue: int = Field(sa_type=BigInteger)
