"""Named failures of interview.

NotFound 404
└── NotInRegistry           the person is not among the card holders of the caller's area
Forbidden 403
├── CommitteeRequired       this kind of decision is taken by คอจ.
└── NotTheAddressee         released results are received by whom they are addressed to
Invalid 422
├── UnknownProgramme        a menu line names a programme that is not in the catalogue or not active
├── UnknownOfficer          no such officer, or not active
└── UnknownPlace            no such meeting place
Conflict 409
├── CaseNotReady            the case's state does not allow the step
├── CaseChanged             another writer was first; read again
├── HolderDeceased
├── HolderMerged
├── OfficerKnown            the staff number is registered already
├── OfficerLeft             the officer left before
├── OfficerHasCases         an officer who leaves hands over the open cases first
├── WishOutsideWindow       stated on a day on which this channel was not open
├── LateApprovalRequired    a form entered late waits for another person's approval: enter it as a late form
├── LateWishRefused         stated after the last window, and the policy refuses late wishes
├── LateWishNeedsDecision   stated after the last window: ask for คอจ.'s decision by an intent
├── IntentRequired          who wishes to develop must first state the wish
├── OfficerRequired         the case has no account officer
├── NotTheCaseOfficer       another officer's case
├── OfficerOfAnotherDistrict
├── CoInterviewerRequired   the account officer is not of BAAC or GSB and nobody of them interviews too
├── NoOfficers              the district has no active officer
├── NoBankOfficer           neither district nor province has an active officer of BAAC or GSB
├── TooEarly                the period must be over, or open, first
├── TooLate                 the period is over
├── NotInterviewed          the step needs an interview
├── AttemptsNotUsedUp       too few home visits for NOT_FOUND
├── NoLateWish              no late wish waits for a decision
├── RefusalIsWithdrawal     who stated the wish refuses a visit by withdrawing it
└── DecisionNotFitting      the case is not in a position for this kind of decision
Unavailable 503
└── PolicyNotHere           no policy has arrived from payments

Beside this module, by subject: teams and assignment, places (queues, days, late forms), forms (drafts, revisions), spot checks, offline. Those of papers are in
papers/errors.py; those of complaints, committees' powers and agencies' tasks stand with their rules (rules/complaints.py, committee_powers.py, agency_tasks.py).
"""

from typing import Any

from shared.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound, Unavailable


class NotInRegistry(NotFound):
    """The person is not among the card holders that the caller reaches."""

    slug = "not-in-registry"
    title_en, title_th = "Not among the registered card holders", "ไม่พบในทะเบียนผู้มีบัตรสวัสดิการแห่งรัฐ"

    @classmethod
    def told(cls) -> "NotInRegistry":
        """With the words for the person at the desk, and where they may ask: those who took the registrations of 2560."""
        return cls(
            "No registered card holder of your area has this number. Tell the person that this measure is for holders of the 2560"
            " registration and is no new registration; check the card, or ask where they are registered and name the district wished for.",
            "ไม่พบเลขนี้ในทะเบียนผู้มีบัตรสวัสดิการแห่งรัฐในพื้นที่ของท่าน โปรดแจ้งว่ามาตรการนี้สำหรับผู้ผ่านการลงทะเบียนปี 2560 เท่านั้น"
            " ไม่ใช่การลงทะเบียนใหม่ ให้ตรวจสอบบัตรอีกครั้ง หรือสอบถามภูมิลำเนาและระบุอำเภอที่ประสงค์จะพัฒนา",
            where_to_ask_en="A branch of BAAC, GSB or Krungthai Bank, the provincial treasury office, or in Bangkok the district office, where the"
            " registrations of 2560 were taken; bring the citizen id card and, where there is one, the slip of the registration",
            where_to_ask_th="สาขา ธ.ก.ส. ธนาคารออมสิน ธนาคารกรุงไทย สำนักงานคลังจังหวัด หรือสำนักงานเขตในกรุงเทพมหานคร ที่รับลงทะเบียนปี 2560"
            " โดยนำบัตรประจำตัวประชาชนและใบตอบรับการลงทะเบียน (ถ้ามี) ไปด้วย",
        )


class CommitteeRequired(Forbidden):
    """Only the provincial committee takes this kind of decision."""

    slug = "committee-required"
    title_en, title_th = "This is for the provincial committee to decide", "เรื่องนี้ต้องให้คณะอนุกรรมการจังหวัด (คอจ.) พิจารณา"


class NotTheAddressee(Forbidden):
    """The results are addressed to somebody else."""

    slug = "not-the-addressee"
    title_en, title_th = "These results are addressed to somebody else", "ผลนี้ส่งถึงผู้รับอื่น"


class UnknownProgramme(Invalid):
    """A menu line names a programme that nobody may choose."""

    slug = "unknown-programme"
    title_en, title_th = "A programme of the menu is unknown or not active", "โครงการในเมนูไม่มีอยู่หรือไม่เปิดรับ"


class UnknownOfficer(Invalid):
    """No active officer has this id."""

    slug = "unknown-officer"
    title_en, title_th = "No active officer has this id", "ไม่พบเจ้าหน้าที่ที่ปฏิบัติงานอยู่ตามรหัสนี้"

    def __init__(self, field: str = "officer_id", **facts: Any) -> None:
        """Names the field, and where the officers are listed."""
        super().__init__(**_unknown(self, field, "GET /v1/officers"), **facts)


class UnknownPlace(Invalid):
    """No meeting place has this id."""

    slug = "unknown-place"
    title_en, title_th = "No meeting place has this id", "ไม่พบจุดรับแจ้งความประสงค์ตามรหัสนี้"

    def __init__(self, field: str = "place_id", **facts: Any) -> None:
        """Names the field, and where the places are listed."""
        super().__init__(**_unknown(self, field, "GET /v1/meeting-places"), **facts)


def _unknown(error: Invalid, field: str, where: str) -> dict[str, Any]:
    """What a failure says of the field that names what is not there, and where to find what is."""
    problem = FieldProblem(field, error.slug.replace("-", "_"), error.title_en, error.title_th, where)
    return {"detail_en": f"{field}: {error.title_en}", "detail_th": f"{field}: {error.title_th}", "problems": (problem,)}


class CaseNotReady(Conflict):
    """The state of the case does not allow the step; names both and the states that do."""

    slug = "case-not-ready"
    title_en, title_th = "The state of the case does not allow this", "สถานะของรายไม่อนุญาตให้ดำเนินการนี้"


class CaseChanged(Conflict):
    """Another writer changed the case first."""

    slug = "case-changed"
    title_en, title_th = "The case has just been changed by another; read it again", "รายนี้เพิ่งถูกแก้ไขโดยผู้อื่น โปรดอ่านใหม่"


class HolderDeceased(Conflict):
    """The person has died."""

    slug = "holder-deceased"
    title_en = "The registry says that the person has died; who says otherwise asks the district's registrar to have it taken back"
    title_th = "ทะเบียนระบุว่าบุคคลนี้เสียชีวิตแล้ว หากไม่ถูกต้องให้ติดต่อนายทะเบียนอำเภอเพื่อแก้ไข"


class HolderMerged(Conflict):
    """The holder was found to be the same person as another, who stays; work goes on with that one's case."""

    slug = "holder-merged"
    title_en = "The registry says that this card holder is another one: go on under the id `merged_into`"
    title_th = "ทะเบียนระบุว่าผู้มีบัตรรายนี้เป็นบุคคลเดียวกับรายอื่น ให้ดำเนินการต่อด้วยรหัส merged_into"


class HolderErased(Conflict):
    """The registry erased the person, as the law asked; nothing about them is recorded any more."""

    slug = "holder-erased"
    title_en, title_th = "The registry has erased this person; nothing more is recorded", "ทะเบียนได้ลบข้อมูลบุคคลนี้ตามกฎหมายแล้ว ไม่บันทึกข้อมูลเพิ่ม"


class OfficerKnown(Conflict):
    """The employer's staff number is registered already."""

    slug = "officer-known"
    title_en, title_th = "This staff number of this employer is registered already", "เลขประจำตัวเจ้าหน้าที่ของหน่วยงานนี้ขึ้นทะเบียนแล้ว"


class OfficerLeft(Conflict):
    """The officer left before."""

    slug = "officer-left"
    title_en, title_th = "This officer has left already", "เจ้าหน้าที่รายนี้พ้นจากการปฏิบัติงานแล้ว"


class OfficerHasCases(Conflict):
    """The officer has open cases; GET /v1/cases?officer_id= lists them, POST /v1/cases/{case_id}/assignment hands each over."""

    slug = "officer-has-cases"
    title_en, title_th = "Hand over this officer's open cases first", "ต้องส่งมอบรายบุคคลที่อยู่ในความดูแลให้ผู้อื่นก่อน"


class WishOutsideWindow(Conflict):
    """The channel was not open on the day on which the wish was stated."""

    slug = "wish-outside-window"
    title_en, title_th = "The wish was stated outside the period of this channel", "วันที่แจ้งความประสงค์อยู่นอกช่วงเวลาของช่องทางนี้"


class LateApprovalRequired(Conflict):
    """The form is entered late; it waits for the district chief's approval as a late form."""

    slug = "late-approval-required"
    title_en = "A form entered late needs the district chief's approval: enter it as a late form (POST /v1/late-forms)"
    title_th = "แบบที่บันทึกล่าช้าต้องได้รับอนุมัติจากนายอำเภอ ให้บันทึกเป็นแบบที่ส่งล่าช้า (POST /v1/late-forms)"


class LateWishRefused(Conflict):
    """The policy refuses wishes stated after the last window."""

    slug = "late-wish-refused"
    title_en, title_th = "The period for stating the wish is over", "พ้นกำหนดระยะเวลาแจ้งความประสงค์แล้ว"


class LateWishNeedsDecision(Conflict):
    """A late wish is recorded by an intent and waits for the committee; it cannot be stated inside an interview."""

    slug = "late-wish-needs-decision"
    title_en = "A late wish waits for คอจ.: record it by an intent, and interview after the decision"
    title_th = "ความประสงค์ที่แจ้งล่าช้าต้องรอ คอจ. พิจารณา ให้บันทึกแบบแจ้งความประสงค์ แล้วสัมภาษณ์หลังมีมติ"


class IntentRequired(Conflict):
    """The person wishes to develop but has stated no wish that counts."""

    slug = "intent-required"
    title_en = "The wish must be stated first; at a home visit send `states_wish` with the interview"
    title_th = "ต้องแจ้งความประสงค์ก่อน หากเป็นการไปหาที่บ้านให้ส่ง states_wish มาพร้อมการสัมภาษณ์"


class OfficerRequired(Conflict):
    """The case has no account officer."""

    slug = "officer-required"
    title_en, title_th = "Assign an account officer first", "ต้องมอบหมายผู้ดูแลผู้มีบัตรก่อน"


class NotTheCaseOfficer(Conflict):
    """The officer named is not the case's account officer."""

    slug = "not-the-case-officer"
    title_en, title_th = "The case has another account officer", "รายนี้มีผู้ดูแลผู้มีบัตรคนอื่น"


class OfficerOfAnotherDistrict(Conflict):
    """The officer does not belong to the responsible district."""

    slug = "officer-of-another-district"
    title_en, title_th = "The officer belongs to another district", "เจ้าหน้าที่สังกัดอำเภออื่น"


class CoInterviewerRequired(Conflict):
    """The rule of the circular: an officer of BAAC or GSB must interview too."""

    slug = "co-interviewer-required"
    title_en = "The account officer is not of BAAC or GSB: name a co-interviewer of one of them"
    title_th = "ผู้ดูแลไม่ได้สังกัด ธ.ก.ส. หรือธนาคารออมสิน ต้องระบุผู้ร่วมสัมภาษณ์จากธนาคารดังกล่าว"


class NoOfficers(Conflict):
    """Nobody of the district can take cases."""

    slug = "no-officers"
    title_en, title_th = "The district has no active officer; register officers first", "อำเภอยังไม่มีเจ้าหน้าที่ที่ปฏิบัติงาน โปรดขึ้นทะเบียนเจ้าหน้าที่ก่อน"


class NoBankOfficer(Conflict):
    """Nobody of BAAC or GSB can co-interview."""

    slug = "no-bank-officer"
    title_en = "No active officer of BAAC or GSB in the district or its province can co-interview; register one first"
    title_th = "ไม่มีเจ้าหน้าที่ ธ.ก.ส. หรือธนาคารออมสินในอำเภอหรือจังหวัดที่ร่วมสัมภาษณ์ได้ โปรดขึ้นทะเบียนก่อน"


class TooEarly(Conflict):
    """A period must be over, or open, before this can be done; names the day."""

    slug = "too-early"
    title_en, title_th = "It is too early for this", "ยังไม่ถึงกำหนดเวลา"


class TooLate(Conflict):
    """The period in which this can be done is over; names the day."""

    slug = "too-late"
    title_en, title_th = "It is too late for this", "พ้นกำหนดเวลาแล้ว"


class NotInterviewed(Conflict):
    """There is no interview to follow."""

    slug = "not-interviewed"
    title_en, title_th = "The person has not been interviewed", "ยังไม่ได้สัมภาษณ์บุคคลนี้"


class AttemptsNotUsedUp(Conflict):
    """Fewer home visits than the policy asks for."""

    slug = "attempts-not-used-up"
    title_en, title_th = "More home visits are needed before the person counts as not found", "ต้องไปหาที่บ้านให้ครบจำนวนครั้งก่อนจึงจะถือว่าไม่พบตัว"


class RefusalIsWithdrawal(Conflict):
    """A person with a wish that counts does not refuse a visit: they withdraw the wish, or refuse in an interview."""

    slug = "refusal-is-withdrawal"
    title_en = "This person stated the wish: record a withdrawal (POST /v1/intents/{intent_id}/withdrawal), or the refusal in an interview"
    title_th = "บุคคลนี้แจ้งความประสงค์ไว้แล้ว ให้บันทึกการถอนความประสงค์ หรือบันทึกการปฏิเสธในการสัมภาษณ์"


class NoLateWish(Conflict):
    """Nothing waits for the committee."""

    slug = "no-late-wish"
    title_en, title_th = "No late wish of this person waits for a decision", "ไม่มีความประสงค์ล่าช้าของบุคคลนี้ที่รอพิจารณา"


class DecisionNotFitting(Conflict):
    """The case is not in a position for this kind of decision."""

    slug = "decision-not-fitting"
    title_en, title_th = "This kind of decision does not fit the case", "มติประเภทนี้ไม่สอดคล้องกับสถานะของราย"


class PolicyNotHere(Unavailable):
    """Payments has not published a policy yet, or it has not arrived."""

    slug = "policy-not-here"
    title_en, title_th = "The policy has not arrived yet; try again later", "ยังไม่ได้รับชุดหลักเกณฑ์ โปรดลองใหม่ภายหลัง"
