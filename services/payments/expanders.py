"""The bulk lanes: what the relay makes of one outbox chunk. The rows behind a chunk do not change, so the messages are the same each time."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import orjson

from services.payments.commands.recalls import RECALLS_EXPANDER
from services.payments.commands.results import RESULTS_EXPANDER
from services.payments.commands.runs import FIRST_PAYMENTS_EXPANDER, INSTRUCTIONS_EXPANDER, STATUS_EXPANDER
from services.payments.commands.use import USE_EXPANDER
from services.payments.domain import PROGRAMME, Month, Outcome, month_from, month_text, told_programme
from services.payments.repository.bank_messages import AFTER, WANTED
from services.payments.repository.results import REASON
from services.payments.resources import PayeeSeals
from shared.bus.relay import Expander, Message
from shared.contracts.common import Bank
from shared.contracts.envelope import EventData, envelope_bytes, format_of, parted
from shared.contracts.payments import (
    ENTITLEMENTS,
    INSTRUCTIONS,
    NOTICES,
    AllowanceNoticeRequested,
    PaymentFailed,
    PaymentInstructed,
    PaymentRecallRequested,
    PaymentReturned,
    PaymentSettled,
    PaymentStatusRequested,
    PaymentUseRequested,
)
from shared.db import ReadTx
from shared.ids import bank_ref, same_id_text, same_ids_text

MESSAGES_AT_ONCE: Final = 200
TOLD_WITHIN: Final = timedelta(days=31)
"""After this the first payment is no news."""

_PART: Final = "SELECT * FROM line WHERE {after}::uuid IS NULL OR disbursement_id > {after} ORDER BY disbursement_id LIMIT {wanted}"
"""What is wanted of a chunk's lines. They are found before: for so few in the order of their ids the planner would read everybody's."""

_FACTS: Final[Mapping[str, type[EventData]]] = {
    Outcome.SETTLED: PaymentSettled,
    Outcome.FAILED: PaymentFailed,
    Outcome.RETURNED: PaymentReturned,
}


def expanders(seals: PayeeSeals) -> dict[str, Expander]:
    """The lanes of payments by name; `seals` gives each bank its payees."""

    async def instructions(tx: ReadTx, chunk: dict[str, Any]) -> Sequence[Message]:
        """PaymentInstructed of one of a run's chunks of a bank."""
        rows = await tx.fetch(
            f"""WITH line AS MATERIALIZED (
                    SELECT disbursement_id, run_id, benefit_month, attempt_no, amount_satang, holder_id, programme, payee_version FROM disbursement
                     WHERE run_id = $1 AND bank = $2 AND chunk_no = $3 AND state <> 'HELD')
                SELECT d.disbursement_id, d.run_id, d.benefit_month, d.attempt_no, d.amount_satang, d.holder_id, d.programme, p.sealed,
                       r.benefit, r.released_at
                  FROM ({_PART.format(after="$4", wanted="$5")}) AS d
                  JOIN run r USING (run_id)
                  JOIN payee_sealed p ON p.holder_id = d.holder_id AND p.version = d.payee_version
                 ORDER BY d.disbursement_id""",
            UUID(chunk["run_id"]),
            chunk["bank"],
            chunk["chunk_no"],
            *_part(chunk),
        )
        terms = await tx.fetchval("SELECT terms FROM run WHERE run_id = $1", UUID(chunk["run_id"])) or {}
        bank, messages = Bank(chunk["bank"]), list[Message]()
        for first in range(0, len(rows), MESSAGES_AT_ONCE):
            messages += _instructions(rows[first : first + MESSAGES_AT_ONCE], bank, terms, seals)
            # The event loop also serves requests. A thread would take longer: each sealing lets go of the interpreter's lock.
            await asyncio.sleep(0)
        return messages

    return {
        INSTRUCTIONS_EXPANDER: instructions,
        STATUS_EXPANDER: status_requests,
        RECALLS_EXPANDER: recalls,
        USE_EXPANDER: use_requests,
        RESULTS_EXPANDER: results,
        FIRST_PAYMENTS_EXPANDER: first_payments,
    }


def _instructions(rows: Sequence[Any], bank: Bank, terms: Mapping[str, Any], seals: PayeeSeals) -> list[Message]:
    topic = INSTRUCTIONS.format(bank=bank.lower())
    if not rows:
        return []
    first = rows[0]  # run and programme are the same for all
    text = _instruction(
        bank, first["run_id"], first["benefit"], told_programme(first["programme"]), orjson.dumps(terms), first["released_at"]
    )
    refs = [bank_ref(row["disbursement_id"]) for row in rows]
    return [
        (
            topic,
            ref,
            (
                text
                % (
                    event_id,
                    ref,
                    ref,
                    _month(row["benefit_month"]),
                    row["attempt_no"],
                    row["amount_satang"],
                    seals.for_bank(bank, row["holder_id"], row["sealed"], ref),
                )
            ).encode(),
        )
        for row, ref, event_id in zip(rows, refs, same_ids_text(PaymentInstructed.type, refs), strict=True)
    ]


# A chunk's instructions, and a batch's settlements, are alike but for a few values that need no quoting: each is a format with places for them.
@lru_cache(maxsize=64)
def _instruction(bank: Bank, run_id: UUID, benefit: str, programme: str, terms: bytes, time: datetime) -> str:
    """With places for event id, subject, instruction id, month, number of the attempt, satang and sealed payee; `terms` of spending as JSON."""
    data = {
        "instruction_id": "«ref»",
        "run_id": str(run_id),
        "month": "«month»",
        "attempt_no": "«attempt»",
        "bank": bank,
        "amount_satang": "«satang»",
        "benefit": benefit,
        "sealed_payee": "«payee»",
        **_of_others(programme),
        **orjson.loads(terms),
    }
    return _format(PaymentInstructed, time, data, "«ref»", "«month»", '"«attempt»"', '"«satang»"', "«payee»")


@lru_cache(maxsize=1024)
def _settlement(run_id: UUID, month: date, bank: str, tier: str, programme: str, value_date: date, time: datetime) -> str:
    """With places for event id, subject, holder, instruction, number of the attempt, satang and district."""
    data = {
        "holder_id": "«holder»",
        "disbursement_id": "«line»",
        "run_id": str(run_id),
        "month": _month(month),
        "attempt_no": "«attempt»",
        "bank": bank,
        "tier": tier,
        "amount_satang": "«satang»",
        "district": "«district»",
        **_of_others(programme),
        "value_date": value_date,
    }
    return _format(PaymentSettled, time, data, "«holder»", "«line»", '"«attempt»"', '"«satang»"', '"«district»"')


def _format(model: type[EventData], time: datetime, data: dict[str, Any], *places: str) -> str:
    mark = UUID(int=0)
    return format_of(parted(envelope_bytes(mark, model.type, "«subject»", time, data), [str(mark), "«subject»", *places]))


async def status_requests(tx: ReadTx, chunk: dict[str, Any]) -> Sequence[Message]:
    """PaymentStatusRequested of a range of a run's chunks of a bank."""
    request_no: int = chunk["request_no"]
    # What was asked about in a later request was unanswered in this one too, so the rows of a request stay its own.
    rows = await tx.fetch(
        f"""WITH line AS MATERIALIZED (
                SELECT d.disbursement_id, d.run_id, s.asked_at
                  FROM disbursement d JOIN status_request s ON s.run_id = d.run_id AND s.request_no = $5
                 WHERE d.run_id = $1 AND d.bank = $2 AND d.chunk_no BETWEEN $3 AND $4 AND d.asked_no >= $5)
            {_PART.format(after="$6", wanted="$7")}""",
        UUID(chunk["run_id"]),
        chunk["bank"],
        chunk["first_chunk"],
        chunk["last_chunk"],
        request_no,
        *_part(chunk),
    )
    bank = Bank(chunk["bank"])
    topic = INSTRUCTIONS.format(bank=bank.lower())
    messages = []
    for row in rows:
        instruction_id = bank_ref(row["disbursement_id"])
        data = {"instruction_id": instruction_id, "run_id": str(row["run_id"]), "bank": bank, "request_no": request_no}
        messages.append(_message(topic, PaymentStatusRequested, instruction_id, row["asked_at"], data, str(request_no)))
    return messages


async def recalls(tx: ReadTx, chunk: dict[str, Any]) -> Sequence[Message]:
    """PaymentRecallRequested of a range of a run's chunks of a bank."""
    rows = await tx.fetch(
        f"""WITH line AS MATERIALIZED (
                SELECT p.disbursement_id, r.run_id, r.asked_at FROM recalled_payment p JOIN recall r USING (recall_id)
                 WHERE p.recall_id = $1 AND p.bank = $2 AND p.chunk_no BETWEEN $3 AND $4)
            {_PART.format(after="$5", wanted="$6")}""",
        UUID(chunk["recall_id"]),
        chunk["bank"],
        chunk["first_chunk"],
        chunk["last_chunk"],
        *_part(chunk),
    )
    bank = Bank(chunk["bank"])
    topic = INSTRUCTIONS.format(bank=bank.lower())
    messages = []
    for row in rows:
        instruction_id = bank_ref(row["disbursement_id"])
        data = {"instruction_id": instruction_id, "run_id": str(row["run_id"]), "bank": bank, "recall_id": chunk["recall_id"]}
        messages.append(_message(topic, PaymentRecallRequested, instruction_id, row["asked_at"], data))
    return messages


async def use_requests(tx: ReadTx, chunk: dict[str, Any]) -> Sequence[Message]:
    """PaymentUseRequested of a bank for a month."""
    month, request_no = chunk["month"], chunk["request_no"]
    asked_at = await tx.fetchval("SELECT asked_at FROM use_request WHERE use_month = $1 AND request_no = $2", month_from(month), request_no)
    bank = Bank(chunk["bank"])
    data = {"bank": bank, "month": month, "request_no": request_no}
    topic = INSTRUCTIONS.format(bank=bank.lower())
    return [_message(topic, PaymentUseRequested, month, asked_at, data, bank, str(request_no))]


def _part(chunk: Mapping[str, Any]) -> tuple[UUID | None, int | None]:
    """Behind which instruction the messages of a bank's chunk begin, and how many are wanted; all, unless a reader asks for a page."""
    return UUID(hex=after) if (after := chunk.get(AFTER)) else None, chunk.get(WANTED)


async def results(tx: ReadTx, chunk: dict[str, Any]) -> Sequence[Message]:
    """PaymentSettled, PaymentFailed and PaymentReturned of one batch of answers."""
    rows = await tx.fetch(
        f"""SELECT b.outcomes, b.value_date, {REASON} AS reason_code, b.received_at,
                   d.disbursement_id, d.holder_id, d.run_id, d.benefit_month, d.attempt_no, d.bank, d.tier, d.amount_satang, d.district,
                   d.programme
              FROM bank_result b JOIN disbursement d USING (disbursement_id)
             WHERE b.batch_id = $1 AND b.disposition = 'APPLIED'
             ORDER BY b.seq""",
        UUID(chunk["batch_id"]),
    )
    messages: list[Message] = []
    for row in rows:
        if row["outcomes"] == Outcome.SETTLED:
            messages.append(_settled(row))
        else:
            messages += _outcomes(row)
    return messages


async def first_payments(tx: ReadTx, chunk: dict[str, Any]) -> Sequence[Message]:
    """AllowanceNoticeRequested of those in one of a closed run's chunks of a bank whose allowance was paid for its first month."""
    rows = await tx.fetch(
        """SELECT d.holder_id, d.benefit_month, d.amount_satang, e.entitlement_id, r.closed_at
             FROM disbursement d
             JOIN run r USING (run_id)
             JOIN entitlement e ON e.holder_id = d.holder_id AND e.first_month = d.benefit_month
            WHERE d.run_id = $1 AND d.bank = $2 AND d.chunk_no = $3 AND d.state = 'SETTLED' AND d.programme = $4
            ORDER BY d.disbursement_id""",
        UUID(chunk["run_id"]),
        chunk["bank"],
        chunk["chunk_no"],
        PROGRAMME,
    )
    return [_first_payment(row) for row in rows]


def _first_payment(row: Any) -> Message:
    holder_id, key = str(row["holder_id"]), f"allowance:{row['entitlement_id']}"
    data = {
        "holder_id": holder_id,
        "notice_key": key,
        "template": "allowance",
        "parameters": {"month": _month(row["benefit_month"]), "amount": str(row["amount_satang"])},
        "not_before": None,
        "expires_at": row["closed_at"] + TOLD_WITHIN,
    }
    return _message(NOTICES, AllowanceNoticeRequested, holder_id, row["closed_at"], data, key)


def _settled(row: Any) -> Message:
    holder_id, disbursement_id = str(row["holder_id"]), str(row["disbursement_id"])
    programme = told_programme(row["programme"])
    text = _settlement(row["run_id"], row["benefit_month"], row["bank"], row["tier"], programme, row["value_date"], row["received_at"])
    event_id = same_id_text(PaymentSettled.type, holder_id, disbursement_id)
    value = text % (event_id, holder_id, holder_id, disbursement_id, row["attempt_no"], row["amount_satang"], _quoted(row["district"]))
    return ENTITLEMENTS, holder_id, value.encode()


def _outcomes(row: Any) -> Iterator[Message]:
    holder_id, disbursement_id = str(row["holder_id"]), str(row["disbursement_id"])
    data = {
        "holder_id": holder_id,
        "disbursement_id": disbursement_id,
        "run_id": str(row["run_id"]),
        "month": _month(row["benefit_month"]),
        "attempt_no": row["attempt_no"],
        "bank": row["bank"],
        "tier": row["tier"],
        "amount_satang": row["amount_satang"],
        "district": row["district"],
        **_of_others(told_programme(row["programme"])),
    }
    for name in row["outcomes"].split("+"):
        more = {"value_date": row["value_date"]} if name == Outcome.SETTLED else {"reason_code": row["reason_code"]}
        yield _message(ENTITLEMENTS, _FACTS[name], holder_id, row["received_at"], data | more, disbursement_id)


def _of_others(programme: str) -> dict[str, str]:
    """The programme, where it is not the one that a message without it is of."""
    return {} if programme == PROGRAMME else {"programme": programme}


def _message(topic: str, model: type[EventData], subject: str, time: datetime, data: dict[str, Any], *identity: str) -> Message:
    start, before_subject, before_data, end = _frame(model, time)
    identifier = same_id_text(model.type, subject, *identity)
    value = b"".join((start, identifier.encode(), before_subject, subject.encode(), before_data, orjson.dumps(data), end))
    return topic, subject, value


# The messages of a chunk are alike but for id, subject (hexadecimal both) and data: their envelope is made once.
@lru_cache(maxsize=64)
def _frame(model: type[EventData], time: datetime) -> tuple[bytes, bytes, bytes, bytes]:
    """The parts of an envelope before the id, before the subject, before the data, and after it."""
    mark = UUID(int=0)
    envelope = envelope_bytes(mark, model.type, "subject!", time, {"data": "!"})
    start, rest = envelope.split(str(mark).encode(), 1)
    before_subject, rest = rest.split(b"subject!", 1)
    before_data, end = rest.split(b'{"data":"!"}', 1)
    return start, before_subject, before_data, end


@lru_cache(maxsize=1024)
def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()


@lru_cache(maxsize=64)
def _month(month: date) -> str:
    return month_text(Month(month))
