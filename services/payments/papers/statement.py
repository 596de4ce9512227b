"""A person's statement on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from services.payments.repository.statements import PersonBalance
from services.payments.rules.statements import Moved, Movement
from shared.contracts.common import Bank
from shared.documents import Block, Columns, Digits, Document, Facts, Highlight, Note, Section, Table
from shared.money import in_baht
from shared.thai.dates import be_year, in_thai

BANKS: Final = {Bank.BAAC: "ธ.ก.ส.", Bank.GSB: "ออมสิน", Bank.KTB: "กรุงไทย"}
_SHORT_MONTHS: Final = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
_WORDS: Final = {
    Movement.HELD: "ระงับการสั่งจ่าย",
    Movement.INSTRUCTED: "สั่งจ่ายถึงธนาคาร",
    Movement.SETTLED: "จ่ายสำเร็จ",
    Movement.FAILED: "จ่ายไม่สำเร็จ",
    Movement.RETURNED: "เงินถูกส่งคืน",
    Movement.OVERPAID: "ตั้งเป็นเงินจ่ายเกินสิทธิ",
    Movement.OVERPAYMENT_LIFTED: "ยกเลิกรายการจ่ายเกินสิทธิ",
    Movement.USED: "ใช้ซื้อสินค้า",
    Movement.LAPSED: "ตัดยอดที่ไม่ได้ใช้",
    Movement.USE_TAKEN_BACK: "ยกเลิกรายการใช้ซื้อสินค้า",
    Movement.LAPSE_TAKEN_BACK: "ยกเลิกการตัดยอด",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who is printed; None leaves a line to write on."""

    name: str | None = None
    citizen_id: str | None = None

    @classmethod
    def told(cls, names: Mapping[str, Any]) -> Self:
        """As the registry told the names, the ids masked."""
        return cls(f"{names['prefix'] or ''}{names['first_name']} {names['last_name'] or ''}".strip(), names["citizen_id_masked"])


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a statement, both included; None is open."""

    first_day: date | None
    last_day: date | None

    def covers(self, day: date) -> bool:
        """Whether the day lies in it."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


def statement_document(
    person: Person, period: Period, balance: PersonBalance, moves: Sequence[Moved], *, digits: Digits, printed_on: date
) -> Document:
    """The statement: who, what they have been paid, every movement of the period."""
    blocks: list[Block] = [
        Facts((("ชื่อ", person.name), ("เลขประจำตัวประชาชน", person.citizen_id), ("ช่วงเวลา", _period(period, printed_on)))),
        Highlight("ได้รับแล้วทั้งสิ้น (บาท)", in_baht(balance.paid_satang)),
        Section("ยอดคงเหลือ ณ วันที่พิมพ์"),
        Facts(
            (
                ("สิทธิที่ได้รับ", f"{balance.months} เดือน {in_baht(balance.granted_satang)} บาท"),
                ("อยู่ระหว่างธนาคารดำเนินการ", f"{in_baht(balance.out_satang)} บาท"),
                ("ยังไม่ได้จ่าย", f"{in_baht(balance.unpaid_satang)} บาท"),
                ("จ่ายเกินสิทธิ ต้องส่งคืน", f"{in_baht(balance.recoverable_satang)} บาท"),
                ("ใช้ซื้อสินค้าแล้ว", f"{in_baht(balance.used_satang)} บาท"),
                ("ตัดยอดที่ไม่ได้ใช้", f"{in_baht(balance.lapsed_satang)} บาท"),
                ("คงเหลือใช้ได้", f"{in_baht(balance.to_spend_satang)} บาท"),
            )
        ),
        Section("รายการเคลื่อนไหว"),
        _table(moves) if moves else Note("ไม่มีรายการในช่วงเวลานี้"),
        Note("วันที่ของการจ่ายและการส่งคืนเป็นวันที่ธนาคารแจ้ง รายการเรียงตามลำดับที่ระบบทราบ", small=True),
        Note(f"พิมพ์เมื่อ {in_thai(printed_on)}", small=True),
    ]
    return Document(
        title="ใบแสดงรายการเงินเพิ่ม",
        subtitle="มาตรการพัฒนาคุณภาพชีวิตผู้มีบัตรสวัสดิการแห่งรัฐ",
        blocks=tuple(blocks),
        footer=f"ผู้มีบัตร {str(balance.holder_id).upper()}",
        digits=digits,
    )


def _table(moves: Sequence[Moved]) -> Table:
    labels = ("วันที่", "งวดเดือน", "รายการ", "ธนาคาร", "จำนวนเงิน (บาท)", "ได้รับสะสม (บาท)", "คงเหลือใช้ (บาท)")
    rows = [
        (
            _short_day(one.day),
            f"{_SHORT_MONTHS[one.month.month - 1]} {be_year(one.month)}",
            _WORDS[one.movement] + (f" ({one.reason})" if one.reason else ""),
            BANKS[Bank(one.bank)] if one.bank else "–",
            in_baht(one.amount_satang),
            in_baht(one.paid_satang),
            in_baht(one.to_spend_satang),
        )
        for one in moves
    ]
    return Table(Columns(labels, (4, 3, 6, 2, 3, 3, 3)), tuple(rows))


def _short_day(day: date) -> str:
    return f"{day.day} {_SHORT_MONTHS[day.month - 1]} {be_year(day)}"


def _period(period: Period, printed_on: date) -> str:
    if period.first_day is None:
        return f"ถึง {in_thai(period.last_day or printed_on)}"
    return f"{in_thai(period.first_day)} ถึง {in_thai(period.last_day or printed_on)}"
