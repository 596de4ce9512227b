"""Facts in the words of papers."""

from datetime import date
from typing import Final

from shared.contracts.common import Channel, Tier
from shared.contracts.interview import Employer
from shared.money import in_baht
from shared.thai.areas import area_name
from shared.thai.dates import month_in_thai

MEASURE: Final = "มาตรการพัฒนาคุณภาพชีวิตผู้มีบัตรสวัสดิการแห่งรัฐ"
TIERS: Final = {Tier.UP_TO_30000: "รายได้ไม่เกิน 30,000 บาท", Tier.OVER_30000: "รายได้เกิน 30,000 บาท"}
CHANNELS: Final = {Channel.WALK_IN: "มาพบ ณ จุดรับแจ้ง", Channel.HOME_VISIT: "ไปหาที่บ้าน"}
EMPLOYERS: Final = {
    Employer.BAAC: "ธ.ก.ส.",
    Employer.GSB: "ธนาคารออมสิน",
    Employer.KTB: "ธนาคารกรุงไทย",
    Employer.GHB: "ธนาคารอาคารสงเคราะห์",
    Employer.DISTRICT_OFFICE: "ที่ว่าการอำเภอ",
    Employer.COMMUNITY_DEVELOPMENT: "พัฒนาชุมชน",
    Employer.LABOUR: "แรงงาน",
    Employer.AGRICULTURE: "เกษตร",
    Employer.OTHER: "หน่วยงานอื่น",
}
_BANGKOK: Final = "10"


def area_in_thai(code: str) -> str:
    """A district (4 digits) or subdistrict (6) with what it lies in: `ตำบลปากน้ำ อำเภอเมืองกระบี่ จังหวัดกระบี่`, in Bangkok `เขตพระนคร กรุงเทพมหานคร`."""
    words = (
        ("", "", "แขวง") if code.startswith(_BANGKOK) else ("จังหวัด", "อำเภอ", "ตำบล")
    )  # the districts of Bangkok are called เขต in the list of areas
    names = [f"{word}{area_name(code[:length])[0]}" for word, length in zip(words, (2, 4, 6), strict=True) if length <= len(code)]
    return " ".join(reversed(names))


def month_of(month: str) -> str:
    """A month written `2018-03`: `มีนาคม 2561`."""
    return month_in_thai(date.fromisoformat(f"{month}-01"))


def baht_of(satang: int) -> str:
    """Satang as baht, without a fraction of none: `1,234`, `1,234.50`."""
    return in_baht(satang).removesuffix(".00")
