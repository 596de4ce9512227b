"""Named failures of officers, teams, rosters and assignment.

Invalid 422
└── NotToBeAppointed        somebody may not have this duty in this team
Conflict 409
├── NoOfficerFree           every officer of the district who could take cases is absent or has as many as they may
├── OfficerAbsent           the officer is absent on the day
├── CaseloadFull            the officer, or the team, may not have so many cases
├── SameOfficer             a caseload is handed over to somebody else
├── AbsencesOverlap         the officer is absent then already
├── OrderKnown              a team was appointed by this order already
└── ServesElsewhere         the officer is on the roster of another place on these days
"""

from shared.errors import Conflict, Invalid


class NotToBeAppointed(Invalid):
    """An officer may not have the duty; each problem names the field and who may."""

    slug = "not-to-be-appointed"
    title_en, title_th = "An officer may not have this duty", "เจ้าหน้าที่รายนี้รับหน้าที่นี้ไม่ได้"


class NoOfficerFree(Conflict):
    """Every officer of the district who could take cases is absent on the day or has as many cases as they may."""

    slug = "no-officer-free"
    title_en = "Every account officer of the district is absent or has as many cases as they may have"
    title_th = "ผู้ดูแลของอำเภอทุกคนไม่อยู่ปฏิบัติงาน หรือมีจำนวนรายครบตามที่กำหนดแล้ว"


class OfficerAbsent(Conflict):
    """The officer is absent on the day."""

    slug = "officer-absent"
    title_en, title_th = "The officer is absent on this day", "เจ้าหน้าที่ไม่อยู่ปฏิบัติงานในวันนี้"


class CaseloadFull(Conflict):
    """The receiver may not have so many cases; names how many come, how many they have and how many they may have."""

    slug = "caseload-full"
    title_en, title_th = "The officer may not have so many cases", "เจ้าหน้าที่มีจำนวนรายเกินกว่าที่กำหนด"


class SameOfficer(Conflict):
    """A caseload is handed over to somebody else."""

    slug = "same-officer"
    title_en, title_th = "Hand the cases over to another officer", "ต้องส่งมอบให้เจ้าหน้าที่คนอื่น"


class AbsencesOverlap(Conflict):
    """The officer is absent on some of these days already."""

    slug = "absences-overlap"
    title_en, title_th = "The officer is recorded as absent on some of these days already", "มีการบันทึกการไม่อยู่ในบางวันของช่วงนี้แล้ว"


class OrderKnown(Conflict):
    """A team of the district was appointed by an order of this number already."""

    slug = "order-known"
    title_en, title_th = "A team of this district was appointed by this order already", "มีการแต่งตั้งทีมของอำเภอนี้ตามคำสั่งเลขที่นี้แล้ว"


class ServesElsewhere(Conflict):
    """The officer is on the roster of another place on some of these days."""

    slug = "serves-elsewhere"
    title_en, title_th = "The officer serves at another place on some of these days", "เจ้าหน้าที่ปฏิบัติงานที่จุดอื่นในบางวันของช่วงนี้"
