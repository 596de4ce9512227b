"""The master key: wraps group keys, and never seals data itself."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.crypto import named_secrets
from shared.errors import Unavailable

_NONCE_BYTES: Final = 12
_KEY_ID_BYTES: Final = 2
_SECRET_BYTES: Final = 32


class MasterKeyUnknown(Unavailable):
    """A group key was wrapped by a master key that is not held here, or was changed."""

    slug = "master-key-unknown"
    title_en, title_th = "The master key of the data is not among those of this service", "ไม่พบกุญแจหลักของข้อมูลในระบบนี้"


class MasterKey(Protocol):
    """What wraps group keys: in development a key of the settings, in an installation an HSM or a KMS.

    An adapter of an HSM or KMS implements these three; its own key stays inside. It is asked to unwrap once for each group
    key and process, and to wrap when a group key is made or the master key changes: seldom enough to let a call block.
    `wrapped` must say by itself which master key wrapped it, so that the one before still unwraps until all are wrapped anew.
    """

    @property
    def key_id(self) -> str:
        """The name of the key that wraps now."""
        ...

    def wrap(self, secret: bytes, context: bytes) -> bytes:
        """The secret, wrapped by the current key; it unwraps with the same context only."""
        ...

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The secret. Raises MasterKeyUnknown."""
        ...


@dataclass(frozen=True)
class LocalMasterKey:
    """Master keys that this process holds itself (AES-256-GCM, key id beside the wrapped key). The first of the text is current."""

    key_id: str
    _keys: Mapping[str, AESGCM] = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """From `id:base64,id:base64`, an id of two characters and 32 bytes each. Raises ValueError."""
        current, keys = named_secrets(",".join(part.strip() for part in text.split(",")), "master keys")
        if any(len(name) != _KEY_ID_BYTES or len(secret) != _SECRET_BYTES for name, secret in keys.items()):
            raise ValueError("a master key is named by two characters and has 32 bytes")
        return cls(current, {name: AESGCM(secret) for name, secret in keys.items()})

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """From a file that holds the same text. Raises ValueError, also where it cannot be read."""
        try:
            return cls.from_text(path.read_text(encoding="ascii").strip())
        except OSError as error:
            raise ValueError(f"{path} cannot be read: {error.strerror}") from error

    def wrap(self, secret: bytes, context: bytes) -> bytes:
        """As MasterKey: key id, nonce and ciphertext."""
        nonce = os.urandom(_NONCE_BYTES)
        return self.key_id.encode() + nonce + self._keys[self.key_id].encrypt(nonce, secret, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """As MasterKey."""
        name = wrapped[:_KEY_ID_BYTES].decode("ascii", "replace")
        if name not in self._keys:
            raise MasterKeyUnknown(f"group key {context!r} was wrapped by master key {name!r}, which is not among those given")
        start = _KEY_ID_BYTES + _NONCE_BYTES
        try:
            return self._keys[name].decrypt(wrapped[_KEY_ID_BYTES:start], wrapped[start:], context)
        except InvalidTag as error:
            raise MasterKeyUnknown(
                f"group key {context!r} does not unwrap by master key {name!r}: another key has this id, or it was changed"
            ) from error
