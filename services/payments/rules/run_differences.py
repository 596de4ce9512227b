"""Why a run treats a person otherwise than the last released month did, in words."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from services.payments.domain import Change


class Words(NamedTuple):
    """One thing in English and Thai."""

    en: str
    th: str


_CHANGES: Final[Mapping[Change, Words]] = {
    Change.NEW: Words("was not on the list of the month before", "ไม่มีในบัญชีของเดือนก่อน"),
    Change.STOPPED: Words("was on the list of the month before and is not paid for this month", "มีในบัญชีของเดือนก่อน แต่ไม่ได้รับเงินเดือนนี้"),
    Change.AMOUNT_CHANGED: Words("has another amount than the month before", "จำนวนเงินต่างจากเดือนก่อน"),
    Change.DISTRICT_CHANGED: Words("belongs to another district than the month before", "อยู่ในความรับผิดชอบของอำเภออื่นจากเดือนก่อน"),
    Change.BANK_CHANGED: Words("is paid by another bank than the month before", "รับเงินผ่านธนาคารอื่นจากเดือนก่อน"),
    Change.MISSED: Words("is on the list and held, so not paid by this run", "มีในบัญชีแต่ถูกระงับ จึงไม่จ่ายในรอบนี้"),
    Change.BACK_PAID: Words("is paid for an earlier month", "ได้รับเงินของเดือนก่อนหน้า"),
}
_REASONS: Final[Mapping[str, Words]] = {
    "REFUSED": Words("refused", "ไม่ประสงค์พัฒนา"),
    "SUFFICIENT": Words("is content", "ดำรงชีวิตพอเพียง"),
    "WITHDRAWN": Words("withdrew the wish", "ขอถอนความประสงค์"),
    "NOT_INTERVIEWED": Words("was not interviewed in time", "ไม่ได้รับการสัมภาษณ์ภายในกำหนด"),
    "CHOSE_NOTHING": Words("chose nothing", "ไม่เลือกการพัฒนา"),
    "DID_NOT_DEVELOP": Words("did not develop", "ไม่พัฒนาโดยไม่มีเหตุอันควร"),
    "DID_NOT_WORK": Words("did not try to work", "ไม่พยายามทำงาน"),
    "DECEASED": Words("died", "เสียชีวิต"),
    "DECISION": Words("a committee decided", "มติคณะอนุกรรมการ"),
    "MERGED": Words("is the same person as another card holder", "เป็นบุคคลเดียวกับผู้มีบัตรอีกราย"),
    "ENDED": Words("the allowance ran to its last month", "สิทธิครบกำหนดแล้ว"),
    "NOT_PAYABLE": Words("the month is not payable", "เดือนนี้ไม่มีสิทธิ"),
    "NO_PAYEE": Words("no bank can pay yet", "ยังไม่มีธนาคารที่จ่ายได้"),
    "DISPUTED": Words("a bank told two things of an earlier payment", "ผลการจ่ายครั้งก่อนขัดแย้งกัน"),
    "SUSPECTED_DUPLICATE": Words("may be one person with another", "อาจเป็นบุคคลเดียวกับรายอื่น"),
    "DEATH_PENDING": Words("a death was reported and is not recorded yet", "มีผู้แจ้งการเสียชีวิตซึ่งยังไม่บันทึก"),
    "UNDER_REVIEW": Words("somebody put the person on hold", "มีผู้สั่งระงับจ่ายเพื่อตรวจสอบ"),
    "DUE": Words("the month was granted after its run", "ได้รับสิทธิหลังรอบจ่ายของเดือนนั้น"),
    "FAILED": Words("the bank could not pay it", "ธนาคารจ่ายไม่สำเร็จ"),
    "RETURNED": Words("the money came back", "เงินถูกส่งคืน"),
    "HELD": Words("it was held", "ถูกระงับไว้"),
}


def explain(cause: Change, reason: str | None) -> Words:
    """The difference in a sentence without its subject; a reason that has no words stands as it is."""
    what = _CHANGES[cause]
    if reason is None:
        return what
    why = _REASONS.get(reason, Words(reason, reason))
    return Words(f"{what.en}: {why.en}", f"{what.th}: {why.th}")
