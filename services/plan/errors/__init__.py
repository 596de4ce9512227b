"""Failures of plan; those of employers are in errors/employers.py.

DomainError
├── Conflict
│   ├── PlanNotOpen           the plan's state does not allow an agreement or a refusal
│   ├── SignaturesMissing     an agreement needs the signature of the person and of the officer
│   ├── OfficerNotActive      the account officer has left the team
│   ├── ProgrammeNotActive    the programme is not offered now
│   ├── ProgrammeExists       a programme of that code is in the catalogue
│   ├── ReferralNotOpen       the referral was accepted or closed before
│   ├── ReferralNotAccepted   an outcome was reported before the agency took the person in
│   └── ReferralClosed        the referral has its final outcome, or was closed with the plan
├── Forbidden
│   └── NotOwnCase            only the person's own account officer may do this
├── PreconditionFailed
│   └── ProgrammeChangedSince If-Match names another version of the programme
└── Invalid
    └── OutcomeNotAllowed     the outcome does not fit the dimension, or its finality does not
"""

from shared.errors import Conflict, Forbidden, Invalid, PreconditionFailed


class PlanNotOpen(Conflict):
    """The plan's state does not allow it; names the state."""

    slug = "plan-not-open"
    title_en, title_th = "The plan is not in a state that allows this", "สถานะของแผนไม่อนุญาตให้ดำเนินการนี้"


class SignaturesMissing(Conflict):
    """Both must have signed."""

    slug = "signatures-missing"
    title_en = "The person and the account officer must both have signed"
    title_th = "ต้องลงนามทั้งผู้มีบัตรและผู้ดูแล (AO)"


class OfficerNotActive(Conflict):
    """The account officer has left the team."""

    slug = "officer-not-active"
    title_en, title_th = "The account officer is not active", "ผู้ดูแล (AO) ไม่ได้ปฏิบัติหน้าที่แล้ว"


class ProgrammeNotActive(Conflict):
    """The programme is not in the catalogue or not offered now; names the code."""

    slug = "programme-not-active"
    title_en, title_th = "The programme is not offered", "โครงการนี้ไม่เปิดรับ"


class ProgrammeExists(Conflict):
    """The code is taken; names it."""

    slug = "programme-exists"
    title_en, title_th = "A programme of this code exists", "มีโครงการรหัสนี้อยู่แล้ว"


class ReferralNotOpen(Conflict):
    """The referral does not wait for an acceptance; names its state."""

    slug = "referral-not-open"
    title_en, title_th = "The referral does not wait for an acceptance", "การส่งต่อนี้ไม่ได้อยู่ในสถานะรอรับตัว"


class ReferralNotAccepted(Conflict):
    """The agency has not taken the person in yet."""

    slug = "referral-not-accepted"
    title_en, title_th = "The agency has not accepted the referral yet", "หน่วยงานยังไม่ได้รับตัวผู้มีบัตร"


class ReferralClosed(Conflict):
    """The referral is closed; names how it ended."""

    slug = "referral-closed"
    title_en, title_th = "The referral is closed", "การส่งต่อนี้สิ้นสุดแล้ว"


class NotOwnCase(Forbidden):
    """Only the person's own account officer may do this."""

    slug = "not-own-case"
    title_en, title_th = "Only the person's own account officer may do this", "เฉพาะผู้ดูแล (AO) ของผู้มีบัตรรายนี้เท่านั้น"


class ProgrammeChangedSince(PreconditionFailed):
    """If-Match names another version; names the present one."""

    slug = "programme-changed-since"


class OutcomeNotAllowed(Invalid):
    """The outcome, or that it is final, does not fit the referral's dimension."""

    slug = "outcome-not-allowed"
    title_en, title_th = "This outcome does not fit the referral", "ผลลัพธ์นี้ไม่ตรงกับประเภทการส่งต่อ"
