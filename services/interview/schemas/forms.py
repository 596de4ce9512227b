"""Form definitions."""

from datetime import date

from pydantic import BaseModel, Field


class Words(BaseModel):
    """In both languages."""

    th: str
    en: str


class FormVersionOut(BaseModel):
    """One version of a form."""

    version: str
    valid_from: date
    source: str
    schema_path: str = Field(description="Where its JSON Schema is. ที่อยู่ของ JSON Schema", examples=["/v1/forms/annex3/versions/1"])


class FormOut(BaseModel):
    """A form with its versions, the oldest first."""

    form: str = Field(examples=["annex3"])
    label: Words
    in_force: str = Field(description="The version for what happens today. รุ่นที่ใช้วันนี้", examples=["1"])
    versions: list[FormVersionOut]


class FormsOut(BaseModel):
    """All forms."""

    items: list[FormOut]


class ListedCodeOut(BaseModel):
    """One code with its words; `hours` is the length of a training course."""

    code: str
    title_th: str
    title_en: str
    hours: int | None


class CodeListOut(BaseModel):
    """A list as it is in force on the day."""

    name: str
    version: int
    label: str
    valid_from: date
    codes: list[ListedCodeOut]


class CodeListsOut(BaseModel):
    """The lists in force, by name."""

    items: list[CodeListOut]
