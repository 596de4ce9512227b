"""Policy sets, allowances, what is owed, runs and their lines, banks' answers, the ledger."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Computed, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlmodel import Field

from services.payments.tables.columns import Base, big, json, moment, months, number, programme, run, small, text_


class PolicyVersionTable(Base, table=True):
    """Every policy set that was published, and the first month that it governs of allowances that were open; append-only.

    `proposal_id` is the proposal that two persons published it by; null for a file.
    """

    __tablename__ = "policy_version"
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    profile: str = Field(sa_column=text_())
    parameters: dict[str, Any] = Field(sa_column=json())
    content_hash: str = Field(sa_column=text_())
    published_on: date
    from_month: date | None = None
    published_at: datetime | None = Field(default=None, sa_column=moment(needed=False))
    proposal_id: UUID | None = None


class EntitlementFactTable(Base, table=True):
    """What is known of a person that an allowance depends on (services.payments.rules.facts); append-only."""

    __tablename__ = "entitlement_fact"
    __table_args__ = (Index("entitlement_fact_holder", "holder_id", "seq"),)
    fact_id: UUID = Field(primary_key=True)
    seq: int = Field(sa_column=number(key=False))
    holder_id: UUID
    fact: dict[str, Any] = Field(sa_column=json())
    taken_at: datetime = Field(sa_column=moment())
    source_type: str | None = Field(default=None, sa_column=text_(needed=False))
    source_event: str | None = Field(default=None, sa_column=text_(needed=False))


class EntitlementTable(Base, table=True):
    """A person's allowance: what its facts make of it; `amounts` and `tiers` are those of the payable months.

    `differences` are months for staff to look at (null: none). `changed_in` is the generation of obligations.
    """

    __tablename__ = "entitlement"
    __table_args__ = (
        Index("entitlement_changed", "changed_in"),
        Index("entitlement_status", "status", "holder_id"),
        Index("entitlement_policy", "policy_version", "holder_id"),
        Index("entitlement_taken_over", "intent_id", postgresql_where=text("rule = 'taken_over_from_merged_holder'")),
        Index("entitlement_differs", "holder_id", postgresql_where=text("differences IS NOT NULL")),
    )
    holder_id: UUID = Field(primary_key=True)
    entitlement_id: UUID = Field(unique=True)
    intent_id: UUID
    version: int
    status: str = Field(sa_column=text_())
    tier: str = Field(sa_column=text_())
    stated_on: date
    monthly_satang: int
    first_month: date
    last_month: date
    payable: list[date] = Field(sa_column=months())
    amounts: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    rule: str = Field(sa_column=text_())
    stop_reason: str | None = Field(default=None, sa_column=text_(needed=False))
    stop_month: date | None = None
    stop_rule: str | None = Field(default=None, sa_column=text_(needed=False))
    reinstated_by: str | None = Field(default=None, sa_column=text_(needed=False))
    deceased_on: date | None = None
    plan_agreed_on: date | None = None
    policy_version: int = Field(foreign_key="policy_version.version")
    changed_in: int = Field(sa_column=big())
    merged_on: date | None = None
    tiers: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text)))
    differences: list[dict[str, Any]] | None = Field(default=None, sa_column=json(needed=False))


class EntitlementHistoryTable(Base, table=True):
    """Every version of an allowance: who, when, why; append-only."""

    __tablename__ = "entitlement_history"
    __table_args__ = (UniqueConstraint("entitlement_id", "version"),)
    number: int = Field(sa_column=number())
    entitlement_id: UUID
    version: int
    status: str = Field(sa_column=text_())
    payable: list[date] = Field(sa_column=months())
    who: str = Field(sa_column=text_())
    at: datetime = Field(sa_column=moment())
    why: str = Field(sa_column=text_())


class ObligationsMadeTable(Base, table=True):
    """One row: the present generation, and the last month for which obligations were made for everybody."""

    __tablename__ = "obligations_made"
    one: bool = Field(default=True, primary_key=True, sa_column_kwargs={"server_default": text("true")})
    generation: int = Field(sa_column=big("1"))
    through_month: date | None = None


class ObligationTable(Base, table=True):
    """What the state owes one person for one benefit month; partitioned by month. `attempts` is the number of the last attempt.

    `late` became due after the list of its month, perhaps, so that a later list must look for it. `waits` is what a list finds of earlier
    months; it does not change while a month is paid as it should be, so that its index is left alone.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        Index("obligation_of_others", "programme", "benefit_month", postgresql_where=text("programme <> 'TOP_UP_2561'")),
        Index("obligation_waits", "holder_id", postgresql_where=text("waits")),
        {"postgresql_partition_by": "RANGE (benefit_month)"},
    )
    holder_id: UUID = Field(primary_key=True)
    programme: str = Field(sa_column=text_(key=True))
    benefit_month: date = Field(primary_key=True)
    amount_satang: int
    tier: str = Field(sa_column=text_())
    state: str = Field(sa_column=text_())
    payable: bool
    disputed: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    attempts: int = Field(sa_column=small(default="0"))
    late: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    waits: bool | None = Field(
        default=None,
        sa_column=Column(
            Boolean, Computed("payable AND (state IN ('FAILED', 'HELD', 'RETURNED') OR state = 'DUE' AND late)", persisted=True)
        ),
    )


class RunTable(Base, table=True):
    """A monthly run. `totals` are counts and satang by bank, tier and whether held, as proposed.

    `cut_off_at` is the moment whose facts the list has, `compared_with` the last released month before it, with how many
    persons were on either list. `terms` are what banks are told of how its payments may be spent, as of the release.
    """

    __tablename__ = "run"
    __table_args__ = (
        Index("run_one_open", "programme", unique=True, postgresql_where=text("status IN ('PREPARING', 'PROPOSED', 'APPROVED')")),
    )
    run_id: UUID = Field(primary_key=True)
    month: date
    status: str = Field(sa_column=text_())
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    benefit: str = Field(sa_column=text_())
    lines: int = Field(sa_column=big("0"))
    amount_satang: int = Field(sa_column=big("0"))
    list_hash: str | None = Field(default=None, sa_column=text_(needed=False))
    totals: list[dict[str, Any]] = Field(sa_column=json("[]"))
    proposed_by: str = Field(sa_column=text_())
    proposed_at: datetime = Field(sa_column=moment())
    approved_by: str | None = Field(default=None, sa_column=text_(needed=False))
    approved_at: datetime | None = Field(default=None, sa_column=moment(needed=False))
    release_asked_by: str | None = Field(default=None, sa_column=text_(needed=False))
    released_at: datetime | None = Field(default=None, sa_column=moment(needed=False))
    status_requests: int = Field(sa_column=small(default="0"))
    closed_at: datetime | None = Field(default=None, sa_column=moment(needed=False))
    kind: str = Field(sa_column=text_(default="REGULAR"))
    cut_off_at: datetime | None = Field(default=None, sa_column=moment(needed=False))
    compared_with: date | None = None
    persons_before: int | None = Field(default=None, sa_column=Column(BigInteger))
    persons_now: int | None = Field(default=None, sa_column=Column(BigInteger))
    approvals_needed: int = Field(sa_column=small(default="1"))
    second_approved_by: str | None = Field(default=None, sa_column=text_(needed=False))
    second_approved_at: datetime | None = Field(default=None, sa_column=moment(needed=False))
    programme: str = Field(sa_column=programme())
    terms: dict[str, Any] | None = Field(default=None, sa_column=json(needed=False))


class RunHistoryTable(Base, table=True):
    """Who changed a run's state, when and why; append-only."""

    __tablename__ = "run_history"
    __table_args__ = (Index("run_history_run", "run_id", "number"),)
    number: int = Field(sa_column=number())
    run_id: UUID = Field(sa_column=run())
    from_status: str | None = Field(default=None, sa_column=text_(needed=False))
    to_status: str = Field(sa_column=text_())
    who: str = Field(sa_column=text_())
    at: datetime = Field(sa_column=moment())
    why: str = Field(sa_column=text_())


class DisbursementTable(Base, table=True):
    """A line of a run: one numbered attempt to pay one obligation. From release on only its answer changes."""

    __tablename__ = "disbursement"
    __table_args__ = (
        UniqueConstraint("benefit_month", "holder_id", "programme", "attempt_no"),
        Index("disbursement_run", "run_id", "bank", "chunk_no"),
    )
    disbursement_id: UUID = Field(primary_key=True)
    run_id: UUID
    holder_id: UUID
    programme: str = Field(sa_column=text_())
    benefit_month: date
    attempt_no: int = Field(sa_column=small())
    amount_satang: int
    tier: str = Field(sa_column=text_())
    district: str = Field(sa_column=text_())
    bank: str | None = Field(default=None, sa_column=text_(needed=False))
    payee_version: int | None = None
    chunk_no: int
    state: str = Field(sa_column=text_())
    reason: str | None = Field(default=None, sa_column=text_(needed=False))
    asked_no: int = Field(sa_column=small(default="0"))
    value_date: date | None = None
    bank_reference: str | None = Field(default=None, sa_column=text_(needed=False))


class StatusRequestTable(Base, table=True):
    """When banks were asked about instructions without an answer; append-only."""

    __tablename__ = "status_request"
    run_id: UUID = Field(sa_column=run(key=True))
    request_no: int = Field(sa_column=small(key=True))
    asked_by: str = Field(sa_column=text_())
    asked_at: datetime = Field(sa_column=moment())
    instructions: int = Field(sa_column=big())


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
    seq: int = Field(sa_column=number(key=False))
    batch_id: UUID
    via: str = Field(sa_column=text_())
    bank: str = Field(sa_column=text_())
    instruction_id: str = Field(sa_column=text_())
    disbursement_id: UUID | None = None
    status: str = Field(sa_column=text_())
    amount_satang: int = Field(sa_column=big())
    value_date: date
    bank_reference: str = Field(sa_column=text_())
    reason_code: str | None = Field(default=None, sa_column=text_(needed=False))
    disposition: str = Field(sa_column=text_())
    outcomes: str = Field(sa_column=text_())
    received_at: datetime = Field(sa_column=moment())


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
    finding: str = Field(sa_column=text_())
    paid_on: date | None = None
    reference: str = Field(sa_column=text_())
    reason: str = Field(sa_column=text_())
    status: str = Field(sa_column=text_())
    state_before: str = Field(sa_column=text_())
    through_seq: int = Field(sa_column=big())
    proposed_by: str = Field(sa_column=text_())
    proposed_at: datetime = Field(sa_column=moment())
    decided_by: str | None = Field(default=None, sa_column=text_(needed=False))
    decided_at: datetime | None = Field(default=None, sa_column=moment(needed=False))


class ResolutionHistoryTable(Base, table=True):
    """Who proposed, approved or refused a resolution, when and why; append-only."""

    __tablename__ = "resolution_history"
    __table_args__ = (Index("resolution_history_resolution", "resolution_id", "number"),)
    number: int = Field(sa_column=number())
    resolution_id: UUID = Field(sa_column=Column(ForeignKey("resolution.resolution_id"), nullable=False))
    status: str = Field(sa_column=text_())
    who: str = Field(sa_column=text_())
    at: datetime = Field(sa_column=moment())
    why: str = Field(sa_column=text_())


class RecoveryTable(Base, table=True):
    """Money that was paid for a month that is not due (NOTED), or is due after all or came back (LIFTED); append-only."""

    __tablename__ = "recovery"
    __table_args__ = (Index("recovery_holder", "holder_id"),)
    disbursement_id: UUID = Field(primary_key=True)
    entry_no: int = Field(sa_column=small(key=True))
    kind: str = Field(sa_column=text_())
    holder_id: UUID
    benefit_month: date
    amount_satang: int
    reason: str = Field(sa_column=text_())
    noted_at: datetime = Field(sa_column=moment())


class LedgerEntryTable(Base, table=True):
    """Double entry: one amount, the account to debit and the account to credit; append-only. `batch_id` is what caused it.

    `posted_on` is the day of the books, which the database gives: that of `entered_at`, or the first that is open.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("batch_id", "run_id", "outcome", "bank", "tier", "benefit_month"),
        Index("ledger_entry_run", "run_id"),
        Index("ledger_entry_day", "posted_on", "number"),
    )
    number: int = Field(sa_column=number())
    batch_id: UUID
    run_id: UUID
    outcome: str = Field(sa_column=text_())
    debit: str = Field(sa_column=text_())
    credit: str = Field(sa_column=text_())
    bank: str = Field(sa_column=text_())
    tier: str = Field(sa_column=text_())
    benefit_month: date
    payments: int = Field(sa_column=big())
    amount_satang: int = Field(sa_column=big())
    entered_at: datetime = Field(sa_column=moment())
    posted_on: date
