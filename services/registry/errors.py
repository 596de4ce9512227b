"""What can fail in the registry.

Invalid 422
├── NotARegistryFile        the file is not there, not below the import folder, or has another header
Conflict 409
├── PolicyUnknown           no policy has arrived yet, so that tiers and ages cannot be told
├── RegistryFileChanged     the file is no longer the one that the import began with
├── HolderDeceased          the person is dead
├── MoveOutOfOrder          a later move is recorded already
├── RecipientNotUsable      no key of the office is approved and valid today
├── KeyDiffers              the fingerprint that was compared is not that of the key that would be used
├── ExportNotReady          there is no file to fetch or confirm (yet, or any more)
├── ExportNotStored         the export folder does not take the file, or lacks it
└── ReceiptDiffers          count or hash are not those of the file
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
