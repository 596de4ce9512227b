"""A bank's own books: what it was told, what it paid, and its answers. Never pays one instruction twice. No I/O."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from deploy.local.bank_simulator.fate import Fate, Misbehaviour, fate_of
from deploy.local.bank_simulator.spending import spent
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.common import Bank
from shared.contracts.payments import (
    RESULTS,
    BankRecallRefused,
    BankResultReported,
    BankUseReported,
    PaymentInstructed,
    PaymentRecallRequested,
    PaymentStatusRequested,
    PaymentUseRequested,
    ResultStatus,
)
from shared.crypto import FieldCipher, SealBroken

PAYEE_UNREADABLE: Final = "PAYEE_UNREADABLE"
CARD_BLOCKED: Final = "CARD_BLOCKED"
RECALLED: Final = "RECALLED"
SPENT: Final = "SPENT"
NOT_PAID: Final = "NOT_PAID"
UNKNOWN: Final = "UNKNOWN_INSTRUCTION"
ACCOUNT_PAYS, ACCOUNT_CLOSED, ACCOUNT_RETURNS = "0000000001", "0000000002", "0000000003"
"""Accounts of a bank's test system: paid; refused as closed; paid, and the money comes back (docs/banks.md)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer on its way: the event, whether it waits a while, comes twice, comes after others, has no form, and the bank goes down before it."""

    event: Event
    late: bool = False
    doubled: bool = False
    reordered: bool = False
    malformed: bool = False
    down: bool = False

    def value(self) -> bytes:
        """The message of the results topic."""
        return self._hurt(self.event.to_bytes())

    def line(self) -> bytes:
        """The line of a request over REST."""
        return self._hurt(self.event.data.model_dump_json().encode())

    def _hurt(self, told: bytes) -> bytes:
        return told.replace(b'"status":"', b'"status":"NO_SUCH_') if self.malformed else told


@dataclass(frozen=True, slots=True)
class Entry:
    """What the books say of one instruction; `refused` and `returned` are the reasons. `usable_until` is the last day to spend it, where there is one."""

    amount_satang: int
    value_date: date
    told_at: datetime
    refused: str | None
    returned: str | None
    times: int = 1
    usable_until: date | None = None


@dataclass
class Books:
    """One bank. With `cipher` it opens the payee of each instruction, refuses what it cannot read, and counts who is paid by PromptPay.

    An account of the test system does what it is for. When the first message of a later month comes it reports what was used until then.
    """

    bank: Bank
    seed: int
    misbehaviour: Misbehaviour
    cipher: FieldCipher | None = None
    entries: dict[bytes, Entry] = field(default_factory=dict)
    totals: Counter[str] = field(default_factory=Counter)
    month: str = ""

    def take(self, event: Event, *, answered_before: bool = False) -> list[Answer]:
        """Act on a message of the instruction topic; returns the answers. One that was answered before only fills the books."""
        over = self._months_over(event.time)
        answers = self._act(event, answered_before=answered_before)
        return [] if answered_before else [*over, *answers]

    def _months_over(self, now: datetime) -> list[Answer]:
        """What was used in the month that ended since the last message, and in those before it that nothing was told in."""
        before, self.month = self.month, max(self.month, f"{on_day(now):%Y-%m}")
        return [] if not before or before == self.month else self._uses(lambda month: before <= month < self.month)

    def _uses(self, wanted: Callable[[str], bool]) -> list[Answer]:
        return [
            self._use(key.hex(), entry, month, satang)
            for key, entry in self.entries.items()
            for month, satang in self._spent(key, entry).items()
            if wanted(month)
        ]

    def _spent(self, key: bytes, entry: Entry) -> Mapping[str, int]:
        if entry.refused is not None or entry.returned is not None or entry.usable_until is None:
            return {}
        return spent(self.seed, key.hex(), entry.amount_satang, entry.value_date, entry.usable_until)

    def _use(self, instruction_id: str, entry: Entry, month: str, satang: int) -> Answer:
        self.totals["use_reports"] += 1
        fate = fate_of(self.seed, instruction_id, self.misbehaviour)
        data = BankUseReported(
            instruction_id=instruction_id,
            bank=self.bank,
            month=month,
            used_satang=entry.amount_satang + 1 if fate.overspent else satang,
            bank_reference=f"{self.bank}-USE-{month}-{instruction_id[-12:]}",
        )
        event = Event.of(data, subject=instruction_id, time=entry.told_at, topic=RESULTS.format(bank=self.bank.lower()), identity=(month,))
        return Answer(replace(event, source=f"/bank/{self.bank.lower()}"))

    def _act(self, event: Event, *, answered_before: bool) -> list[Answer]:
        match event.data:
            case PaymentInstructed() as instruction:
                answers = self._pay(instruction, event.time)
            case PaymentStatusRequested() as asked:
                answers = [] if answered_before else self._tell(asked, event.time)
            case PaymentRecallRequested() as recall:
                answers = self._give_back(recall, event.time)
            case PaymentUseRequested() as asked_for:
                answers = [] if answered_before else self._uses(lambda month: month == asked_for.month)
            case _:
                answers = []
        return answers

    def summary(self) -> dict[str, Any]:
        """What this bank did."""
        names = (
            "instructed",
            "instructed_satang",
            "paid",
            "paid_satang",
            "refused",
            "returned",
            "repeated",
            "lost",
            "asked",
            "unknown",
            "recalled",
            "recalls_refused",
            "promptpay",
            "use_reports",
        )
        return {name: self.totals[name] for name in names}

    def _pay(self, instruction: PaymentInstructed, told_at: datetime) -> list[Answer]:
        key = UUID(hex=instruction.instruction_id).bytes
        fate = fate_of(self.seed, instruction.instruction_id, self.misbehaviour)
        if key in self.entries:
            self.totals["repeated"] += 1
            if fate.forgotten:
                self.entries[key] = replace(self.entries[key], times=self.entries[key].times + 1)
            return self._answers(instruction.instruction_id, self.entries[key], fate)
        account, unreadable = self._account(instruction)
        refused = fate.refused or ("ACCOUNT_CLOSED" if account == ACCOUNT_CLOSED else None)
        if unreadable and not fate.careless:
            refused = PAYEE_UNREADABLE
        returned = CARD_BLOCKED if (fate.returned or account == ACCOUNT_RETURNS) and refused is None else None
        entry = Entry(instruction.amount_satang, on_day(told_at), told_at, refused, returned, usable_until=instruction.usable_until)
        self.entries[key] = entry
        self._count(entry)
        if fate.lost:
            self.totals["lost"] += 1
            return []
        return self._answers(instruction.instruction_id, entry, fate)

    def _count(self, entry: Entry) -> None:
        self.totals["instructed"] += 1
        self.totals["instructed_satang"] += entry.amount_satang
        if entry.refused is not None:
            self.totals["refused"] += 1
            return
        self.totals["paid"] += 1
        self.totals["paid_satang"] += entry.amount_satang
        self.totals["returned"] += entry.returned is not None

    def _account(self, instruction: PaymentInstructed) -> tuple[str | None, bool]:
        """The account to pay onto, as far as it is known, and whether the payee cannot be read."""
        if self.cipher is None:
            return None, False
        try:
            payee = orjson.loads(self.cipher.open_text(instruction.sealed_payee, instruction.instruction_id.encode()))
        except (SealBroken, orjson.JSONDecodeError):
            return None, True
        self.totals["promptpay"] += payee.get("promptpay") is not None
        return payee.get("account_no"), False

    def _tell(self, asked: PaymentStatusRequested, at: datetime) -> list[Answer]:
        """The truth, whatever became of the first answer."""
        self.totals["asked"] += 1
        entry, fate = self.entries.get(UUID(hex=asked.instruction_id).bytes), fate_of(self.seed, asked.instruction_id, self.misbehaviour)
        if entry is None or fate.denied:
            self.totals["unknown"] += 1
            nothing = Entry(0, on_day(at), at, None, None)
            status = ResultStatus.SETTLED if fate.guessed else ResultStatus.UNKNOWN_INSTRUCTION
            return [Answer(self._event(asked.instruction_id, nothing, status))]
        return self._told(asked.instruction_id, entry)

    def _give_back(self, recall: PaymentRecallRequested, at: datetime) -> list[Answer]:
        """What is not spent comes back; the answer says so, or why not."""
        key = UUID(hex=recall.instruction_id).bytes
        entry = self.entries.get(key)
        if entry is None:
            return [self._refusal(recall, UNKNOWN, at)]
        if entry.refused is not None:
            return [*self._told(recall.instruction_id, entry), self._refusal(recall, NOT_PAID, at)]
        if entry.returned is None and self._is_spent(key, entry):
            return [*self._told(recall.instruction_id, entry), self._refusal(recall, SPENT, at)]
        if entry.returned is None:
            entry = self.entries[key] = replace(entry, returned=RECALLED)
            self.totals["recalled"] += 1
        return self._told(recall.instruction_id, entry)

    def _is_spent(self, key: bytes, entry: Entry) -> bool:
        """Whether it cannot be given back: it is spent by chance, or something of it was reported as used or ended."""
        reported = any(month < self.month for month in self._spent(key, entry))
        return reported or fate_of(self.seed, key.hex(), self.misbehaviour).spent

    def _told(self, instruction_id: str, entry: Entry) -> list[Answer]:
        return [Answer(event) for event in self._truth(instruction_id, entry)]

    def _refusal(self, recall: PaymentRecallRequested, reason: str, at: datetime) -> Answer:
        self.totals["recalls_refused"] += 1
        data = BankRecallRefused(
            instruction_id=recall.instruction_id,
            bank=self.bank,
            reason_code=reason,
            bank_reference=f"{self.bank}-{on_day(at):%Y%m%d}-{recall.instruction_id[-12:]}-N",
        )
        return Answer(self._sent(data, recall.instruction_id, at))

    def _answers(self, instruction_id: str, entry: Entry, fate: Fate) -> list[Answer]:
        told = entry if not fate.misquoted else replace(entry, amount_satang=entry.amount_satang + 1)
        first, *returned = self._truth(instruction_id, told)
        if fate.misnamed:
            first = replace(first, data=first.data.model_copy(update={"bank": next(one for one in Bank if one is not self.bank)}))
        answer = Answer(first, late=fate.late, doubled=fate.doubled, reordered=fate.reordered, down=fate.down)
        # Money comes back later than it was paid, but for who tells of the return first.
        answers = [replace(answer, late=fate.late or (fate.reordered and bool(returned)))]
        answers += [Answer(event, late=not fate.reordered) for event in returned]
        if fate.malformed:
            answers.append(Answer(first, malformed=True))
        if fate.contradicted:
            status, reason = (ResultStatus.SETTLED, None) if entry.refused else (ResultStatus.FAILED, "NAME_DIFFERS")
            answers.append(Answer(self._event(instruction_id, told, status, reason), late=True))
        return answers

    def _truth(self, instruction_id: str, entry: Entry) -> list[Event]:
        if entry.refused is not None:
            return [self._event(instruction_id, entry, ResultStatus.FAILED, entry.refused)]
        paid = self._event(instruction_id, entry, ResultStatus.SETTLED)
        if entry.returned is None:
            return [paid]
        return [paid, self._event(instruction_id, entry, ResultStatus.RETURNED, entry.returned)]

    def _event(self, instruction_id: str, entry: Entry, status: ResultStatus, reason: str | None = None) -> Event:
        again = f"-{entry.times}" if entry.times > 1 else ""
        data = BankResultReported(
            instruction_id=instruction_id,
            bank=self.bank,
            status=status,
            amount_satang=entry.amount_satang,
            value_date=entry.value_date,
            bank_reference=f"{self.bank}-{entry.value_date:%Y%m%d}-{instruction_id[-12:]}-{status[0]}{again}",
            reason_code=reason,
        )
        return self._sent(data, instruction_id, entry.told_at)

    def _sent(self, data: BankResultReported | BankRecallRefused, instruction_id: str, at: datetime) -> Event:
        topic = RESULTS.format(bank=self.bank.lower())
        return replace(Event.of(data, subject=instruction_id, time=at, topic=topic), source=f"/bank/{self.bank.lower()}")
