"""What payments' routes, handlers, jobs and expanders work with."""

import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from shared.contracts.common import Bank
from shared.crypto import BlindIndex, FieldCipher, SealBroken
from shared.service import Resources


class BankKeysMissing(ValueError):
    """The settings lack the key of a bank."""


@dataclass(frozen=True)
class PayeeSeals:
    """Opens what the registry sealed for payments, and seals it anew for one bank, bound to one instruction."""

    ours: FieldCipher
    banks: Mapping[Bank, FieldCipher]

    @classmethod
    def from_text(cls, payee_keys: str, bank_keys: str) -> "PayeeSeals":
        """From the two settings. Raises BankKeysMissing, naming the bank."""
        ciphers = FieldCipher.by_party(bank_keys)
        missing = [bank for bank in Bank if bank not in ciphers]
        if missing or not payee_keys:
            raise BankKeysMissing(f"PAYMENTS_BANK_KEYS or SUKJAI_PAYEE_KEYS lacks {', '.join(missing) or 'the payee keys'}")
        return cls(FieldCipher.from_text(payee_keys), {bank: ciphers[bank] for bank in Bank})

    def open(self, holder_id: UUID, sealed: str) -> dict[str, Any]:
        """The payee: name, account_no or null, card_no, and promptpay where there is one. The seal is bound to the holder id (16 bytes). Raises SealBroken."""
        try:
            payee = orjson.loads(self.ours.open_text(sealed, holder_id.bytes))
        except (orjson.JSONDecodeError, binascii.Error) as error:
            raise SealBroken("the sealed payee is not JSON in base64") from error
        if not isinstance(payee, dict) or not payee.get("name"):
            raise SealBroken("the sealed payee has no name")
        return payee

    def for_bank(self, bank: Bank, holder_id: UUID, sealed: str, instruction_id: str) -> str:
        """What the bank gets: the same payee under its key, which opens only with the instruction id as context (ASCII)."""
        payee = self.open(holder_id, sealed)
        told = {name: payee.get(name) for name in _TOLD}
        if payee.get(_PROMPTPAY):
            told[_PROMPTPAY] = payee[_PROMPTPAY]
        return self.banks[bank].seal_text(orjson.dumps(told).decode(), instruction_id.encode())


_TOLD: Final = ("name", "account_no", "card_no")
_PROMPTPAY: Final = "promptpay"
"""A citizen id or a mobile number. Left out for those without: banks that know of none see what they have always seen."""


@dataclass
class PaymentsResources(Resources):
    """The resources of every service, the seals of payees, and the key under which people are found by citizen id."""

    seals: PayeeSeals
    lookup: BlindIndex
