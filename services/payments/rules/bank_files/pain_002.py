"""pain.002, a bank's report of what became of the payments of a pain.001: a line a transaction.

A status of a whole message or batch is never taken for its transactions: a bank that refuses a message which it got twice would fail what it
has paid. Such a status is shown, and the instructions stay unanswered until each is told.
"""

from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree.ElementTree import Element

from services.payments.rules.bank_files.iso_20022 import day_text, take_amount, text_of
from services.payments.rules.bank_files.lines import FileLine, Reading, Wrong, fault, instruction, iso_day, reference, too_large, wrong
from shared.contracts.payments import ResultStatus
from shared.files.xml_elements import Found

FINAL: Final = {
    "ACSC": ResultStatus.SETTLED,
    "ACCC": ResultStatus.SETTLED,
    "RJCT": ResultStatus.FAILED,
    "CANC": ResultStatus.FAILED,
}
"""Statuses of a transaction that end it (ISO external code set ExternalPaymentTransactionStatus1Code)."""
ON_THE_WAY: Final = frozenset({"ACCP", "ACFC", "ACPD", "ACSP", "ACTC", "ACWC", "ACWP", "BLCK", "PART", "PATC", "PDNG", "RCVD"})
NOT_RECEIVED: Final = "NOOR"
"""Reason of a rejection by which a bank, asked about an instruction, says that it never got it (NoOriginalTransactionReceived)."""
_AMOUNTS: Final = ("OrgnlTxRef/Amt/InstdAmt", "OrgnlTxRef/IntrBkSttlmAmt")


def read(found: Iterable[Found]) -> Iterator[FileLine]:
    """The lines of a pain.002."""
    whole: list[FileLine] = []
    of_message = of_batch = 0
    for one in found:
        if one.element.tag == "TxInfAndSts":
            of_message, of_batch = of_message + 1, of_batch + 1
            yield too_large(one.line) if one.too_large else _transaction(one)
        elif one.element.tag == "OrgnlPmtInfAndSts":
            if not of_batch:
                yield from _of_all(one, "PmtInfSts")
            of_batch = 0
        else:
            whole += _of_all(one, "GrpSts")
    if not of_message:
        yield from whole


def _of_all(found: Found, place: str) -> Iterator[FileLine]:
    status = text_of(found.element, place)
    if status in FINAL:
        words = (
            "is a status of all payments together; each payment must be reported by itself (TxInfAndSts)",
            "เป็นสถานะรวมทั้งชุด ต้องรายงานผลเป็นรายการ (TxInfAndSts)",
        )
        yield wrong(found.line, fault(place, "status_of_all", *words, status))


def _transaction(found: Found) -> FileLine:
    element, reading = found.element, Reading()
    status = reading.take("TxSts", text_of(element, "TxSts"), _status)
    if status is None and not reading.faults:
        return FileLine(found.line)
    reason = text_of(element, "StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry")
    if status is ResultStatus.FAILED and reason == NOT_RECEIVED:
        status = ResultStatus.UNKNOWN_INSTRUCTION
    return reading.line(
        found.line,
        reading.take("OrgnlEndToEndId", text_of(element, "OrgnlEndToEndId"), instruction),
        status,
        _amount(element, reading),
        reading.take("AccptncDtTm", _day(found, settled=status is ResultStatus.SETTLED), iso_day),
        reading.take("AcctSvcrRef", _reference(found, settled=status is ResultStatus.SETTLED), reference),
        reading.take("StsRsnInf", reason, reference) if reason and status is ResultStatus.FAILED else None,
    )


def _status(text: str) -> ResultStatus | None:
    """What the status says of the payment's end; None while it is on its way. Raises Wrong."""
    if text in FINAL:
        return FINAL[text]
    if text in ON_THE_WAY:
        return None
    raise Wrong("status", f"is no status of a transaction ({', '.join(sorted(FINAL))}; or on its way)", "ไม่ใช่สถานะของรายการจ่ายที่รองรับ")


def _amount(element: Element, reading: Reading) -> int | None:
    told = next((one for path in _AMOUNTS if (one := element.find(path)) is not None), None)
    return take_amount(reading, _AMOUNTS[0], told)


def _day(found: Found, *, settled: bool) -> str | None:
    """When it was settled; of a payment that was not made when that was said."""
    element = found.element
    days = [day_text(element, path) for path in ("FctvIntrBkSttlmDt", "OrgnlTxRef/IntrBkSttlmDt", "AccptncDtTm", "OrgnlTxRef/ReqdExctnDt")]
    return next(filter(None, days), None) or (None if settled else text_of(found.around[0], "*/GrpHdr/CreDtTm"))


def _reference(found: Found, *, settled: bool) -> str | None:
    """The booking's reference, which statements have too. What was never booked has that of the status or of the message."""
    booked = text_of(found.element, "AcctSvcrRef")
    return booked or (None if settled else text_of(found.element, "StsId") or text_of(found.around[0], "*/GrpHdr/MsgId"))
