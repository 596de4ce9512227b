"""Named failures of slips and other papers.

Invalid 422
└── SlipReferenceNotGenuine  what was scanned is not, or no longer, what we signed
Forbidden 403
└── NamesNotShown            the registry does not show the person to this token
Unavailable 503
└── NamesAway                the registry does not answer; a paper without names can be had
"""

from shared.errors import Forbidden, Invalid, Unavailable


class SlipReferenceNotGenuine(Invalid):
    """What was scanned was not signed by us, or was changed since."""

    slug = "slip-reference-not-genuine"
    title_en = "This is not a genuine slip reference, or it was altered; find the person by card or citizen id instead"
    title_th = "รหัสนี้ไม่ใช่รหัสหางตั๋วที่แท้จริงหรือถูกแก้ไข โปรดค้นหาด้วยบัตรหรือเลขประจำตัวประชาชนแทน"


class NamesNotShown(Forbidden):
    """The registry does not show the person to this token."""

    slug = "names-not-shown"
    title_en = "The registry does not show this person's name to you; print with `names=no` to have blanks to write in"
    title_th = "ทะเบียนไม่แสดงชื่อของบุคคลนี้แก่ท่าน พิมพ์แบบเว้นช่องชื่อได้ด้วย names=no"


class NamesAway(Unavailable):
    """The registry does not answer."""

    slug = "names-away"
    title_en = "The registry, which knows the names, does not answer; try again, or print with `names=no` to have blanks to write in"
    title_th = "ระบบทะเบียนซึ่งเก็บชื่อไม่ตอบสนอง โปรดลองใหม่ หรือพิมพ์แบบเว้นช่องชื่อด้วย names=no"
