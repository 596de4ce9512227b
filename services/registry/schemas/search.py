"""Search for staff."""

from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.registry.commands.look_ups import PURPOSE_CHARACTERS_MAX
from services.registry.rules.search import Criteria, words_of
from services.registry.schemas.card_holders import HolderOut
from services.registry.schemas.fields import Text
from shared.http import field_error
from shared.http.paging import CURSOR_CHARACTERS_MAX, PAGE_ROWS_MAX
from shared.thai.dates import YEAR_CE_MAX, YEAR_CE_MIN
from shared.thai.digits import arabic_digits

_ERA: Final = 543
_CARD_DIGITS: Final = 4


def _last4(text: str) -> str:
    digits = arabic_digits(text)
    if not (len(digits) == _CARD_DIGITS and digits.isascii() and digits.isdigit()):
        raise field_error("card_last4", "must be the last 4 digits", "ต้องเป็นเลข 4 หลักท้าย")
    return digits


class SearchIn(BaseModel):
    """Who is looked for. At least a name, or a district or subdistrict with a birth year or the card's last digits."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "สุดา ใจดี", "province": "81", "birth_year_be": 2513, "purpose": "ผู้มีบัตรมาติดต่อโดยไม่มีบัตร"}]},
    )

    name: Text = Field(
        default="",
        max_length=120,
        description="Parts of the name; one letter of each may be wrong, a prefix does not count. ส่วนของชื่อ สะกดผิดได้หนึ่งตัวอักษร",
    )
    province: str | None = Field(default=None, pattern=r"^[0-9]{2}$", description="Home province. จังหวัด")
    district: str | None = Field(default=None, pattern=r"^[0-9]{4}$", description="Home district. อำเภอ")
    subdistrict: str | None = Field(default=None, pattern=r"^[0-9]{6}$", description="Home subdistrict. ตำบล")
    birth_year_be: int | None = Field(
        default=None, ge=YEAR_CE_MIN + _ERA, le=YEAR_CE_MAX + _ERA, description="Year of birth, Buddhist era. ปีเกิด (พ.ศ.)"
    )
    birth_year_ce: int | None = Field(default=None, ge=YEAR_CE_MIN, le=YEAR_CE_MAX, description="Year of birth, common era. ปีเกิด (ค.ศ.)")
    card_last4: Annotated[str, AfterValidator(_last4)] | None = Field(
        default=None, max_length=8, description="The last 4 digits on the card. เลข 4 หลักท้ายของบัตร"
    )
    purpose: Text = Field(min_length=3, max_length=PURPOSE_CHARACTERS_MAX, description="What for; on record. วัตถุประสงค์")
    limit: int = Field(default=20, ge=1, le=PAGE_ROWS_MAX, description="Persons in a page. จำนวนรายการต่อหน้า")
    cursor: str | None = Field(default=None, max_length=CURSOR_CHARACTERS_MAX, description="`next_cursor` of the page before. ค่าของหน้าก่อน")

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.birth_year_be is not None and self.birth_year_ce is not None:
            raise field_error("one_of", "give birth_year_be or birth_year_ce, not both", "ระบุปีเกิดเป็น พ.ศ. หรือ ค.ศ. อย่างใดอย่างหนึ่ง")
        in_district = self.district is not None or self.subdistrict is not None
        if not words_of(self.name) and not (in_district and (self.birth_year_be or self.birth_year_ce or self.card_last4)):
            raise field_error(
                "too_little",
                "give a name, or a district or subdistrict with a birth year or card_last4",
                "ระบุชื่อ หรือระบุอำเภอหรือตำบลพร้อมปีเกิดหรือเลขท้ายบัตร",
            )
        return self

    def criteria(self) -> Criteria:
        """As the rules know it."""
        year = self.birth_year_ce if self.birth_year_be is None else self.birth_year_be - _ERA
        return Criteria(words_of(self.name), self.province, self.district, self.subdistrict, year, self.card_last4)


class SearchOut(BaseModel):
    """A page of who was found within your reach."""

    items: list[HolderOut]
    persons: int = Field(description="How many fit; with `more` there are more than this. จำนวนที่พบ", examples=[3])
    more: bool = Field(description="Whether more than `persons` fit. มีมากกว่าจำนวนที่แสดง")
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page. ส่งค่านี้เพื่อขอหน้าถัดไป")
