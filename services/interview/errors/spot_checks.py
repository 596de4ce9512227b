"""Named failures of spot checks.

Conflict 409
├── OwnInterview        nobody checks an interview of their own
├── OwnCase             nor that of a case that they look after
├── CheckSettled        the check has its result
├── CheckLapsed         the case went to another district or ended; there is nothing to check here any more
└── NothingToDraw       no interview of the period is left to check
"""

from shared.errors import Conflict


class OwnInterview(Conflict):
    """Who interviewed, interviewed too, or recorded the interview names no result of its check."""

    slug = "own-interview"
    title_en, title_th = "Nobody checks an interview of their own", "ผู้สัมภาษณ์หรือผู้บันทึกตรวจการสัมภาษณ์ของตนเองไม่ได้"


class OwnCase(Conflict):
    """The officer looks after the case, or interviews with who does; names them."""

    slug = "own-case"
    title_en = "Who looks after the case does not check its interview; name another officer of the team"
    title_th = "ผู้ดูแลรายนี้ตรวจการสัมภาษณ์ของรายในความดูแลไม่ได้ โปรดระบุเจ้าหน้าที่อื่นของทีม"


class CheckSettled(Conflict):
    """The check was recorded before; names its result."""

    slug = "spot-check-settled"
    title_en, title_th = "The result of this check has been recorded", "บันทึกผลการสุ่มตรวจรายนี้แล้ว"


class CheckLapsed(Conflict):
    """The case went to another district or ended after the draw."""

    slug = "spot-check-lapsed"
    title_en, title_th = "The case moved or ended after it was drawn; there is nothing to check here", "รายนี้ย้ายหรือสิ้นสุดแล้วหลังการสุ่ม ไม่ต้องตรวจ"


class NothingToDraw(Conflict):
    """Every interview of the period was drawn before, or there is none."""

    slug = "nothing-to-draw"
    title_en, title_th = "No interview of this period is left to check", "ไม่มีการสัมภาษณ์ในช่วงนี้ที่ยังไม่เคยสุ่มตรวจ"
