"""The scopes of the registry's routes."""

from typing import Final

IMPORTS_READ: Final = "registry.imports:read"
IMPORTS_WRITE: Final = "registry.imports:write"
HOLDERS_READ: Final = "registry.card-holders:read"
HOLDERS_FIND: Final = "registry.card-holders:find"
HOLDERS_VERIFY: Final = "registry.card-holders:verify"
HOLDERS_WRITE: Final = "registry.card-holders:write"
CHANGES_READ: Final = "registry.changes:read"
CHANGES_APPROVE: Final = "registry.changes:approve"
PERSONAL_READ: Final = "registry.personal:read"
STATISTICS_READ: Final = "registry.statistics:read"
AREAS_READ: Final = "registry.areas:read"
AUDIT_READ: Final = "registry.audit:read"

SCOPES: Final = {
    IMPORTS_READ: "Watch imports and read what they rejected. ดูการนำเข้าไฟล์ทะเบียน",
    IMPORTS_WRITE: "Import registry files (reach: country). นำเข้าไฟล์ทะเบียน",
    HOLDERS_READ: "Read card holders, masked. ดูข้อมูลผู้มีบัตรแบบปิดบัง",
    HOLDERS_FIND: "Find card holders by citizen id or card number; audited. ค้นหาผู้มีบัตร",
    HOLDERS_VERIFY: "Ask whether people are card holders: yes or no and the tier; audited. ตรวจสอบสถานะผู้มีบัตร",
    HOLDERS_WRITE: "Record moves and ask for changes. บันทึกการย้ายที่อยู่และยื่นคำขอเปลี่ยนแปลงข้อมูล",
    CHANGES_READ: "Read change requests, masked. ดูคำขอเปลี่ยนแปลงข้อมูล",
    CHANGES_APPROVE: "Decide the change requests and lists of deaths of others. พิจารณาคำขอเปลี่ยนแปลงข้อมูล",
    PERSONAL_READ: "Read plain personal values; audited. ดูข้อมูลส่วนบุคคลแบบไม่ปิดบัง",
    STATISTICS_READ: "Read counts within reach. ดูสถิติ",
    AUDIT_READ: "Read who looked at whom. ดูประวัติการเรียกดูข้อมูล",
    AREAS_READ: "Read provinces, districts and subdistricts. ดูรหัสพื้นที่",
}
"""Every scope and what it allows."""
