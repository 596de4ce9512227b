"""What was known of a person at a moment of how it was on a day, and who said it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.registry.repository import facts, holders, policies
from services.registry.rules.as_of import Assertion, holding
from services.registry.rules.changes import COLUMNS_OF, Aspect
from services.registry.rules.groups import groups_of
from services.registry.rules.masking import masked_card
from services.registry.vault import Vault
from shared.auth import Reach
from shared.db import ReadTx

_EVIDENCE: Final = ("document_kind", "document_reference", "document_on", "consent_reference", "decided_by")


async def masked(tx: ReadTx, holder_id: UUID, reach: Reach, valid_on: date, known_at: datetime, vault: Vault) -> dict[str, Any] | None:
    """The state that is not personal, and whose word each part of it is; None out of reach, or when nobody was known yet."""
    found = await _found(tx, holder_id, reach, valid_on, known_at)
    if found is None:
        return None
    last, sources = found
    state = _state(sources)
    policy = await policies.by_version(tx, last["policy_version"])
    groups = groups_of(state["income_2559_satang"], state["birth_date"], policy)
    shown = ("subdistrict", "bank", "status", "deceased_on", "card_cancelled_on")
    return {
        "holder_id": holder_id,
        "valid_on": valid_on,
        "known_at": known_at,
        "last_version": last["version"],
        "policy_version": policy.version,
        **groups._asdict(),
        **{name: state[name] for name in shown},
        "card_no_masked": masked_card(vault.private(sources[Aspect.CARD]).card_no),
        "facts": [{"aspect": aspect, **_word(sources[aspect])} for aspect in Aspect],
    }


async def plain(tx: ReadTx, holder_id: UUID, reach: Reach, valid_on: date, known_at: datetime, vault: Vault) -> dict[str, Any] | None:
    """The personal values; None as above."""
    found = await _found(tx, holder_id, reach, valid_on, known_at)
    if found is None:
        return None
    _, sources = found
    state = _state(sources)
    names = (
        "prefix",
        "first_name",
        "last_name",
        "birth_date",
        "birth_precision",
        "income_2559_satang",
        "subdistrict",
        "moo",
        "road",
        "postcode",
    )
    return {
        "holder_id": holder_id,
        "valid_on": valid_on,
        "known_at": known_at,
        **{name: state[name] for name in (*names, "bank", "mobile_consent")},
        "house_no": vault.house_no(sources[Aspect.ADDRESS]),
        "card_no": vault.private(sources[Aspect.CARD]).card_no,
        "account_no": vault.private(sources[Aspect.BANK]).account_no or None,
        "phone": vault.private(sources[Aspect.PHONE]).phone or None,
        "promptpay": vault.promptpay(sources[Aspect.PROMPTPAY]),
    }


async def _found(
    tx: ReadTx, holder_id: UUID, reach: Reach, valid_on: date, known_at: datetime
) -> tuple[Any, dict[Aspect, Mapping[str, Any]]] | None:
    """The newest version at the moment, and the fact that holds of each aspect."""
    row = await holders.by_id(tx, holder_id, reach)
    last = None if row is None else await facts.last_known_version(tx, holder_id, known_at)
    if row is None or last is None:
        return None
    known = {fact["version"]: fact for fact in await facts.known(tx, holder_id, known_at)}
    if not known:
        # Nobody has changed them: they are as they entered.
        first = await facts.first_version(tx, holder_id)
        entered = {**dict(row), **dict(first)}
        return last, dict.fromkeys(Aspect, entered)
    versions = holding((Assertion(fact["version"], fact["aspects"], fact["valid_from"]) for fact in known.values()), valid_on)
    return last, {aspect: known[version] for aspect, version in versions.items()}


def _state(sources: Mapping[Aspect, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: sources[aspect][name] for aspect, names in COLUMNS_OF.items() if aspect is not Aspect.PHONE for name in names}


def _word(source: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: source.get(name) for name in _EVIDENCE}
    return {**{name: source[name] for name in ("version", "valid_from", "what", "recorded_at", "who", "why")}, **told}
