"""What the kit tells a bank: waves of instructions, all of them again, and questions, also about what it was never told. No I/O."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

import orjson

from deploy.local.bank_simulator.books import ACCOUNT_CLOSED, ACCOUNT_PAYS, ACCOUNT_RETURNS
from shared.contracts import Event
from shared.contracts.common import Bank
from shared.contracts.payments import (
    INSTRUCTIONS,
    BankResultReported,
    BankUseReported,
    PaymentInstructed,
    PaymentStatusRequested,
    PaymentUseRequested,
    ResultStatus,
)
from shared.crypto import FieldCipher
from shared.ids import same_id

WAVES: Final = 2
PAID_IN_A_WAVE: Final = 12


class Expected(StrEnum):
    """What a test system makes of the payee: accounts that pay, are closed, or send money back; one that cannot be read; and none, of what was never told."""

    PAID = "PAID"
    REFUSED = "REFUSED"
    RETURNED = "RETURNED"
    UNREADABLE = "UNREADABLE"
    UNTOLD = "UNTOLD"


_ACCOUNTS: Final = {Expected.PAID: ACCOUNT_PAYS, Expected.REFUSED: ACCOUNT_CLOSED, Expected.RETURNED: ACCOUNT_RETURNS}
_IN_A_WAVE: Final = (*[Expected.PAID] * PAID_IN_A_WAVE, *[Expected.REFUSED] * 2, *[Expected.RETURNED] * 4, Expected.UNREADABLE)


@dataclass(frozen=True)
class Case:
    """One instruction of the play, in which wave it is told, and what should become of it."""

    instruction: PaymentInstructed
    wave: int
    expected: Expected


@dataclass(frozen=True)
class Script:
    """All that is told to one bank; the same `play` gives the same ids, which a bank that was played with before knows."""

    bank: Bank
    cipher: FieldCipher
    play: str
    at: datetime
    cases: dict[str, Case] = field(init=False)

    def __post_init__(self) -> None:
        """Draw up the cases."""
        made = [self._case(wave, number, one) for wave in range(WAVES) for number, one in enumerate(_IN_A_WAVE)]
        made += [self._case(WAVES, number, Expected.UNTOLD) for number in range(4)]
        object.__setattr__(self, "cases", {case.instruction.instruction_id: case for case in made})

    def wave(self, number: int) -> Iterator[Event]:
        """The instructions of a wave."""
        return (self._event(case.instruction) for case in self.cases.values() if case.wave == number)

    def questions(self) -> Iterator[Event]:
        """A question about each case."""
        for case in self.cases.values():
            told = case.instruction
            yield self._event(
                PaymentStatusRequested(instruction_id=told.instruction_id, run_id=told.run_id, bank=self.bank, request_no=1), "1"
            )

    def use_request(self) -> Event:
        """The question what was used in the month of the play, as if it were over."""
        topic = INSTRUCTIONS.format(bank=self.bank.lower())
        data = PaymentUseRequested(bank=self.bank, month=f"{self.at:%Y-%m}", request_no=1)
        return Event.of(data, subject=data.month, time=self.at, topic=topic, identity=(self.play,))

    def _case(self, wave: int, number: int, expected: Expected) -> Case:
        instruction_id = same_id("bank-conformance", self.play, self.bank, wave, number).hex
        payee = {"name": "นายทดสอบ ระบบ", "account_no": _ACCOUNTS.get(expected, ACCOUNT_PAYS), "card_no": None}
        # A payee opens with its own instruction's id alone: this one was moved from another.
        context = instruction_id if expected is not Expected.UNREADABLE else instruction_id[::-1]
        instruction = PaymentInstructed(
            instruction_id=instruction_id,
            run_id=same_id("bank-conformance", self.play),
            month=f"{self.at:%Y-%m}",
            attempt_no=1,
            bank=self.bank,
            amount_satang=10_000 if number % 2 else 20_000,
            benefit="GOODS_LIMIT",
            sealed_payee=self.cipher.seal_alike(orjson.dumps(payee).decode(), context.encode()),
            usable_until=self.at.date().replace(day=monthrange(self.at.year, self.at.month)[1]),
            goods=("CONSUMER_GOODS",),
            shops=("THONG_FAH",),
        )
        return Case(instruction, wave, expected)

    def _event(self, data: PaymentInstructed | PaymentStatusRequested, *identity: str) -> Event:
        topic = INSTRUCTIONS.format(bank=self.bank.lower())
        return Event.of(data, subject=data.instruction_id, time=self.at, topic=topic, identity=identity)


@dataclass(frozen=True)
class Heard:
    """A word of the bank and when it came (seconds): an answer, or a report of use; with neither, what is wrong with it."""

    at: float
    answer: BankResultReported | None
    problem: str = ""
    use: BankUseReported | None = None


@dataclass
class Transcript:
    """What was told and asked, when (seconds), and what was heard. `unsigned` are calls over REST that were not signed as they must be."""

    script: Script
    answer_seconds: float
    told: dict[str, list[float]] = field(default_factory=dict)
    asked: dict[str, float] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)

    def of(self, instruction_id: str) -> list[tuple[float, BankResultReported]]:
        """What the bank said of an instruction, in the order in which it came."""
        return [(one.at, one.answer) for one in self.heard if one.answer is not None and one.answer.instruction_id == instruction_id]

    def uses(self, instruction_id: str) -> list[BankUseReported]:
        """What the bank reported as used of an instruction."""
        return [one.use for one in self.heard if one.use is not None and one.use.instruction_id == instruction_id]

    def paid(self) -> list[str]:
        """The instructions of which the bank said that they are paid, and nothing else."""
        return [key for key in self.told if {answer.status for _, answer in self.of(key)} == {ResultStatus.SETTLED}]
