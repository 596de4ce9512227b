"""CSV of a bank: which column of its file holds what, and how it writes days, amounts and what became of a payment, is dated data of that bank."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from services.payments.errors import BankFileNotTaken
from services.payments.rules.bank_files.lines import (
    FileLine,
    Reading,
    Wrong,
    instruction,
    masked,
    no_day,
    possible,
    reference,
    satang,
    wrong,
)
from shared.contracts.payments import ResultStatus
from shared.files.forms import FileForm
from shared.files.lines import Fault, fields_of
from shared.thai.digits import arabic_digits

HEADER_LINES: Final = 1
UNPACKED_BYTES_MAX: Final = 2 * 1024**3
FIELDS: Final = frozenset({"instruction_id", "status", "amount", "value_date", "bank_reference", "reason_code"})
_ERA: Final = 543
_PARTS: Final = {"YYYY": r"(?P<ce>[0-9]{4})", "BBBB": r"(?P<be>[0-9]{4})", "MM": "(?P<month>[0-9]{1,2})", "DD": "(?P<day>[0-9]{1,2})"}


@dataclass(frozen=True)
class Mapped:
    """How a bank writes its CSV. `columns` are those of its header in their order, each with our field, or None where it is not read."""

    columns: Mapping[str, str | None]
    delimiter: str
    decimal: str
    thousands: str
    date: str
    statuses: Mapping[str, ResultStatus]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Mapped":
        """From the bank's file of conventions. Raises ValueError where a field has no column or a value is not one of ours."""
        told = {one for one in content["columns"].values() if one is not None}
        if told != FIELDS:
            raise ValueError(f"columns must name each of {', '.join(sorted(FIELDS))}")
        day_pattern(content["date"])
        return cls(**{**content, "statuses": {word: ResultStatus(status) for word, status in content["statuses"].items()}})

    @property
    def form(self) -> FileForm:
        """The form of the file."""
        return FileForm(
            "a file of results",
            "ไฟล์ผลการจ่าย",
            (tuple(self.columns),),
            BankFileNotTaken,
            unpacked_bytes_max=UNPACKED_BYTES_MAX,
            delimiter=self.delimiter,
        )


def read(lines: Iterable[tuple[int, bytes]], mapped: Mapped) -> Iterator[FileLine]:
    """The lines behind the header."""
    columns = tuple(mapped.columns)
    # What a column that is not read holds may be a name or an account: of a broken line nothing is shown.
    for number, raw in lines:
        fields = fields_of(raw, columns, lambda _, text: masked(text), mapped.delimiter)
        if isinstance(fields, Fault):
            yield wrong(number, fields) if raw.strip() else FileLine(number)
        else:
            yield _line(number, dict(zip(columns, fields, strict=True)), mapped)


def _line(number: int, row: Mapping[str, str], mapped: Mapped) -> FileLine:
    column = {ours: theirs for theirs, ours in mapped.columns.items() if ours is not None}
    reading = Reading()

    def status(text: str) -> ResultStatus:
        found = mapped.statuses.get(text)
        if found is None:
            raise Wrong("status", f"is none of {', '.join(mapped.statuses)}", f"ต้องเป็นหนึ่งใน {', '.join(mapped.statuses)}")
        return found

    def take(name: str, how: Any) -> Any:
        return reading.take(column[name], row[column[name]], how)

    return reading.line(
        number,
        take("instruction_id", instruction),
        take("status", status),
        take("amount", lambda text: satang(text, mapped.decimal, mapped.thousands)),
        take("value_date", lambda text: day_of(text, mapped.date)),
        take("bank_reference", reference),
        take("reason_code", reference) if row[column["reason_code"]].strip() else None,
    )


def day_of(text: str, form: str) -> date:
    """The day of a text in the form: `DD/MM/BBBB` (Buddhist era), `YYYY-MM-DD` and the like; Thai digits too. Raises Wrong."""
    found = day_pattern(form).fullmatch(arabic_digits(text))
    if found is None:
        raise no_day(form)
    parts = found.groupdict()
    year = int(parts["be"]) - _ERA if parts.get("be") else int(parts["ce"])
    try:
        return possible(date(year, int(parts["month"]), int(parts["day"])))
    except ValueError as error:
        raise no_day(form) from error


@cache
def day_pattern(form: str) -> re.Pattern[str]:
    """The pattern of a form of days. Raises ValueError for one that lacks day, month or year."""
    pattern = re.escape(form)
    for part, piece in _PARTS.items():
        pattern = pattern.replace(part, piece)
    compiled = re.compile(pattern)
    if not {"day", "month"} <= compiled.groupindex.keys() or len(compiled.groupindex) != 3:
        raise ValueError(f"{form!r} is no form of days: DD, MM and YYYY or BBBB, each once")
    return compiled
