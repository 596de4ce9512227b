"""Thai text as people type it, made the same everywhere, and put in dictionary order.

`clean` is our own and not pythainlp's `normalize`: that takes about 20 µs a field (ours under 1 µs for text that is clean
already), leaves zero-width joiners and byte-order marks in, and shortens repeated vowels, which a name may really have.
`sort_key` is our own because pythainlp's `collate` looks at the first tone mark only.
"""

import re
import unicodedata
from typing import Final

# Controls (but for those that are white space), soft hyphen, zero-width and direction marks, byte-order mark.
_INVISIBLE: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
_NIKHAHIT_AA: Final = re.compile("ํ([่-๋]*)า")
# A tone mark or thanthakhat typed before the vowel above or below that it stands on, and one typed after a vowel that follows.
_LATE_VOWEL: Final = re.compile("([่-์]+)([ัิ-ู]+)")
_LATE_TONE: Final = re.compile("([ะาำ]+)([่-๋]+)")
_MISPLACED: Final = re.compile("[่-์][ัิ-ู]|[ะาำ][่-๋]")

_PREFIX_WORDS: Final = """
นาย นาง นางสาว น.ส. เด็กชาย เด็กหญิง ด.ช. ด.ญ. ดร. นายแพทย์ แพทย์หญิง
พระ พระภิกษุ พระมหา พระครู พระอธิการ สามเณร แม่ชี บาทหลวง
หม่อมราชวงศ์ หม่อมหลวง ม.ร.ว. ม.ล.
พลเอก พลโท พลตรี พันเอก พันโท พันตรี ร้อยเอก ร้อยโท ร้อยตรี จ่าสิบเอก จ่าสิบโท จ่าสิบตรี สิบเอก สิบโท สิบตรี พลทหาร
พลเรือเอก พลเรือโท พลเรือตรี นาวาเอก นาวาโท นาวาตรี เรือเอก เรือโท เรือตรี พันจ่าเอก พันจ่าโท พันจ่าตรี จ่าเอก จ่าโท จ่าตรี
พลอากาศเอก พลอากาศโท พลอากาศตรี เรืออากาศเอก เรืออากาศโท เรืออากาศตรี
พลตำรวจเอก พลตำรวจโท พลตำรวจตรี พันตำรวจเอก พันตำรวจโท พันตำรวจตรี ร้อยตำรวจเอก ร้อยตำรวจโท ร้อยตำรวจตรี
ดาบตำรวจ จ่าสิบตำรวจ สิบตำรวจเอก สิบตำรวจโท สิบตำรวจตรี พลตำรวจ
ว่าที่ร้อยเอก ว่าที่ร้อยโท ว่าที่ร้อยตรี
พล.อ. พล.ท. พล.ต. พ.อ. พ.ท. พ.ต. ร.อ. ร.ท. ร.ต. จ.ส.อ. จ.ส.ท. จ.ส.ต. ส.อ. ส.ท. ส.ต.
พล.ต.อ. พล.ต.ท. พล.ต.ต. พ.ต.อ. พ.ต.ท. พ.ต.ต. ร.ต.อ. ร.ต.ท. ร.ต.ต. ด.ต. ส.ต.อ. ส.ต.ท. ส.ต.ต.
"""
PREFIXES: Final[tuple[str, ...]] = tuple(_PREFIX_WORDS.split())
# Longest first, so that นางสาว is not read as นาง.
_LONGEST_FIRST: Final = sorted(PREFIXES, key=len, reverse=True)
_PREFIX: Final = re.compile(rf"({'|'.join(map(re.escape, _LONGEST_FIRST))})(?: +|(?=[ก-ฮเ-ไ]))(.+)", re.DOTALL)

_LEADING_VOWEL: Final = re.compile("([เ-ไ])([ก-ฮ])")
# Spaces and punctuation do not count in dictionary order.
_UNCOUNTED: Final = dict.fromkeys(
    map(ord, " \t\n!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\u00a0\u2010\u2011\u2013\u2014\u2018\u2019\u201c\u201dฯ๏๚๛")
)
_MARKS: Final = "ฺ์็่้๊๋ํ๎"
_BASE: Final = dict.fromkeys(map(ord, _MARKS)) | {ord("ๅ"): "า"}
_RANK: Final = {ord(mark): str(rank) for rank, mark in enumerate(_MARKS, start=1)}
_MARK: Final = re.compile(f"[{_MARKS}]")
_NO_MARK: Final = re.compile(f"[^{_MARKS}]")


def clean(text: str) -> str:
    """The text as it is stored and compared: NFC, เเ as แ, ํ+า as ำ with the tone mark before it, marks in their order.

    Zero-width and control characters go, runs of white space become one space, none at the ends. Cleaning twice changes nothing.
    """
    if _looks_clean(text):
        return text
    while (cleaner := _cleaner(text)) != text:
        text = cleaner
    return text


def split_prefix(text: str) -> tuple[str, str]:
    """A full name as (prefix, rest): `นางสาวสุดา ใจดี` is (`นางสาว`, `สุดา ใจดี`). Without a prefix that is ("", text).

    A name that is nothing but a prefix word, or goes on with a vowel that belongs to it (นายิกา), is not split. A name
    that begins like a prefix (นางนวล, พระจันทร์) is split: where the prefix has its own field, do not ask.
    """
    text = clean(text)
    found = _PREFIX.fullmatch(text)
    return (found[1], found[2]) if found else ("", text)


def sort_key(thai: str) -> str:
    """A key that puts Thai words in dictionary order where bytes are compared (C or C.UTF-8 collation).

    Leading vowels stand after their consonant; the marks (็ ่ ้ ๊ ๋ ์) count only between words otherwise the same and come
    last, after a space, which sorts below every other character of a key. Spaces and punctuation do not count, nor does case.
    """
    counted = clean(thai).casefold().translate(_UNCOUNTED)
    base = _LEADING_VOWEL.sub(r"\2\1", counted.translate(_BASE))
    return f"{base} {_mark_places(counted)}" if _MARK.search(counted) else base


def _looks_clean(text: str) -> bool:
    """Whether `_cleaner` would change nothing, found without building a new string. It may say no to text that is clean."""
    if not text.isprintable() or "  " in text or text.startswith(" ") or text.endswith(" "):
        return False
    if text.isascii():
        return True
    return "เเ" not in text and "ํ" not in text and not _MISPLACED.search(text) and unicodedata.is_normalized("NFC", text)


def _cleaner(text: str) -> str:
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).replace("เเ", "แ")
    text = _NIKHAHIT_AA.sub(r"\1ำ", text)
    text = _LATE_VOWEL.sub(r"\2\1", text)
    text = _LATE_TONE.sub(r"\2\1", text)
    return " ".join(text.split())


def _mark_places(text: str) -> str:
    """One digit a counted character (0) or mark (its rank), as far as the last mark: `ก่า` is `02`."""
    return _NO_MARK.sub("0", text).translate(_RANK).rstrip("0")
