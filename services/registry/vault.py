"""What is secret about a person: sealed fields, blind indexes, the payee's data for payments. No I/O."""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

import orjson

from shared.crypto import BlindIndex, FieldCipher

_LINE: Final = b"registry-line\x1f"
_PART: Final = "\x1f"


@dataclass(frozen=True)
class Keys:
    """The keys as text, as they stand in the settings; they can be handed to a worker process."""

    lookup_key: str
    field_keys: str
    payee_keys: str


class Private(NamedTuple):
    """What is sealed as one value: plain digits; empty where there is none."""

    citizen_id: str
    card_no: str
    phone: str
    account_no: str


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
        return self.index.digest(number.encode())

    def content_hash(self, normalised: str) -> bytes:
        """32 bytes that tell whether a line of the file is the one that was taken before."""
        return self.index.digest(_LINE + normalised.encode())

    def seal(self, value: str, holder_id: UUID) -> bytes | None:
        """The sealed field; None for an empty one."""
        return self.fields.seal(value, holder_id.bytes) if value else None

    def open(self, sealed: bytes | None, holder_id: UUID) -> str | None:
        """The plain value; None where there is none. Raises SealBroken."""
        return None if sealed is None else self.fields.open(sealed, holder_id.bytes)

    def seal_private(self, private: Private, context: bytes) -> bytes:
        """The sealed value; `context` is the holder id's bytes."""
        return self.fields.seal(_PART.join(private), context)

    def private(self, holder: Any) -> Private:
        """The plain values of a row of card_holder. Raises SealBroken."""
        return Private(*self.fields.open(holder["private_sealed"], holder["holder_id"].bytes).split(_PART))

    def sealed_payee(self, holder: Any) -> str:
        """Name, account, card and PromptPay id of a row of card_holder for payments, sealed and in base64."""
        name = payee_name(holder["prefix"], holder["first_name"], holder["last_name"])
        promptpay = self.open(holder["promptpay_sealed"], holder["holder_id"])
        return self.seal_payee(name, self.private(holder), holder["holder_id"].bytes, promptpay)

    def seal_payee(self, name: str, private: Private, context: bytes, promptpay: str | None = None) -> str:
        """The same of plain values; `context` is the holder id's bytes."""
        payee = {"name": name, "account_no": private.account_no or None, "card_no": private.card_no, "promptpay": promptpay}
        return self.payees.seal_text(orjson.dumps(payee).decode(), context)


def payee_name(prefix: str, first_name: str, last_name: str) -> str:
    """The name as it stands on an account."""
    return f"{prefix}{first_name} {last_name}" if last_name else f"{prefix}{first_name}"
