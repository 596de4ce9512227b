"""A report as a workbook: its rows with numbers that a spreadsheet reckons with, what each figure means, and what was asked."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from services.reporting.rules.definitions import column_title, definitions, title
from shared.thai.areas import UnknownArea, area_name
from shared.thai.dates import moment_in_thai

ROWS, DEFINITIONS, ASKED = "rows", "definitions", "asked"
"""The sheets."""

HEAD_ROWS: Final = 2
"""Column titles in Thai, and below them in English."""

_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
_HEAD: Final = {"font": Font(bold=True), "fill": PatternFill("solid", fgColor="EBEBEB"), "alignment": _WRAPPED}
_WIDTH_MIN, _WIDTH_OF_WORDS = 11, 60
_DEFINED: Final = (
    ("รหัส", "Code"),
    ("ตัวเลข", "Figure (Thai)"),
    ("ตัวเลข (อังกฤษ)", "Figure"),
    ("นับอะไร", "What is counted (Thai)"),
    ("นับอะไร (อังกฤษ)", "What is counted"),
    ("นับจากกลุ่มใด", "Of whom (Thai)"),
    ("นับจากกลุ่มใด (อังกฤษ)", "Of whom"),
    ("เหตุการณ์ต้นทาง", "Source events"),
)
_RUN_AS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def workbook_of(content: Mapping[str, Any], events_behind: int | None, columns: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> bytes:
    """The workbook of an answer's content, whose rows are the lines. Takes long for many rows: not for the event loop."""
    book = Workbook(write_only=True)
    _rows(book, content["report"], columns, lines)
    _definitions(book, content["report"])
    _asked(book, content, events_behind)
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        return file.read()


def _rows(book: Workbook, report: str, columns: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> None:
    titles = [column_title(report, column) for column in columns]
    widths = [
        _WIDTH_OF_WORDS if column.startswith("words_") else max(_WIDTH_MIN, len(column_title(report, column).en)) for column in columns
    ]
    sheet = _sheet(book, ROWS, [(one.th, one.en) for one in titles], widths)
    sheet.auto_filter.ref = f"A{HEAD_ROWS}:{get_column_letter(len(columns))}{HEAD_ROWS + len(lines)}"
    figures = definitions(report).keys()
    styles: list[dict[str, Any]] = [{"number_format": "#,##0"} if column in figures else {} for column in columns]
    for line in lines:
        sheet.append([_cell(sheet, line[column], **style) for column, style in zip(columns, styles, strict=True)])


def _definitions(book: Workbook, report: str) -> None:
    sheet = _sheet(book, DEFINITIONS, _DEFINED, (24, 28, 28, 44, 44, 44, 44, 44))
    for name, one in definitions(report).items():
        words = (one.label_th, one.label_en, one.numerator_th, one.numerator_en, one.denominator_th, one.denominator_en)
        sheet.append([_cell(sheet, value, alignment=_WRAPPED) for value in (name, *words, "\n".join(one.sources))])


def _asked(book: Workbook, content: Mapping[str, Any], events_behind: int | None) -> None:
    sheet = _sheet(book, ASKED, (("รายการ", "What"), ("ค่า", "Value"), ("ค่าเป็นคำ", "In words")), (42, 34, 60))
    name, policy = title(content["report"]), content["policy"]
    facts: list[tuple[str, Any, str]] = [
        ("รายงาน / report", content["report"], f"{name.th} / {name.en}"),
        ("พื้นที่ / area", content["area"], _area(content["area"])),
        *((parameter, value, "") for parameter, value in content["parameters"].items()),
        ("ข้อมูล ณ / as_of", content["as_of"], moment_in_thai(datetime.fromisoformat(content["as_of"]))),
        ("เหตุการณ์ที่ยังไม่ได้นับ / events_behind", events_behind, "" if events_behind is not None else "ยังไม่ทราบ / not known"),
        ("นโยบาย / policy", None if policy is None else policy["profile"], "" if policy is None else f"version {policy['version']}"),
    ]
    for fact in facts:
        sheet.append([_cell(sheet, value) for value in fact])


def _area(code: str) -> str:
    try:
        return " / ".join(area_name(code)) if code else "ทั้งหมดที่เห็นได้ / all within reach"
    except UnknownArea:
        return ""


def _sheet(book: Workbook, name: str, titles: Sequence[tuple[str, str]], widths: Sequence[int]) -> Any:
    """A sheet whose head stays in sight."""
    sheet: Any = book.create_sheet(name)
    sheet.freeze_panes = f"A{HEAD_ROWS + 1}"
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for language in range(HEAD_ROWS):
        sheet.append([_cell(sheet, one[language], **_HEAD) for one in titles])
    return sheet


def _cell(sheet: Any, value: Any, **style: Any) -> Any:
    """Numbers and days as such, all else as text, which is no formula: not when the file is opened, nor when somebody edits the cell."""
    if value is None or value == "":
        return None
    if isinstance(value, int | float | date):
        cell: Any = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]  # it takes days, its types say otherwise
    else:
        cell = WriteOnlyCell(sheet, value=str(value))
        cell.data_type = "s"
        cell.quotePrefix = cell.value.startswith(_RUN_AS_FORMULA)
    for name, one in style.items():
        setattr(cell, name, one)
    return cell
