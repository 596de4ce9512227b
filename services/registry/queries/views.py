"""Rows of card_holder as callers may see them: masked, or plain for those who may."""

from typing import Any

from services.registry.rules.masking import masked_card
from services.registry.vault import Vault
from shared.thai.citizen_id import masked
from shared.thai.dates import in_thai


def masked_view(row: Any, vault: Vault) -> dict[str, Any]:
    """What everybody within reach sees: no id, no birth date, no address below the subdistrict."""
    private = vault.private(row)
    return {
        "holder_id": row["holder_id"],
        "version": row["version"],
        "citizen_id_masked": masked(private.citizen_id),
        "card_no_masked": masked_card(private.card_no),
        "prefix": row["prefix"],
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "tier": row["tier"],
        "age": row["age"],
        "visit_group": row["visit_group"],
        "policy_version": row["policy_version"],
        "subdistrict": row["subdistrict"],
        "home_district": row["home_district"],
        "responsible_district": row["responsible_district"],
        "officer_id": row["officer_id"],
        "bank": row["bank"],
        "mobile_consent": row["mobile_consent"],
        "status": row["status"],
        "moved_on": row["moved_on"],
        "deceased_on": row["deceased_on"],
        "merged_into": row["merged_into"],
        "card_cancelled_on": row["card_cancelled_on"],
    }


def village_view(row: Any, _vault: Vault) -> dict[str, Any]:
    """Where a round of visits goes by, and nothing that tells one house of a village from another."""
    return {"holder_id": row["holder_id"], "subdistrict": row["subdistrict"], "moo": row["moo"] or None}


def personal_view(row: Any, vault: Vault) -> dict[str, Any]:
    """The plain values."""
    private = vault.private(row)
    return {
        "holder_id": row["holder_id"],
        "version": row["version"],
        "citizen_id": private.citizen_id,
        "card_no": private.card_no,
        "prefix": row["prefix"],
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "birth_date": row["birth_date"],
        "birth_date_th": in_thai(row["birth_date"]),
        "birth_precision": row["birth_precision"],
        "income_2559_satang": row["income_2559_satang"],
        "house_no": vault.house_no(row),
        "moo": row["moo"],
        "road": row["road"],
        "subdistrict": row["subdistrict"],
        "postcode": row["postcode"],
        "phone": private.phone or None,
        "mobile_consent": row["mobile_consent"],
        "bank": row["bank"],
        "account_no": private.account_no or None,
        "promptpay": vault.promptpay(row),
    }


def contact_view(row: Any, vault: Vault) -> dict[str, Any]:
    """How to reach a person: the name, phone and address, and the citizen id masked."""
    private = vault.private(row)
    return {
        "holder_id": row["holder_id"],
        "prefix": row["prefix"],
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "citizen_id_masked": masked(private.citizen_id),
        "phone": private.phone or None,
        "house_no": vault.house_no(row),
        "moo": row["moo"],
        "road": row["road"],
        "subdistrict": row["subdistrict"],
        "postcode": row["postcode"],
    }
