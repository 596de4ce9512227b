import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.exceptions import ValidationError
from stdnum.th import pin

from shared.thai.citizen_id import FIRST_DIGITS, BadCitizenId, check_digit, formatted, masked, parse_citizen_id
from shared.thai.digits import arabic_digits, thai_digits

first_twelve = st.from_regex(rf"[{FIRST_DIGITS}][0-9]{{11}}", fullmatch=True)
thirteen = st.from_regex(r"[0-9]{13}", fullmatch=True)


@pytest.mark.parametrize("text", ["3-8101-00123-45-4", "1-2345-67890-12-1", "1-0000-00000-01-7"])
def test_the_ids_of_the_requirements_are_valid(text):
    assert parse_citizen_id(text) == text.replace("-", "")
    assert formatted(parse_citizen_id(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "3810100123454",
        " 3810100123454 ",
        "3 8101 00123 45 4",
        "๓-๘๑๐๑-๐๐๑๒๓-๔๕-๔",
        "๓8101๐๐123454",
        "3–8101–00123–45–4",
        "\ufeff3810100123454\u200b",
    ],
)
def test_thai_digits_spaces_and_dashes_are_read(text):
    assert parse_citizen_id(text) == "3810100123454"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "length"),
        (" - ", "length"),
        ("381010012345", "length"),
        ("38101001234545", "length"),
        ("381010012345A", "characters"),
        ("3810100123454.", "characters"),
        ("381010012345²", "characters"),
        ("٣٨١٠١٠٠١٢٣٤٥٤", "characters"),
        ("0810100123454", "first_digit"),
        ("6000000000012", "first_digit"),
        ("7000000000012", "first_digit"),
        ("9810100123454", "first_digit"),
        ("3810100123455", "check_digit"),
        ("๓810100123450", "check_digit"),
    ],
)
def test_what_is_no_id_says_why_without_telling_the_id(text, code):
    with pytest.raises(BadCitizenId) as caught:
        parse_citizen_id(text)
    assert caught.value.code == code
    assert caught.value.message_en
    assert caught.value.message_th
    assert len(text) < 5 or text not in str(caught.value)


def test_a_mask_hides_the_five_middle_digits():
    assert masked("3810100123454") == "3-8101-xxxxx-45-4"


@given(first_twelve)
def test_the_check_digit_is_that_of_stdnum_and_of_the_rule(first12):
    total = sum(int(digit) * (14 - place) for place, digit in enumerate(first12, start=1))
    assert check_digit(first12) == str((11 - total % 11) % 10) == pin.calc_check_digit(first12)


@given(thirteen)
@example("3810100123454")
def test_exactly_what_stdnum_accepts_is_read_but_for_first_digits_6_and_7(digits):
    try:
        expected = pin.validate(digits) if digits[0] not in "67" else None
    except ValidationError:
        expected = None
    try:
        assert parse_citizen_id(digits) == expected
    except BadCitizenId:
        assert expected is None


@given(first_twelve)
def test_every_way_of_writing_an_id_gives_the_same_digits(first12):
    digits = first12 + check_digit(first12)
    assert parse_citizen_id(digits) == parse_citizen_id(thai_digits(formatted(digits))) == parse_citizen_id(formatted(digits)) == digits


@given(first_twelve, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_found_where_the_rule_can_find_it(first12, place, by):
    # The rule's own limits: the third digit weighs 11, so it is not checked at all; and of eleven remainders two (0 and 10)
    # give the check digit 1, so a slip from one to the other passes.
    digits = first12 + check_digit(first12)
    slipped = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    if slipped[0] not in FIRST_DIGITS:
        return
    if pin.calc_check_digit(slipped) == slipped[12]:
        assert place == 2 or (place < 12 and digits[12] == "1")
        return
    with pytest.raises(BadCitizenId, match="check_digit"):
        parse_citizen_id(slipped)


@given(st.text())
def test_digits_go_to_thai_and_back(text):
    assert arabic_digits(thai_digits(text)) == arabic_digits(text)
