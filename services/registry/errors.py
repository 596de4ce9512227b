"""What can fail in the registry.

Invalid 422
├── NotARegistryFile        the file is not there, not below the import folder, or has another header
└── SearchTooWide           what is asked would be looked for among too many
Conflict 409
├── PolicyUnknown           no policy has arrived yet, so that tiers and ages cannot be told
├── RegistryFileChanged     the file is no longer the one that the import began with
├── ImportNotWaiting        the import does not wait for a second person
├── ImportNotDone           the import has not ended well
├── FlagResolved            the flag was resolved before
├── HolderDeceased          the person is dead
├── NotDeceased             no death of the person is recorded
├── HolderMerged            the person is another holder, who stays
├── MoveOutOfOrder          a later move is recorded already
├── PaymentsNotEnded        this legal ground waits until the person's payments have ended
├── ErasureProposed         an erasure of the person waits for its decision
├── RotationRunning         keys are being changed already
├── CannotMerge             one of the two is merged into another holder already, or they are one
├── NotMerged               the holder is not merged into another
├── PairClaimed             somebody else looks at this pair
├── PairDecided             what the pair is was decided, or waits for a second person
├── AlreadyInHousehold      one person is of one household at a time
├── HouseholdEnded          nobody lives in it any more
├── HeadNeeded              somebody must be head of those who stay
├── HeadPresent             there is a head already
├── MemberOutOfReach        one of those whom it would change is another district's
├── RepresentationEnded     it was revoked or ended before
├── RecipientNotUsable      no key of the office is approved and valid today
├── KeyDiffers              the fingerprint that was compared is not that of the key that would be used
├── ExportNotReady          there is no file to fetch or confirm (yet, or any more)
├── ExportNotStored         the export folder does not take the file, or lacks it
├── ReceiptDiffers          count or hash are not those of the file
├── SenderExists            a sender of the DCI API has this id already
├── NoEncryptionKey         what a sender of the DCI API asked for encrypted cannot be encrypted to it any more
├── AlreadySubscribed       the endpoint has its subscription
└── MoveOutOfOrder          a later move is recorded already
Unavailable 503
├── NoSpaceLeft             a disk is full; the detail says which, and what to do
├── CardTaken               the new card number is another person's
├── NothingToChange         the person is as the request says already
├── ChangeAlreadyProposed   a request of this kind about the person waits for its decision
├── BasisChanged            what the request would change is no longer as it was when it was made
└── DeathListNotReady       the list is not checked yet, or has no line to apply
"""

from shared.errors import Conflict, Invalid, Unavailable


class NotARegistryFile(Invalid):
    """The file cannot be imported; the detail says why."""

    slug = "not-a-registry-file"
    title_en, title_th = "This is not a registry file", "ไฟล์นี้ไม่ใช่ไฟล์ทะเบียน"


class SearchTooWide(Invalid):
    """There are too many among whom to look; the detail says what narrows the search."""

    slug = "search-too-wide"
    title_en, title_th = "This search is too wide", "เงื่อนไขการค้นหากว้างเกินไป"


class PolicyUnknown(Conflict):
    """Payments has published no policy set yet."""

    slug = "policy-unknown"
    title_en, title_th = "No policy has been published yet", "ยังไม่มีการประกาศหลักเกณฑ์"


class RegistryFileChanged(Conflict):
    """Size or date of the file differ from those at the start of the import."""

    slug = "registry-file-changed"
    title_en, title_th = "The file has changed since the import began", "ไฟล์ถูกเปลี่ยนแปลงหลังจากเริ่มนำเข้า"


class HolderDeceased(Conflict):
    """Nothing moves or changes after death."""

    slug = "holder-deceased"
    title_en, title_th = "The card holder is deceased", "ผู้มีบัตรเสียชีวิตแล้ว"


class NotDeceased(Conflict):
    """There is no death to take back."""

    slug = "not-deceased"
    title_en, title_th = "No death of the card holder is recorded", "ไม่มีการบันทึกว่าผู้มีบัตรเสียชีวิต"


class HolderMerged(Conflict):
    """The record is another's, which is named: changes go there."""

    slug = "holder-merged"
    title_en, title_th = "This record was merged into another card holder's", "ข้อมูลนี้ถูกรวมเข้ากับผู้มีบัตรรายอื่นแล้ว"


class MoveOutOfOrder(Conflict):
    """The move lies before one that is recorded."""

    slug = "move-out-of-order"
    title_en, title_th = "A later move is already recorded", "มีการบันทึกการย้ายที่ใหม่กว่าแล้ว"


class PaymentsNotEnded(Conflict):
    """The proposer does not state that the person's payments have ended, and the legal ground does not go without."""

    slug = "payments-not-ended"
    title_en, title_th = (
        "On this legal ground a person is erased only after their payments have ended",
        "เหตุตามกฎหมายนี้ลบข้อมูลได้เมื่อการจ่ายเงินของบุคคลสิ้นสุดแล้วเท่านั้น",
    )


class ErasureProposed(Conflict):
    """One erasure of a person at a time is proposed."""

    slug = "erasure-proposed"
    title_en, title_th = "An erasure of this person waits for its decision", "มีข้อเสนอลบข้อมูลของบุคคลนี้รอพิจารณาอยู่แล้ว"


class RotationRunning(Conflict):
    """Keys are changed one rotation at a time."""

    slug = "key-rotation-running"
    title_en, title_th = "Keys are being changed already", "กำลังเปลี่ยนกุญแจอยู่แล้ว"


class CannotMerge(Conflict):
    """A holder is merged once, into one who is not merged."""

    slug = "cannot-merge"
    title_en, title_th = "These card holders cannot be merged", "ไม่สามารถรวมผู้มีบัตรสองรายนี้ได้"


class NotMerged(Conflict):
    """There is nothing to take back."""

    slug = "not-merged"
    title_en, title_th = "The card holder is not merged into another", "ผู้มีบัตรรายนี้ไม่ได้ถูกรวมกับรายอื่น"


class PairClaimed(Conflict):
    """One person at a time looks at a pair; a claim ends after a day."""

    slug = "pair-claimed"
    title_en, title_th = "Somebody else is looking at this pair", "มีผู้อื่นกำลังตรวจสอบคู่นี้อยู่"


class PairDecided(Conflict):
    """Resolved pairs stay resolved."""

    slug = "pair-decided"
    title_en, title_th = "This pair is decided, or waits for a second person", "คู่นี้ได้รับการพิจารณาแล้ว หรือรอผู้พิจารณาคนที่สอง"


class AlreadyInHousehold(Conflict):
    """The person is, or was at a later day, a member of a household."""

    slug = "already-in-household"
    title_en, title_th = "The person belongs to a household at that time", "บุคคลนี้เป็นสมาชิกครัวเรือนอยู่แล้วในเวลานั้น"


class HouseholdEnded(Conflict):
    """Merged, or everybody left."""

    slug = "household-ended"
    title_en, title_th = "The household has ended", "ครัวเรือนสิ้นสุดแล้ว"


class HeadNeeded(Conflict):
    """The head goes and others stay."""

    slug = "head-needed"
    title_en, title_th = "Name who becomes head of the household", "โปรดระบุหัวหน้าครัวเรือนคนใหม่"


class HeadPresent(Conflict):
    """Two heads are one too many."""

    slug = "head-present"
    title_en, title_th = "The household has a head", "ครัวเรือนมีหัวหน้าอยู่แล้ว"


class MemberOutOfReach(Conflict):
    """Who reaches them all must do it: the province, or the registrar."""

    slug = "member-out-of-reach"
    title_en, title_th = "A member of the household is out of your reach", "สมาชิกบางคนอยู่นอกพื้นที่รับผิดชอบของท่าน"


class RepresentationEnded(Conflict):
    """Revoked, or ended by a death."""

    slug = "representation-ended"
    title_en, title_th = "The representation has ended", "การเป็นผู้แทนสิ้นสุดแล้ว"


class RecipientNotUsable(Conflict):
    """Nothing can be encrypted to an office without a key that holds today."""

    slug = "recipient-not-usable"
    title_en, title_th = "The recipient has no key that is approved and valid today", "ผู้รับไม่มีกุญแจที่ได้รับอนุมัติและใช้ได้ในวันนี้"


class KeyDiffers(Conflict):
    """What the approver compared is not what would be used: the key was replaced, or the wrong one was looked at."""

    slug = "key-differs"
    title_en, title_th = "The fingerprint is not that of the key that would be used", "ลายนิ้วมือกุญแจไม่ตรงกับกุญแจที่จะใช้"


class ExportNotReady(Conflict):
    """The export has no file now; `export_status` says why."""

    slug = "export-not-ready"
    title_en, title_th = "The export has no file now", "รายการส่งออกนี้ไม่มีไฟล์ในขณะนี้"


class ExportNotStored(Conflict):
    """The folder is full, cannot be written, or lost the file."""

    slug = "export-not-stored"
    title_en, title_th = "The export folder does not hold the file", "โฟลเดอร์ส่งออกเก็บไฟล์นี้ไม่ได้"


class ReceiptDiffers(Conflict):
    """What the recipient counted is not what was sent; both are in the facts, and the receipt stays open."""

    slug = "receipt-differs"
    title_en, title_th = "Count or hash differ from those of the file", "จำนวนหรือค่าแฮชไม่ตรงกับไฟล์ที่ส่ง"


class SenderExists(Conflict):
    """Its registration can be changed."""

    slug = "sender-exists"
    title_en, title_th = "A sender with this id is registered already", "มีผู้ส่งรหัสนี้ในทะเบียนแล้ว"


class NoEncryptionKey(Conflict):
    """Nothing is told in plain that was asked for encrypted."""

    slug = "no-encryption-key"
    title_en, title_th = "The sender has no key to which its answer could be encrypted", "ผู้ส่งไม่มีกุญแจสำหรับเข้ารหัสคำตอบ"


class AlreadySubscribed(Conflict):
    """An endpoint has one subscription."""

    slug = "already-subscribed"
    title_en, title_th = "This endpoint is subscribed already", "ปลายทางนี้สมัครรับข้อมูลไว้แล้ว"


class ImportNotWaiting(Conflict):
    """Nobody needs to decide about it: not yet, not any more, or not at all."""

    slug = "import-not-waiting"
    title_en, title_th = "The import does not wait for a second person", "การนำเข้านี้ไม่ได้รอการอนุมัติ"


class ImportNotDone(Conflict):
    """There is nothing to report of yet."""

    slug = "import-not-done"
    title_en, title_th = "The import is not done", "การนำเข้ายังไม่เสร็จสิ้น"


class FlagResolved(Conflict):
    """Somebody was quicker."""

    slug = "flag-resolved"
    title_en, title_th = "The flag was resolved before", "รายการแจ้งเตือนนี้ดำเนินการแล้ว"


class NoSpaceLeft(Unavailable):
    """Nothing is lost: what was done stays done."""

    slug = "no-space-left"
    title_en, title_th = "A disk is full", "พื้นที่จัดเก็บเต็ม"


class CardTaken(Conflict):
    """A card number belongs to one person."""

    slug = "card-taken"
    title_en, title_th = "The card number belongs to another person", "หมายเลขบัตรเป็นของบุคคลอื่น"


class NothingToChange(Conflict):
    """The request says what is so already."""

    slug = "nothing-to-change"
    title_en, title_th = "The record already says this", "ข้อมูลเป็นไปตามคำขออยู่แล้ว"


class ChangeAlreadyProposed(Conflict):
    """One request of a kind at a time; `request_id` says which waits."""

    slug = "change-already-proposed"
    title_en, title_th = "A request of this kind is waiting for its decision", "มีคำขอประเภทนี้รอการพิจารณาอยู่แล้ว"


class BasisChanged(Conflict):
    """Look again: `holder_version` is what to send as `on_version` to approve all the same."""

    slug = "basis-changed"
    title_en, title_th = "The data have changed since the request was made", "ข้อมูลเปลี่ยนแปลงไปหลังจากยื่นคำขอ"


class DeathListNotReady(Conflict):
    """Its lines are still being checked, or none of them changes anything."""

    slug = "death-list-not-ready"
    title_en, title_th = "The list has nothing to decide", "รายการนี้ไม่มีสิ่งที่ต้องพิจารณา"
