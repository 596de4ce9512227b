"""Named failures of field devices and what they bring.

Forbidden 403
├── OfficersOnly            a field device is an account officer's own
└── DeviceRevoked           the device may no longer bring or fetch anything, and is to be wiped
Invalid 422
├── BatchNotSigned          what a device brought is not signed by its key
└── OperationIdReused       the id or number stands for another operation
Conflict 409
├── DeviceKnown             the device is registered already
├── SyncRunning             another batch of the device is being taken in
├── BatchMissing            a batch before this one has not come
└── PackTooLarge            an officer has more cases than a pack holds
"""

from shared.errors import Conflict, Forbidden, Invalid


class OfficersOnly(Forbidden):
    """Only an account officer's own token may use a field device."""

    slug = "officers-only"
    title_en, title_th = "A field device is used with the account officer's own token", "อุปกรณ์ภาคสนามใช้ได้กับโทเค็นของผู้ดูแลเท่านั้น"


class DeviceRevoked(Forbidden):
    """The device was revoked: nothing is taken from it or given to it."""

    slug = "device-revoked"
    title_en, title_th = (
        "This device was revoked; wipe what it holds and ask the district office",
        "อุปกรณ์นี้ถูกยกเลิกสิทธิ์ ให้ลบข้อมูลในเครื่องและติดต่อที่ว่าการอำเภอ",
    )


class BatchNotSigned(Invalid):
    """The batch is not signed by the key of the device, or was changed or cut on its way."""

    slug = "batch-not-signed"
    title_en, title_th = (
        "The batch is not signed by the device's key, or is not whole",
        "ชุดข้อมูลไม่ได้ลงลายมือชื่อด้วยกุญแจของอุปกรณ์ หรือไม่ครบถ้วน",
    )


class OperationIdReused(Invalid):
    """The id, or the number, of an operation was used for another one before."""

    slug = "operation-id-reused"
    title_en, title_th = "This operation id or number was used for another operation", "รหัสหรือลำดับของรายการนี้ถูกใช้กับรายการอื่นแล้ว"


class DeviceKnown(Conflict):
    """The device id is taken."""

    slug = "device-known"
    title_en, title_th = "This device is registered already", "อุปกรณ์นี้ขึ้นทะเบียนแล้ว"


class SyncRunning(Conflict):
    """Another batch of the device is being taken in."""

    slug = "sync-running"
    title_en, title_th = (
        "Another batch of this device is being taken in; send this one again after it",
        "กำลังรับชุดข้อมูลอื่นของอุปกรณ์นี้ โปรดส่งใหม่เมื่อเสร็จแล้ว",
    )


class BatchMissing(Conflict):
    """The numbers of the operations do not go on from the last that came."""

    slug = "batch-missing"
    title_en, title_th = "Operations before these have not come; send them first", "ยังไม่ได้รับรายการก่อนหน้านี้ โปรดส่งรายการนั้นก่อน"


class PackTooLarge(Conflict):
    """The officer has more open cases than a pack holds."""

    slug = "pack-too-large"
    title_en, title_th = "The officer has more open cases than a pack holds", "จำนวนรายในความดูแลเกินกว่าชุดข้อมูลหนึ่งชุด"
