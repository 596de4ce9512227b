"""JWE (RFC 7516) in its flattened JSON form: what others encrypt to us we open, and what they get we encrypt to their key.

Taken: ECDH-ES and ECDH-ES+A256KW (P-256), RSA-OAEP-256 (of others' keys), with A256GCM. Nothing is packed, so that nothing small becomes large.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwcrypto.common import JWException
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK

from shared.crypto import named_secrets
from shared.signatures import private_key

CONTENT: Final = "A256GCM"
EC_ALGORITHM: Final = "ECDH-ES+A256KW"
RSA_ALGORITHM: Final = "RSA-OAEP-256"
_OPENED_BY: Final = ["ECDH-ES", EC_ALGORITHM, CONTENT]
_MEMBERS: Final = frozenset({"protected", "header", "encrypted_key", "iv", "ciphertext", "tag"})
_ALGORITHM_OF: Final = {("EC", "P-256"): EC_ALGORITHM, ("RSA", None): RSA_ALGORITHM}
_RSA_BITS_MIN: Final = 2048
_TROUBLES: Final = (JWException, ValueError, TypeError, KeyError)


class NotOpened(ValueError):
    """It is not encrypted to one of our keys in a way that we take, or it was changed."""


@dataclass(frozen=True)
class DecryptionKeys:
    """The keys to which others encrypt. Made of `id:base64 of 32 secret bytes`, the first is current; the others still open."""

    current: str
    _private: Mapping[str, JWK] = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """From `id:base64,id:base64`. Raises ValueError for none, or one that is no 32 bytes."""
        current, secrets = named_secrets(text, "encryption keys")
        return cls(current, {name: JWK.from_pyca(private_key(secret)) for name, secret in secrets.items()})

    def open(self, sealed: Mapping[str, Any]) -> bytes:
        """What was encrypted. Raises NotOpened."""
        try:
            header = {**_protected(sealed), **sealed["header"]}
            if "zip" in header or not sealed.keys() <= _MEMBERS:
                raise NotOpened("it has members that are not taken")
            opened = JWE(algs=_OPENED_BY)
            opened.deserialize(orjson.dumps(dict(sealed)).decode(), self._private[header["kid"]])
        except _TROUBLES as error:
            raise NotOpened("it is not encrypted to a key of ours, or was changed") from error
        payload: bytes = opened.payload
        return payload

    def jwks(self) -> dict[str, Any]:
        """Our public keys (RFC 7517), for others; the current one first."""
        extra = {"use": "enc", "alg": EC_ALGORITHM}
        return {"keys": [{**key.export_public(as_dict=True), "kid": name, **extra} for name, key in self._private.items()]}


@dataclass(frozen=True)
class EncryptionKey:
    """A key of another party to which we encrypt."""

    kid: str
    algorithm: str
    _key: JWK = field(repr=False)

    @classmethod
    def of(cls, jwks: Mapping[str, Any]) -> Self | None:
        """The first key of the set (RFC 7517) that is for encryption (`use` enc) and of a kind that we take, or None."""
        return next(iter(cls.all_of(jwks)), None)

    @classmethod
    def all_of(cls, jwks: Mapping[str, Any]) -> Iterable[Self]:
        """All of them."""
        for entry in jwks.get("keys", ()):
            algorithm = _ALGORITHM_OF.get((str(entry.get("kty")), entry.get("crv"))) if isinstance(entry, Mapping) else None
            if algorithm is None or entry.get("use") != "enc" or entry.get("alg", algorithm) != algorithm or not entry.get("kid"):
                continue
            try:
                key = JWK(**{name: value for name, value in entry.items() if name in {"kty", "crv", "x", "y", "n", "e"}})
                public = key.get_op_key("encrypt", entry.get("crv"))
            except _TROUBLES:
                continue
            if not isinstance(public, RSAPublicKey) or public.key_size >= _RSA_BITS_MIN:
                yield cls(entry["kid"], algorithm, key)

    def encrypt(self, payload: bytes) -> dict[str, Any]:
        """Header, encrypted key, initialisation vector, ciphertext and tag."""
        sealed = JWE(payload, algs=[self.algorithm, CONTENT])
        sealed.add_recipient(self._key, {"alg": self.algorithm, "enc": CONTENT, "kid": self.kid})
        made: dict[str, Any] = orjson.loads(sealed.serialize())
        return made


def _protected(sealed: Mapping[str, Any]) -> dict[str, Any]:
    if "protected" not in sealed:
        return {}
    found = orjson.loads(base64.urlsafe_b64decode(sealed["protected"] + "=="))
    return dict(found)
