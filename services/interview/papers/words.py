"""Facts in the words of papers."""

from typing import Final

from shared.contracts.common import Channel, Tier
from shared.contracts.interview import Employer
from shared.money import in_baht

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


def baht_of(satang: int) -> str:
    """Satang as baht, without a fraction of none: `1,234`, `1,234.50`."""
    return in_baht(satang).removesuffix(".00")
