"""The signed reference on a slip: a compact JWS that says which slip it is and whose key signed it, and nothing about the person."""

from typing import Final

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
        _, content = keys.opened(reference, TYPE)
    except SignatureBroken as error:
        raise SlipReferenceNotGenuine from error
    slip_no = content.get("slip")
    if not isinstance(slip_no, str):
        raise SlipReferenceNotGenuine
    return slip_no
