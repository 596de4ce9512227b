"""The signed reference on a slip: a compact JWS that says which slip it is and whose key signed it, and nothing about the person."""

from typing import Any, Final

import jwt
import orjson

from services.interview.papers.errors import SlipReferenceNotGenuine
from shared.signatures import PublicKeys, SignatureBroken, SigningKeys

TYPE: Final = "slip"
"""Stands in the signed header, so that nothing else that the key signs passes for a slip."""

CHARACTERS_MAX: Final = 1_000


def reference_of(slip_no: str, keys: SigningKeys) -> str:
    """The reference that is printed as a QR code."""
    return keys.sign(orjson.dumps({"slip": slip_no}), {"typ": TYPE})


def slip_no_of(reference: str, keys: PublicKeys) -> str:
    """The slip that a genuine reference names. Raises SlipReferenceNotGenuine."""
    try:
        payload: Any = orjson.loads(keys.verify(reference))
        header = jwt.get_unverified_header(reference)  # verified in the line above
    except (SignatureBroken, jwt.PyJWTError, ValueError) as error:
        raise SlipReferenceNotGenuine from error
    if header.get("typ") != TYPE or not isinstance(payload, dict) or not isinstance(payload.get("slip"), str):
        raise SlipReferenceNotGenuine
    slip_no: str = payload["slip"]
    return slip_no
