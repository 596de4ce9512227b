"""What can fail in the registry.

Invalid 422
├── NotARegistryFile        the file is not there, not below the import folder, or has another header
Conflict 409
├── PolicyUnknown           no policy has arrived yet, so that tiers and ages cannot be told
├── RegistryFileChanged     the file is no longer the one that the import began with
├── HolderDeceased          the person is dead
├── MoveOutOfOrder          a later move is recorded already
├── AlreadyInHousehold      one person is of one household at a time
├── HouseholdEnded          nobody lives in it any more
├── HeadNeeded              somebody must be head of those who stay
├── HeadPresent             there is a head already
├── MemberOutOfReach        one of those whom it would change is another district's
└── RepresentationEnded     it was revoked or ended before
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
