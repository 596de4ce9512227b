"""What readers at a counter give: typed numbers, lines of chip cards, tracks of magnetic stripes, scanned texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.thai.citizen_id import BadCitizenId, check_digit
from shared.thai.digits import thai_digits
from shared.thai.reader_lines import BadNumber, citizen_id_in, number_in

ID = "1000000000017"
CARD = "0000111122223333"


@pytest.mark.parametrize(
    "line",
    [
        ID,
        "1-0000-00000-01-7",
        " 1 0000 00000 01 7\r\n",
        thai_digits("1-0000-00000-01-7"),
        f"{ID}#นาย#สมชาย##ใจดี#25010301#99/1#หมู่ที่ 4##ต.ไสไทย#อ.เมือง#จ.กระบี่\r\n",
        f"\x02{ID}#MR.#SOMCHAI##JAIDEE\x03",
        "เลขประจำตัวประชาชน ๑-๐๐๐๐-๐๐๐๐๐-๐๑-๗ ออกเมื่อ 12/03/2555",
        f"{ID}|{ID}|card",
        f"ID={ID};exp=25640912",
        f"9999999999999 {ID} x",  # a number that is no citizen id
    ],
)
def test_one_citizen_id_is_read_whatever_stands_around_it(line):
    assert citizen_id_in(line) == ID


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("1-0000-00000-01-8", "check_digit"),
        ("6000000000017", "first_digit"),
        ("100000000001", "length"),
        ("1000000000018#นาย#สมชาย", "check_digit"),
        ("นายสมชาย ใจดี", "characters"),
        (f"{ID}0#longer", "characters"),
        (f"x{ID}#8000000000006", "several"),
    ],
)
def test_another_line_is_refused_by_name_and_not_repeated(line, code):
    with pytest.raises(BadCitizenId) as refused:
        citizen_id_in(line)
    assert refused.value.code == code
    assert ID not in str(refused.value)


@given(number=st.integers(1, 99_999_999_999), before=st.text(st.characters(categories=["Lu", "Lo"])), after=st.text(max_size=20))
def test_an_id_in_a_line_is_found_unless_digits_touch_it(number, before, after):
    first = f"1{number:011d}"
    citizen_id = first + check_digit(first)
    if not any(character.isnumeric() for character in after):
        assert citizen_id_in(f"x{before}{citizen_id}#{after}") == citizen_id


@pytest.mark.parametrize(
    "line",
    [CARD, "0000-1111-2222-3333", "๐๐๐๐ ๑๑๑๑ ๒๒๒๒ ๓๓๓๓", f";{CARD}=21121015010000000000?", f"%B{CARD}^WELFARE CARD^2112?;{CARD}=2112?"],
)
def test_a_card_number_is_read_from_its_tracks(line):
    assert number_in(line, 16) == CARD


@pytest.mark.parametrize(
    ("line", "code"), [("12", "length"), ("%B^?", "length"), (f";{CARD}=?;{CARD[::-1]}=?", "several"), (f"{CARD}0", "length")]
)
def test_no_or_several_card_numbers_are_refused(line, code):
    with pytest.raises(BadNumber) as refused:
        number_in(line, 16)
    assert refused.value.code == code
