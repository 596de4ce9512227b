"""What is secret about a person: sealed fields, blind indexes, the payee's data for payments. No I/O."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

import orjson

from shared.crypto import BlindIndex, FieldCipher, SealBroken
from shared.keys import GroupKey, KeyRing, RowCipher

LINE: Final = b"registry-line\x1f"
"""What is hashed before a line of the file, so that no other value has its hash."""
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
    """Seals and opens the fields of a holder (bound to the holder's id), and finds people without their ids.

    What `card_holder` holds is sealed under the person's own key (shared.keys); rows to be opened come with the columns of
    repository.sealed, so that salts are read with them. `fields` seals what is kept beside it for a while, as in proposals.
    """

    fields: FieldCipher
    payees: FieldCipher
    index: BlindIndex
    ring: KeyRing = field(default_factory=KeyRing)

    @classmethod
    def of(cls, keys: Keys) -> Self:
        """Made of the keys, without a master key: for a worker process, which is given the group key."""
        return cls(FieldCipher.from_text(keys.field_keys), FieldCipher.from_text(keys.payee_keys), BlindIndex.from_text(keys.lookup_key))

    def index_of(self, number: str) -> bytes:
        """The 32 bytes under which a citizen id or card number (plain digits) is found."""
        return self.index.digest(number.encode())

    def content_hash(self, text: str) -> bytes:
        """32 bytes that tell whether a text is the one that came before."""
        [digest] = self.content_hashes([text.encode()])
        return digest

    def content_hashes(self, normalised: Iterable[bytes]) -> list[bytes]:
        """Of each line of the file 32 bytes that tell whether it is the one that was taken before."""
        return self.index.digests([LINE + text for text in normalised])

    def seal(self, value: str, holder_id: UUID) -> bytes | None:
        """A value about a holder that is not kept in their row, sealed under the service's field keys; None for an empty one."""
        return self.fields.seal(value, holder_id.bytes) if value else None

    def open(self, sealed: bytes | None, holder_id: UUID) -> str | None:
        """The plain value of `seal`; None where there is none. Raises SealBroken."""
        return None if sealed is None else self.fields.open(sealed, holder_id.bytes)

    def person(self, holder: Any) -> RowCipher:
        """The cipher of a row's person. Raises SealBroken where their key is destroyed, MasterKeyUnknown."""
        if holder["salt"] is None or holder["group_key"] is None:
            raise SealBroken(f"the key of holder {holder['holder_id']} is destroyed")
        return self.ring.group_key(holder["group_key_id"], holder["group_key"]).cipher(holder["salt"])

    def private(self, holder: Any) -> Private:
        """The plain values of a row. Raises SealBroken, MasterKeyUnknown."""
        return _private(self.person(holder), holder)

    def house_no(self, holder: Any) -> str | None:
        """The plain house number of a row; None where there is none. Raises SealBroken, MasterKeyUnknown."""
        return self._open_for(holder, holder["house_no_sealed"])

    def promptpay(self, holder: Any) -> str | None:
        """The plain PromptPay id of a row; None where there is none. Raises SealBroken, MasterKeyUnknown."""
        return self._open_for(holder, holder["promptpay_sealed"])

    def _open_for(self, holder: Any, sealed: bytes | None) -> str | None:
        return None if sealed is None else self.person(holder).open(sealed, holder["holder_id"].bytes)

    def seal_for(self, holder: Any, value: str | None) -> bytes | None:
        """A value sealed by the key of a locked row's person, as all that the row has; None for an empty one. Raises SealBroken, MasterKeyUnknown."""
        return self.person(holder).seal(value, holder["holder_id"].bytes) if value else None

    def sealed_anew(self, row: Any, values: Sequence[bytes | None], key: GroupKey) -> tuple[bytes | None, ...]:
        """Sealed values of a row under the group key, with the salt that the person has. Raises SealBroken, MasterKeyUnknown."""
        before, after, context = self.person(row), key.cipher(row["salt"]), row["holder_id"].bytes
        return tuple(None if value is None else after.seal(before.open(value, context), context) for value in values)

    def sealed_payee(self, holder: Any) -> str:
        """Name, account, card and PromptPay id of a row of card_holder for payments, sealed and in base64."""
        name = payee_name(holder["prefix"], holder["first_name"], holder["last_name"])
        [sealed] = self.seal_payees([name], [self.private(holder)], [holder["holder_id"].bytes], promptpay=self.promptpay(holder))
        return sealed

    def seal_payees(
        self, names: Sequence[str], private: Sequence[Private], contexts: Sequence[bytes], *, promptpay: str | None = None
    ) -> list[str]:
        """The same of plain values of many, with the one PromptPay id; a context is the holder id's bytes."""
        payees = [
            payee_json(name, one.account_no or None, one.card_no, promptpay).decode() for name, one in zip(names, private, strict=True)
        ]
        return [base64.b64encode(sealed).decode() for sealed in self.payees.seal_many(payees, contexts)]


def payee_json(name: str, account_no: str | None, card_no: str, promptpay: str | None = None) -> bytes:
    """What is sealed for payments."""
    return orjson.dumps({"name": name, "account_no": account_no, "card_no": card_no, "promptpay": promptpay})


def joined(private: Private) -> str:
    """The text that is sealed."""
    return _PART.join(private)


def _private(cipher: RowCipher, holder: Any) -> Private:
    return Private(*cipher.open(holder["private_sealed"], holder["holder_id"].bytes).split(_PART))


def payee_name(prefix: str, first_name: str, last_name: str) -> str:
    """The name as it stands on an account."""
    return f"{prefix}{first_name} {last_name}" if last_name else f"{prefix}{first_name}"
