"""The chain: each batch's head is a hash over the head before it and over its rows, and is signed (Ed25519)."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.crypto import named_secrets

START: Final = bytes(32)
"""What stands before the first batch."""
MARK_BYTES: Final = 8
"""Of each row's digest so much is kept beside the head, to name the row that was changed."""
_ALWAYS: Final = ("seq", "at", "client", "reach", "purpose", "correlation_id", "action", "holder_id", "fields", "asked", "detail")
COLUMNS: Final = (*_ALWAYS, "holders")


@dataclass(frozen=True, slots=True)
class Broken:
    """The first link that does not hold: the batch, the row where it can be named, and what is wrong."""

    batch_no: int
    seq: int | None
    why: str


@dataclass(frozen=True, slots=True)
class ChainVerified:
    """How much was looked at; `broken` is None when every link holds."""

    batches: int
    rows: int
    unsealed: int
    head: bytes
    broken: Broken | None = None


@dataclass(frozen=True)
class AuditKeys:
    """The signing key and the public keys of all that were used before. Made of `id:base64 of a 32-byte seed`, the first is current."""

    current: str
    _private: Ed25519PrivateKey = field(repr=False)
    public: Mapping[str, Ed25519PublicKey] = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """From `id:base64,id:base64`. Raises ValueError for none, or one that is no 32-byte seed."""
        current, seeds = named_secrets(text, "audit keys")
        private = {name: Ed25519PrivateKey.from_private_bytes(seed) for name, seed in seeds.items()}
        return cls(current, private[current], {name: key.public_key() for name, key in private.items()})

    def sign(self, batch_no: int, head: bytes) -> bytes:
        """The signature over the head of a batch."""
        return self._private.sign(_signed(batch_no, head))

    def signed_by_us(self, key_id: str, batch_no: int, head: bytes, signature: bytes) -> bool:
        """Whether the signature is one of our keys'."""
        key = self.public.get(key_id)
        if key is None:
            return False
        try:
            key.verify(signature, _signed(batch_no, head))
        except InvalidSignature:
            return False
        return True

    def published(self) -> dict[str, str]:
        """The public keys by id, base64 of 32 bytes: what an auditor keeps."""
        return {name: base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode() for name, key in self.public.items()}


def digest_of(row: Mapping[str, Any]) -> bytes:
    """SHA-256 over the row's columns in their order; of an entry about one person as it was before there were entries about many."""
    plain = [_plain(row[name]) for name in _ALWAYS]
    if row["holders"] is not None:
        plain.append([None if one is None else str(one) for one in row["holders"]])
    return hashlib.sha256(orjson.dumps(plain, option=orjson.OPT_UTC_Z)).digest()


def head_of(before: bytes, batch_no: int, digests: Iterable[bytes]) -> bytes:
    """The head after a batch."""
    running = hashlib.sha256(before + batch_no.to_bytes(8, "big"))
    for digest in digests:
        running.update(digest)
    return running.digest()


def _plain(value: Any) -> Any:
    match value:
        case bytes():
            return value.hex()
        case UUID():
            return str(value)
        case _:
            return value


def _signed(batch_no: int, head: bytes) -> bytes:
    return b"audit" + batch_no.to_bytes(8, "big") + head
