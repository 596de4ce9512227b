"""What plan's routes share: the scopes and the call as a reason."""

from typing import Final

from services.plan.domain import Because
from services.plan.resources import PlanResources
from shared.http import Call

PROGRAMMES_READ: Final = "plan.programmes:read"
PROGRAMMES_WRITE: Final = "plan.programmes:write"
PROGRAMMES_APPROVE: Final = "plan.programmes:approve"
OFFERINGS_WRITE: Final = "plan.offerings:write"
PLANS_READ: Final = "plan.plans:read"
PLANS_WRITE: Final = "plan.plans:write"
RECOMMENDATIONS_READ: Final = "plan.recommendations:read"
RECOMMENDATIONS_WRITE: Final = "plan.recommendations:write"
CHOICES_READ: Final = "plan.choices:read"
REFERRALS_READ: Final = "plan.referrals:read"
REFERRALS_ACCEPT: Final = "plan.referrals:accept"
OUTCOMES_WRITE: Final = "plan.outcomes:write"

SCOPES: Final = {
    PROGRAMMES_READ: "Read the catalogue of programmes. อ่านรายการโครงการ",
    PROGRAMMES_WRITE: "Propose programmes and changes of them. เสนอเพิ่มหรือแก้ไขโครงการ",
    PROGRAMMES_APPROVE: "Approve what another person proposed, with the reference of คอต. อนุมัติตามมติ คอต.",
    OFFERINGS_WRITE: "Say where and when programmes are given, and to how many. กำหนดสถานที่ วันเวลา และจำนวนที่รับ",
    PLANS_READ: "Read plans in reach. อ่านแผนในพื้นที่รับผิดชอบ",
    PLANS_WRITE: "Record the agreement or refusal of one's own cases. บันทึกการตกลงหรือปฏิเสธแผนของรายที่ดูแล",
    CHOICES_READ: "See how often recommendations are followed. ดูจำนวนการเลือกตามคำแนะนำ",
    RECOMMENDATIONS_READ: "See why a programme is recommended to a person, or why not. ดูเหตุผลที่แนะนำหรือไม่แนะนำโครงการ",
    RECOMMENDATIONS_WRITE: "Recommend anew to the country. สั่งแนะนำใหม่ทั่วประเทศ",
    REFERRALS_READ: "Read referrals in reach. อ่านการส่งต่อ",
    REFERRALS_ACCEPT: "Take referred persons in. รับตัวผู้ถูกส่งต่อ",
    OUTCOMES_WRITE: "Report outcomes of referrals. รายงานผลการพัฒนา",
}


def because_of(call: Call[PlanResources], why: str) -> Because:
    """The call as the reason of a change: who, the business time of now, and why."""
    return Because(at=call.resources.clock.business_now(), who=call.principal.subject, why=why, correlation_id=call.correlation_id)
