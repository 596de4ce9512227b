"""What can fail in the registry.

Invalid 422
├── NotARegistryFile        the file is not there, not below the import folder, or has another header
Conflict 409
├── PolicyUnknown           no policy has arrived yet, so that tiers and ages cannot be told
├── RegistryFileChanged     the file is no longer the one that the import began with
├── HolderDeceased          the person is dead
├── MoveOutOfOrder          a later move is recorded already
├── SenderExists            a sender of the DCI API has this id already
└── AlreadySubscribed       the endpoint has its subscription
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


class SenderExists(Conflict):
    """Its registration can be changed."""

    slug = "sender-exists"
    title_en, title_th = "A sender with this id is registered already", "มีผู้ส่งรหัสนี้ในทะเบียนแล้ว"


class AlreadySubscribed(Conflict):
    """An endpoint has one subscription."""

    slug = "already-subscribed"
    title_en, title_th = "This endpoint is subscribed already", "ปลายทางนี้สมัครรับข้อมูลไว้แล้ว"
