"""The report of an area on paper, as a district owes it to คอจ. and a province to คอต.: the year in words, tables and charts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from services.reporting.domain.figures import AreasRow, PaymentsRow, PlansRow, VisitResults, YearFigure
from services.reporting.domain.report_duties import DutyLevel
from services.reporting.rules.area_words import in_words, share
from services.reporting.rules.definitions import definitions
from services.reporting.rules.report_calendar import report_calendar
from shared.documents import Bars, Block, Columns, Digits, Document, Facts, Note, Section, Signature, Signatures, Table
from shared.money import in_baht
from shared.thai.areas import UnknownArea, area_in_thai
from shared.thai.dates import moment_in_thai, month_in_thai_of

_LEVELS: Final = {0: DutyLevel.COUNTRY, 2: DutyLevel.PROVINCE, 4: DutyLevel.DISTRICT}
_DIMENSIONS: Final = {
    "D1": "มิติที่ 1 การมีงานทำ",
    "D2": "มิติที่ 2 การฝึกอบรมอาชีพและการศึกษา",
    "D3": "มิติที่ 3 การเข้าถึงแหล่งเงินทุนในระบบ",
    "D4": "มิติที่ 4 การเข้าถึงสิ่งจำเป็นพื้นฐาน",
}
TIERS: Final = {"UP_TO_30000": "ไม่เกิน 30,000", "OVER_30000": "เกิน 30,000"}
_STEPS: Final = ("card_holders", "declared_in_all", "interviewed", "planned", "referred", "in_development", "completed")
_RESULTS: Final = ("declared", "refused", "content", "not_found", "deceased", "open", "overdue")
_OF_AREAS: Final = ("card_holders", "visit_group", "declared", "interviewed", "planned", "in_development", "completed", "overdue")
_HIDDEN: Final = "–"


@dataclass(frozen=True)
class AreaFigures:
    """The reports of which the paper is made, read on one snapshot; `policy` is profile and version, `payments` and `plans` are None for callers who may not see persons."""

    area: str
    as_of: datetime
    events_behind: int | None
    policy: tuple[str, int] | None
    year: Sequence[YearFigure]
    results: VisitResults
    areas: Sequence[AreasRow]
    payments: Sequence[PaymentsRow] | None
    plans: Sequence[PlansRow] | None


def place_of(area: str) -> str:
    """An area as it is called on paper, also one whose code nobody knows."""
    if not area:
        return "ทั้งประเทศ"
    try:
        return area_in_thai(area)
    except UnknownArea:
        return f"พื้นที่รหัส {area}"


def area_report(told: AreaFigures, digits: Digits) -> Document:
    """The paper."""
    chain = report_calendar().levels[_LEVELS[len(told.area)]]
    place = place_of(told.area)
    persons = {one.figure: one.persons for one in told.year}
    blocks: list[Block] = [
        Facts(
            (
                ("พื้นที่", place),
                ("ผู้รายงาน", chain.holder.th),
                ("เสนอต่อ", chain.receiver.th),
                ("ข้อมูล ณ", moment_in_thai(told.as_of)),
                ("เหตุการณ์ที่ยังไม่ได้นับ", "ยังไม่ทราบ" if told.events_behind is None else f"{told.events_behind:,}"),
                ("นโยบาย", _HIDDEN if told.policy is None else f"ชุด {told.policy[0]} ฉบับที่ {told.policy[1]}"),
            )
        ),
        Section("สรุปผล"),
        *(Note(sentence) for sentence in in_words(place, persons, told.results, told.payments or ())),
        *_steps(told.year, persons),
        *_results(told.results),
        *_payments(told.payments),
        *_plans(told.plans),
        *_areas(told),
        Signatures((Signature(chain.holder.th),)),
        *_meaning(),
    ]
    return Document(
        title="รายงานผลการดำเนินงาน",
        subtitle="มาตรการพัฒนาคุณภาพชีวิตผู้มีบัตรสวัสดิการแห่งรัฐ",
        mark=f"เสนอ {chain.receiver.th}",
        blocks=tuple(blocks),
        footer=f"{place} ข้อมูล ณ {moment_in_thai(told.as_of)}",
        digits=digits,
    )


def _steps(year: Sequence[YearFigure], persons: Mapping[str, int | None]) -> Iterator[Block]:
    yield Section("ผลตามขั้นตอน")
    rows = [(one.label_th, _count(one.persons), share(one.persons, persons["card_holders"])) for one in year]
    yield Table(Columns(("ขั้นตอน", "คน", "ร้อยละของผู้มีบัตร"), (7, 2, 3), numbers=2), tuple(rows))
    words = definitions("year")
    yield _chart("จำนวนคนตามขั้นตอน (คน)", ((words[name].label_th, persons[name]) for name in _STEPS))


def _results(results: VisitResults) -> Iterator[Block]:
    yield Section("ผลของกลุ่มเยี่ยมบ้าน")
    words = definitions("visit-results")
    counts = [(words[name].label_th, getattr(results, name)) for name in _RESULTS]
    rows = [(label, _count(count), share(count, results.visit_group)) for label, count in counts]
    rows.append(("รวมกลุ่มเยี่ยมบ้าน", _count(results.visit_group), share(results.visit_group, results.visit_group)))
    yield Table(Columns(("ผล", "คน", "ร้อยละของกลุ่ม"), (7, 2, 3), numbers=2), tuple(rows))
    yield _chart("กลุ่มเยี่ยมบ้านตามผล (คน)", counts)


def _payments(payments: Sequence[PaymentsRow] | None) -> Iterator[Block]:
    yield Section("การจ่ายเงินรายเดือน")
    if not payments:
        yield Note("ไม่แสดงแก่ผู้ที่ไม่มีสิทธิดูรายบุคคล" if payments is None else "ยังไม่มีการจ่าย")
        return
    labels = ("เดือนสิทธิ", "รายได้ พ.ศ. 2559 (บาท)", "สำเร็จ (คน)", "สำเร็จ (บาท)", "ไม่สำเร็จ (คน)", "คืนกลับ (คน)", "คืนกลับ (บาท)")
    rows = [
        (
            month_in_thai_of(one.month),
            TIERS.get(one.tier, one.tier),
            _count(one.persons_settled),
            _baht(one.settled_satang),
            _count(one.persons_failed),
            _count(one.persons_returned),
            _baht(one.returned_satang),
        )
        for one in payments
    ]
    yield Table(Columns(labels, (9, 8, 6, 9, 6, 6, 8), numbers=5), tuple(rows))
    by_month: dict[str, int] = defaultdict(int)
    for one in payments:
        by_month[one.month] += one.settled_satang
    yield Bars.of("จ่ายสำเร็จตามเดือนสิทธิ (บาท)", [(month_in_thai_of(month), satang, _baht(satang)) for month, satang in by_month.items()])


def _plans(plans: Sequence[PlansRow] | None) -> Iterator[Block]:
    yield Section("รายการในแผนพัฒนา")
    if not plans:
        yield Note("ไม่แสดงแก่ผู้ที่ไม่มีสิทธิดูรายบุคคล" if plans is None else "ยังไม่มีแผนที่ตกลงกัน")
        return
    lines: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    by_dimension = dict.fromkeys(_DIMENSIONS, 0)
    for one in plans:
        sums = lines[one.dimension, one.programme_th, one.agency]
        for place, count in enumerate((one.lines, 0 if one.outcome is None else one.lines, one.overdue)):
            sums[place] += count
        by_dimension[one.dimension] += one.lines
    rows = [(*words, *map(_count, sums)) for words, sums in lines.items()]
    labels = ("มิติ", "โครงการ", "หน่วยงาน", "รายการ", "มีรายงานผล", "เกินกำหนด")
    yield Table(Columns(labels, (2, 9, 3, 3, 3, 3), numbers=3), tuple(rows))
    yield _chart("รายการในแผนตามมิติ (รายการ)", ((_DIMENSIONS[name], count) for name, count in by_dimension.items()))


def _areas(told: AreaFigures) -> Iterator[Block]:
    if len(told.area) == len("8101"):
        return
    yield Section("เปรียบเทียบรายอำเภอ" if told.area else "เปรียบเทียบรายจังหวัด")
    words = definitions("areas")
    labels = ("พื้นที่", *(words[name].label_th for name in _OF_AREAS), "จ่ายสำเร็จ (บาท)")
    rows = [
        (
            one.label_th,
            *(_count(getattr(one, name)) for name in _OF_AREAS),
            _baht(one.paid_satang),
        )
        for one in told.areas
    ]
    yield Table(Columns(labels, (5, *(3,) * len(_OF_AREAS), 4), numbers=len(_OF_AREAS) + 1), tuple(rows))
    yield _chart("แจ้งความประสงค์ (คน)", ((one.label_th, one.declared) for one in told.areas))


def _meaning() -> Iterator[Block]:
    yield Section("นิยามของตัวเลข")
    shown = [one for report in ("year", "visit-results") for one in definitions(report).values()]
    for of, group in groupby(shown, key=lambda one: one.denominator_th):
        yield Note(f"นับจาก{of}", strong=True)
        yield Table(Columns(("ตัวเลข", "นับอะไร"), (1, 2)), tuple((one.label_th, one.numerator_th) for one in group))
    yield Note(f"เครื่องหมาย {_HIDDEN} คือจำนวนที่น้อยหรือทำให้ทราบจำนวนที่น้อย จึงไม่แสดง หรือไม่มีฐานให้คิดเป็นร้อยละ", small=True)


def _chart(caption: str, counts: Iterator[tuple[str, int | None]] | Sequence[tuple[str, int | None]]) -> Bars:
    return Bars.of(caption, [(label, count or 0, _count(count)) for label, count in counts])


def _count(count: int | None) -> str:
    return _HIDDEN if count is None else f"{count:,}"


def _baht(satang: int | None) -> str:
    return _HIDDEN if satang is None else in_baht(satang).removesuffix(".00")
