"""What plan's routes share: the scopes and the call as a reason."""

from typing import Final

from services.plan.commands.specialists import SPECIALIST_SCOPES
from services.plan.domain import Because
from services.plan.resources import PlanResources
from shared.http import Call

PROGRAMMES_READ: Final = "plan.programmes:read"
PROGRAMMES_WRITE: Final = "plan.programmes:write"
PROGRAMMES_APPROVE: Final = "plan.programmes:approve"
OFFERINGS_WRITE: Final = "plan.offerings:write"
PLANS_READ: Final = "plan.plans:read"
PLANS_WRITE: Final = "plan.plans:write"
REFERRALS_READ: Final = "plan.referrals:read"
REFERRALS_ACCEPT: Final = "plan.referrals:accept"
OUTCOMES_WRITE: Final = "plan.outcomes:write"
PACKETS_READ: Final = "plan.packets:read"
WAITING_READ: Final = "plan.waiting-lists:read"
ALARMS_RAISE: Final = "plan.alarms:raise"
REVIEWS_READ: Final = "plan.specialist-reviews:read"
REVIEWS_ASK: Final = "plan.specialist-reviews:ask"
REVIEWS_ANSWER: Final = "plan.specialist-reviews:answer"

SCOPES: Final = {
    PROGRAMMES_READ: "Read the catalogue of programmes. อ่านรายการโครงการ",
    PROGRAMMES_WRITE: "Propose programmes and changes of them. เสนอเพิ่มหรือแก้ไขโครงการ",
    PROGRAMMES_APPROVE: "Approve what another person proposed, with the reference of คอต. อนุมัติตามมติ คอต.",
    OFFERINGS_WRITE: "Say where and when programmes are given, and to how many. กำหนดสถานที่ วันเวลา และจำนวนที่รับ",
    PLANS_READ: "Read plans in reach. อ่านแผนในพื้นที่รับผิดชอบ",
    PLANS_WRITE: "Record the agreement or refusal of one's own cases. บันทึกการตกลงหรือปฏิเสธแผนของรายที่ดูแล",
    REFERRALS_READ: "Read referrals in reach. อ่านการส่งต่อ",
    REFERRALS_ACCEPT: "Take referred persons in. รับตัวผู้ถูกส่งต่อ",
    PACKETS_READ: "Read what an agency needs of who is referred to it. อ่านชุดข้อมูลการส่งต่อ",
    ALARMS_RAISE: "Raise reminders and what is overdue now. แจ้งเตือนและยกระดับงานเกินกำหนดทันที",
    OUTCOMES_WRITE: "Report outcomes of referrals. รายงานผลการพัฒนา",
    WAITING_READ: "Read who waits for the seats of offerings, in reach. อ่านบัญชีรอของรอบที่เปิด",
    REVIEWS_READ: "Read what specialists are asked, in reach. อ่านคำขอความเห็นทีมเฉพาะทาง",
    REVIEWS_ASK: "Ask specialists about one's own cases. ขอความเห็นทีมเฉพาะทาง",
    REVIEWS_ANSWER: "Take and answer specialist reviews. รับเรื่องและให้ความเห็นเฉพาะทาง",
    **{
        scope: f"Answer as a specialist of dimension {dimension}. ให้ความเห็นในมิติ {dimension}"
        for dimension, scope in SPECIALIST_SCOPES.items()
    },
}


def because_of(call: Call[PlanResources], why: str) -> Because:
    """The call as the reason of a change: who, the business time of now, and why."""
    return Because(at=call.resources.clock.business_now(), who=call.principal.subject, why=why, correlation_id=call.correlation_id)
