"""Sealed fields (AES-256-GCM, key id beside the value) and blind indexes (HMAC-SHA-256)."""

import base64
import hashlib
import os
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES: Final = 12
_KEY_ID_BYTES: Final = 2
_BLOCK_BYTES: Final = 64


class SealBroken(ValueError):
    """The value was not sealed with a key that we hold, or was changed."""


def named_secrets(text: str, what: str) -> tuple[str, dict[str, bytes]]:
    """The id of the first, and all by their ids, of keys written as `id:base64,id:base64`. Raises ValueError, which says `what` they are."""
    pairs = [part.split(":", 1) for part in text.split(",") if part]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise ValueError(f"{what} are given as id:base64,id:base64")
    return pairs[0][0], {name: base64.b64decode(secret) for name, secret in pairs}


@dataclass(frozen=True)
class FieldCipher:
    """Seals short values. `keys` maps a two-character key id to 32 bytes; new values use `current`."""

    keys: dict[str, bytes]
    current: str
    _aead: dict[bytes, AESGCM] = field(init=False, repr=False, compare=False)
    _encrypt: Callable[[bytes, bytes, bytes], bytes] = field(init=False, repr=False, compare=False)
    _current: bytes = field(init=False, repr=False, compare=False)
    _nonces: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare one cipher a key."""
        for name, key in self.keys.items():
            if len(name) != _KEY_ID_BYTES or len(key) != 32:
                raise ValueError("a field key is named by two characters and has 32 bytes")
        object.__setattr__(self, "_aead", {name.encode(): AESGCM(key) for name, key in self.keys.items()})
        object.__setattr__(self, "_current", self.current.encode())
        object.__setattr__(self, "_encrypt", self._aead[self._current].encrypt)
        nonce_key = hashlib.blake2b(b"nonces", digest_size=32, key=self.keys[self.current]).digest()
        object.__setattr__(self, "_nonces", hashlib.blake2b(digest_size=_NONCE_BYTES, key=nonce_key))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """From `id:base64,id:base64`; the first is current. Raises ValueError."""
        current, keys = named_secrets(text, "field keys")
        return cls(keys, current)

    @classmethod
    def by_party(cls, text: str) -> dict[str, Self]:
        """The cipher shared with each party, from `BAAC=k1:base64;GSB=k1:base64,k0:base64`. Raises ValueError."""
        return {name: cls.from_text(keys) for name, _, keys in (part.partition("=") for part in text.split(";") if part)}

    def seal(self, value: str, context: bytes = b"") -> bytes:
        """Key id, nonce and ciphertext. `context` binds the value to its row: it opens only with the same."""
        return self.seal_bytes(value.encode(), context)

    def seal_bytes(self, value: bytes, context: bytes = b"") -> bytes:
        """As `seal`."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._current + nonce + self._encrypt(nonce, value, context)

    def seal_many(self, values: Sequence[str], contexts: Iterable[bytes]) -> list[bytes]:
        """`seal` of each value with its context, in half the time."""
        current, encrypt, nonces = self._current, self._encrypt, os.urandom(_NONCE_BYTES * len(values))
        starts = range(0, len(nonces), _NONCE_BYTES)
        return [
            current + (nonce := nonces[start : start + _NONCE_BYTES]) + encrypt(nonce, value.encode(), context)
            for start, value, context in zip(starts, values, contexts, strict=True)
        ]

    def open(self, sealed: bytes, context: bytes = b"") -> str:
        """The value. Raises SealBroken."""
        return self.open_bytes(sealed, context).decode()

    def open_bytes(self, sealed: bytes, context: bytes = b"") -> bytes:
        """As `open`."""
        name = bytes(sealed[:_KEY_ID_BYTES])
        aead = self._aead.get(name)
        if aead is None:
            raise SealBroken(f"no field key {name.decode('ascii', 'replace')!r}")
        try:
            start = _KEY_ID_BYTES + _NONCE_BYTES
            return aead.decrypt(sealed[_KEY_ID_BYTES:start], sealed[start:], context)
        except Exception as error:
            raise SealBroken("the sealed value was changed or belongs to another row") from error

    def seal_text(self, value: str, context: bytes = b"") -> str:
        """As `seal`, in base64 for JSON."""
        return base64.b64encode(self.seal(value, context)).decode()

    def seal_alike(self, value: str, context: bytes) -> str:
        """As `seal_text`, but the same value, context and key give the same text: for messages that are made more than once.

        The nonce is a keyed hash (BLAKE2b) of both under a key made of the field key, so no nonce meets two values. `context` must be one that is
        used for one value alone: whoever sees two alike knows that they are.
        """
        return self.seal_bytes_alike(value.encode(), context)

    def seal_bytes_alike(self, value: bytes, context: bytes) -> str:
        """As `seal_alike`."""
        hashed = self._nonces.copy()
        hashed.update(len(context).to_bytes(4, "big") + context + value)
        nonce = hashed.digest()
        return b2a_base64(self._current + nonce + self._encrypt(nonce, value, context), newline=False).decode()

    def open_text(self, sealed: str, context: bytes = b"") -> str:
        """As `open`, from base64."""
        return self.open(base64.b64decode(sealed), context)


@dataclass(frozen=True)
class BlindIndex:
    """Finds a value without storing it: equal values have equal indexes under one key."""

    key: bytes = field(repr=False)
    name: str = "k1"
    _inner: Any = field(init=False, repr=False, compare=False)
    _outer: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Begin the two hashes of HMAC (RFC 2104) once: each value goes on from a copy, in a third of the time of a whole HMAC."""
        block = hashlib.sha256(self.key).digest() if len(self.key) > _BLOCK_BYTES else self.key
        padded = block.ljust(_BLOCK_BYTES, b"\0")
        object.__setattr__(self, "_inner", hashlib.sha256(bytes(byte ^ 0x36 for byte in padded)))
        object.__setattr__(self, "_outer", hashlib.sha256(bytes(byte ^ 0x5C for byte in padded)))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """From `name:base64`. Raises ValueError."""
        name, found, key = text.partition(":")
        if not (name and found and key):
            raise ValueError("a lookup key is given as name:base64")
        return cls(base64.b64decode(key), name)

    def digest(self, value: bytes) -> bytes:
        """The HMAC-SHA-256 of the value, 32 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(value)
        outer.update(inner.digest())
        mac: bytes = outer.digest()
        return mac

    def digests(self, values: Iterable[bytes]) -> list[bytes]:
        """`digest` of each value."""
        begin, end = self._inner.copy, self._outer.copy
        macs = []
        for value in values:
            inner, outer = begin(), end()
            inner.update(value)
            outer.update(inner.digest())
            macs.append(outer.digest())
        return macs

    def of(self, value: str) -> str:
        """64 hex characters."""
        return self.digest(value.encode()).hex()
