"""The consent receipt: the fields of ISO/IEC TS 27560:2023, by their names, for one statement."""

from collections.abc import Mapping
from typing import Any, Final

from services.registry.rules.consents.catalogue import Catalogue, Party, Purpose
from services.registry.rules.consents.statements import Decision
from shared.ids import same_id

SCHEMA_VERSION: Final = "ISO/IEC TS 27560:2023; sukjai-consent-receipt/1"
JURISDICTION: Final = "TH"
LANGUAGE: Final = "th"
_STATES: Final = {Decision.GIVEN: "consent given", Decision.WITHDRAWN: "consent withdrawn"}
_WITHDRAWAL: Final = {
    "th": "แจ้งที่ที่ว่าการอำเภอ จุดมาพบ หรือต่อผู้ดูแล (AO) ได้ทุกเมื่อ มีผลทันที",
    "en": "Tell the district office, a meeting place or the account officer, at any time; it has effect at once.",
}
_RIGHTS: Final = {
    "th": "ขอเข้าถึง แก้ไข คัดค้าน ถอนความยินยอม และร้องเรียน ตาม พ.ร.บ. คุ้มครองข้อมูลส่วนบุคคล พ.ศ. 2562 มาตรา 19 และ 30-36, 73",
    "en": "Access, correction, objection, withdrawal and complaint (PDPA B.E. 2562 s.19, s.30-36, s.73).",
}


def receipt_of(row: Mapping[str, Any], known: Catalogue) -> dict[str, Any]:
    """The receipt of a row of `consent`. The same row always gives the same receipt."""
    purpose = known.purpose(row["purpose"])
    if purpose is None:
        raise LookupError(f"the catalogue has lost the purpose {row['purpose']}")
    notice = None if row["notice_version"] is None else known.notice(row["notice_version"])
    record_id, principal = str(row["consent_id"]), str(row["holder_id"])
    return {
        "schema_version": SCHEMA_VERSION,
        "receipt_id": str(same_id("consent-receipt", record_id)),
        "record_id": record_id,
        "pii_principal_id": principal,
        "pii_processing": {
            "privacy_notice": None if notice is None else {"reference": notice.reference, "version": notice.version},
            "language": LANGUAGE,
            "purposes": [_purpose(purpose, known, row["channel"])],
        },
        "party_identification": [_party(name, known.parties[name]) for name in dict.fromkeys((known.controller, *purpose.recipients))],
        "event": {
            "event_time": row["counts_at"].isoformat(),
            "signed_on": row["signed_on"].isoformat(),
            "recorded_at": row["recorded_at"].isoformat(),
            "validity_duration": purpose.retention.model_dump(),
            "entity_id": principal,
            "event_type": "express consent",
            "event_state": _STATES[Decision(row["decision"])],
            "evidence": row["evidence"],
        },
    }


def _purpose(purpose: Purpose, known: Catalogue, channel: str) -> dict[str, Any]:
    return {
        "purpose": purpose.name,
        "purpose_type": purpose.title.model_dump(),
        "purpose_description": purpose.description.model_dump(),
        "lawful_basis": [{"section": basis.section, **basis.rests.model_dump()} for basis in purpose.legal_basis],
        "pii_information": [
            {"pii_type": name, "sensitive_pii_category": name in purpose.sensitive_fields} for name in purpose.fields_covered
        ],
        "pii_controllers": [known.controller],
        "collection_method": channel,
        "storage_locations": [JURISDICTION],
        "retention_period": purpose.retention.model_dump(),
        "jurisdiction": JURISDICTION,
        "recipient_third_parties": list(purpose.recipients),
        "withdrawal_method": _WITHDRAWAL,
        "privacy_rights": _RIGHTS,
    }


def _party(name: str, party: Party) -> dict[str, Any]:
    return {
        "party_id": name,
        "party_name": party.name.model_dump(),
        "party_address": party.address,
        "party_contact": party.contact,
        "party_role": party.role,
        "party_type": party.kind,
    }
