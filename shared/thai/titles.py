"""What the head of an area is called: Bangkok has its own titles."""

from typing import Final, NamedTuple

from shared.thai.areas import area_name

BANGKOK_PROVINCE: Final = "10"
_PROVINCE_DIGITS: Final = 2


class Title(NamedTuple):
    """A title in both languages."""

    th: str
    en: str


def head_of(area: str) -> Title:
    """The title of the head of a province (2 digits) or district (4 digits). Raises UnknownArea."""
    th, en = area_name(area)
    in_bangkok = area[:_PROVINCE_DIGITS] == BANGKOK_PROVINCE
    if len(area) == _PROVINCE_DIGITS:
        return Title("ผู้ว่าราชการกรุงเทพมหานคร" if in_bangkok else f"ผู้ว่าราชการจังหวัด{th}", f"Governor of {en}")
    if in_bangkok:
        return Title(f"ผู้อำนวยการ{th if th.startswith('เขต') else 'เขต' + th}", f"Director of {en} District Office")
    return Title(f"นายอำเภอ{th}", f"District Chief of {en}")
