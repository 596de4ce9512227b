"""The scopes of the registry's routes."""

from typing import Final

IMPORTS_READ: Final = "registry.imports:read"
IMPORTS_WRITE: Final = "registry.imports:write"
HOLDERS_READ: Final = "registry.card-holders:read"
HOLDERS_FIND: Final = "registry.card-holders:find"
HOLDERS_VERIFY: Final = "registry.card-holders:verify"
HOLDERS_WRITE: Final = "registry.card-holders:write"
PERSONAL_READ: Final = "registry.personal:read"
STATISTICS_READ: Final = "registry.statistics:read"
AREAS_READ: Final = "registry.areas:read"
AUDIT_READ: Final = "registry.audit:read"
DCI_SEARCH: Final = "registry.dci:search"
DCI_SUBSCRIBE: Final = "registry.dci:subscribe"
DCI_SENDERS_READ: Final = "registry.dci-senders:read"
DCI_SENDERS_WRITE: Final = "registry.dci-senders:write"
CHANGES_READ: Final = "registry.changes-feed:read"
WEBHOOKS_READ: Final = "registry.webhooks:read"
WEBHOOKS_WRITE: Final = "registry.webhooks:write"
NOTICES_READ: Final = "registry.notices:read"
NOTICE_RECEIPTS_WRITE: Final = "registry.notice-receipts:write"

SCOPES: Final = {
    IMPORTS_READ: "Watch imports and read what they rejected. ดูการนำเข้าไฟล์ทะเบียน",
    IMPORTS_WRITE: "Import registry files (reach: country). นำเข้าไฟล์ทะเบียน",
    HOLDERS_READ: "Read card holders, masked. ดูข้อมูลผู้มีบัตรแบบปิดบัง",
    HOLDERS_FIND: "Find card holders by citizen id or card number; audited. ค้นหาผู้มีบัตร",
    HOLDERS_VERIFY: "Ask whether people are card holders: yes or no and the tier; audited. ตรวจสอบสถานะผู้มีบัตร",
    HOLDERS_WRITE: "Record moves and deaths. บันทึกการย้ายที่อยู่และการเสียชีวิต",
    PERSONAL_READ: "Read plain personal values; audited. ดูข้อมูลส่วนบุคคลแบบไม่ปิดบัง",
    STATISTICS_READ: "Read counts within reach. ดูสถิติ",
    AUDIT_READ: "Read who looked at whom. ดูประวัติการเรียกดูข้อมูล",
    DCI_SEARCH: "Search by the DCI social registry API, as a registered sender; audited. ค้นหาตามมาตรฐาน DCI",
    DCI_SUBSCRIBE: "Subscribe to changes by the DCI social registry API. บอกรับการเปลี่ยนแปลงตามมาตรฐาน DCI",
    DCI_SENDERS_READ: "Read who may ask by the DCI API. ดูทะเบียนผู้ส่งของ DCI",
    DCI_SENDERS_WRITE: "Register who may ask by the DCI API (reach: country). ลงทะเบียนผู้ส่งของ DCI",
    CHANGES_READ: "Read the feed of changes: states without personal data. อ่านรายการเปลี่ยนแปลง",
    WEBHOOKS_READ: "See your endpoints and subscriptions. ดูปลายทางที่ลงทะเบียน",
    WEBHOOKS_WRITE: "Register endpoints and subscribe. ลงทะเบียนปลายทางและสมัครรับข้อมูล",
    NOTICES_READ: "Read notices to people, phones masked. ดูการแจ้งเตือนประชาชน",
    NOTICE_RECEIPTS_WRITE: "Say how messages ended; for the provider that sends them. แจ้งผลการส่งข้อความ",
    AREAS_READ: "Read provinces, districts and subdistricts. ดูรหัสพื้นที่",
}
"""Every scope and what it allows."""
