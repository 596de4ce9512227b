"""What is secret about a person: sealed fields, blind indexes, the payee's data for payments. No I/O."""

import hmac
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

import orjson

from shared.crypto import BlindIndex, FieldCipher

_LINE: Final = b"registry-line\x1f"


@dataclass(frozen=True)
class Keys:
    """The keys as text, as they stand in the settings; they can be handed to a worker process."""

    lookup_key: str
    field_keys: str
    payee_keys: str


@dataclass(frozen=True)
class Vault:
    """Seals and opens the fields of a holder (bound to the holder's id), and finds people without their ids."""

    fields: FieldCipher
    payees: FieldCipher
    index: BlindIndex

    @classmethod
    def of(cls, keys: Keys) -> Self:
        """Made of the keys."""
        return cls(FieldCipher.from_text(keys.field_keys), FieldCipher.from_text(keys.payee_keys), BlindIndex.from_text(keys.lookup_key))

    def index_of(self, number: str) -> bytes:
        """The 32 bytes under which a citizen id or card number (plain digits) is found."""
        return bytes.fromhex(self.index.of(number))

    def content_hash(self, normalised: str) -> bytes:
        """32 bytes that tell whether a line of the file is the one that was taken before."""
        return hmac.digest(self.index.key, _LINE + normalised.encode(), "sha256")

    def seal(self, value: str, holder_id: UUID) -> bytes | None:
        """The sealed field; None for an empty one."""
        return self.fields.seal(value, holder_id.bytes) if value else None

    def open(self, sealed: bytes | None, holder_id: UUID) -> str | None:
        """The plain value; None where there is none. Raises SealBroken."""
        return None if sealed is None else self.fields.open(sealed, holder_id.bytes)

    def sealed_payee(self, holder: Any) -> str:
        """Name, account and card of a row of card_holder for payments, sealed and in base64."""
        holder_id = holder["holder_id"]
        payee = {
            "name": " ".join(part for part in (holder["prefix"] + holder["first_name"], holder["last_name"]) if part),
            "account_no": self.open(holder["account_sealed"], holder_id),
            "card_no": self.open(holder["card_sealed"], holder_id),
            "promptpay": None,
        }
        return self.payees.seal_text(orjson.dumps(payee).decode(), holder_id.bytes)
