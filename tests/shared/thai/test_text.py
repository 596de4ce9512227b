import itertools
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pythainlp.util import normalize

from shared.thai.text import PREFIXES, clean, sort_key, split_prefix

NAM = "น้ำ"  # น, mai tho, sara am
thai_text = st.text(alphabet=[*map(chr, range(0x0E01, 0x0E3B)), *map(chr, range(0x0E40, 0x0E4F)), " ", "\u200b", "a"])


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("น\u0e4d\u0e49\u0e32", NAM),  # nikhahit, tone mark, aa
        ("น\u0e49\u0e4d\u0e32", NAM),  # tone mark, nikhahit, aa
        ("น\u0e33\u0e49", NAM),  # sara am, tone mark
        ("ค\u0e4d\u0e32", "คำ"),
        ("เเก้ว", "แก้ว"),
        ("เ\u200bเก้ว", "แก้ว"),
        ("กู\u0e49", "กู้"),
        ("ก\u0e49ู", "กู้"),  # NFC's order
        ("ก\u0e48ี", "กี่"),  # not NFC's, but typed so
        ("สิทธ\u0e4cิ", "สิทธิ์"),
        ("\ufeffสม\u200b\u200cชาย\u200d", "สมชาย"),
        ("  สมชาย \u00a0 ใจดี\t", "สมชาย ใจดี"),
        ("สม\x00ชาย\n", "สมชาย"),
        ("cafe\u0301", "café"),
        ("", ""),
        (" \u200b ", ""),
        ("สํ", "สํ"),  # a nikhahit of Pali stays
        ("นานา ฤๅษี", "นานา ฤๅษี"),
    ],
)
def test_text_is_stored_in_one_way_however_typed(typed, stored):
    assert clean(typed) == stored


@given(st.one_of(thai_text, st.text()))
@example("เเเ")
@example("ก\u0e48\u200bี ")
@example("ะ่ํา")
def test_cleaning_twice_changes_nothing_and_the_result_is_tidy(text):
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    assert "  " not in once
    assert not {"\u200b", "\u200c", "\u200d", "\ufeff", "\x00", "\n"} & set(once)
    assert "เเ" not in once
    assert "ํา" not in once


@pytest.mark.parametrize("word", ["น\u0e4d\u0e49\u0e32", "เเปลก", "สมชาย", "ก\u0e48ี", "กำ\u0e49", "สิทธ\u0e4cิ", "a\u200bb", "ก  ข"])
def test_what_pythainlp_mends_is_mended_alike(word):
    assert clean(word) == normalize(word)


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        ("นางสาวสุดา ใจดี", ("นางสาว", "สุดา ใจดี")),
        ("นางสุดา", ("นาง", "สุดา")),
        ("นาย  สมชาย ใจดี", ("นาย", "สมชาย ใจดี")),
        ("น.ส.สุดา", ("น.ส.", "สุดา")),
        ("พ.ต.อ. เเดง มั่นคง", ("พ.ต.อ.", "แดง มั่นคง")),
        ("ว่าที่ร้อยตรีธงชัย", ("ว่าที่ร้อยตรี", "ธงชัย")),
        ("พระมหาสมชาย", ("พระมหา", "สมชาย")),
        ("พลตำรวจเอกเสรี", ("พลตำรวจเอก", "เสรี")),
        ("นายิกา", ("", "นายิกา")),
        ("นางสาวิตรี", ("นาง", "สาวิตรี")),
        ("นาย", ("", "นาย")),
        ("สมชาย ใจดี", ("", "สมชาย ใจดี")),
        ("", ("", "")),
    ],
)
def test_a_prefix_is_parted_from_the_name(full, expected):
    assert split_prefix(full) == expected


@given(st.sampled_from(PREFIXES), st.sampled_from(["", " "]))
def test_every_prefix_is_found_with_or_without_a_space(prefix, space):
    assert split_prefix(f"{prefix}{space}สมชาย") == (prefix, "สมชาย")


# Orders of the Royal Institute's dictionary: by consonant, then vowel, leading vowels after their consonant, tone marks last.
@pytest.mark.parametrize(
    "in_order",
    [
        ["กก", "กรรม", "กะ", "กัน", "กา", "กำ", "กิน", "กี่", "กึ่ง", "กุ้ง", "กู", "เก", "เกาะ", "แก", "โก", "ใกล้", "ไกล", "ขา", "ฮา"],
        ["กา", "ก่า", "ก้า", "ก๊า", "ก๋า", "กาก", "กาง"],
        ["เก", "เก็ง", "เก่ง", "เก้ง", "เก๋ง", "เกณฑ์"],
        ["แกง", "แก่ง", "แก้ง"],
        ["ก้านยาว", "กาน้ำ"],  # consonants stand before vowels, whatever the marks
        ["กาน", "กาน้", "ก่าน"],  # the first mark that differs decides
        ["รัก", "ฤกษ์", "ลา", "ฦๅ", "วัน"],
        ["วันที่", "วัว", "หมู"],
        ["จันทร", "จันทร์", "จันทรา"],
        ["ปา", "ป่า", "ป้า", "ปาก", "เป็ด", "เป็น"],
        ["ฐานะ", "ณ อยุธยา", "ดี"],
        ["สมชาย", "สมศรี", "สม สุข", "สมหมาย"],
    ],
)
def test_words_stand_in_dictionary_order(in_order):
    for shuffled in itertools.islice(itertools.permutations(in_order), 500):
        assert sorted(shuffled, key=lambda word: sort_key(word).encode()) == in_order


@given(thai_text, thai_text)
def test_a_key_tells_words_apart_by_letters_first(left, right):
    assert sort_key(left) == sort_key(clean(left))
    letters = [sort_key(word).split(" ")[0] for word in (left, right)]
    if letters[0] != letters[1] and not letters[1].startswith(letters[0]):
        assert (sort_key(left).encode() < sort_key(right).encode()) == (letters[0].encode() < letters[1].encode())
