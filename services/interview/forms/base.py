"""Values that requests share."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.http.validation import field_error
from shared.thai.areas import is_district, is_province, is_subdistrict
from shared.thai.text import clean


class Form(BaseModel):
    """Frozen; a field that is not of the form is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _district(code: str) -> str:
    if not is_district(code):
        raise field_error("district", "is not a district code", "ไม่ใช่รหัสอำเภอ", "4 digits of DOPA")
    return code


def _subdistrict(code: str) -> str:
    if not is_subdistrict(code):
        raise field_error("subdistrict", "is not a subdistrict code", "ไม่ใช่รหัสตำบล", "6 digits of DOPA")
    return code


def _province(code: str) -> str:
    if not is_province(code):
        raise field_error("province", "is not a province code", "ไม่ใช่รหัสจังหวัด", "2 digits of DOPA")
    return code


TEXT_MAX: Final = 500
Text = Annotated[str, Field(max_length=TEXT_MAX), AfterValidator(clean)]
"""Free words, normalised."""
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean)]
District = Annotated[str, AfterValidator(_district), Field(description="District code, 4 digits. รหัสอำเภอ", examples=["8101"])]
Province = Annotated[str, AfterValidator(_province), Field(description="Province code, 2 digits. รหัสจังหวัด", examples=["81"])]
Subdistrict = Annotated[str, AfterValidator(_subdistrict), Field(description="Subdistrict code, 6 digits. รหัสตำบล", examples=["810101"])]
Month = Annotated[
    str, Field(pattern=r"^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$", description="Month of the common era. เดือน (ค.ศ.)", examples=["2018-06"])
]
