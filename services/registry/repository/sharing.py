"""Whose data may be shared for a purpose: the one place where consent decides about a list."""

from typing import Any

from services.registry.repository.consents_sql import consent_sql
from services.registry.rules.exports import Consent


def agreed_sql(consent: Consent, first_arg: int) -> tuple[str, list[Any]]:
    """The condition on a row of card_holder that the person has given the consent, and its arguments from `$first_arg`."""
    if consent is Consent.NONE:
        # Lawful without consent: the terms of the purpose name the basis.
        return "true", []
    return consent_sql(consent.value, first_arg)
