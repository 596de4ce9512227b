import pytest

from shared.thai import areas


def test_the_whole_country_is_there():
    assert len(areas.provinces()) == 77
    assert len(areas.districts()) == 928
    assert sum(len(areas.subdistricts_of(district)) for district in areas.districts()) == 7436 + 2


def test_krabi_has_8_districts_and_53_subdistricts():
    krabi = [district for district in areas.districts() if areas.province_of(district) == "81"]
    assert len(krabi) == 8
    assert sum(len(areas.subdistricts_of(district)) for district in krabi) == 53
    assert areas.area_name("81") == ("กระบี่", "Krabi")


@pytest.mark.parametrize("code", ["104701", "105001"])
def test_subdistricts_abolished_after_2018_stay_acceptable(code):
    assert areas.is_subdistrict(code)
    assert code in areas.subdistricts_of(areas.district_of(code))
    assert areas.province_of(code) == "10"
    assert areas.postcodes(code)
    assert areas.area_name(code)[0]


@pytest.mark.parametrize("code", ["100205", "100901", "999999", "81", "8101", "", "8101010", "๘๑๐๑๐๑"])
def test_codes_abolished_before_2018_and_others_are_no_subdistricts(code):
    assert not areas.is_subdistrict(code)
    for question in (areas.district_of, areas.postcodes):
        with pytest.raises(areas.UnknownArea) as caught:
            question(code)
        assert caught.value.code == code


def test_a_code_is_of_one_level_only():
    assert areas.is_province("81")
    assert areas.is_district("8101")
    assert areas.is_subdistrict("810101")
    assert not areas.is_province("8101")
    assert not areas.is_district("81")
    assert not areas.is_district("810101")
    assert not areas.is_province("99")


def test_every_subdistrict_has_names_a_district_a_province_and_postcodes():
    for district in areas.districts():
        for code in areas.subdistricts_of(district):
            assert areas.district_of(code) == district
            assert areas.is_district(district)
            assert areas.is_province(areas.province_of(code))
            assert all(areas.area_name(code))
            assert all(len(postcode) == 5 and postcode.isdecimal() for postcode in areas.postcodes(code))


@pytest.mark.parametrize("question", [areas.area_name, areas.province_of, areas.subdistricts_of])
def test_an_unknown_area_is_named_in_the_error(question):
    with pytest.raises(areas.UnknownArea, match="'9999'"):
        question("9999")


def test_every_area_has_its_place_in_the_tree():
    assert {area.code for province in areas.areas_in(None) for area in areas.areas_in(province.code)} == set(areas.districts())
    assert areas.areas_in("810101") == []
    with pytest.raises(areas.UnknownArea):
        areas.areas_in("99")


def test_a_gone_area_is_known_and_not_accepted():
    gone = areas.area("100205")
    assert not gone.accepted
    assert not areas.is_subdistrict("100205")
    assert "100205" in areas.area(gone.successors[0]).predecessors
