"""What a bank's answer does to an attempt. Doubled answers change nothing; a contradiction is shown to people, never applied."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from services.payments.domain import AttemptState, Outcome
from shared.contracts.common import Bank
from shared.contracts.payments import ResultStatus
from shared.ids import same_id

NOT_RECEIVED: Final = "NOT_RECEIVED"
"""Reason of an attempt that the bank, when asked, does not know: it can safely be tried again."""
UNSPECIFIED: Final = "UNSPECIFIED"
"""Reason of an attempt that failed or came back without one."""


class Disposition(StrEnum):
    """What became of an answer. All but the first two are exceptions that people look at."""

    APPLIED = "APPLIED"
    NO_CHANGE = "NO_CHANGE"
    UNKNOWN_INSTRUCTION = "UNKNOWN_INSTRUCTION"
    REJECTED_WRONG_BANK = "REJECTED_WRONG_BANK"
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    CONTRADICTS = "CONTRADICTS"
    NOT_ASKED = "NOT_ASKED"


EXCEPTIONS: Final = tuple(one for one in Disposition if one not in {Disposition.APPLIED, Disposition.NO_CHANGE})


# Answers and attempts come by the ten thousand: tuples, which are made in a third of the time of frozen objects.
class Answer(NamedTuple):
    """A bank's answer; `via` is the bank whose topic or token it came by, `bank` the one that it names."""

    result_id: UUID
    via: Bank
    bank: Bank
    instruction_id: str
    status: ResultStatus
    amount_satang: int
    value_date: date
    bank_reference: str
    reason_code: str | None = None

    @classmethod
    def of(
        cls,
        *,
        via: Bank,
        bank: Bank,
        instruction_id: str,
        status: ResultStatus,
        amount_satang: int,
        value_date: date,
        bank_reference: str,
        reason_code: str | None = None,
    ) -> "Answer":
        """An answer with the id that its content has: the same answer twice is one."""
        told = (instruction_id, status, amount_satang, value_date.isoformat(), bank_reference, reason_code or "")
        identifier = same_id("bank-result", via, bank, *told)
        return cls(identifier, via, bank, instruction_id, status, amount_satang, value_date, bank_reference, reason_code)

    def heard_again(self) -> "Answer":
        """The same answer, to be judged a second time: the first time its instruction was not out."""
        return self._replace(result_id=same_id("bank-result-again", self.result_id))


class Attempt(NamedTuple):
    """The attempt that an answer is about; `asked` says whether the bank was ever asked about it.

    `bank_reference` is that of the answer which brought it to its state. `spent`: something was used of it, or lapsed, so that it
    cannot have come back whole.
    """

    bank: Bank
    amount_satang: int
    state: AttemptState
    asked: bool
    bank_reference: str | None = None
    spent: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer does: `outcomes` in order, each with its posting and event; `disputed` bars the obligation from new attempts."""

    disposition: Disposition
    state: AttemptState | None = None
    outcomes: tuple[Outcome, ...] = ()
    disputed: bool = False


_NO_CHANGE: Final = Verdict(Disposition.NO_CHANGE)
_CONTRADICTS: Final = Verdict(Disposition.CONTRADICTS, disputed=True)
_SETTLED: Final = Verdict(Disposition.APPLIED, AttemptState.SETTLED, (Outcome.SETTLED,))
_FAILED: Final = Verdict(Disposition.APPLIED, AttemptState.FAILED, (Outcome.FAILED,))
_RETURNED: Final = Verdict(Disposition.APPLIED, AttemptState.RETURNED, (Outcome.RETURNED,))
# The return overtook the payment on its way: it was paid all the same.
_PAID_AND_RETURNED: Final = Verdict(Disposition.APPLIED, AttemptState.RETURNED, (Outcome.SETTLED, Outcome.RETURNED))

_VERDICTS: Final[dict[tuple[AttemptState, ResultStatus], Verdict]] = {
    (AttemptState.OPEN, ResultStatus.SETTLED): _SETTLED,
    (AttemptState.OPEN, ResultStatus.FAILED): _FAILED,
    (AttemptState.OPEN, ResultStatus.RETURNED): _PAID_AND_RETURNED,
    (AttemptState.OPEN, ResultStatus.UNKNOWN_INSTRUCTION): _FAILED,
    (AttemptState.SETTLED, ResultStatus.SETTLED): _NO_CHANGE,
    (AttemptState.SETTLED, ResultStatus.FAILED): _CONTRADICTS,
    (AttemptState.SETTLED, ResultStatus.RETURNED): _RETURNED,
    (AttemptState.SETTLED, ResultStatus.UNKNOWN_INSTRUCTION): _CONTRADICTS,
    (AttemptState.FAILED, ResultStatus.SETTLED): _CONTRADICTS,
    (AttemptState.FAILED, ResultStatus.FAILED): _NO_CHANGE,
    (AttemptState.FAILED, ResultStatus.RETURNED): _CONTRADICTS,
    (AttemptState.FAILED, ResultStatus.UNKNOWN_INSTRUCTION): _NO_CHANGE,
    (AttemptState.RETURNED, ResultStatus.SETTLED): _NO_CHANGE,
    (AttemptState.RETURNED, ResultStatus.FAILED): _CONTRADICTS,
    (AttemptState.RETURNED, ResultStatus.RETURNED): _NO_CHANGE,
    (AttemptState.RETURNED, ResultStatus.UNKNOWN_INSTRUCTION): _CONTRADICTS,
}


def judge(attempt: Attempt | None, answer: Answer) -> Verdict:
    """What the answer does to the attempt; None is an attempt that was never instructed."""
    if answer.bank is not answer.via or (attempt is not None and attempt.bank is not answer.via):
        return Verdict(Disposition.REJECTED_WRONG_BANK)
    if attempt is None or attempt.state is AttemptState.HELD or attempt.state is AttemptState.CANCELLED:
        return Verdict(Disposition.UNKNOWN_INSTRUCTION)
    if answer.status is ResultStatus.UNKNOWN_INSTRUCTION:
        if not attempt.asked:
            return Verdict(Disposition.NOT_ASKED)
    elif answer.amount_satang != attempt.amount_satang:
        return Verdict(Disposition.AMOUNT_DIFFERS)
    if attempt.state is AttemptState.SETTLED and _cannot_be(attempt, answer):
        return _CONTRADICTS
    return _VERDICTS[attempt.state, answer.status]


def _cannot_be(attempt: Attempt, answer: Answer) -> bool:
    """Whether two references say that it was paid twice, or what was spent is said to have come back."""
    if answer.status is ResultStatus.SETTLED:
        return answer.bank_reference != attempt.bank_reference
    return answer.status is ResultStatus.RETURNED and attempt.spent
