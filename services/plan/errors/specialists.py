"""Failures of specialists' reviews.

Conflict 409
├── ReviewOpen          a specialist is asked about the dimension already
├── ReviewAwaited       nothing is agreed on in a dimension while its specialist is asked
├── ReviewNotOpen       the review was taken, answered or withdrawn before
└── ReviewNotTaken      who answers must have taken the review
"""

from shared.errors import Conflict


class ReviewOpen(Conflict):
    """One question a dimension; names the open one."""

    slug = "specialist-review-open"
    title_en, title_th = "A specialist is asked about this dimension already", "ส่งต่อทีมเฉพาะทางในมิตินี้อยู่แล้ว"


class ReviewAwaited(Conflict):
    """An agreement on the dimension waits for the answer, or for the question to be withdrawn; names review and dimension."""

    slug = "specialist-review-awaited"
    title_en = "A specialist is asked about a dimension of this agreement: wait for the answer, or withdraw the question with its reason"
    title_th = "มีมิติในข้อตกลงนี้ที่รอความเห็นทีมเฉพาะทาง โปรดรอความเห็น หรือถอนคำขอพร้อมระบุเหตุผล"


class ReviewNotOpen(Conflict):
    """The state of the review does not allow it; names it."""

    slug = "specialist-review-not-open"
    title_en, title_th = "The review does not wait for this", "คำขอความเห็นนี้ไม่ได้อยู่ในสถานะที่ทำรายการนี้ได้"


class ReviewNotTaken(Conflict):
    """Who answers has taken the review before; names who has it."""

    slug = "specialist-review-not-taken"
    title_en, title_th = "The review must be taken first by who answers it", "ผู้ให้ความเห็นต้องรับเรื่องนี้ไว้ก่อน"
