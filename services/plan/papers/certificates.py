"""The certificate of what an employer may deduct: its content, its two signatures, and its page.

The whole certificate is a compact JWS under the header `typ: deduction-certificate`; the QR code on paper is a short one under
`typ: deduction`, which names the certificate and its sums. Neither says anything about a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

import orjson

from services.plan.domain import AccountingPeriod, Employer, Standing
from services.plan.errors.employers import CertificateNotGenuine
from services.plan.rules.deduction import Deduction, Terms
from shared.documents import Block, Code, Columns, Digits, Document, Facts, Highlight, Note, Section, Table
from shared.money import in_baht
from shared.signatures import PublicKeys, SignatureBroken, SigningKeys
from shared.thai.dates import in_thai
from shared.thai.tax_id import formatted_tax_id

CERTIFICATE: Final = "deduction-certificate"
REFERENCE: Final = "deduction"
CHARACTERS_MAX: Final = 20_000

_NAMED_IN: Final = {CERTIFICATE: "statement_id", REFERENCE: "statement"}
"""Where each of the two names the statement."""

_STANDINGS: Final = {
    Standing.NO_CONSENT: "ไม่มีความยินยอมรับค่าจ้างผ่านบัตรและเปิดเผยข้อมูล",
    Standing.CONSENT_WITHDRAWN: "ถอนความยินยอมแล้ว",
    Standing.NOT_THROUGH_CARD: "ค่าจ้างที่ไม่ได้จ่ายผ่านบัตร",
    Standing.OUTSIDE_EMPLOYMENT: "นอกช่วงการจ้างงาน",
    Standing.OUTSIDE_WINDOW: "นอกช่วงเวลาของมาตรการ",
    Standing.OVER_HEAD_COUNT: "เกินสัดส่วนของจำนวนลูกจ้าง",
}


def content_of(employer: Employer, period: AccountingPeriod, terms: Terms, deduction: Deduction) -> dict[str, Any]:
    """What is certified but for number and day: JSON values, nothing about a person."""
    return {
        "tax_id": employer.tax_id,
        "employer_name_th": employer.name_th,
        "employer_name_en": employer.name_en,
        "period_id": str(period.period_id),
        "starts_on": period.starts_on.isoformat(),
        "ends_on": period.ends_on.isoformat(),
        "policy_profile": terms.profile,
        "policy_version": terms.version,
        "wages_percent": terms.wages_percent,
        "training_percent": terms.training_percent,
        "employees_percent_max": terms.employees_percent_max,
        "employees_counted": terms.employees_counted.value,
        "head_count": {**asdict(deduction.head_count), "months_missing": list(deduction.head_count.months_missing)},
        "wages_satang": deduction.wages_satang,
        "training_satang": deduction.training_satang,
        "wages_deduction_satang": deduction.wages_deduction_satang,
        "training_deduction_satang": deduction.training_deduction_satang,
        "deduction_satang": deduction.deduction_satang,
        "not_counted_satang": _not_counted(deduction),
    }


def items_of(deduction: Deduction) -> list[dict[str, Any]]:
    """What it adds up from, one row an amount, by employment and not by person."""
    return [
        {**asdict(item), "employment_id": str(item.employment_id), "paid_on": None if item.paid_on is None else item.paid_on.isoformat()}
        for item in deduction.items
    ]


def signed(certificate: Mapping[str, Any], keys: SigningKeys) -> tuple[str, str]:
    """The certificate as JWS, and the reference for its QR code."""
    short = {"statement": certificate["statement_id"], "version": certificate["version"], "satang": certificate["deduction_satang"]}
    return keys.sign(orjson.dumps(certificate), {"typ": CERTIFICATE}), keys.sign(orjson.dumps(short), {"typ": REFERENCE})


def statement_of(text: str, keys: PublicKeys) -> str:
    """Id of the statement that a certificate or a reference names. Raises CertificateNotGenuine."""
    try:
        kind, content = keys.opened(text, *_NAMED_IN)
    except SignatureBroken as error:
        raise CertificateNotGenuine from error
    statement_id: str = content[_NAMED_IN[kind]]
    return statement_id


def certificate_document(certificate: Mapping[str, Any], reference: str, *, digits: Digits, printed_on: date) -> Document:
    """The certificate on paper."""
    head, limit = certificate["head_count"], certificate["employees_percent_max"]
    facts = [
        ("นายจ้าง", certificate["employer_name_th"]),
        ("เลขประจำตัวผู้เสียภาษี", formatted_tax_id(certificate["tax_id"])),
        ("รอบระยะเวลาบัญชี", f"{_day(certificate['starts_on'])} ถึง {_day(certificate['ends_on'])}"),
        ("ฉบับที่", str(certificate["version"])),
        ("ออกเมื่อ", _day(certificate["issued_on"])),
    ]
    counted = [
        ("ลูกจ้างทั้งหมด (คน)", _hundredths(head["employees_hundredths"])),
        ("ผู้มีบัตรที่นับได้ (คน)", str(head["persons"])),
        *([] if limit is None else [(f"สูงสุดร้อยละ {limit} (คน)", str(head["persons_max"]))]),
    ]
    blocks: list[Block] = [
        Highlight("หักรายจ่ายได้ (บาท)", in_baht(certificate["deduction_satang"])),
        Facts(tuple(facts)),
        Section("รายจ่ายที่นับและจำนวนที่หักได้"),
        _sums(certificate),
        Section("จำนวนลูกจ้าง"),
        Facts(tuple(counted)),
        *_left_out(certificate["not_counted_satang"]),
        Code(reference, "ตรวจสอบลายมือชื่อดิจิทัลได้จากรหัสภาพนี้ ซึ่งไม่มีข้อมูลส่วนบุคคล"),
        Note(
            f"ชุดนโยบาย {certificate['policy_profile']} รุ่น {certificate['policy_version']}  เลขที่ {certificate['statement_id']}", small=True
        ),
        Note(f"พิมพ์เมื่อ {in_thai(printed_on)}", small=True),
    ]
    title = "หนังสือรับรองรายจ่ายค่าจ้างและค่าฝึกอบรมผู้มีบัตรสวัสดิการแห่งรัฐ"
    return Document(title=title, subtitle="มาตรการพัฒนาคุณภาพชีวิตผู้มีบัตรสวัสดิการแห่งรัฐ", blocks=tuple(blocks), digits=digits)


def _sums(certificate: Mapping[str, Any]) -> Table:
    rows: Sequence[tuple[str, ...]] = [
        (
            words,
            in_baht(certificate[f"{name}_satang"]),
            f"{certificate[f'{name}_percent']}%",
            in_baht(certificate[f"{name}_deduction_satang"]),
        )
        for name, words in (("wages", "ค่าจ้างที่จ่ายผ่านบัตร"), ("training", "ค่าฝึกอบรม"))
    ]
    return Table(Columns(("รายการ", "จ่ายจริง (บาท)", "อัตรา", "หักได้ (บาท)"), (5, 3, 1, 3)), tuple(rows))


def _left_out(not_counted: Mapping[str, int]) -> list[Block]:
    if not not_counted:
        return []
    rows = tuple((_STANDINGS[Standing(standing)], in_baht(satang)) for standing, satang in not_counted.items())
    return [Section("รายจ่ายที่ไม่นับ"), Table(Columns(("เหตุ", "บาท"), (9, 3)), rows)]


def _not_counted(deduction: Deduction) -> dict[str, int]:
    sums = {
        standing.value: sum(item.amount_satang for item in deduction.items if item.standing is standing)
        for standing in Standing
        if standing is not Standing.COUNTED
    }
    return {standing: satang for standing, satang in sums.items() if satang}


def _day(iso: str) -> str:
    return in_thai(date.fromisoformat(iso))


def _hundredths(number: int) -> str:
    whole, rest = divmod(number, 100)
    return f"{whole:,}.{rest:02}" if rest else f"{whole:,}"
