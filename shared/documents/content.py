"""What a document holds: a title and blocks, each a frozen value. The layout knows how each kind of block looks on each paper."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, Final, Self

import segno

from shared.documents.characters import printable
from shared.thai.digits import thai_digits

_CODE_OR_NUMBER: Final = re.compile(r"([0-9_.-]*[A-Z][A-Za-z0-9_.-]*)|[0-9]+")


class Paper(StrEnum):
    """Sheets, and the roll of a receipt printer, whose length is that of its content."""

    A4 = "A4"
    A5 = "A5"
    ROLL_80MM = "80MM"


class Digits(StrEnum):
    """Which digits are printed."""

    ARABIC = "arabic"
    THAI = "thai"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading within the document."""

    title: str


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph; `small` for what explains, `strong` for what must be seen."""

    text: str
    small: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Highlight:
    """One value that is read from afar, such as a number, below its label."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values below one another: what is told, not asked. None leaves a line to write on."""

    items: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A field: its label and its value, None leaves a line to write on. `width` is in twelfths of the line, `hint` stands behind the label."""

    label: str
    value: str | None = None
    width: int = 4
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields that flow into lines by their widths."""

    items: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """A box that is ticked or not."""

    label: str
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """Boxes behind a label."""

    label: str
    options: tuple[Option, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """Free words below a label; None leaves so many lines to write on."""

    label: str
    text: str | None = None
    lines: int = 2
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """The head of a table: labels, the shares of width, and how many columns at its end are numbers, which stand to the right."""

    labels: tuple[str, ...]
    shares: tuple[int, ...]
    numbers: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; `empty_rows` more to write in."""

    columns: Columns
    rows: tuple[tuple[str, ...], ...] = ()
    empty_rows: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its value as it is printed, and its length in thousandths of the longest that there could be."""

    label: str
    value: str
    thousandths: int


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of bars below one another, each with its value in digits behind it."""

    caption: str
    items: tuple[Bar, ...]

    @classmethod
    def of(cls, caption: str, values: Sequence[tuple[str, int, str]]) -> Self:
        """Bars of (label, number, the number as it is printed), drawn to the greatest of them."""
        greatest = max((number for _, number, _ in values), default=0)
        return cls(caption, tuple(Bar(label, shown, round(1000 * number / greatest) if greatest else 0) for label, number, shown in values))


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code of the text, which is not printed and keeps its digits; with words below it."""

    text: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """A line to sign on, and who signs there; `name` stands in the brackets below."""

    role: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on, side by side."""

    items: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks that belong together, in a frame with a title: one of several alike."""

    title: str
    blocks: "tuple[Block, ...]"


Block = Section | Note | Highlight | Facts | Fields | Choices | Writing | Table | Bars | Code | Signatures | Group


@dataclass(frozen=True, slots=True)
class Document:
    """A document: `mark` stands small at the top of the first page, `footer` at the foot of each beside its number."""

    title: str
    blocks: tuple[Block, ...]
    paper: Paper = Paper.A4
    subtitle: str = ""
    mark: str = ""
    footer: str = ""
    digits: Digits = Digits.ARABIC

    def data(self) -> dict[str, Any]:
        """What the layout reads: plain values, every text printable and with the wished digits, each block with its kind."""
        found: dict[str, Any] = _plain(self, thai=self.digits is Digits.THAI)
        return found


def _in_thai_digits(text: str) -> str:
    """Thai digits but in codes, such as `D2-X`: those are typed again as they are."""
    return _CODE_OR_NUMBER.sub(lambda found: found[0] if found[1] else thai_digits(found[0]), text)


def _qr_code(text: str) -> str:
    """As SVG; a seventh of it may be dirty or torn (level M), and around it is the white that readers need."""
    code: str = segno.make(text, error="m", micro=False).svg_inline(border=4)
    return code


def _plain(value: Any, *, thai: bool) -> Any:
    match value:
        case StrEnum():
            return value.value
        case str():
            text = printable(value)
            return _in_thai_digits(text) if thai else text
        case tuple():
            return [_plain(entry, thai=thai) for entry in value]
        case Code():
            return {"kind": "code", "svg": _qr_code(value.text), "caption": _plain(value.caption, thai=thai)}
        case _ if is_dataclass(value) and not isinstance(value, type):
            own: Mapping[str, Any] = {one.name: _plain(getattr(value, one.name), thai=thai) for one in fields(value)}
            return {"kind": type(value).__name__.lower(), **own}
        case _:
            return value
