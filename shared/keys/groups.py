"""Group keys, and the ciphers of single rows that are derived from them. No I/O."""

import hashlib
import os
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.crypto import SealBroken
from shared.keys.master import MasterKey, MasterKeyUnknown

SALT_BYTES: Final = 16
KEY_ID_BYTES: Final = 2
NONCE_BYTES: Final = 12
_SECRET_BYTES: Final = 32
_BLOCK_BYTES: Final = 64
# With the salt and the counter it fits into one block of SHA-256 beside the key's.
ROW_LABEL: Final = b"sukjai.row-key.1"
_FIRST_BLOCK: Final = b"\x01"


def key_of(sealed: bytes | None) -> str:
    """The id of the group key that the value was sealed under; empty for none."""
    return bytes((sealed or b"")[:KEY_ID_BYTES]).decode("ascii", "replace")


@dataclass(frozen=True)
class GroupKey:
    """A key of many rows. Each row's own is HKDF-Expand (RFC 5869, SHA-256) of it with the row's salt as info.

    The step of extraction is left out, as section 3.3 of the RFC allows for a key that is random as it is; so a row costs
    one HMAC, of which the key's part is hashed beforehand.
    """

    key_id: str
    secret: bytes = field(repr=False)
    _name: bytes = field(init=False, repr=False, compare=False)
    _inner: Any = field(init=False, repr=False, compare=False)
    _outer: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Begin the two hashes of HMAC. Raises ValueError for a key of a wrong shape."""
        if len(self.key_id.encode()) != KEY_ID_BYTES or len(self.secret) != _SECRET_BYTES:
            raise ValueError("a group key is named by two characters and has 32 bytes")
        object.__setattr__(self, "_name", self.key_id.encode())
        padded = self.secret.ljust(_BLOCK_BYTES, b"\0")
        object.__setattr__(self, "_inner", hashlib.sha256(bytes(byte ^ 0x36 for byte in padded)))
        object.__setattr__(self, "_outer", hashlib.sha256(bytes(byte ^ 0x5C for byte in padded)))

    def __reduce__(self) -> tuple[type["GroupKey"], tuple[str, bytes]]:
        """Hashes that have begun cannot be handed to a worker process; it begins its own."""
        return GroupKey, (self.key_id, self.secret)

    def expand(self, info: bytes) -> bytes:
        """The first 32 bytes of HKDF-Expand with the secret as pseudorandom key."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(info + _FIRST_BLOCK)
        outer.update(inner.digest())
        derived: bytes = outer.digest()
        return derived

    def cipher(self, salt: bytes) -> "RowCipher":
        """The cipher of the row with this salt."""
        return RowCipher(self._name, AESGCM(self.expand(ROW_LABEL + salt)))


class RowCipher:
    """Seals and opens the values of one row: group key id, nonce, ciphertext (AES-256-GCM)."""

    __slots__ = ("_aead", "_key_id")

    def __init__(self, key_id: bytes, aead: AESGCM) -> None:
        """Made by GroupKey only."""
        self._key_id, self._aead = key_id, aead

    def seal(self, value: str, context: bytes, nonce: bytes | None = None) -> bytes:
        """The sealed value, which opens with the same context only. `nonce`: 12 random bytes, where the caller has drawn many at once."""
        nonce = nonce or os.urandom(NONCE_BYTES)
        return self._key_id + nonce + self._aead.encrypt(nonce, value.encode(), context)

    def open(self, sealed: bytes, context: bytes) -> str:
        """The value. Raises SealBroken."""
        start = KEY_ID_BYTES + NONCE_BYTES
        if sealed[:KEY_ID_BYTES] != self._key_id:
            raise SealBroken(f"sealed under group key {key_of(sealed)!r}, not {self._key_id.decode()!r}")
        try:
            return self._aead.decrypt(sealed[KEY_ID_BYTES:start], sealed[start:], context).decode()
        except Exception as error:
            raise SealBroken("the sealed value was changed, belongs to another row, or its salt is another") from error


@dataclass(frozen=True)
class KeyRing:
    """Group keys as they come wrapped out of the database: each is unwrapped once."""

    master: MasterKey | None = None
    _known: dict[bytes, GroupKey] = field(default_factory=dict, repr=False)

    def group_key(self, key_id: str, wrapped: bytes) -> GroupKey:
        """The group key. Raises MasterKeyUnknown."""
        known = self._known.get(wrapped)
        if known is None or known.key_id != key_id:
            if self.master is None:
                raise MasterKeyUnknown("no master key is held here")
            known = self._known[wrapped] = GroupKey(key_id, self.master.unwrap(wrapped, key_id.encode()))
        return known

    def wrapped(self, key: GroupKey) -> bytes:
        """The group key, wrapped by the current master key."""
        if self.master is None:
            raise MasterKeyUnknown("no master key is held here")
        return self.master.wrap(key.secret, key.key_id.encode())
