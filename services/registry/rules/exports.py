"""What may be exported, to whom and for what: recipients, purposes, columns. The purposes are data, with the legal basis beside each."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from services.registry.domain import HolderFilter
from shared.contracts.common import Bank
from shared.errors import Invalid
from shared.thai.areas import is_district, is_province

KEEP_DAYS_MAX: Final = 90
_AGENCY: Final = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,31}")


class RecipientKind(StrEnum):
    """What kind of office a recipient is; its unit is a province (2 digits), a district (4 digits), an agency's or a bank's code."""

    GOVERNOR = "GOVERNOR"
    DISTRICT_OFFICE = "DISTRICT_OFFICE"
    MINISTRY = "MINISTRY"
    BANK = "BANK"


class RecipientStatus(StrEnum):
    """Where a registered key stands. ACTIVE is usable from its first to its last valid day."""

    PROPOSED = "PROPOSED"
    ACTIVE = "ACTIVE"
    REJECTED = "REJECTED"
    REVOKED = "REVOKED"


class ExportStatus(StrEnum):
    """Where an export stands. A file can be fetched while it is READY and not expired."""

    PROPOSED = "PROPOSED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    QUEUED = "QUEUED"
    MAKING = "MAKING"
    FAILED = "FAILED"
    READY = "READY"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class DistributionStatus(StrEnum):
    """Where a distribution stands."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class ListState(StrEnum):
    """Where the list of a province or district stands. MISSING: no key of its office is registered."""

    PROPOSED = "PROPOSED"
    MISSING = "MISSING"
    WAITING = "WAITING"
    FAILED = "FAILED"
    UNCONFIRMED = "UNCONFIRMED"
    DIFFERS = "DIFFERS"
    CONFIRMED = "CONFIRMED"
    OVER = "OVER"


class FileFormat(StrEnum):
    """How the rows are written: CSV in UTF-8 with byte order mark and header, or one JSON object a line."""

    CSV = "CSV"
    NDJSON = "NDJSON"


class Consent(StrEnum):
    """Which consent a purpose needs of each person: none, or that to a purpose of the catalogue of consents."""

    NONE = "NONE"
    NOTICES = "NOTICES"
    SHARE_WITH_AGENCIES = "SHARE_WITH_AGENCIES"
    BANK_DATA = "BANK_DATA"


class Column(StrEnum):
    """What can be exported of a person; the ones of `PERSONAL` are plain personal values."""

    HOLDER_ID = "holder_id"
    CITIZEN_ID = "citizen_id"
    CARD_NO = "card_no"
    PREFIX = "prefix"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    BIRTH_DATE = "birth_date"
    BIRTH_PRECISION = "birth_precision"
    INCOME = "income_2559_satang"
    TIER = "tier"
    AGE = "age"
    VISIT_GROUP = "visit_group"
    HOUSE_NO = "house_no"
    MOO = "moo"
    ROAD = "road"
    SUBDISTRICT = "subdistrict"
    POSTCODE = "postcode"
    PHONE = "phone"
    BANK = "bank"
    ACCOUNT_NO = "account_no"
    STATUS = "status"
    DECEASED_ON = "deceased_on"
    MOVED_ON = "moved_on"


SEALED: Final = frozenset({Column.CITIZEN_ID, Column.CARD_NO, Column.PHONE, Column.ACCOUNT_NO})
"""Those that lie in the one sealed value of a person."""
PERSONAL: Final = SEALED | {
    Column.PREFIX,
    Column.FIRST_NAME,
    Column.LAST_NAME,
    Column.BIRTH_DATE,
    Column.BIRTH_PRECISION,
    Column.INCOME,
    Column.HOUSE_NO,
    Column.MOO,
    Column.ROAD,
    Column.POSTCODE,
    Column.DECEASED_ON,
    Column.MOVED_ON,
}
RECEIPT_COLUMNS: Final = (
    Column.HOLDER_ID,
    Column.CITIZEN_ID,
    Column.PREFIX,
    Column.FIRST_NAME,
    Column.LAST_NAME,
    Column.BIRTH_DATE,
    Column.BIRTH_PRECISION,
    Column.TIER,
    Column.AGE,
    Column.VISIT_GROUP,
    Column.HOUSE_NO,
    Column.MOO,
    Column.ROAD,
    Column.SUBDISTRICT,
    Column.POSTCODE,
    Column.PHONE,
    Column.STATUS,
)
"""What the district teams need to invite and to visit: no card number, no account, no income beyond the tier."""


class Purpose(StrEnum):
    """For what a list is given; export_purposes.yaml says to whom, on which basis and with which consent."""

    PROVINCE_RECEIPT = "PROVINCE_RECEIPT"
    PUBLIC_TASK = "PUBLIC_TASK"
    AGENCY_SERVICES = "AGENCY_SERVICES"
    BANK_SERVICES = "BANK_SERVICES"
    CONTACT = "CONTACT"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the file says of a purpose."""

    recipients: frozenset[RecipientKind]
    consent: Consent
    basis: str


@dataclass(frozen=True, slots=True)
class Unit:
    """The office that receives: exactly one of area, bank and agency is set, and says whose reach finds what is sent to it."""

    kind: RecipientKind
    code: str
    area: str | None = None
    bank: str | None = None
    agency: str | None = None


def unit_of(kind: RecipientKind, code: str) -> Unit:
    """The office of the kind with the code. Raises Invalid naming `unit`."""
    match kind:
        case RecipientKind.GOVERNOR if is_province(code):
            return Unit(kind, code, area=code)
        case RecipientKind.DISTRICT_OFFICE if is_district(code):
            return Unit(kind, code, area=code)
        case RecipientKind.BANK if code in set(Bank):
            return Unit(kind, code, bank=code)
        case RecipientKind.MINISTRY if _AGENCY.fullmatch(code):
            return Unit(kind, code, agency=code)
    raise Invalid.field("unit", "unit", "is not a unit of this kind", "ไม่ใช่รหัสหน่วยงานของประเภทนี้", "81 | 8101 | KTB | MOAC")


@cache
def terms() -> Mapping[Purpose, Terms]:
    """The terms of every purpose. Raises KeyError or ValueError when the file does not tell them."""
    told: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("export_purposes.yaml").read_text(encoding="utf-8"))
    return {
        purpose: Terms(
            frozenset(RecipientKind(kind) for kind in told[purpose]["recipients"]),
            Consent(told[purpose]["consent"]),
            told[purpose]["basis"],
        )
        for purpose in Purpose
    }


def terms_for(purpose: Purpose, kind: RecipientKind) -> Terms:
    """The terms of the purpose. Raises Invalid when such an office may not have lists for it."""
    found = terms()[purpose]
    if kind not in found.recipients:
        raise Invalid.field(
            "purpose",
            "not_for_this_recipient",
            "is not for this kind of recipient",
            "ใช้กับผู้รับประเภทนี้ไม่ได้",
            ", ".join(sorted(found.recipients)),
        )
    return found


def within_unit(wanted: HolderFilter, unit: Unit) -> HolderFilter:
    """What is wanted, narrowed to the office's own area. Raises Invalid when it lies outside."""
    area = unit.area
    if area is None:
        return wanted
    for name in ("province", "district", "subdistrict"):
        code: str | None = getattr(wanted, name)
        if code is not None and not code.startswith(area[: len(code)]):
            raise Invalid.field(f"scope.{name}", "out_of_area", "lies outside the recipient's area", "อยู่นอกพื้นที่ของผู้รับ", area)
    return replace(wanted, province=area) if unit.kind is RecipientKind.GOVERNOR else replace(wanted, district=area)


def personal(columns: Sequence[str]) -> list[str]:
    """Which of the columns are plain personal values."""
    return [column for column in columns if column in PERSONAL]
