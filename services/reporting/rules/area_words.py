"""The figures of an area in sentences, in Thai. What is not shown, being small, is left out of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from services.reporting.domain.figures import PaymentsRow, VisitResults
from shared.money import in_baht
from shared.thai.dates import month_in_thai_of

_RESULTS: Final = (
    ("แจ้งความประสงค์", "declared"),
    ("ปฏิเสธ", "refused"),
    ("เห็นว่าตนพอเพียงแล้ว", "content"),
    ("ไม่พบตัว", "not_found"),
    ("เสียชีวิตก่อนให้คำตอบ", "deceased"),
    ("ยังไม่ถึงกำหนด", "open"),
    ("เกินกำหนด", "overdue"),
)
_STEPS: Final = (
    ("สัมภาษณ์แล้ว", "interviewed"),
    ("มีแผนที่ตกลงกันแล้ว", "planned"),
    ("ส่งต่อหน่วยงานแล้ว", "referred"),
    ("หน่วยงานรับเข้ารับการพัฒนาแล้ว", "in_development"),
    ("เสร็จสิ้นแผน", "completed"),
)
_AFTER: Final = (
    ("ติดตามแล้วอย่างน้อยหนึ่งครั้ง", "followed"),
    ("ผู้ที่เดิมมีรายได้ไม่เกิน 30,000 บาทและภายหลังมีรายได้เกิน 30,000 บาทต่อปี", "rose_above_30000"),
)


def share(count: int | None, of: int | None) -> str:
    """`25.0`, in percent; a dash where it is not known or of nobody."""
    return "–" if count is None or not of else f"{100 * count / of:.1f}"


def in_words(place: str, year: Mapping[str, int | None], results: VisitResults, paid: Sequence[PaymentsRow]) -> Iterator[str]:
    """The sentences. `year` are the figures of the year by name, `paid` is empty for callers who are not told of payments."""
    holders, declared = year["card_holders"], year["declared_in_all"]
    if holders is not None:
        said = f"{place}มีผู้มีบัตรสวัสดิการแห่งรัฐ {holders:,} คน"
        if declared is not None and holders:
            said += f" แจ้งความประสงค์แล้ว {declared:,} คน คิดเป็นร้อยละ {share(declared, holders)}"
        yield said
    if results.visit_group:
        ended = _counted((words, getattr(results, name)) for words, name in _RESULTS)
        yield f"กลุ่มเยี่ยมบ้านมี {results.visit_group:,} คน" + (f" ผลเป็นดังนี้ {ended}" if ended else "")
    for parts in (_STEPS, _AFTER):
        if said := _counted((words, year[name]) for words, name in parts):
            yield said
    if paid:
        latest = max(row.month for row in paid)
        of_latest = [row for row in paid if row.month == latest]
        yield (
            f"จ่ายเงินเพิ่มสำเร็จแล้วรวม {in_baht(sum(row.settled_satang for row in paid))} บาท"
            f" เดือนสิทธิล่าสุดคือ{month_in_thai_of(latest)} จ่ายสำเร็จ {sum(row.persons_settled for row in of_latest):,} คน"
            f" เป็นเงิน {in_baht(sum(row.settled_satang for row in of_latest))} บาท"
        )
    if results.overdue:
        yield f"สิ่งที่ต้องเร่งดำเนินการคือผู้ที่ต้องไปหาซึ่งเกินกำหนดแล้วและยังไม่มีผล {results.overdue:,} คน"


def _counted(parts: Iterator[tuple[str, int | None]]) -> str:
    return " ".join(f"{words} {count:,} คน" for words, count in parts if count is not None)
