"""The slip (หางตั๋ว): what the person takes home."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from services.interview.domain import IntentStatus
from services.interview.papers.person import Person
from services.interview.papers.words import CHANNELS, MEASURE, TIERS, baht_of
from shared.contracts.common import Channel, Tier
from shared.documents import Block, Code, Digits, Document, Facts, Highlight, Note, Paper
from shared.thai.areas import area_in_thai
from shared.thai.dates import in_thai, month_in_thai_of

_STATUSES: Final = {
    IntentStatus.PENDING_DECISION: "รอมติคณะอนุกรรมการระดับจังหวัด (คอจ.) ยังไม่มีสิทธิรับเงินเพิ่มจนกว่าจะมีมติ",
    IntentStatus.REFUSED: "คณะอนุกรรมการระดับจังหวัด (คอจ.) มีมติไม่รับ",
    IntentStatus.WITHDRAWN: "ถอนความประสงค์แล้ว",
}


def slip_document(slip: Mapping[str, Any], person: Person, reference: str, *, paper: Paper, digits: Digits, printed_on: date) -> Document:
    """The slip of a row of `intent` with `place_name`; the reference becomes a QR code."""
    facts: list[tuple[str, str | None]] = [
        ("ชื่อ-นามสกุล", person.name),
        ("เลขประจำตัวประชาชน", person.citizen_id),
        ("วันที่แจ้งความประสงค์", in_thai(slip["stated_on"])),
        ("ช่องทาง", CHANNELS[Channel(slip["channel"])]),
        *([("จุดรับแจ้ง", slip["place_name"])] if slip["place_name"] else []),
        ("พื้นที่พัฒนา", area_in_thai(slip["district"])),
        ("กลุ่มรายได้ปี 2559", TIERS[Tier(slip["tier"])]),
        *_expected(slip),
    ]
    status = _STATUSES.get(IntentStatus(slip["status"]))
    blocks: list[Block] = [
        Highlight("เลขที่หางตั๋ว", slip["slip_no"]),
        Facts(tuple(facts)),
        *([Note(status, strong=True)] if status else []),
        Code(reference, "เจ้าหน้าที่สแกนเพื่อเปิดข้อมูลของหางตั๋วนี้"),
        Note("โปรดเก็บหางตั๋วไว้และนำมาแสดงพร้อมบัตรประจำตัวประชาชนเมื่อพบเจ้าหน้าที่ ในรหัสภาพไม่มีข้อมูลส่วนบุคคล", small=True),
        Note(f"พิมพ์เมื่อ {in_thai(printed_on)}", small=True),
    ]
    return Document(title="หางตั๋วแจ้งความประสงค์พัฒนาตนเอง", subtitle=MEASURE, blocks=tuple(blocks), paper=paper, digits=digits)


def _expected(slip: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """What the person may expect, unless the wish does not count any more."""
    if slip["first_month"] is None or IntentStatus(slip["status"]) in {IntentStatus.REFUSED, IntentStatus.WITHDRAWN}:
        return []
    months = f"{month_in_thai_of(slip['first_month'])} ถึง {month_in_thai_of(slip['last_month'])} รวม {slip['months']} เดือน"
    return [("วงเงินเพิ่มเดือนละ", f"{baht_of(slip['monthly_satang'])} บาท"), ("ระยะเวลา", months)]
