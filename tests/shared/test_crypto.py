"""Sealed fields and blind indexes."""

import base64
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.crypto import BlindIndex, FieldCipher, SealBroken

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


@given(st.text(), st.binary(max_size=16))
def test_what_is_sealed_opens_with_its_context_only(value, context):
    cipher = FieldCipher({"k1": OLD}, "k1")
    sealed = cipher.seal(value, context)
    assert cipher.open(sealed, context) == value
    with pytest.raises(SealBroken):
        cipher.open(sealed, context + b"x")


@given(st.text(), st.text(), st.binary(max_size=16), st.binary(max_size=16))
def test_the_same_sealed_alike_is_the_same_text_and_no_nonce_meets_two(value, other, context, another):
    cipher = FieldCipher({"k1": OLD}, "k1")
    sealed = cipher.seal_alike(value, context)
    assert sealed == cipher.seal_alike(value, context)
    assert cipher.open_text(sealed, context) == value
    different = cipher.seal_alike(other, another)
    assert (base64.b64decode(sealed)[2:14] == base64.b64decode(different)[2:14]) == ((value, context) == (other, another))
    assert FieldCipher({"k1": NEW}, "k1").seal_alike(value, context)[:19] != sealed[:19]


def test_a_changed_byte_is_noticed():
    cipher = FieldCipher({"k1": OLD}, "k1")
    sealed = bytearray(cipher.seal("1000000000017"))
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        cipher.open(bytes(sealed))


def test_old_values_open_after_the_current_key_changed():
    before = FieldCipher({"k1": OLD}, "k1").seal("x")
    after = FieldCipher({"k2": NEW, "k1": OLD}, "k2")
    assert after.open(before) == "x"
    assert after.seal("x")[:2] == b"k2"
    with pytest.raises(SealBroken, match="no field key"):
        FieldCipher({"k2": NEW}, "k2").open(before)


def test_the_same_value_seals_differently_each_time_and_indexes_the_same():
    cipher = FieldCipher.from_text(f"k1:{base64.b64encode(OLD).decode()}")
    assert cipher.seal("x") != cipher.seal("x")
    index = BlindIndex.from_text(f"l1:{base64.b64encode(OLD).decode()}")
    assert index.of("1000000000017") == index.of("1000000000017") != BlindIndex(NEW).of("1000000000017")
    assert len(index.of("x")) == 64


@given(st.binary(min_size=1, max_size=100), st.text())
def test_a_blind_index_is_the_hmac_of_the_value(key, value):
    assert BlindIndex(key).of(value) == hmac.digest(key, value.encode(), "sha256").hex()


def test_keys_of_a_wrong_shape_are_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        FieldCipher({"k1": b"short"}, "k1")
