"""The tax id of a juristic person: as people write it, and never a natural person's."""

import pytest

from shared.thai.tax_id import BadTaxId, formatted_tax_id, parse_tax_id


@pytest.mark.parametrize("text", ["0105561000003", "0-10-5-561-00000-3", " 0 1055 61000 00 3 ", "๐-๑๐-๕-๕๖๑-๐๐๐๐๐-๓"])
def test_it_is_read_in_every_way_that_it_is_written(text):
    assert parse_tax_id(text) == "0105561000003"
    assert formatted_tax_id(parse_tax_id(text)) == "0-10-5-561-00000-3"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "length"),
        ("010556100000", "length"),
        ("01055610000033", "length"),
        ("0105561000004", "check_digit"),
        ("1000000000017", "first_digit"),
        ("010556100000x", "characters"),
    ],
)
def test_anything_else_is_refused_by_its_rule_and_a_citizen_id_is_in_no_message(text, code):
    with pytest.raises(BadTaxId) as refused:
        parse_tax_id(text)
    assert refused.value.code == code
    assert not text or text not in refused.value.message_en


def test_every_other_last_digit_is_wrong():
    assert [last for last in "0123456789" if _reads(f"010556100000{last}")] == ["3"]


def _reads(text):
    try:
        return bool(parse_tax_id(text))
    except BadTaxId:
        return False
