"""What DCI messages are signed in is RFC 8785 to the byte, however it is made."""

import base64

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from services.registry.commands.dci.signing import canonical, require_signed, signed
from shared.signatures import PublicKeys, SignatureBroken
from tests.registry.dci_world import keys_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)
OURS, THEIRS = keys_of("o"), keys_of("t")


@given(st.dictionaries(TEXT, JSON, max_size=4), st.dictionaries(TEXT, JSON, max_size=4))
def test_it_is_the_same_as_the_standard_says_and_survives_another_spelling(header, message):
    payload = canonical(header, message)
    assert payload == rfc8785.dumps({"header": header, "message": message})
    again = orjson.loads(orjson.dumps({"message": message, "header": header}, option=orjson.OPT_INDENT_2))
    signature = signed(OURS, header, message)
    assert require_signed(PublicKeys.of(OURS.jwks()), signature, again["header"], again["message"]) == payload
    with pytest.raises(SignatureBroken):
        require_signed(PublicKeys.of(THEIRS.jwks()), signature, header, message)


def test_a_head_that_names_no_algorithm_or_another_key_is_broken():
    payload = canonical({}, {})
    for head in (b'{"alg":"none"}', b'{"alg":"HS256","kid":"o1"}', b'{"alg":"ES256","kid":"t1"}', b"[]", b"{"):
        encoded = base64.urlsafe_b64encode(head).decode().rstrip("=")
        for inner in ("", base64.urlsafe_b64encode(payload).decode().rstrip("=")):
            with pytest.raises(SignatureBroken):
                require_signed(PublicKeys.of(OURS.jwks()), f"{encoded}.{inner}.AAAA", {}, {})
