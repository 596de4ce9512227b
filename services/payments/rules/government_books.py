"""Our entries in the form of government accounting: documents of two lines, with the codes that held on the day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from services.payments.domain import Account, Outcome
from shared.dated import in_force
from shared.thai.dates import be_year

_FILE: Final = Path(__file__).with_name("gl_accounts.yaml")
_TEXTS: Final = {
    Outcome.INSTRUCTED: "สั่งจ่ายเงินเพิ่ม",
    Outcome.SETTLED: "ธนาคารจ่ายสำเร็จ",
    Outcome.FAILED: "ธนาคารจ่ายไม่สำเร็จ",
    Outcome.RETURNED: "ธนาคารส่งเงินคืน",
    Outcome.OVERPAID: "ตั้งลูกหนี้เงินจ่ายเกินสิทธิ",
    Outcome.OVERPAYMENT_LIFTED: "ล้างลูกหนี้เงินจ่ายเกินสิทธิ",
    Outcome.USED: "ผู้มีบัตรใช้ซื้อสินค้า",
    Outcome.LAPSED: "ตัดยอดที่ไม่ได้ใช้คืนวงเงิน",
    Outcome.USE_TAKEN_BACK: "ยกเลิกรายการใช้ซื้อสินค้า",
    Outcome.LAPSE_TAKEN_BACK: "ยกเลิกการตัดยอด",
}

COLUMNS: Final = {
    "document_no": "เลขที่เอกสาร",
    "line_no": "บรรทัด",
    "document_type": "ประเภทเอกสาร",
    "posting_date": "วันที่ผ่านรายการ (ค.ศ.)",
    "posting_date_be": "วันที่ผ่านรายการ (พ.ศ.)",
    "gl_account": "รหัสบัญชีแยกประเภท",
    "gl_account_name": "ชื่อบัญชี",
    "fund": "แหล่งของเงิน",
    "budget": "รหัสงบประมาณ",
    "cost_centre": "ศูนย์ต้นทุน",
    "debit_baht": "เดบิต (บาท)",
    "credit_baht": "เครดิต (บาท)",
    "bank": "ธนาคาร",
    "benefit_month": "งวดเดือน",
    "payments": "จำนวนรายการ",
    "reference": "อ้างอิงรอบจ่าย",
    "text": "คำอธิบาย",
}
"""The columns of the file, and what stands over them."""


@dataclass(frozen=True, slots=True)
class Document:
    """Entries of one day, run, outcome, bank and month together; `number` counts the documents of the day."""

    posted_on: date
    number: int
    run_id: UUID
    outcome: Outcome
    debit: Account
    credit: Account
    bank: str
    benefit_month: date
    payments: int
    amount_satang: int


def codes_on(day: date) -> dict[str, Any]:
    """The codes that hold on the day, with their source."""
    return in_force(_FILE, day)


def lines_of(document: Document) -> Iterator[Mapping[str, Any]]:
    """The debit line and the credit line of a document."""
    day, codes = document.posted_on, codes_on(document.posted_on)
    for line_no, account in enumerate((document.debit, document.credit), start=1):
        amount = f"{document.amount_satang // 100}.{document.amount_satang % 100:02d}"
        yield {
            "document_no": f"{codes['document_type']}{day:%Y%m%d}{document.number:05d}",
            "line_no": line_no,
            "document_type": codes["document_type"],
            "posting_date": day.isoformat(),
            "posting_date_be": f"{day:%d/%m}/{be_year(day)}",
            "gl_account": codes["accounts"][account]["code"],
            "gl_account_name": codes["accounts"][account]["name_th"],
            "fund": codes["fund"],
            "budget": codes["budget"],
            "cost_centre": codes["cost_centre"],
            "debit_baht": amount if line_no == 1 else "",
            "credit_baht": amount if line_no == 2 else "",
            "bank": document.bank,
            "benefit_month": f"{document.benefit_month:%Y-%m}",
            "payments": document.payments,
            "reference": str(document.run_id),
            "text": _TEXTS[document.outcome],
        }
