"""What can fail in the registry.

Invalid 422
├── NotARegistryFile        the file is not there, not below the import folder, or has another header
Conflict 409
├── PolicyUnknown           no policy has arrived yet, so that tiers and ages cannot be told
├── RegistryFileChanged     the file is no longer the one that the import began with
├── HolderDeceased          the person is dead
├── MoveOutOfOrder          a later move is recorded already
├── CardTaken               the new card number is another person's
├── NothingToChange         the person is as the request says already
├── ChangeAlreadyProposed   a request of this kind about the person waits for its decision
├── BasisChanged            what the request would change is no longer as it was when it was made
└── DeathListNotReady       the list is not checked yet, or has no line to apply
"""

from shared.errors import Conflict, Invalid


class NotARegistryFile(Invalid):
    """The file cannot be imported; the detail says why."""

    slug = "not-a-registry-file"
    title_en, title_th = "This is not a registry file", "ไฟล์นี้ไม่ใช่ไฟล์ทะเบียน"


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


class MoveOutOfOrder(Conflict):
    """The move lies before one that is recorded."""

    slug = "move-out-of-order"
    title_en, title_th = "A later move is already recorded", "มีการบันทึกการย้ายที่ใหม่กว่าแล้ว"


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
