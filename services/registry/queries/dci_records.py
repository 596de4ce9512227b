"""Card holders as the objects of the DCI social registry: SRPerson, Member and Group."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.registry.rules.dci.requests import Shape
from services.registry.rules.households import Role
from services.registry.rules.masking import masked_card
from services.registry.vault import Private, Vault
from shared.thai.areas import UnknownArea, area_name
from shared.thai.citizen_id import masked
from shared.thai.dates import Precision

PROGRAMME: Final = "state-welfare-card"
SHOWN: Final = ("identifier", "name", "sex", "address", "age", "income_tier")
SHOWN_PLAIN: Final = (*SHOWN, "citizen_id", "card_no", "birth_date", "house_no", "phone")

_SPDCI: Final = "https://schema.spdci.org/extensions/social/v1/"
_CONTEXT: Final = {"spdci": _SPDCI, "xsd": "http://www.w3.org/2001/XMLSchema#", "common": "https://schema.spdci.org/common/v1/"}
# The registry has no sex; only these prefixes tell it, and ranks and monks' names do not.
_SEXES: Final = {
    **dict.fromkeys(("นาย", "เด็กชาย", "ด.ช."), "male"),
    **dict.fromkeys(("นาง", "นางสาว", "น.ส.", "เด็กหญิง", "ด.ญ."), "female"),
}

# How a member stands to the head, in the standard's codes; "other" has none, who lives there need be no relative.
_RELATIONSHIPS: Final = {Role.SPOUSE.value: "SPS", Role.CHILD.value: "CHILD", Role.PARENT.value: "PRN"}

Rows = Mapping[UUID, Mapping[str, Any]]


def record(row: Mapping[str, Any], shape: Shape, vault: Vault, *, plain: bool) -> dict[str, Any]:
    """The object of a row with `registered_at`. Without `plain`: ids masked, no birth date, no address below the subdistrict, no phone."""
    person = _person(row, vault.private(row), vault, plain=plain)
    if shape is Shape.PERSON:
        return {"@context": _CONTEXT, "@id": f"urn:uuid:{row['holder_id']}", **person}
    return {"@context": _CONTEXT, **_member(row, person)}


def household(row: Mapping[str, Any], members: Sequence[Mapping[str, Any]], people: Rows, vault: Vault, *, plain: bool) -> dict[str, Any]:
    """The Group of a household and of those of its members who are shown, whose rows are in `people`; others are not there and not counted."""
    head_id = next((one["holder_id"] for one in members if one["role"] == Role.HEAD), None)
    told = [_of_household(one, head_id, people, vault, plain=plain) for one in members]
    head = {} if head_id is None else {"group_head_info": told[0]}
    return {
        "@context": _CONTEXT,
        "@type": "Group",
        "@id": f"urn:uuid:{row['household_id']}",
        "group_identifier": [_identifier("HOUSEHOLD_ID", str(row["household_id"]))],
        "group_type": "household",
        "group_size": len(told),
        **head,
        "member_list": told,
        "place": {"@type": "Place", "address": f"{_name(row['subdistrict'])} {_name(row['subdistrict'][:4])}"},
        "registration_date": row["registered_at"].isoformat(),
        "last_updated": row["recorded_at"].isoformat(),
        "additional_attributes": [{"programme": PROGRAMME}, {"subdistrict_code": row["subdistrict"]}],
    }


def without_household(row: Mapping[str, Any], vault: Vault, *, plain: bool) -> dict[str, Any]:
    """The Group of somebody of whom no household is recorded: who else lives there is not known, so it has neither size nor head."""
    member = _member(row, _person(row, vault.private(row), vault, plain=plain))
    return {
        "@context": _CONTEXT,
        "@type": "Group",
        "@id": f"urn:uuid:{row['holder_id']}",
        "group_identifier": member["member_identifier"],
        "group_type": "individual",
        "member_list": [member],
        "registration_date": member["registration_date"],
        "last_updated": member["last_updated"],
        "additional_attributes": [*member["additional_attributes"], {"household": "not recorded"}],
    }


def _of_household(one: Mapping[str, Any], head_id: UUID | None, people: Rows, vault: Vault, *, plain: bool) -> dict[str, Any]:
    if one["holder_id"] is None:
        member = _dependant(one, plain=plain)
    else:
        row = people[one["holder_id"]]
        member = _member(row, _person(row, vault.private(row), vault, plain=plain))
    member["additional_attributes"] = [*member["additional_attributes"], {"household_role": one["role"]}]
    if head_id is not None and one["role"] in _RELATIONSHIPS:
        related = {"@type": "SRPerson", "@id": f"urn:uuid:{head_id}"}
        member["related_person"] = [{"@type": "RelatedPerson", "relationship_type": _RELATIONSHIPS[one["role"]], "related_member": related}]
    return member


def _dependant(one: Mapping[str, Any], *, plain: bool) -> dict[str, Any]:
    """Of who has no card nothing is known but the role and the year of birth."""
    person = {"@type": "SRPerson", **({"birth_date": str(one["birth_year"])} if plain else {})}
    return {
        "@type": "Member",
        "@id": f"urn:uuid:{one['member_id']}",
        "member_identifier": [_identifier("MEMBER_ID", str(one["member_id"]))],
        "demographic_info": person,
        "additional_attributes": [{"card_holder": False}],
    }


def _member(row: Mapping[str, Any], person: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "Member",
        "@id": f"urn:uuid:{row['holder_id']}",
        "member_identifier": person["identifier"],
        "demographic_info": person,
        "registration_date": person["registration_date"],
        "last_updated": row["recorded_at"].isoformat(),
        "additional_attributes": [
            {"programme": PROGRAMME},
            {"income_tier": row["tier"]},
            {"age": row["age"]},
            {"status": row["status"]},
        ],
    }


def _person(row: Mapping[str, Any], private: Private, vault: Vault, *, plain: bool) -> dict[str, Any]:
    citizen_id = private.citizen_id if plain else masked(private.citizen_id)
    card_no = private.card_no if plain else masked_card(private.card_no)
    person: dict[str, Any] = {
        "@type": "SRPerson",
        "identifier": [_identifier("UIN", citizen_id), _identifier("CARD_NO", card_no)],
        "name": {"@type": "Name", "prefix": row["prefix"], "given_name": row["first_name"], "surname": row["last_name"]},
        "address": _address(row, vault, plain=plain),
        "registration_date": (row["registered_at"] or row["recorded_at"]).isoformat(),
    }
    if row["prefix"] in _SEXES:
        person["sex"] = _SEXES[row["prefix"]]
    if row["deceased_on"] is not None:
        person["death_date"] = row["deceased_on"].isoformat()
    if plain:
        person["birth_date"] = _known(row["birth_date"], Precision(row["birth_precision"]))
        if private.phone:
            person["phone_number"] = [private.phone]
    return person


def _identifier(kind: str, value: str) -> dict[str, str]:
    return {"@type": "Identifier", "identifier_type": kind, "identifier_value": value}


def _address(row: Mapping[str, Any], vault: Vault, *, plain: bool) -> dict[str, Any]:
    subdistrict = row["subdistrict"]
    address = {
        "@type": "Address",
        "city": _name(subdistrict[:4]),
        "country": "TH",
        "province_code": subdistrict[:2],
        "district_code": subdistrict[:4],
        "subdistrict_code": subdistrict,
    }
    if plain:
        house_no = vault.house_no(row) or ""
        parts = [house_no, f"หมู่ {row['moo']}" if row["moo"] else "", row["road"], _name(subdistrict)]
        address |= {"street_address": " ".join(part for part in parts if part), "postal_code": row["postcode"]}
    return address


def _name(code: str) -> str:
    try:
        return area_name(code)[0]
    except UnknownArea:
        return code


def _known(day: date, precision: Precision) -> str:
    """As much of the date as is known: 1950-03-12, 1950-03 or 1950 (ISO 8601)."""
    return day.isoformat()[: {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[precision]]
