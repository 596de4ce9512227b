"""camt.053 (statement) and camt.054 (notification): bookings of the account that payments are made from, a line a transaction.

A booked debit is a payment that was made; a booked credit that is a return (return information, its bank transaction code, or a reversal) is one
that came back. Other credits and what is only pending say nothing of a payment. A debit that names no instruction is shown to people.
"""

from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree.ElementTree import Element

from services.payments.rules.bank_files.iso_20022 import day_text, take_amount, text_of
from services.payments.rules.bank_files.lines import FileLine, Reading, fault, instruction, iso_day, reference, too_large, wrong
from shared.contracts.payments import ResultStatus
from shared.files.xml_elements import Found

RETURNS: Final = frozenset({"RRTN", "RRCT"})
"""Sub-families of bank transaction codes by which money comes back."""
_BOOKED: Final = "BOOK"
_AMOUNTS: Final = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")


def read(found: Iterable[Found]) -> Iterator[FileLine]:
    """The lines of a camt.053 or camt.054."""
    waiting: Found | None = None
    details = 0
    for one in found:
        if one.element.tag == "TxDtls":
            if waiting is not None:
                yield _line(waiting, _entry_of(waiting), alone=False)
            waiting, details = one, details + 1
            continue
        if waiting is not None:
            yield _line(waiting, one.element, alone=details == 1)
        elif not details:
            yield _line(one, one.element, alone=True)
        waiting, details = None, 0


def _entry_of(found: Found) -> Element:
    return next((one for one in reversed(found.around) if one.tag == "Ntry"), found.element)


def _line(found: Found, entry: Element, *, alone: bool) -> FileLine:
    """One transaction of an entry, which is `alone` when the entry's amount and reference are its own."""
    if found.too_large:
        return too_large(found.line)
    details = found.element
    if text_of(entry, "Sts/Cd", "Sts") != _BOOKED:
        return FileLine(found.line)
    debit, back = (text_of(details, "CdtDbtInd") or text_of(entry, "CdtDbtInd")) == "DBIT", _came_back(details, entry)
    if not debit and not back:
        return FileLine(found.line)
    if debit and back:
        words = (
            "is a reversal of money that came in, not a payment; people must look at it",
            "เป็นการกลับรายการเงินเข้า ไม่ใช่การจ่าย ต้องให้เจ้าหน้าที่ตรวจสอบ",
        )
        return wrong(found.line, fault("CdtDbtInd", "reversal", *words))
    payments = text_of(entry, "NtryDtls/Btch/NbOfTxs")
    if details is entry and payments and payments != "1":
        words = ("is a batch without its transactions (TxDtls)", "เป็นรายการรวมที่ไม่มีรายละเอียดรายการ (TxDtls)")
        return wrong(found.line, fault("NtryDtls", "batch", *words))
    reading, of_entry = Reading(), entry if alone else None
    reason = text_of(details, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry")
    return reading.line(
        found.line,
        reading.take("EndToEndId", text_of(details, "Refs/EndToEndId"), instruction),
        ResultStatus.RETURNED if back else ResultStatus.SETTLED,
        take_amount(reading, "Amt", _amount(details, of_entry)),
        reading.take("ValDt", day_text(entry, "ValDt") or day_text(entry, "BookgDt"), iso_day),
        reading.take("AcctSvcrRef", text_of(details, "Refs/AcctSvcrRef") or text_of(of_entry, "AcctSvcrRef"), reference),
        reading.take("RtrInf", reason, reference) if reason else None,
    )


def _came_back(details: Element, entry: Element) -> bool:
    """Whether the booking takes another one back."""
    code = "BkTxCd/Domn/Fmly/SubFmlyCd"
    returned = details.find("RtrInf") is not None or (text_of(details, code) or text_of(entry, code)) in RETURNS
    return returned or text_of(entry, "RvslInd") in {"true", "1"}


def _amount(details: Element, entry: Element | None) -> Element | None:
    amounts = [details.find(path) for path in _AMOUNTS]
    return next((one for one in amounts if one is not None), None if entry is None else entry.find("Amt"))
