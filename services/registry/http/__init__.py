"""The routes of the registry, by what they are about."""

from typing import Final

from services.registry.http import (
    areas,
    card_holders,
    change_feed,
    consents,
    dci_senders,
    distributions,
    duplicates,
    erasures,
    exports,
    households,
    imports,
    jwks,
    keys,
    life_events,
    look_ups,
    merges,
    notices,
    readings,
    recipients,
    representatives,
    search,
    statistics,
    verifications,
)
from services.registry.http.dci import routes as dci_routes

# A route with a fixed last word must come before one with an id in that place.
ROUTERS: Final = [
    imports.router,
    look_ups.router,
    verifications.router,
    search.router,
    duplicates.router,
    merges.router,
    card_holders.router,
    life_events.router,
    consents.router,
    notices.router,
    change_feed.router,
    households.router,
    representatives.router,
    recipients.router,
    exports.router,
    distributions.router,
    dci_senders.router,
    dci_routes.router,
    jwks.router,
    erasures.router,
    keys.router,
    statistics.router,
    areas.router,
    readings.router,
]

TAGS: Final = [
    {"name": "imports", "description": "Importing the national registry file. การนำเข้าไฟล์ทะเบียน"},
    {"name": "card holders", "description": "Reading and finding card holders. ข้อมูลและการค้นหาผู้มีบัตร"},
    {"name": "life events", "description": "Moves and deaths. การย้ายที่อยู่และการเสียชีวิต"},
    {"name": "duplicates", "description": "People who may be in the registry twice. ผู้มีบัตรที่อาจซ้ำกัน"},
    {"name": "consents", "description": "What people consent to, with receipts. ความยินยอมและใบรับ"},
    {"name": "households", "description": "Who lives with whom. ครัวเรือน"},
    {"name": "representatives", "description": "Guardians and proxies. ผู้แทนและผู้รับมอบอำนาจ"},
    {"name": "notices", "description": "What people are told on their phones. การแจ้งเตือนประชาชน"},
    {"name": "changes", "description": "What changed, for other systems. รายการเปลี่ยนแปลงสำหรับระบบอื่น"},
    {"name": "webhooks", "description": "Addresses that are called back. ปลายทางสำหรับส่งข้อมูลออก"},
    {"name": "dci senders", "description": "Who may ask by the DCI API (/dci/v1.0.0/openapi.yaml). ผู้ส่งตามมาตรฐาน DCI"},
    {"name": "exports", "description": "Encrypted lists for other offices, and their receipt. การส่งออกรายชื่อแบบเข้ารหัสและการยืนยันการรับ"},
    {"name": "erasures", "description": "Erasing persons as the law asks. การลบข้อมูลตามกฎหมาย"},
    {"name": "keys", "description": "Keys of sealed fields, and changing them. กุญแจเข้ารหัส"},
    {"name": "audit", "description": "Who looked at whom. ประวัติการเรียกดูข้อมูล"},
    {"name": "areas", "description": "Provinces, districts, subdistricts. พื้นที่"},
    {"name": "statistics", "description": "Counts within your reach. จำนวนผู้มีบัตรในพื้นที่"},
]
"""What the tags of the page say, in its order."""
