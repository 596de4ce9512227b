"""What can fail in the registry.

Invalid 422
├── NotARegistryFile        the file is not there, not below the import folder, or has another header
Conflict 409
├── PolicyUnknown           no policy has arrived yet, so that tiers and ages cannot be told
├── RegistryFileChanged     the file is no longer the one that the import began with
├── ImportNotWaiting        the import does not wait for a second person
├── ImportNotDone           the import has not ended well
├── FlagResolved            the flag was resolved before
├── HolderDeceased          the person is dead
└── MoveOutOfOrder          a later move is recorded already
Unavailable 503
└── NoSpaceLeft             a disk is full; the detail says which, and what to do
"""

from shared.errors import Conflict, Invalid, Unavailable


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
