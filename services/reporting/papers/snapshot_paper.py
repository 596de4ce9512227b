"""A frozen report on paper: its figures as they were frozen, and by what it is known again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from services.reporting.papers.area_report import TIERS, place_of
from services.reporting.repository import StoredSnapshot
from services.reporting.rules.definitions import column_title, definitions, title
from shared.documents import Block, Code, Columns, Document, Facts, Note, Section, Table
from shared.money import in_baht
from shared.thai.dates import moment_in_thai, month_in_thai_of

ROWS_MAX: Final = 400
"""So many rows of a table are printed; the frozen text has all of them."""

_FIGURES_A_TABLE: Final = 6
_MONTHS: Final = {"month", "latest_month", "stop_month"}
_TABLES: Final = {"paid": "payments"}
"""Tables of a report whose columns are defined with another."""


def snapshot_paper(stored: StoredSnapshot, content: Mapping[str, Any]) -> Document:
    """The paper of a snapshot, whatever its report is."""
    place, as_of = place_of(content["area"]), moment_in_thai(datetime.fromisoformat(content["as_of"]))
    behind, position = content.get("events_behind"), content.get("position")
    explanation = content.get("explanation")
    blocks: list[Block] = [
        Facts(
            (
                ("พื้นที่", place if stored.officer_id is None else f"ผู้ดูแล {str(stored.officer_id).upper()}"),
                ("ข้อมูล ณ", as_of),
                ("การประชุมหรือวาระ", content.get("meeting") or "–"),
                ("ฉบับที่", f"{stored.edition}"),
                ("ลำดับในสายโซ่", f"{stored.seq:,}"),
                ("ขอบเขตที่ขอ", " ".join(f"{name}={value}" for name, value in content["parameters"].items() if value is not None) or "–"),
                ("นับจากเหตุการณ์", "ไม่ได้บันทึกไว้" if position is None else _read(position)),
                ("เหตุการณ์ที่ยังไม่ได้นับ", "ยังไม่ทราบ" if behind is None else f"{behind:,}"),
            )
        ),
        *([Note(explanation["th"])] if explanation else []),
        *_figures(stored.report, content["figures"]),
        Section("การตรวจสอบ"),
        Note("กระดาษนี้พิมพ์จากรายงานที่บันทึกไว้อย่างถาวร ตรวจว่าตรงกับฉบับที่บันทึกได้ด้วยค่าแฮช SHA-256 ของเนื้อหา ซึ่งอยู่ในรหัสภาพด้วย"),
        Code(stored.content_hash, f"SHA-256 {_grouped(stored.content_hash)}"),
    ]
    return Document(
        title=title(stored.report).th,
        subtitle="รายงานที่บันทึกไว้ มาตรการพัฒนาคุณภาพชีวิตผู้มีบัตรสวัสดิการแห่งรัฐ",
        mark=f"ฉบับที่ {stored.edition}",
        blocks=tuple(blocks),
        footer=f"{place} ข้อมูล ณ {as_of} ลำดับ {stored.seq}",
    )


def _read(position: Mapping[str, Any]) -> str:
    topics = position["topics"]
    return f"{sum(offset for partitions in topics.values() for offset in partitions.values()):,} รายการแรกใน {len(topics):,} หัวข้อ"


def _figures(report: str, figures: Mapping[str, Any]) -> Iterator[Block]:
    """What is one figure below one another, what is said of them, then each list as tables."""
    defined = [name for name in definitions(report) if name in figures]
    if counts := [(_words(report, name), _shown(name, figures[name])) for name in defined if not isinstance(figures[name], list | dict)]:
        yield Section("ตัวเลข")
        yield Table(Columns(("ตัวเลข", "จำนวน"), (3, 1), numbers=1), tuple(counts))
    told = {name: value for name, value in figures.items() if isinstance(value, str | float) and not name.endswith("_en")}
    if facts := [(_words(report, name), _shown(name, value)) for name, value in told.items() if not name.endswith("_th")]:
        yield Facts(tuple(facts))
    for name, value in told.items():
        if name.endswith("_th"):
            yield Note(str(value))
    for name, rows in figures.items():
        if isinstance(rows, list) and rows:
            source = _TABLES.get(name, report)
            yield Section(title(source).th)
            yield from _tables(source, rows)


def _tables(report: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    """The rows, with so many figures beside one another as the paper is wide, each time behind what the row is."""
    names = [name for name, value in rows[0].items() if not isinstance(value, list | dict)]
    # The frozen text has its names sorted; here they stand as they are defined.
    counts = [name for name in dict.fromkeys((*definitions(report), "persons")) if name in names]
    labels = [name for name in names if name not in counts and _is_label(name, names, rows)]
    for first in range(0, len(counts), _FIGURES_A_TABLE):
        beside = counts[first : first + _FIGURES_A_TABLE]
        columns = Columns(
            tuple(_words(report, name) for name in (*labels, *beside)), (*(4,) * len(labels), *(3,) * len(beside)), numbers=len(beside)
        )
        yield Table(columns, tuple(tuple(_shown(name, row.get(name)) for name in (*labels, *beside)) for row in rows[:ROWS_MAX]))
    if len(rows) > ROWS_MAX:
        yield Note(f"พิมพ์ {ROWS_MAX:,} แถวแรกจาก {len(rows):,} แถว ส่วนที่เหลืออยู่ในเนื้อหาที่บันทึกไว้", small=True)


def _is_label(name: str, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether it tells whose the row is: no sentence, no code beside its name, and the Thai name alone."""
    named = f"{name}_th" in names or (name in {"area", "group", "figure"} and "label_th" in names)
    return not (named or name.endswith("_en") or name.startswith("words_")) and any(row.get(name) for row in rows)


def _words(report: str, name: str) -> str:
    try:
        words = column_title(report, name).th
    except KeyError:
        return name  # a figure of then, which the report has no more
    return words.replace("สตางค์", "บาท") if name.endswith("_satang") else words


def _shown(name: str, value: Any) -> str:
    """A value as people read it."""
    match value:
        case None:
            return "–"
        case int() if name.endswith("_satang"):
            return in_baht(value).removesuffix(".00")
        case int():
            return f"{value:,}"
        case str() if name in _MONTHS:
            return month_in_thai_of(value)
        case _:
            return TIERS.get(value, str(value))


def _grouped(digest: str) -> str:
    return " ".join(digest[first : first + 16] for first in range(0, len(digest), 16))
