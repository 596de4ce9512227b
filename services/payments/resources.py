"""What payments' routes, handlers, jobs and expanders work with."""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson

from services.payments.settings import Settings
from shared.bus.relay import Expander
from shared.contracts.common import Bank
from shared.crypto import BlindIndex, FieldCipher, SealBroken
from shared.documents import Printer
from shared.http import Neighbour
from shared.service import Resources
from shared.signatures import PublicKeys, SigningKeys


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
        return _payee_of(self._opened(holder_id, sealed))

    def _opened(self, holder_id: UUID, sealed: str) -> bytes:
        try:
            return self.ours.open_bytes(binascii.a2b_base64(sealed), holder_id.bytes)
        except binascii.Error as error:
            raise SealBroken("the sealed payee is not in base64") from error

    def for_bank(self, bank: Bank, holder_id: UUID, sealed: str, instruction_id: str) -> str:
        """What the bank gets: the same payee under its key, which opens only with the instruction id as context (ASCII).

        The same each time, so that an instruction is the same bytes on the bank's topic and over REST, whenever it is read.
        """
        return self.banks[bank].seal_bytes_alike(told_to_banks(self._opened(holder_id, sealed)), instruction_id.encode())


def told_to_banks(payee: bytes) -> bytes:
    """What banks are told of a payee, of its JSON as the registry writes it. Raises SealBroken."""
    # Nearly all are as they are told, but for an absent promptpay: reading and writing JSON would take longer than all else.
    plain = _PLAIN.fullmatch(payee)
    if plain is not None:
        return b"%b%b}" % (plain[1], plain[2] or b"")
    read = _payee_of(payee)
    told = {name: read.get(name) for name in _TOLD}
    if read.get(_PROMPTPAY):
        told[_PROMPTPAY] = read[_PROMPTPAY]
    return orjson.dumps(told)


def _payee_of(text: bytes) -> dict[str, Any]:
    try:
        payee = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise SealBroken("the sealed payee is not JSON") from error
    if not isinstance(payee, dict) or not payee.get("name"):
        raise SealBroken("the sealed payee has no name")
    return payee


_PLAIN: Final = re.compile(
    rb'(\{"name":"[^"\\\x00-\x1f]+","account_no":(?:null|"[0-9]*"),"card_no":(?:null|"[0-9]*"))(?:(,"promptpay":"[0-9]+")|,"promptpay":null)?\}'
)
_TOLD: Final = ("name", "account_no", "card_no")
_PROMPTPAY: Final = "promptpay"
"""A citizen id or a mobile number. Left out for those without: banks that know of none see what they have always seen."""


def bank_signatures(text: str) -> dict[Bank, PublicKeys]:
    """The keys of the banks that sign their requests, from the setting `bank_jwks`. Raises ValueError."""
    sets = orjson.loads(text) if text else {}
    if not isinstance(sets, dict) or not all(isinstance(one, dict) for one in sets.values()):
        raise ValueError("is not an object of key sets")
    keys = {Bank(bank): PublicKeys.of(jwks) for bank, jwks in sets.items()}
    if none := [bank for bank, found in keys.items() if not found]:
        raise ValueError(f"has no ES256 or RS256 key with a kid for {', '.join(none)}")
    return keys


@dataclass
class PaymentsResources(Resources):
    """The resources of every service, the seals of payees, the key under which people are found by citizen id, the keys of banks that sign, and the lanes by which messages are made again.

    What signs proofs, what prints, and the registry, which knows the names.
    """

    settings: Settings
    seals: PayeeSeals
    signing: SigningKeys
    lookup: BlindIndex
    bank_signatures: Mapping[Bank, PublicKeys] = field(default_factory=dict)
    lanes: Mapping[str, Expander] = field(default_factory=dict)
    printer: Printer = field(default_factory=Printer)
    registry: Neighbour = field(init=False)

    def __post_init__(self) -> None:
        """By the settings."""
        self.registry = Neighbour("registry", self.settings.registry_url, self.settings.registry_answer_ms_max)

    async def close(self) -> None:
        """Also the connections to the registry."""
        await self.registry.close()
        await super().close()
