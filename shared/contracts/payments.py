"""Events that payments publishes, and the result message that banks send back. Money is integers of satang; months are `YYYY-MM`."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.common import Bank, Tier
from shared.contracts.envelope import EventData

POLICY = "payments.policy.v1"
ENTITLEMENTS = "payments.entitlements.v1"
RUNS = "payments.runs.v1"
NOTICES = "payments.notices.v1"
TOP_UP = "TOP_UP_2561"
"""The programme of the measure's monthly allowance; every other one is another agency's."""
INSTRUCTIONS = "payments.instructions.{bank}.v1"
RESULTS = "payments.results.{bank}.v1"


class StopReason(StrEnum):
    """Why an allowance stopped."""

    REFUSED = "REFUSED"
    SUFFICIENT = "SUFFICIENT"
    WITHDRAWN = "WITHDRAWN"
    NOT_INTERVIEWED = "NOT_INTERVIEWED"
    CHOSE_NOTHING = "CHOSE_NOTHING"
    DID_NOT_DEVELOP = "DID_NOT_DEVELOP"
    DID_NOT_WORK = "DID_NOT_WORK"
    DECEASED = "DECEASED"
    DECISION = "DECISION"


class PolicyPublished(EventData):
    """The whole policy set of one profile and version. `parameters` is the dated data with legal sources (docs/policy.md)."""

    type = "payments.PolicyPublished.v1"
    topic = POLICY
    consumers = ("registry", "interview", "plan", "reporting")

    profile: str
    version: int
    published_on: date
    parameters: dict[str, Any]


class EntitlementFact(EventData):
    """Base of the facts of one person's allowance; `holder_id` is also the key. Every fact carries the state after it."""

    topic = ENTITLEMENTS

    holder_id: UUID
    entitlement_id: UUID
    version: int
    status: str
    tier: Tier
    monthly_satang: int = Field(ge=0)
    first_month: str
    last_month: str


class EntitlementStarted(EntitlementFact):
    """An allowance was opened by a stated wish; months `first_month` to `last_month`, both included.

    Told again, whole, as the next version when its first month, its amount or its last month changes.
    """

    type = "payments.EntitlementStarted.v1"
    consumers = ("interview", "reporting")

    intent_id: UUID
    stated_on: date
    policy_profile: str
    policy_version: int
    rule: str


class EntitlementConfirmed(EntitlementFact):
    """A pending allowance is active: the person was interviewed or agreed on a plan. Amount and months are as they were."""

    type = "payments.EntitlementConfirmed.v1"
    consumers = ("interview", "reporting")

    rule: str


class EntitlementStopped(EntitlementFact):
    """The allowance stops: `stop_month` is the first month that is not paid.

    `merged_into` is set where it stops because the holder is the same person as that one; `reason` is DECISION then, since
    readers from before merges know no other.
    """

    type = "payments.EntitlementStopped.v1"
    consumers = ("interview", "reporting")

    reason: StopReason
    stop_month: str
    rule: str
    merged_into: UUID | None = None


class EntitlementReinstated(EntitlementFact):
    """A stopped allowance goes on from `from_month`."""

    type = "payments.EntitlementReinstated.v1"
    consumers = ("interview", "reporting")

    from_month: str
    rule: str


class PaymentRunReleased(EventData):
    """A month's run was approved and released; counts per bank of what will be instructed."""

    type = "payments.PaymentRunReleased.v1"
    topic = RUNS
    consumers = ("reporting",)

    run_id: UUID
    month: str
    persons: int
    amount_satang: int
    per_bank: dict[str, int]
    list_hash: str
    programme: str = TOP_UP


class PaymentInstructed(EventData):
    """One payment that a bank is asked to make. `instruction_id` (32 hex) is the bank's reference and never reused.

    `sealed_payee` is what the bank needs to pay (name, account or card, and the PromptPay id of a person who has one), encrypted to that bank.
    `usable_until` is the last day on which the person may spend it, `goods` and `shops` on what and where (codes of the policy set, docs/policy.md);
    a payment without them is the person's at once, and banks report no use of it.
    """

    type = "payments.PaymentInstructed.v1"
    topic = INSTRUCTIONS
    consumers = ("external:bank",)

    instruction_id: str
    run_id: UUID
    month: str
    attempt_no: int
    bank: Bank
    amount_satang: int = Field(gt=0)
    benefit: str
    sealed_payee: str
    programme: str = TOP_UP
    usable_until: date | None = None
    goods: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()


class ResultStatus(StrEnum):
    """What a bank answers for an instruction."""

    SETTLED = "SETTLED"
    FAILED = "FAILED"
    RETURNED = "RETURNED"
    UNKNOWN_INSTRUCTION = "UNKNOWN_INSTRUCTION"


class BankResultReported(EventData):
    """A bank's answer to an instruction, or to a status request. Written by banks on their own results topic."""

    type = "bank.ResultReported.v1"
    topic = RESULTS
    consumers = ("payments",)

    instruction_id: str = Field(min_length=32, max_length=32)
    bank: Bank
    status: ResultStatus
    amount_satang: int
    value_date: date
    bank_reference: str
    reason_code: str | None = None


class PaymentStatusRequested(EventData):
    """Payments asks a bank what became of an instruction whose answer is missing; it is never resent blindly."""

    type = "payments.PaymentStatusRequested.v1"
    topic = INSTRUCTIONS
    consumers = ("external:bank",)

    instruction_id: str
    run_id: UUID
    bank: Bank
    request_no: int


class PaymentRecallRequested(EventData):
    """Payments asks a bank to give back a payment that it was told to make: an answer RETURNED, FAILED if it never paid, or RecallRefused.

    Each instruction is asked back at most once, and nobody is paid its month anew before the bank's answer.
    """

    type = "payments.PaymentRecallRequested.v1"
    topic = INSTRUCTIONS
    consumers = ("external:bank",)

    instruction_id: str
    run_id: UUID
    bank: Bank
    recall_id: UUID


class BankRecallRefused(EventData):
    """A bank cannot give back a payment: what it paid stays paid. Written by banks on their own results topic.

    `reason_code` is SPENT, NOT_PAID, UNKNOWN_INSTRUCTION or the bank's own.
    """

    type = "bank.RecallRefused.v1"
    topic = RESULTS
    consumers = ("payments",)

    instruction_id: str = Field(pattern=r"^[0-9a-fA-F]{32}$")
    bank: Bank
    reason_code: str = Field(min_length=1, max_length=100)
    bank_reference: str = Field(max_length=200)


class PaymentUseRequested(EventData):
    """Payments asks a bank what of its payments was used up to a month that is over: a UseReported for each that was not reported on to its end.

    The bank reports by itself when a month is over; this asks for what is missing. The key is the month.
    """

    type = "payments.PaymentUseRequested.v1"
    topic = INSTRUCTIONS
    consumers = ("external:bank",)

    bank: Bank
    month: str
    request_no: int


class BankUseReported(EventData):
    """What a person used of one payment in one month that is over (satang, 0 for nothing). Written by banks on their own results topic.

    The report of the month in which the payment's `usable_until` lies is its last: what is left lapses.
    """

    type = "bank.UseReported.v1"
    topic = RESULTS
    consumers = ("payments",)

    instruction_id: str = Field(pattern=r"^[0-9a-fA-F]{32}$")
    bank: Bank
    month: str = Field(pattern=r"^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$")
    used_satang: int = Field(ge=0)
    bank_reference: str = Field(min_length=1, max_length=200)


class PaymentFact(EventData):
    """Base of what became of one person's payment of one month; `holder_id` is also the key."""

    topic = ENTITLEMENTS

    holder_id: UUID
    disbursement_id: UUID
    run_id: UUID
    month: str
    attempt_no: int
    bank: Bank
    tier: Tier
    amount_satang: int
    district: str
    programme: str = TOP_UP


class PaymentSettled(PaymentFact):
    """The bank paid."""

    type = "payments.PaymentSettled.v1"
    consumers = ("reporting",)

    value_date: date


class PaymentFailed(PaymentFact):
    """The bank could not pay; tried again in the next run."""

    type = "payments.PaymentFailed.v1"
    consumers = ("reporting",)

    reason_code: str


class PaymentReturned(PaymentFact):
    """The bank paid and the money came back."""

    type = "payments.PaymentReturned.v1"
    consumers = ("reporting",)

    reason_code: str


class PaymentRunClosed(EventData):
    """A run was reconciled to the person and the satang: eligible = paid + failed + held + returned.

    Told again, with other figures, when people find out later that a payment of it was made after all.
    """

    type = "payments.PaymentRunClosed.v1"
    topic = RUNS
    consumers = ("reporting",)

    run_id: UUID
    month: str
    eligible: int
    paid: int
    failed: int
    held: int
    returned: int
    eligible_satang: int
    paid_satang: int
    failed_satang: int
    held_satang: int
    returned_satang: int
    programme: str = TOP_UP


class AllowanceNoticeRequested(EventData):
    """Payments asks registry to tell the person of the first payment of their allowance; only registry knows phone and consent.

    The fields mean what those of interview's NoticeRequested mean; `notice_key` is the same for the same allowance: it is sent once.
    """

    type = "payments.AllowanceNoticeRequested.v1"
    topic = NOTICES
    consumers = ("registry",)

    holder_id: UUID
    notice_key: str = Field(min_length=1, max_length=200)
    template: str = Field(max_length=64)
    parameters: dict[str, str]
    not_before: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None
