"""Sentences about outcomes, in Thai and English: of those who …, so many were later … . A test looks for words that would say more."""

from typing import Final

from services.reporting.domain.shares import Share

READING_TH: Final = (
    "ตัวเลขแสดงสิ่งที่พบภายหลังของผู้ที่ถูกส่งต่อเท่านั้น ผู้เข้าร่วมแต่ละโครงการต่างกันทั้งวัย อาชีพ และพื้นที่ จึงใช้ตัดสินว่าโครงการใดดีกว่าไม่ได้ จำนวนที่น้อยไม่แสดง"
)
READING_EN: Final = (
    "What was found later of those who were referred, and no more: persons of different programmes differ in age, work and place, "
    "so the figures do not say which programme is better. Small counts are not shown."
)
NO_PROGRAMME: Final = ("งานที่ได้โดยไม่ผ่านการส่งต่อ", "Work that was found without a placement")
OTHER: Final = ("กลุ่มอื่นรวมกัน", "Other groups together")
UNKNOWN: Final = ("ไม่ทราบ", "Not known")


def succeeded(
    programme: tuple[str, str], count: int | None, others: int | None, share: Share | None, confidence: float
) -> tuple[str, str] | None:
    """Of those whose result is known; None where that is nobody or is not shown."""
    if count is None or others is None or share is None:
        return None
    (th, en), of = programme, count + others
    said_th = f"ในผู้ที่ถูกส่งต่อไปยัง{th}และทราบผลแล้ว {of:,} คน มี {count:,} คนที่หน่วยงานรายงานภายหลังว่าสำเร็จ {_share_th(share, confidence)}"
    said_en = (
        f"Of {of:,} persons who were referred to {en} and whose result is known, {count:,} were later reported as a success "
        f"{_share_en(share, confidence)}."
    )
    return said_th, said_en


def rose(
    programme: tuple[str, str], count: int | None, others: int | None, share: Share | None, confidence: float
) -> tuple[str, str] | None:
    """Of those whose income was told later; None where that is nobody or is not shown."""
    if count is None or others is None or share is None:
        return None
    (th, en), of = programme, count + others
    said_th = f"ในผู้ที่ถูกส่งต่อไปยัง{th}และติดตามรายได้ได้ {of:,} คน มี {count:,} คนที่ภายหลังอยู่ในช่วงรายได้สูงกว่าก่อนนั้น {_share_th(share, confidence)}"
    said_en = (
        f"Of {of:,} persons who were referred to {en} and whose income was told later, {count:,} were then in a higher band than before "
        f"{_share_en(share, confidence)}."
    )
    return said_th, said_en


def moved(programme: tuple[str, str], rose: int, same: int, fell: int) -> tuple[str, str]:
    """In which band those whose income was told later were found."""
    th, en = programme
    said_th = f"ในผู้ที่ถูกส่งต่อไปยัง{th}และติดตามรายได้ได้ {rose + same + fell:,} คน ภายหลังอยู่ในช่วงรายได้สูงขึ้น {rose:,} คน ช่วงเดิม {same:,} คน ต่ำลง {fell:,} คน"
    said_en = (
        f"Of {rose + same + fell:,} persons who were referred to {en} and whose income was told later, {rose:,} were then in a higher band, "
        f"{same:,} in the same and {fell:,} in a lower one."
    )
    return said_th, said_en


def at_work(programme: tuple[str, str], jobs: int, months: int, share: Share, confidence: float) -> tuple[str, str]:
    """The estimated share still at work after so many months."""
    th, en = programme
    said_th = f"ในผู้ที่ได้งาน ({th}) {jobs:,} คน ประมาณว่ายังทำงานอยู่เมื่อครบ {months} เดือน {_share_th(share, confidence)}"
    said_en = (
        f"Of {jobs:,} persons with a job ({en}), an estimated share of {_percent(share.value)} was still at work {months} months later "
        f"({_interval_en(share, confidence)})."
    )
    return said_th, said_en


def _share_th(share: Share, confidence: float) -> str:
    between = f"{_plain(share.low)} ถึง {_plain(share.high)}"
    return f"(ร้อยละ {_plain(share.value)} ช่วงความเชื่อมั่นร้อยละ {_plain(confidence)} คือ {between})"


def _share_en(share: Share, confidence: float) -> str:
    return f"({_percent(share.value)}; {_interval_en(share, confidence)})"


def _interval_en(share: Share, confidence: float) -> str:
    return f"{_percent(confidence)} interval {_percent(share.low)} to {_percent(share.high)}"


def _percent(value: float) -> str:
    return f"{_plain(value)}%"


def _plain(value: float) -> str:
    return f"{100 * value:.1f}".removesuffix(".0")
