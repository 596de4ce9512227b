"""What plan's routes share: the scopes and the call as a reason."""

from typing import Final

from services.plan.commands.specialists import SPECIALIST_SCOPES
from services.plan.domain import Because
from services.plan.resources import PlanResources
from shared.auth import Level, Principal
from shared.contracts.common import AGENCIES
from shared.errors import NotFound
from shared.http import Call

PROGRAMMES_READ: Final = "plan.programmes:read"
PROGRAMMES_WRITE: Final = "plan.programmes:write"
PROGRAMMES_APPROVE: Final = "plan.programmes:approve"
OFFERINGS_WRITE: Final = "plan.offerings:write"
CODE_LISTS_READ: Final = "plan.code-lists:read"
CODE_LISTS_PROPOSE: Final = "plan.code-lists:propose"
CODE_LISTS_APPROVE: Final = "plan.code-lists:approve"
PLANS_READ: Final = "plan.plans:read"
PLANS_WRITE: Final = "plan.plans:write"
RECOMMENDATIONS_READ: Final = "plan.recommendations:read"
RECOMMENDATIONS_WRITE: Final = "plan.recommendations:write"
CHOICES_READ: Final = "plan.choices:read"
REFERRALS_READ: Final = "plan.referrals:read"
REFERRALS_ACCEPT: Final = "plan.referrals:accept"
OUTCOMES_WRITE: Final = "plan.outcomes:write"
CONNECTIONS_READ: Final = "plan.connections:read"
CONNECTIONS_WRITE: Final = "plan.connections:write"
WAITING_READ: Final = "plan.waiting-lists:read"
PACKETS_READ: Final = "plan.packets:read"
ALARMS_RAISE: Final = "plan.alarms:raise"
REVIEWS_READ: Final = "plan.specialist-reviews:read"
REVIEWS_ASK: Final = "plan.specialist-reviews:ask"
REVIEWS_ANSWER: Final = "plan.specialist-reviews:answer"
EMPLOYERS_READ: Final = "plan.employers:read"
EMPLOYERS_WRITE: Final = "plan.employers:write"
EMPLOYERS_DECIDE: Final = "plan.employers:decide"
EMPLOYMENTS_READ: Final = "plan.employments:read"
EMPLOYMENTS_WRITE: Final = "plan.employments:write"
PERIODS_READ: Final = "plan.accounting-periods:read"
PERIODS_WRITE: Final = "plan.accounting-periods:write"
DEDUCTIONS_READ: Final = "plan.deductions:read"
DEDUCTIONS_ISSUE: Final = "plan.deductions:issue"
WAGES_READ: Final = "plan.wages:read"
WAGES_WRITE: Final = "plan.wages:write"

SCOPES: Final = {
    PROGRAMMES_READ: "Read the catalogue of programmes. อ่านรายการโครงการ",
    PROGRAMMES_WRITE: "Propose programmes and changes of them. เสนอเพิ่มหรือแก้ไขโครงการ",
    PROGRAMMES_APPROVE: "Approve what another person proposed, with the reference of คอต. อนุมัติตามมติ คอต.",
    OFFERINGS_WRITE: "Say where and when programmes are given, and to how many. กำหนดสถานที่ วันเวลา และจำนวนที่รับ",
    CODE_LISTS_READ: "Read proposed code lists. อ่านข้อเสนอบัญชีรหัส",
    CODE_LISTS_PROPOSE: "Propose to replace a code list. เสนอบัญชีรหัสรุ่นใหม่",
    CODE_LISTS_APPROVE: "Approve another's replacement of a code list. อนุมัติบัญชีรหัสรุ่นใหม่",
    PLANS_READ: "Read plans in reach. อ่านแผนในพื้นที่รับผิดชอบ",
    PLANS_WRITE: "Record the agreement or refusal of one's own cases. บันทึกการตกลงหรือปฏิเสธแผนของรายที่ดูแล",
    CHOICES_READ: "See how often recommendations are followed. ดูจำนวนการเลือกตามคำแนะนำ",
    RECOMMENDATIONS_READ: "See why a programme is recommended to a person, or why not. ดูเหตุผลที่แนะนำหรือไม่แนะนำโครงการ",
    RECOMMENDATIONS_WRITE: "Recommend anew to the country. สั่งแนะนำใหม่ทั่วประเทศ",
    REFERRALS_READ: "Read referrals in reach. อ่านการส่งต่อ",
    REFERRALS_ACCEPT: "Take referred persons in. รับตัวผู้ถูกส่งต่อ",
    PACKETS_READ: "Read what an agency needs of who is referred to it. อ่านชุดข้อมูลการส่งต่อ",
    ALARMS_RAISE: "Raise reminders and what is overdue now. แจ้งเตือนและยกระดับงานเกินกำหนดทันที",
    OUTCOMES_WRITE: "Report outcomes of referrals. รายงานผลการพัฒนา",
    CONNECTIONS_READ: "Read how agencies are told. อ่านวิธีเชื่อมต่อของหน่วยงาน",
    CONNECTIONS_WRITE: "Set how an agency is told. กำหนดวิธีเชื่อมต่อของหน่วยงาน",
    WAITING_READ: "Read who waits for the seats of offerings, in reach. อ่านบัญชีรอของรอบที่เปิด",
    REVIEWS_READ: "Read what specialists are asked, in reach. อ่านคำขอความเห็นทีมเฉพาะทาง",
    REVIEWS_ASK: "Ask specialists about one's own cases. ขอความเห็นทีมเฉพาะทาง",
    REVIEWS_ANSWER: "Take and answer specialist reviews. รับเรื่องและให้ความเห็นเฉพาะทาง",
    **{
        scope: f"Answer as a specialist of dimension {dimension}. ให้ความเห็นในมิติ {dimension}"
        for dimension, scope in SPECIALIST_SCOPES.items()
    },
    EMPLOYERS_READ: "Read employers in reach. อ่านข้อมูลนายจ้าง",
    EMPLOYERS_WRITE: "Apply as an employer. ยื่นคำขอขึ้นทะเบียนนายจ้าง",
    EMPLOYERS_DECIDE: "Register or refuse employers. พิจารณาคำขอของนายจ้าง",
    EMPLOYMENTS_READ: "Read employments of the employers in reach. อ่านการจ้างงาน",
    EMPLOYMENTS_WRITE: "Tell of one's own employments, wages and trainings. บันทึกการจ้างงาน ค่าจ้าง และการฝึกอบรม",
    PERIODS_READ: "Read accounting periods. อ่านรอบระยะเวลาบัญชี",
    PERIODS_WRITE: "Open and close one's own accounting periods. เปิดและปิดรอบระยะเวลาบัญชี",
    DEDUCTIONS_READ: "Read what may be deducted, and certificates. อ่านจำนวนที่หักได้และหนังสือรับรอง",
    DEDUCTIONS_ISSUE: "Certify what may be deducted. ออกหนังสือรับรอง",
    WAGES_READ: "Read wages that could not be taken in. อ่านรายการค่าจ้างที่รับไม่ได้",
    WAGES_WRITE: "Tell wages that one's own bank paid through cards. รายงานค่าจ้างที่จ่ายผ่านบัตร",
}


def because_of(call: Call[PlanResources], why: str) -> Because:
    """The call as the reason of a change: who, the business time of now, and why."""
    return Because(at=call.resources.clock.business_now(), who=call.principal.subject, why=why, correlation_id=call.correlation_id)


def agency_of(principal: Principal) -> str:
    """The agency that the caller is, or the bank as an agency. Raises NotFound for others."""
    reach = principal.reach
    if reach.level not in {Level.AGENCY, Level.BANK} or reach.code not in AGENCIES:
        raise NotFound
    return reach.code


def require_agency(principal: Principal, agency: str) -> None:
    """Raise NotFound unless the caller is the agency, or reaches the country."""
    if principal.reach.level is not Level.COUNTRY and agency_of(principal) != agency:
        raise NotFound
