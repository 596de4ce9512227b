"""Failures of referrals.

Conflict 409
├── ReferralNotOpen       the referral does not wait for this step, or the step was reported of another day
├── ReferralClockRunning  the agency still has time for the step that it is waited for
├── ReferralClosed        the referral has its final outcome, was closed with the plan, or another attempt took its place
└── ReferralDeclined      the agency declined; the person's officer refers the line again
Invalid 422
└── OutcomeNotAllowed     the outcome does not fit the dimension, or its finality does not
"""

from shared.errors import Conflict, Invalid


class ReferralNotOpen(Conflict):
    """The referral does not wait for this step; names its state."""

    slug = "referral-not-open"
    title_en, title_th = "The referral does not wait for this step", "การส่งต่อนี้ไม่ได้อยู่ในสถานะที่รอขั้นตอนนี้"


class ReferralClockRunning(Conflict):
    """The agency's time for its next step is not over; names the clock and the last day in time."""

    slug = "referral-clock-running"
    title_en, title_th = "The agency still has time for its next step", "หน่วยงานยังอยู่ในกำหนดเวลาของขั้นตอนถัดไป"


class ReferralClosed(Conflict):
    """The referral is closed; names how it ended."""

    slug = "referral-closed"
    title_en, title_th = "The referral is closed", "การส่งต่อนี้สิ้นสุดแล้ว"


class ReferralDeclined(Conflict):
    """The agency declined the person; names the reason."""

    slug = "referral-declined"
    title_en, title_th = "The agency has declined this referral", "หน่วยงานไม่รับการส่งต่อนี้แล้ว"


class OutcomeNotAllowed(Invalid):
    """The outcome, or that it is final, does not fit the referral's dimension."""

    slug = "outcome-not-allowed"
    title_en, title_th = "This outcome does not fit the referral", "ผลลัพธ์นี้ไม่ตรงกับประเภทการส่งต่อ"
