"""What the ISO 20022 messages have in common: their names, and how texts and days are found in them. Any version of a message is read."""

import re
from typing import Final
from xml.etree.ElementTree import Element

from services.payments.rules.bank_files.lines import FileFormat, Reading, Wrong, satang
from shared.files.xml_elements import Root

WANTED: Final = {
    FileFormat.PAIN_002: frozenset({"OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts", "TxInfAndSts"}),
    FileFormat.CAMT_053: frozenset({"Ntry", "TxDtls"}),
    FileFormat.CAMT_054: frozenset({"Ntry", "TxDtls"}),
}
"""The elements of each message that are its lines."""
CURRENCY: Final = "THB"
_NAMESPACE: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(pain\.002|camt\.053|camt\.054)\.001\.[0-9]{2}")


def format_of(root: Root) -> FileFormat | None:
    """The format of a message that begins so; None for one that is not taken."""
    found = _NAMESPACE.fullmatch(root.namespace) if root.name == "Document" else None
    return FileFormat(found[1].upper().replace(".", "_")) if found else None


def text_of(element: Element | None, *paths: str) -> str | None:
    """The text at the first of the paths that has one."""
    if element is None:
        return None
    for path in paths:
        text = element.findtext(path)
        if text and not text.isspace():
            return text.strip()
    return None


def day_text(element: Element | None, path: str) -> str | None:
    """The text of a day or moment at the path: later versions have it one level below."""
    return text_of(element, f"{path}/Dt", f"{path}/DtTm", path)


def take_amount(reading: Reading, place: str, element: Element | None) -> int | None:
    """The satang of an amount that must be there, in baht; None where it is missing or wrong, which is kept."""
    currency = CURRENCY if element is None else element.get("Ccy", "")

    def read(text: str) -> int:
        if currency != CURRENCY:
            raise Wrong("currency", f"is not in {CURRENCY}", f"สกุลเงินไม่ใช่ {CURRENCY}")
        return satang(text)

    return reading.take(place, None if element is None else element.text, read)
