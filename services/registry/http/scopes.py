"""The scopes of the registry's routes."""

from typing import Final

IMPORTS_READ: Final = "registry.imports:read"
IMPORTS_WRITE: Final = "registry.imports:write"
IMPORTS_APPROVE: Final = "registry.imports:approve"
FLAGS_READ: Final = "registry.flags:read"
FLAGS_WRITE: Final = "registry.flags:write"
HOLDERS_READ: Final = "registry.card-holders:read"
CONTACTS_READ: Final = "registry.contacts:read"
HOLDERS_FIND: Final = "registry.card-holders:find"
HOLDERS_SEARCH: Final = "registry.card-holders:search"
DUPLICATES_READ: Final = "registry.duplicates:read"
DUPLICATES_WRITE: Final = "registry.duplicates:write"
DUPLICATES_APPROVE: Final = "registry.duplicates:approve"
HOLDERS_VERIFY: Final = "registry.card-holders:verify"
HOLDERS_WRITE: Final = "registry.card-holders:write"
CHANGES_READ: Final = "registry.changes:read"
CHANGES_APPROVE: Final = "registry.changes:approve"
PERSONAL_READ: Final = "registry.personal:read"
STATISTICS_READ: Final = "registry.statistics:read"
AREAS_READ: Final = "registry.areas:read"
AUDIT_READ: Final = "registry.audit:read"
KEYS_READ: Final = "registry.keys:read"
KEYS_WRITE: Final = "registry.keys:write"
ERASURES_READ: Final = "registry.erasures:read"
ERASURES_PROPOSE: Final = "registry.erasures:propose"
ERASURES_DECIDE: Final = "registry.erasures:decide"
CONSENTS_READ: Final = "registry.consents:read"
CONSENTS_WRITE: Final = "registry.consents:write"
HOUSEHOLDS_READ: Final = "registry.households:read"
HOUSEHOLDS_WRITE: Final = "registry.households:write"
REPRESENTATIVES_READ: Final = "registry.representatives:read"
REPRESENTATIVES_WRITE: Final = "registry.representatives:write"
RECIPIENTS_READ: Final = "registry.recipients:read"
RECIPIENTS_WRITE: Final = "registry.recipients:write"
RECIPIENTS_APPROVE: Final = "registry.recipients:approve"
EXPORTS_READ: Final = "registry.exports:read"
EXPORTS_WRITE: Final = "registry.exports:write"
EXPORTS_APPROVE: Final = "registry.exports:approve"
EXPORTS_RECEIVE: Final = "registry.exports:receive"
DCI_SEARCH: Final = "registry.dci:search"
DCI_SUBSCRIBE: Final = "registry.dci:subscribe"
DCI_SENDERS_READ: Final = "registry.dci-senders:read"
DCI_SENDERS_WRITE: Final = "registry.dci-senders:write"
CHANGE_FEED_READ: Final = "registry.changes-feed:read"
WEBHOOKS_READ: Final = "registry.webhooks:read"
WEBHOOKS_WRITE: Final = "registry.webhooks:write"
NOTICES_READ: Final = "registry.notices:read"
NOTICE_RECEIPTS_WRITE: Final = "registry.notice-receipts:write"

SCOPES: Final = {
    IMPORTS_READ: "Watch imports and read what they rejected. ดูการนำเข้าไฟล์ทะเบียน",
    IMPORTS_WRITE: "Import registry files (reach: country). นำเข้าไฟล์ทะเบียน",
    IMPORTS_APPROVE: "Decide about imports that would change much. อนุมัติการนำเข้าที่เปลี่ยนแปลงข้อมูลจำนวนมาก",
    FLAGS_READ: "Read flags of persons whom a file leaves out. ดูรายการผู้มีบัตรที่หายไปจากไฟล์",
    FLAGS_WRITE: "Resolve flags. บันทึกผลการตรวจสอบรายการแจ้งเตือน",
    CONTACTS_READ: "Read the contact of who is referred to one's agency and consents. ดูข้อมูลติดต่อผู้ที่ถูกส่งต่อและยินยอม",
    HOLDERS_READ: "Read card holders, masked. ดูข้อมูลผู้มีบัตรแบบปิดบัง",
    HOLDERS_FIND: "Find card holders by citizen id or card number; audited. ค้นหาผู้มีบัตร",
    HOLDERS_SEARCH: "Search for card holders by name, area, birth year; audited. ค้นหาผู้มีบัตรด้วยชื่อ พื้นที่ ปีเกิด",
    DUPLICATES_READ: "Read pairs of card holders who may be one person. ดูรายการผู้มีบัตรที่อาจซ้ำกัน",
    DUPLICATES_WRITE: "Find and decide such pairs, propose merges. พิจารณารายการซ้ำและเสนอรวมข้อมูล",
    DUPLICATES_APPROVE: "Approve merges and their undoing; not one's own. อนุมัติการรวมและการยกเลิกการรวม",
    HOLDERS_VERIFY: "Ask whether people are card holders: yes or no and the tier; audited. ตรวจสอบสถานะผู้มีบัตร",
    HOLDERS_WRITE: "Record moves and ask for changes. บันทึกการย้ายที่อยู่และยื่นคำขอเปลี่ยนแปลงข้อมูล",
    CHANGES_READ: "Read change requests, masked. ดูคำขอเปลี่ยนแปลงข้อมูล",
    CHANGES_APPROVE: "Decide the change requests and lists of deaths of others. พิจารณาคำขอเปลี่ยนแปลงข้อมูล",
    PERSONAL_READ: "Read plain personal values; audited. ดูข้อมูลส่วนบุคคลแบบไม่ปิดบัง",
    STATISTICS_READ: "Read counts within reach. ดูสถิติ",
    AUDIT_READ: "Read who looked at whom. ดูประวัติการเรียกดูข้อมูล",
    KEYS_READ: "See which keys seal persons, and how far a rotation is (reach: country). ดูสถานะกุญแจ",
    KEYS_WRITE: "Change keys (reach: country). เปลี่ยนกุญแจ",
    ERASURES_READ: "Read proposals to erase persons. ดูข้อเสนอลบข้อมูล",
    ERASURES_PROPOSE: "Propose to erase persons. เสนอลบข้อมูล",
    ERASURES_DECIDE: "Decide on erasures that others proposed. อนุมัติการลบข้อมูล",
    CONSENTS_READ: "Read what people consent to, and their receipts. ดูความยินยอมและใบรับ",
    CONSENTS_WRITE: "Record consents and withdrawals. บันทึกการให้และถอนความยินยอม",
    HOUSEHOLDS_READ: "Read households. ดูข้อมูลครัวเรือน",
    HOUSEHOLDS_WRITE: "Form, join, leave, split and merge households. บันทึกข้อมูลครัวเรือน",
    REPRESENTATIVES_READ: "Read who may act for a person; audited. ดูผู้แทนและผู้รับมอบอำนาจ",
    REPRESENTATIVES_WRITE: "Record guardians and proxies and their end. บันทึกผู้แทนและผู้รับมอบอำนาจ",
    RECIPIENTS_READ: "Read who receives lists, and their keys. ดูหน่วยงานผู้รับและกุญแจ",
    RECIPIENTS_WRITE: "Register and revoke keys of recipients (reach: country). ลงทะเบียนและเพิกถอนกุญแจผู้รับ",
    RECIPIENTS_APPROVE: "Approve keys that another registered. อนุมัติกุญแจผู้รับ",
    EXPORTS_READ: "Read exports and distributions, without their content. ดูรายการส่งออก",
    EXPORTS_WRITE: "Ask for exports and distributions, and revoke them (reach: country). ขอและเพิกถอนการส่งออก",
    EXPORTS_APPROVE: "Approve exports that another asked for. อนุมัติการส่งออก",
    EXPORTS_RECEIVE: "Fetch the files of one's own office and confirm receipt. รับไฟล์และยืนยันการรับ",
    DCI_SEARCH: "Search by the DCI social registry API, as a registered sender; audited. ค้นหาตามมาตรฐาน DCI",
    DCI_SUBSCRIBE: "Subscribe to changes by the DCI social registry API. บอกรับการเปลี่ยนแปลงตามมาตรฐาน DCI",
    DCI_SENDERS_READ: "Read who may ask by the DCI API. ดูทะเบียนผู้ส่งของ DCI",
    DCI_SENDERS_WRITE: "Register who may ask by the DCI API (reach: country). ลงทะเบียนผู้ส่งของ DCI",
    CHANGE_FEED_READ: "Read the feed of changes: states without personal data. อ่านรายการเปลี่ยนแปลง",
    WEBHOOKS_READ: "See your endpoints and subscriptions. ดูปลายทางที่ลงทะเบียน",
    WEBHOOKS_WRITE: "Register endpoints and subscribe. ลงทะเบียนปลายทางและสมัครรับข้อมูล",
    NOTICES_READ: "Read notices to people, phones masked. ดูการแจ้งเตือนประชาชน",
    NOTICE_RECEIPTS_WRITE: "Say how messages ended; for the provider that sends them. แจ้งผลการส่งข้อความ",
    AREAS_READ: "Read provinces, districts and subdistricts. ดูรหัสพื้นที่",
}
"""Every scope and what it allows."""
