"""MT940, SWIFT's statement of an account: a line a statement line (:61:) with its information (:86:).

The statement line is read by the pattern of the library mt-940, line by line: its parser of whole files gives up all of a file for one bad line.
The id of the instruction is longer than the line's own reference (16 characters), so it stands in the information, by `/EREF/` or `EREF+`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from mt940.tags import Statement

from services.payments.rules.bank_files.iso_20022 import CURRENCY
from services.payments.rules.bank_files.lines import (
    FileLine,
    Reading,
    Wrong,
    fault,
    instruction,
    no_day,
    possible,
    reference,
    satang,
    wrong,
)
from shared.contracts.payments import ResultStatus

LINES_MAX: Final = 40
"""Of one transaction; what follows is left out."""
_LINE_CHARACTERS_MAX: Final = 400
_TAG: Final = re.compile(r":([0-9]{2}[A-Z]?):(.*)", re.DOTALL)
_STATEMENT: Final = Statement().re
_SUBFIELD: Final = re.compile(r"\?[0-9]{2}")
_NAMED_ID: Final = re.compile(r"(?:/EREF/|EREF[+:])([0-9a-fA-F]{32})(?![0-9a-fA-F])")
_NAMED: Final = re.compile(r"(?:/EREF/|EREF[+:])([^/+:]{1,35})")
_ANY_ID: Final = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{32}(?![0-9a-fA-F])")
_RETURN: Final = re.compile(r"(?:/RTRN/|RTRN[+:])([A-Z]{2}[0-9]{2})?")
_RETURNED_ITEM: Final = "NRTI"


@dataclass
class _Transaction:
    """A statement line as it is gathered, with the currency of its account."""

    number: int
    currency: str
    line: list[str]
    information: list[str] = field(default_factory=list)

    def add(self, text: str, *, to_line: bool) -> None:
        if len(self.line) + len(self.information) < LINES_MAX:
            (self.line if to_line else self.information).append(text[:_LINE_CHARACTERS_MAX])


def read(lines: Iterable[tuple[int, str]]) -> Iterator[FileLine]:
    """The statement lines of numbered lines."""
    waiting: _Transaction | None = None
    tag, currency = "", CURRENCY
    for number, line in lines:
        found = _TAG.match(line)
        if found is None and line[:1] not in {"-", "{"}:
            if waiting is not None and tag in {"61", "86"}:
                waiting.add(line, to_line=tag == "61")
            continue
        tag = found[1] if found else ""
        if waiting is not None and (found is None or tag != "86"):
            yield _read(waiting)
            waiting = None
        if found is None:
            continue
        if tag.startswith("60"):
            currency = found[2][7:10]
        elif tag == "61":
            waiting = _Transaction(number, currency, [found[2]])
        elif waiting is not None:
            waiting.add(found[2], to_line=False)
    if waiting is not None:
        yield _read(waiting)


def _read(one: _Transaction) -> FileLine:
    found = _STATEMENT.match("\n".join(one.line))
    if found is None:
        return wrong(one.number, fault(":61:", "statement_line", "is no statement line of MT940", "ไม่ใช่รายการตามรูปแบบ MT940"))
    # A subfield begins anywhere in a word, and so does a line.
    text = _SUBFIELD.sub("", "".join(one.information))
    returned = _RETURN.search(text)
    status = _status(found["status"].upper(), came_back=returned is not None or found["id"] == _RETURNED_ITEM)
    if status is None:
        return FileLine(one.number)
    reading = Reading()
    return reading.line(
        one.number,
        reading.take(":86:", _id_in(text, found["customer_reference"], found["extra_details"]), instruction),
        status,
        reading.take(":61:", found["amount"], lambda text: _amount(text, one.currency)),
        reading.take(":61:", "".join(found.group("year", "month", "day")), _day),
        reading.take(":61:", found["bank_reference"], reference),
        returned[1] if returned else None,
    )


def _status(mark: str, *, came_back: bool) -> ResultStatus | None:
    """What the mark says of a payment: D paid; RD, or C with a return, came back; anything else nothing."""
    if mark == "D":
        return ResultStatus.SETTLED
    return ResultStatus.RETURNED if mark == "RD" or (mark == "C" and came_back) else None


def _id_in(information: str, *others: str | None) -> str | None:
    """The one id that is named, or the only text that looks like one; else the reference as it stands, which is then refused."""
    named: set[str] = set(_NAMED_ID.findall(information)) or set(_ANY_ID.findall(information))
    if len(named) == 1:
        return named.pop()
    texts = (other for other in others if other and other.strip() and other != "NONREF")
    return " ".join(sorted(named) or _NAMED.findall(information)) or next(texts, None)


def _amount(text: str, currency: str) -> int:
    if currency != CURRENCY:
        raise Wrong("currency", f"is not in {CURRENCY}", f"สกุลเงินไม่ใช่ {CURRENCY}")
    return satang(text, decimal=",")


def _day(text: str) -> date:
    try:
        return possible(date(2000 + int(text[:2]), int(text[2:4]), int(text[4:])))
    except ValueError as error:
        raise no_day("180321") from error
