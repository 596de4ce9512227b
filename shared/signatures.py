"""JWS (RFC 7515): what others get of us they can verify by our JWKS, and what they send we verify by theirs. ES256 for ours."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from shared.crypto import named_secrets

SIGNATURE_HEADER: Final = "X-Sukjai-Signature"
"""Where a detached signature stands, of a delivery to others and of a request of theirs."""

_SECRET_BYTES: Final = 32
ALGORITHM: Final = "ES256"
ALGORITHMS_TAKEN: Final = ("ES256", "RS256")
_API: Final = jwt.PyJWS()


class SignatureBroken(ValueError):
    """The signature is not one of the keys given, or the text was changed."""


@dataclass(frozen=True)
class SigningKeys:
    """The keys that sign in our name. Made of `id:base64 of 32 secret bytes`, the first is current; the others stay in the JWKS."""

    current: str
    _private: Mapping[str, ec.EllipticCurvePrivateKey] = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """From `id:base64,id:base64`. Raises ValueError for none, or one that is no 32 bytes."""
        current, secrets = named_secrets(text, "signing keys")
        return cls(current, {name: private_key(secret) for name, secret in secrets.items()})

    def sign(self, payload: bytes, headers: Mapping[str, Any] | None = None) -> str:
        """The compact JWS with the payload in it."""
        return _API.encode(payload, self._private[self.current], ALGORITHM, {"kid": self.current, "typ": None, **(headers or {})})

    def sign_detached(self, payload: bytes, headers: Mapping[str, Any] | None = None) -> str:
        """The compact JWS without the payload (`head..signature`, RFC 7797, `b64` false): it stands beside the payload."""
        return _API.encode(
            payload, self._private[self.current], ALGORITHM, {"kid": self.current, "typ": None, **(headers or {})}, is_payload_detached=True
        )

    def jwks(self) -> dict[str, Any]:
        """Our public keys (RFC 7517), for others."""
        return {"keys": [_public_jwk(name, key) for name, key in self._private.items()]}


@dataclass(frozen=True)
class PublicKeys:
    """The keys of another party, by their id."""

    _keys: Mapping[str, jwt.PyJWK] = field(repr=False)

    @classmethod
    def of(cls, jwks: Mapping[str, Any]) -> Self:
        """From a key set (RFC 7517). Keys of kinds that we do not take are left out."""
        found = {}
        for entry in jwks.get("keys", ()):
            try:
                if not isinstance(entry, Mapping) or entry.get("use", "sig") != "sig":
                    continue
                key = jwt.PyJWK(dict(entry))
            except jwt.PyJWTError:
                continue
            if key.key_id and key.algorithm_name in ALGORITHMS_TAKEN:
                found[key.key_id] = key
        return cls(found)

    def __bool__(self) -> bool:
        return bool(self._keys)

    @property
    def kids(self) -> frozenset[str]:
        """The ids of the keys."""
        return frozenset(self._keys)

    def verify(self, signed: str) -> bytes:
        """The payload of a compact JWS. Raises SignatureBroken."""
        return self._verified(signed, None)

    def opened(self, signed: str, *types: str) -> tuple[str, dict[str, Any]]:
        """Type and content of a compact JWS over a JSON object, whose header says that it is one of the types. Raises SignatureBroken.

        The type is signed, so that nothing else that the same key signs passes for it.
        """
        payload = self.verify(signed)
        kind = jwt.get_unverified_header(signed).get("typ")  # verified in the line above
        try:
            content = orjson.loads(payload)
        except orjson.JSONDecodeError as error:
            raise SignatureBroken("what is signed is no JSON") from error
        if kind not in types or not isinstance(content, dict):
            raise SignatureBroken("what is signed is of another type")
        return kind, content

    def verify_detached(self, signature: str, payload: bytes) -> dict[str, Any]:
        """The protected head of a detached JWS that is over just these bytes. Raises SignatureBroken."""
        if self._verified(signature, payload) != payload:
            raise SignatureBroken("the signature is over something else")  # one whose head does not say that the payload is detached
        return jwt.get_unverified_header(signature)  # verified in the line above

    def _verified(self, signed: str, detached: bytes | None) -> bytes:
        try:
            # The first part alone: a payload of megabytes is read once, when its key is known.
            header = jwt.get_unverified_header(f"{signed.partition('.')[0]}..")
            key = self._keys[header["kid"]]
            payload: bytes = _API.decode(signed, key.key, algorithms=[key.algorithm_name], detached_payload=detached)
        except (KeyError, jwt.PyJWTError) as error:
            raise SignatureBroken("the signature is not of a key that is known, or the text was changed") from error
        return payload


def private_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """A key of P-256 from 32 secret bytes. Raises ValueError."""
    if len(secret) != _SECRET_BYTES:
        raise ValueError("a signing key has 32 secret bytes")
    # Any 32 bytes are taken: half of their hash as a number is always below the order of the group.
    return ec.derive_private_key(int.from_bytes(hashlib.sha256(secret).digest(), "big") >> 1 or 1, ec.SECP256R1())


def _public_jwk(name: str, key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    jwk: dict[str, Any] = orjson.loads(ECAlgorithm.to_jwk(key.public_key()))
    return {**jwk, "kid": name, "use": "sig", "alg": ALGORITHM}
