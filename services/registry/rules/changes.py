"""What can be changed of a person, what each change touches, and which need a second person. Pure."""

from enum import StrEnum
from typing import Final

from services.registry.domain import Change


class ChangeKind(StrEnum):
    """What is asked for."""

    MOVE = "MOVE"
    DEATH = "DEATH"
    DEATH_TAKEN_BACK = "DEATH_TAKEN_BACK"
    NAME_CHANGE = "NAME_CHANGE"
    CARD_REPLACED = "CARD_REPLACED"
    CARD_CANCELLED = "CARD_CANCELLED"
    INCOME_CORRECTION = "INCOME_CORRECTION"
    BANK_CHANGE = "BANK_CHANGE"
    PROMPTPAY_CHANGE = "PROMPTPAY_CHANGE"


class Aspect(StrEnum):
    """What belongs together and changes together."""

    NAME = "NAME"
    BIRTH = "BIRTH"
    INCOME = "INCOME"
    ADDRESS = "ADDRESS"
    CARD = "CARD"
    BANK = "BANK"
    PROMPTPAY = "PROMPTPAY"
    PHONE = "PHONE"
    MOBILE_CONSENT = "MOBILE_CONSENT"
    LIFE = "LIFE"


COLUMNS_OF: Final = {
    Aspect.NAME: ("prefix", "first_name", "last_name"),
    Aspect.BIRTH: ("birth_date", "birth_precision"),
    Aspect.INCOME: ("income_2559_satang",),
    Aspect.ADDRESS: ("subdistrict", "house_no_sealed", "moo", "road", "postcode"),
    Aspect.CARD: ("private_sealed", "card_cancelled_on"),
    Aspect.BANK: ("bank", "private_sealed"),
    Aspect.PROMPTPAY: ("promptpay_sealed",),
    Aspect.PHONE: ("private_sealed",),
    Aspect.MOBILE_CONSENT: ("mobile_consent",),
    Aspect.LIFE: ("status", "deceased_on"),
}
"""The columns of card_holder and card_holder_fact; of the value that is sealed as one each aspect means its own part."""

ASPECT_OF: Final = {
    ChangeKind.MOVE: Aspect.ADDRESS,
    ChangeKind.DEATH: Aspect.LIFE,
    ChangeKind.DEATH_TAKEN_BACK: Aspect.LIFE,
    ChangeKind.NAME_CHANGE: Aspect.NAME,
    ChangeKind.CARD_REPLACED: Aspect.CARD,
    ChangeKind.CARD_CANCELLED: Aspect.CARD,
    ChangeKind.INCOME_CORRECTION: Aspect.INCOME,
    ChangeKind.BANK_CHANGE: Aspect.BANK,
    ChangeKind.PROMPTPAY_CHANGE: Aspect.PROMPTPAY,
}

CHANGE_OF: Final = {
    ChangeKind.MOVE: Change.MOVED,
    ChangeKind.DEATH: Change.DECEASED,
    ChangeKind.DEATH_TAKEN_BACK: Change.DEATH_TAKEN_BACK,
    ChangeKind.NAME_CHANGE: Change.NAME_CHANGED,
    ChangeKind.CARD_REPLACED: Change.CARD_REPLACED,
    ChangeKind.CARD_CANCELLED: Change.CARD_CANCELLED,
    ChangeKind.INCOME_CORRECTION: Change.INCOME_CORRECTED,
    ChangeKind.BANK_CHANGE: Change.BANK_CHANGED,
    ChangeKind.PROMPTPAY_CHANGE: Change.PROMPTPAY_CHANGED,
}

NEEDS_APPROVAL: Final = (
    ChangeKind.DEATH,
    ChangeKind.DEATH_TAKEN_BACK,
    ChangeKind.INCOME_CORRECTION,
    ChangeKind.BANK_CHANGE,
    ChangeKind.PROMPTPAY_CHANGE,
)
"""They touch money: another person decides."""

NEEDS_CONSENT: Final = frozenset([ChangeKind.BANK_CHANGE, ChangeKind.PROMPTPAY_CHANGE])
"""Where a person's money goes is theirs to say."""

NEW_PAYEE: Final = frozenset(
    [ChangeKind.NAME_CHANGE, ChangeKind.CARD_REPLACED, ChangeKind.CARD_CANCELLED, ChangeKind.BANK_CHANGE, ChangeKind.PROMPTPAY_CHANGE]
)
"""Payments must hear of them."""
