"""Others can verify what we sign, and nothing that was changed."""

import base64

import jwt
import pytest

from shared.signatures import PublicKeys, SignatureBroken, SigningKeys


def keys(*names):
    return SigningKeys.from_text(",".join(f"{name}:{base64.b64encode(name.encode() * 16).decode()}" for name in names))


def test_a_signed_text_is_verified_by_the_published_keys():
    ours = keys("k1")
    assert PublicKeys.of(ours.jwks()).verify(ours.sign("ข้อความ".encode())) == "ข้อความ".encode()


def test_any_library_of_jws_verifies_it_too():
    ours = keys("k1")
    [key] = jwt.PyJWKSet.from_dict(ours.jwks()).keys
    assert jwt.PyJWS().decode(ours.sign(b"body"), key, algorithms=["ES256"]) == b"body"


def test_a_detached_signature_holds_for_its_bytes_alone():
    ours = keys("k1")
    signature = ours.sign_detached(b"body")
    theirs = PublicKeys.of(ours.jwks())
    theirs.verify_detached(signature, b"body")
    with pytest.raises(SignatureBroken):
        theirs.verify_detached(signature, b"Body")


def test_a_key_that_is_no_longer_current_still_verifies():
    old = keys("k1").sign(b"body")
    assert PublicKeys.of(keys("k2", "k1").jwks()).verify(old) == b"body"
    with pytest.raises(SignatureBroken):
        PublicKeys.of(keys("k2").jwks()).verify(old)


def test_a_token_that_chooses_its_own_algorithm_is_refused():
    ours = keys("k1")
    forged = jwt.PyJWS().encode(b"body", "shared secret of thirty-two bytes", "HS256", {"kid": "k1"})
    for signed in (forged, "", "a.b.c", ours.sign(b"body")[:-4]):
        with pytest.raises(SignatureBroken):
            PublicKeys.of(ours.jwks()).verify(signed)


def test_no_secret_leaves():
    assert all("d" not in key for key in keys("k1", "k2").jwks()["keys"])


@pytest.mark.parametrize("text", ["", "k1", "k1:" + base64.b64encode(b"short").decode()])
def test_bad_keys_are_named(text):
    with pytest.raises(ValueError, match="signing key"):
        SigningKeys.from_text(text)
