"""The catalogue of purposes and privacy notices, read from catalogue.yaml."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

FILE: Final = Path(__file__).with_name("catalogue.yaml")

NOTICES: Final = "NOTICES"
"""The one purpose that the registry file speaks of: its `mobile_consent` holds until the person has said something of their own."""
SHARE_WITH_AGENCIES: Final = "SHARE_WITH_AGENCIES"
SHARE_WITH_REGISTRIES: Final = "SHARE_WITH_REGISTRIES"
BANK_DATA: Final = "BANK_DATA"


class CatalogueInvalid(ValueError):
    """The file lacks something or contradicts itself; the message names it."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Part):
    """The same in Thai and English."""

    th: str
    en: str


class Basis(_Part):
    """A section of the law and what rests on it."""

    section: str
    rests: Words = Field(alias="for")


class Party(_Part):
    """Who controls or receives data."""

    name: Words
    address: str
    contact: str
    role: str
    kind: str


class Notice(_Part):
    """A privacy notice and the first day on which it may stand on a form."""

    version: str
    since: date = Field(alias="from")
    reference: str
    text: Words


class Purpose(_Part):
    """A purpose to which people may consent: whose words, on what basis, which fields, to whom."""

    name: str
    since: date = Field(alias="from")
    title: Words
    description: Words
    legal_basis: tuple[Basis, ...] = Field(min_length=1)
    fields_covered: tuple[str, ...] = Field(alias="fields", min_length=1)
    sensitive_fields: tuple[str, ...]
    recipients: tuple[str, ...]
    retention: Words


class Catalogue(_Part):
    """Everything that can be consented to, in the order of the file."""

    controller: str
    parties: dict[str, Party]
    notices: tuple[Notice, ...]
    purposes: tuple[Purpose, ...]

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        for names in ([one.name for one in self.purposes], [one.version for one in self.notices]):
            if len(names) != len(set(names)):
                raise ValueError("a name stands twice")
        spoken_of = {self.controller, *(party for purpose in self.purposes for party in purpose.recipients)}
        if unknown := spoken_of - self.parties.keys():
            raise ValueError(f"no such parties: {sorted(unknown)}")
        for purpose in self.purposes:
            if not set(purpose.sensitive_fields) <= set(purpose.fields_covered):
                raise ValueError(f"{purpose.name}: a sensitive field is not among its fields")
        return self

    def purpose(self, name: str) -> Purpose | None:
        """The purpose of the name."""
        return next((one for one in self.purposes if one.name == name), None)

    def notice(self, version: str) -> Notice | None:
        """The notice of the version."""
        return next((one for one in self.notices if one.version == version), None)


def load(file: Path = FILE) -> Catalogue:
    """Read and check the file. Raises CatalogueInvalid."""
    try:
        with file.open(encoding="utf-8") as text:
            content: Any = yaml.safe_load(text)
        return Catalogue.model_validate(content)
    except (ValidationError, yaml.YAMLError) as error:
        raise CatalogueInvalid(f"{file.name}: {error}") from error


@cache
def catalogue() -> Catalogue:
    """The catalogue of this installation."""
    return load()
