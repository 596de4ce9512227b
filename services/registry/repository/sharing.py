"""Whose data may be shared for a purpose: the one place where consent decides about a list."""

from typing import Final

from services.registry.rules.exports import Consent

_AGREED: Final = {
    # Lawful without consent: the terms of the purpose name the basis.
    Consent.NONE: "true",
    Consent.MOBILE: "mobile_consent",
    # Of whom no consent is on record none is given.
    Consent.AGENCIES: "false",
    Consent.BANK_DATA: "false",
}


def agreed_sql(consent: Consent) -> str:
    """The condition on a row of card_holder that the person has given the consent."""
    return _AGREED[consent]
