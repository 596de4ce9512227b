"""Annex 2 (แบบแจ้งความประสงค์) as far as the code reads it; its fields and rules are in definitions/annex2."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import ConfigDict

from services.interview.forms.answered import Answered, Typed
from services.interview.forms.definition import Definition, catalogue
from shared.contracts.common import Channel

ANNEX_2 = "annex2"


class Consents(Typed):
    """What the person consents to (PDPA)."""

    share_with_agencies: bool
    bank_data: bool
    wage_through_card: bool

    def given(self) -> tuple[str, ...]:
        """The purposes whose boxes are ticked, by the registry's names."""
        return tuple(name.upper() for name, ticked in self if ticked)


class Proxy(Typed):
    """Who states the wish for the person, and by which paper; further answers are kept as they are."""

    model_config = ConfigDict(extra="allow")

    name: str


class WishPaper(Typed):
    """What is on the signed paper besides who, when and where; further answers of the form are kept as they are."""

    model_config = ConfigDict(extra="allow")

    consents: Consents
    privacy_notice_version: str
    identity_paper_issued_on: date | None = None
    identity_paper_expires_on: date | None = None
    witness: str | None = None
    proxy: Proxy | None = None


class WishForm(Answered):
    """The whole of annex 2."""

    form_code: ClassVar[str] = ANNEX_2
    day_at: ClassVar[tuple[str, ...]] = ("stated_on",)

    channel: Channel
    stated_on: date
    place_id: UUID | None = None
    wished_district: str | None = None

    @property
    def paper(self) -> WishPaper:
        """What is on the paper besides who, when and where."""
        return WishPaper.model_validate({name: value for name, value in self.answers.items() if name not in WishForm.model_fields})


def definition_of_paper(version: str) -> Definition:
    """What a paper of this version was checked by."""
    return catalogue().get(ANNEX_2, version)
