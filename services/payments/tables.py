"""The tables of payments' own database (those of the floor are in shared.db.floor). The SQL of repository/ works on them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class Base(SQLModel):
    """Base of the tables, with MetaData of their own."""

    metadata = MetaData()


def _text(*, key: bool = False, needed: bool = True, default: str | None = None) -> Any:
    return Column(Text, primary_key=key, nullable=not (needed or key), server_default=default)


def _big(default: str | None = None) -> Any:
    return Column(BigInteger, nullable=False, server_default=default and text(default))


def _small(*, key: bool = False, needed: bool = True, default: str | None = None) -> Any:
    return Column(
        SmallInteger, primary_key=key, autoincrement=False, nullable=not (needed or key), server_default=default and text(default)
    )


def _json(default: str | None = None) -> Any:
    return Column(JSONB, nullable=False, server_default=default and text(f"'{default}'::jsonb"))


def _moment(*, needed: bool = True) -> Any:
    return Column(DateTime(timezone=True), nullable=not needed)


def _number(*, key: bool = True) -> Any:
    return Column(BigInteger, Identity(always=True), primary_key=key, nullable=False)


def _months() -> Any:
    return Column(ARRAY(Date), nullable=False)


def _run(*, key: bool = False) -> Any:
    return Column(ForeignKey("run.run_id"), primary_key=key, nullable=False)


def _zero() -> dict[str, Any]:
    return {"server_default": text("0")}


class PolicyVersionTable(Base, table=True):
    """Every policy set that was published, and the first month that it governs of allowances that were open; append-only."""

    __tablename__ = "policy_version"
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    profile: str = Field(sa_column=_text())
    parameters: dict[str, Any] = Field(sa_column=_json())
    content_hash: str = Field(sa_column=_text())
    published_on: date
    from_month: date | None = None


class HolderTable(Base, table=True):
    """Copy of a card holder: whether they live, and whose reach they are in."""

    __tablename__ = "holder"
    __table_args__ = (
        Index("holder_home", "home_district", "holder_id"),
        Index("holder_responsible", "responsible_district", "holder_id"),
        Index("holder_officer", "officer_id", "holder_id", postgresql_where=text("officer_id IS NOT NULL")),
    )
    holder_id: UUID = Field(primary_key=True)
    version: int
    status: str = Field(sa_column=_text())
    deceased_on: date | None = None
    subdistrict: str = Field(sa_column=_text())
    home_district: str = Field(sa_column=_text())
    responsible_district: str = Field(sa_column=_text())
    route_version: int = Field(default=0, sa_column_kwargs=_zero())
    officer_id: UUID | None = None
    officer_version: int = Field(default=0, sa_column_kwargs=_zero())


class PayeeTable(Base, table=True):
    """The newest payee of a person: which bank (none while nobody can pay them), and which sealed version."""

    __tablename__ = "payee"
    holder_id: UUID = Field(primary_key=True)
    version: int
    bank: str | None = Field(sa_column=_text(needed=False))


class PayeeSealedTable(Base, table=True):
    """Every payee as the registry sealed it; append-only, since instructions name the version that they were sent with."""

    __tablename__ = "payee_sealed"
    holder_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key_id: str = Field(sa_column=_text())
    sealed: str = Field(sa_column=_text())


class EntitlementFactTable(Base, table=True):
    """What is known of a person that an allowance depends on (services.payments.rules.facts); append-only."""

    __tablename__ = "entitlement_fact"
    __table_args__ = (Index("entitlement_fact_holder", "holder_id", "seq"),)
    fact_id: UUID = Field(primary_key=True)
    seq: int = Field(sa_column=_number(key=False))
    holder_id: UUID
    fact: dict[str, Any] = Field(sa_column=_json())
    taken_at: datetime = Field(sa_column=_moment())


class EntitlementTable(Base, table=True):
    """A person's allowance: what its facts make of it; `amounts` are those of the payable months. `changed_in` is the generation of obligations."""

    __tablename__ = "entitlement"
    __table_args__ = (
        Index("entitlement_changed", "changed_in"),
        Index("entitlement_status", "status", "holder_id"),
        Index("entitlement_policy", "policy_version", "holder_id"),
    )
    holder_id: UUID = Field(primary_key=True)
    entitlement_id: UUID = Field(unique=True)
    intent_id: UUID
    version: int
    status: str = Field(sa_column=_text())
    tier: str = Field(sa_column=_text())
    stated_on: date
    monthly_satang: int
    first_month: date
    last_month: date
    payable: list[date] = Field(sa_column=_months())
    amounts: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    rule: str = Field(sa_column=_text())
    stop_reason: str | None = Field(default=None, sa_column=_text(needed=False))
    stop_month: date | None = None
    stop_rule: str | None = Field(default=None, sa_column=_text(needed=False))
    reinstated_by: str | None = Field(default=None, sa_column=_text(needed=False))
    deceased_on: date | None = None
    plan_agreed_on: date | None = None
    policy_version: int = Field(foreign_key="policy_version.version")
    changed_in: int = Field(sa_column=_big())


class EntitlementHistoryTable(Base, table=True):
    """Every version of an allowance: who, when, why; append-only."""

    __tablename__ = "entitlement_history"
    __table_args__ = (UniqueConstraint("entitlement_id", "version"),)
    number: int = Field(sa_column=_number())
    entitlement_id: UUID
    version: int
    status: str = Field(sa_column=_text())
    payable: list[date] = Field(sa_column=_months())
    who: str = Field(sa_column=_text())
    at: datetime = Field(sa_column=_moment())
    why: str = Field(sa_column=_text())


class ObligationsMadeTable(Base, table=True):
    """One row: the present generation, and the last month for which obligations were made for everybody."""

    __tablename__ = "obligations_made"
    one: bool = Field(default=True, primary_key=True, sa_column_kwargs={"server_default": text("true")})
    generation: int = Field(sa_column=_big("1"))
    through_month: date | None = None


class ObligationTable(Base, table=True):
    """What the state owes one person for one benefit month; partitioned by month. `attempts` is the number of the last attempt."""

    __tablename__ = "obligation"
    __table_args__ = (
        Index("obligation_unpaid", "holder_id", postgresql_where=text("payable AND state IN ('DUE', 'FAILED', 'HELD', 'RETURNED')")),
        {"postgresql_partition_by": "RANGE (benefit_month)"},
    )
    holder_id: UUID = Field(primary_key=True)
    programme: str = Field(sa_column=_text(key=True))
    benefit_month: date = Field(primary_key=True)
    amount_satang: int
    tier: str = Field(sa_column=_text())
    state: str = Field(sa_column=_text())
    payable: bool
    disputed: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    attempts: int = Field(sa_column=_small(default="0"))


class RunTable(Base, table=True):
    """A monthly run. `totals` are counts and satang by bank, tier and whether held, as proposed."""

    __tablename__ = "run"
    __table_args__ = (
        Index("run_one_open", text("(true)"), unique=True, postgresql_where=text("status IN ('PREPARING', 'PROPOSED', 'APPROVED')")),
    )
    run_id: UUID = Field(primary_key=True)
    month: date
    status: str = Field(sa_column=_text())
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    benefit: str = Field(sa_column=_text())
    lines: int = Field(sa_column=_big("0"))
    amount_satang: int = Field(sa_column=_big("0"))
    list_hash: str | None = Field(default=None, sa_column=_text(needed=False))
    totals: list[dict[str, Any]] = Field(sa_column=_json("[]"))
    proposed_by: str = Field(sa_column=_text())
    proposed_at: datetime = Field(sa_column=_moment())
    approved_by: str | None = Field(default=None, sa_column=_text(needed=False))
    approved_at: datetime | None = Field(default=None, sa_column=_moment(needed=False))
    release_asked_by: str | None = Field(default=None, sa_column=_text(needed=False))
    released_at: datetime | None = Field(default=None, sa_column=_moment(needed=False))
    status_requests: int = Field(sa_column=_small(default="0"))
    closed_at: datetime | None = Field(default=None, sa_column=_moment(needed=False))


class RunHistoryTable(Base, table=True):
    """Who changed a run's state, when and why; append-only."""

    __tablename__ = "run_history"
    __table_args__ = (Index("run_history_run", "run_id", "number"),)
    number: int = Field(sa_column=_number())
    run_id: UUID = Field(sa_column=_run())
    from_status: str | None = Field(default=None, sa_column=_text(needed=False))
    to_status: str = Field(sa_column=_text())
    who: str = Field(sa_column=_text())
    at: datetime = Field(sa_column=_moment())
    why: str = Field(sa_column=_text())


class DisbursementTable(Base, table=True):
    """A line of a run: one numbered attempt to pay one obligation. From release on only its answer changes."""

    __tablename__ = "disbursement"
    __table_args__ = (
        UniqueConstraint("holder_id", "programme", "benefit_month", "attempt_no"),
        Index("disbursement_run", "run_id", "bank", "chunk_no"),
        Index("disbursement_open", "run_id", postgresql_where=text("state = 'OPEN'")),
    )
    disbursement_id: UUID = Field(primary_key=True)
    run_id: UUID
    holder_id: UUID
    programme: str = Field(sa_column=_text())
    benefit_month: date
    attempt_no: int = Field(sa_column=_small())
    amount_satang: int
    tier: str = Field(sa_column=_text())
    district: str = Field(sa_column=_text())
    bank: str | None = Field(default=None, sa_column=_text(needed=False))
    payee_version: int | None = None
    chunk_no: int
    state: str = Field(sa_column=_text())
    reason: str | None = Field(default=None, sa_column=_text(needed=False))
    asked_no: int = Field(sa_column=_small(default="0"))
    value_date: date | None = None
    bank_reference: str | None = Field(default=None, sa_column=_text(needed=False))


class StatusRequestTable(Base, table=True):
    """When banks were asked about instructions without an answer; append-only."""

    __tablename__ = "status_request"
    run_id: UUID = Field(sa_column=_run(key=True))
    request_no: int = Field(sa_column=_small(key=True))
    asked_by: str = Field(sa_column=_text())
    asked_at: datetime = Field(sa_column=_moment())
    instructions: int = Field(sa_column=_big())


class BankResultTable(Base, table=True):
    """Every different answer of a bank and what became of it; append-only.

    `via` is the bank whose channel brought it; `outcomes` are joined by `+` (`SETTLED+RETURNED`), empty for none.
    """

    __tablename__ = "bank_result"
    __table_args__ = (
        Index("bank_result_batch", "batch_id", "seq"),
        Index("bank_result_disbursement", "disbursement_id"),
        Index("bank_result_exception", "seq", postgresql_where=text("disposition NOT IN ('APPLIED', 'NO_CHANGE')")),
    )
    result_id: UUID = Field(primary_key=True)
    seq: int = Field(sa_column=_number(key=False))
    batch_id: UUID
    via: str = Field(sa_column=_text())
    bank: str = Field(sa_column=_text())
    instruction_id: str = Field(sa_column=_text())
    disbursement_id: UUID | None = None
    status: str = Field(sa_column=_text())
    amount_satang: int = Field(sa_column=_big())
    value_date: date
    bank_reference: str = Field(sa_column=_text())
    reason_code: str | None = Field(default=None, sa_column=_text(needed=False))
    disposition: str = Field(sa_column=_text())
    outcomes: str = Field(sa_column=_text())
    received_at: datetime = Field(sa_column=_moment())


class ResolutionTable(Base, table=True):
    """What one person found out of a payment of which a bank told two things, and whether another approved it.

    `through_seq` is the last answer that it resolves, `state_before` the attempt's state as it was looked at.
    """

    __tablename__ = "resolution"
    __table_args__ = (
        Index("resolution_disbursement", "disbursement_id"),
        Index("resolution_waits", "disbursement_id", unique=True, postgresql_where=text("status = 'PROPOSED'")),
    )
    resolution_id: UUID = Field(primary_key=True)
    disbursement_id: UUID
    finding: str = Field(sa_column=_text())
    paid_on: date | None = None
    reference: str = Field(sa_column=_text())
    reason: str = Field(sa_column=_text())
    status: str = Field(sa_column=_text())
    state_before: str = Field(sa_column=_text())
    through_seq: int = Field(sa_column=_big())
    proposed_by: str = Field(sa_column=_text())
    proposed_at: datetime = Field(sa_column=_moment())
    decided_by: str | None = Field(default=None, sa_column=_text(needed=False))
    decided_at: datetime | None = Field(default=None, sa_column=_moment(needed=False))


class ResolutionHistoryTable(Base, table=True):
    """Who proposed, approved or refused a resolution, when and why; append-only."""

    __tablename__ = "resolution_history"
    __table_args__ = (Index("resolution_history_resolution", "resolution_id", "number"),)
    number: int = Field(sa_column=_number())
    resolution_id: UUID = Field(sa_column=Column(ForeignKey("resolution.resolution_id"), nullable=False))
    status: str = Field(sa_column=_text())
    who: str = Field(sa_column=_text())
    at: datetime = Field(sa_column=_moment())
    why: str = Field(sa_column=_text())


class RecoveryTable(Base, table=True):
    """Money that was paid for a month that is not due (NOTED), or is due after all or came back (LIFTED); append-only."""

    __tablename__ = "recovery"
    __table_args__ = (Index("recovery_holder", "holder_id"),)
    disbursement_id: UUID = Field(primary_key=True)
    entry_no: int = Field(sa_column=_small(key=True))
    kind: str = Field(sa_column=_text())
    holder_id: UUID
    benefit_month: date
    amount_satang: int
    reason: str = Field(sa_column=_text())
    noted_at: datetime = Field(sa_column=_moment())


class LedgerEntryTable(Base, table=True):
    """Double entry: one amount, the account to debit and the account to credit; append-only. `batch_id` is what caused it."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("batch_id", "run_id", "outcome", "bank", "tier", "benefit_month"),
        Index("ledger_entry_run", "run_id"),
    )
    number: int = Field(sa_column=_number())
    batch_id: UUID
    run_id: UUID
    outcome: str = Field(sa_column=_text())
    debit: str = Field(sa_column=_text())
    credit: str = Field(sa_column=_text())
    bank: str = Field(sa_column=_text())
    tier: str = Field(sa_column=_text())
    benefit_month: date
    payments: int = Field(sa_column=_big())
    amount_satang: int = Field(sa_column=_big())
    entered_at: datetime = Field(sa_column=_moment())
