"""Files that banks send: kept until a job has read them, line by line into the command that takes every answer of a bank."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from services.payments.commands.results import take_results
from services.payments.errors import BankFileNotTaken
from services.payments.repository import bank_files, results
from services.payments.repository.bank_file_contents import lines_of, parts_of
from services.payments.repository.bank_files import Counts, Sent
from services.payments.rules.bank_answers import EXCEPTIONS, Answer, Disposition
from services.payments.rules.bank_files.conventions import conventions_of
from services.payments.rules.bank_files.lines import FileLine, fault
from shared import jobs
from shared.clock import on_day
from shared.contracts.common import Bank
from shared.crypto import FieldCipher
from shared.db import Database, Tx
from shared.files.lines import Fault
from shared.ids import new_id

READ_JOB: Final = "read_bank_file"
LINES_A_STEP: Final = 1000


@dataclass(frozen=True)
class ReadProgress(jobs.Progress):
    """How far the reading is: the entries whose step is done."""

    entries: int = 0


_NOT_APPLIED: Final = {
    Disposition.UNKNOWN_INSTRUCTION: ("instruction_id", "there is no such instruction", "ไม่มีคำสั่งจ่ายนี้"),
    Disposition.REJECTED_WRONG_BANK: ("instruction_id", "the instruction is not of this bank", "ไม่ใช่คำสั่งจ่ายของธนาคารนี้"),
    Disposition.AMOUNT_DIFFERS: ("amount", "is not the amount of the instruction", "จำนวนเงินไม่ตรงกับคำสั่งจ่าย"),
    Disposition.CONTRADICTS: (
        "status",
        "contradicts what the bank told before; people must find out what is right",
        "ขัดแย้งกับผลที่ธนาคารรายงานก่อนหน้า ต้องให้เจ้าหน้าที่วินิจฉัย",
    ),
    Disposition.NOT_ASKED: ("status", "the bank was not asked about this instruction", "ไม่ได้สอบถามธนาคารเกี่ยวกับคำสั่งจ่ายนี้"),
}
"""What is said of a line whose answer was kept, but changed nothing: where, English, Thai."""


async def keep_file(tx: Tx, sent: Sent, path: Path, cipher: FieldCipher) -> tuple[UUID, bool]:
    """Keep the file, sealed, and queue its reading; returns its id and whether it is new: the same file once more is the first one."""
    file_id = new_id()
    kept = await bank_files.insert(tx, file_id, sent)
    if kept != file_id:
        return kept, False
    parts = parts_of(path)
    part_no = 0
    while (part := await asyncio.to_thread(next, parts, None)) is not None:
        await bank_files.add_part(tx, file_id, part_no, cipher.seal_bytes(part, _context(file_id, part_no)))
        part_no += 1
    await jobs.ask(tx, READ_JOB, {"file_id": str(file_id)}, asked_by=sent.by)
    return file_id, True


async def open_file(database: Database, file_id: UUID, folder: Path, cipher: FieldCipher) -> tuple[Bank, Iterator[FileLine]]:
    """The bank and the lines of a kept file, which is unpacked in the folder. The lines raise BankFileNotTaken before the first of them."""
    path, part_no = folder / "sent", 0
    with path.open("xb") as copy:
        while True:
            async with database.reading() as tx:
                sealed = await bank_files.part(tx, file_id, part_no)
            if sealed is None:
                break
            copy.write(cipher.open_bytes(sealed, _context(file_id, part_no)))
            part_no += 1
    async with database.reading() as tx:
        sent = await bank_files.one(tx, file_id)
    return sent.bank, lines_of(path, folder / "plain", sent.format, conventions_of(sent.bank, on_day(sent.at)))


def _context(file_id: UUID, part_no: int) -> bytes:
    return file_id.bytes + part_no.to_bytes(4)


async def take_lines(tx: Tx, file_id: UUID, bank: Bank, lines: Sequence[FileLine], first_entry: int, at: datetime) -> Counts:
    """Take the next lines of a file: answers as from any other way, and what is wrong with the others; no line stops another."""
    entries = list(enumerate(lines, start=first_entry))
    told = [(entry, line.number, Answer.of(via=bank, bank=bank, **line.told._asdict())) for entry, line in entries if line.told]
    heard = set(await results.known(tx, [answer.result_id for _, _, answer in told]))
    await take_results(tx, [answer for _, _, answer in told], at)
    became = await results.became(tx, [answer for _, _, answer in told])
    refused = [(entry, line.number, line.faults) for entry, line in entries if line.faults]
    repeated = 0
    for entry, number, answer in told:
        disposition = became[answer.result_id]
        if disposition in EXCEPTIONS:
            refused.append((entry, number, (_not_applied(disposition, answer),)))
        else:
            repeated += answer.result_id in heard
            heard.add(answer.result_id)
    await bank_files.add_answers(tx, file_id, [(entry, number, answer.result_id) for entry, number, answer in told])
    await bank_files.add_refusals(tx, file_id, refused)
    skipped = sum(line.told is None and not line.faults for line in lines)
    counts = Counts(len(lines) - repeated - skipped - len(refused), repeated, skipped, len(refused))
    await bank_files.count(tx, file_id, counts)
    return counts


def _not_applied(disposition: Disposition, answer: Answer) -> Fault:
    place, en, th = _NOT_APPLIED[disposition]
    return fault(place, disposition.lower(), en, th, answer.instruction_id)


async def refuse_file(tx: Tx, file_id: UUID, why: BankFileNotTaken, at: datetime) -> None:
    """End a file of which nothing can be read."""
    await bank_files.end(tx, file_id, at, (why.detail_en, why.detail_th))


async def end_file(tx: Tx, file_id: UUID, at: datetime) -> None:
    """End a file that was read to its end."""
    await bank_files.end(tx, file_id, at)
