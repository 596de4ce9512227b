"""Named failures of meeting places: their queues and days, and the forms that come late.

Conflict 409
├── PlaceNotOpen            the place is not announced for this day
├── PlaceDayClosed          the officer has signed this place's day: a form of it is entered as a late one
├── PlaceDayNotClosed       nothing to reopen
├── DifferenceNotExplained  the papers counted are not as many as the slips recorded
├── TicketsBeingServed      somebody is still at a counter
├── NobodyWaits             no number is waiting to be called
├── TicketEnded             the ticket was served, or the person left, before
├── FormNotLate             the form is in time: it needs nobody's approval
└── WishStatedBefore        the person has a slip already
"""

from shared.errors import Conflict


class PlaceNotOpen(Conflict):
    """The place is not announced for this day; names its days."""

    slug = "place-not-open"
    title_en, title_th = "This meeting place is not open on this day", "จุดรับแจ้งความประสงค์นี้ไม่เปิดในวันดังกล่าว"


class PlaceDayClosed(Conflict):
    """The day of this place is closed and signed."""

    slug = "place-day-closed"
    title_en = "This place has closed the day: enter the form as a late one (POST /v1/late-forms), which another person approves"
    title_th = "จุดรับแจ้งนี้ปิดยอดประจำวันแล้ว ให้บันทึกเป็นแบบที่ส่งล่าช้า (POST /v1/late-forms) ซึ่งต้องมีผู้อนุมัติอีกคนหนึ่ง"


class PlaceDayNotClosed(Conflict):
    """The day of this place is open."""

    slug = "place-day-not-closed"
    title_en, title_th = "This place has not closed the day", "จุดรับแจ้งนี้ยังไม่ได้ปิดยอดประจำวัน"


class DifferenceNotExplained(Conflict):
    """The papers are more or fewer than the slips; names both numbers."""

    slug = "difference-not-explained"
    title_en = "The papers counted and the slips recorded differ: count again, or explain the difference"
    title_th = "จำนวนแบบกระดาษไม่ตรงกับจำนวนหางตั๋วที่บันทึก โปรดนับใหม่หรือระบุเหตุผลของผลต่าง"


class TicketsBeingServed(Conflict):
    """Somebody is at a counter; names the numbers."""

    slug = "tickets-being-served"
    title_en, title_th = "Somebody is still at a counter: end these tickets first", "ยังมีผู้รับบริการอยู่ที่ช่องบริการ โปรดสิ้นสุดบัตรคิวเหล่านี้ก่อน"


class NobodyWaits(Conflict):
    """No number waits."""

    slug = "nobody-waits"
    title_en, title_th = "Nobody is waiting at this place", "ไม่มีผู้รอรับบริการ ณ จุดนี้"


class TicketEnded(Conflict):
    """The ticket is at its end, or not of this place."""

    slug = "ticket-ended"
    title_en, title_th = "This ticket has ended", "บัตรคิวนี้สิ้นสุดแล้ว"


class FormNotLate(Conflict):
    """The form is in time, or waits for คอจ.: it goes the ordinary way."""

    slug = "form-not-late"
    title_en = "This form needs no approval for being late: state the wish by POST /v1/intents"
    title_th = "แบบนี้ไม่ต้องขออนุมัติบันทึกล่าช้า ให้บันทึกด้วย POST /v1/intents"


class WishStatedBefore(Conflict):
    """The person has a slip; names it."""

    slug = "wish-stated-before"
    title_en = "This person has stated the wish before: give the first slip again (POST /v1/intents returns it)"
    title_th = "บุคคลนี้แจ้งความประสงค์ไว้แล้ว ให้คืนหางตั๋วฉบับแรก (เรียกด้วย POST /v1/intents)"
