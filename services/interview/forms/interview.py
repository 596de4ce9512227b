"""Annex 3 (แบบสัมภาษณ์และเมนูพัฒนา) as far as the code reads it; its fields and rules are in definitions/annex3."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from services.interview.forms.answered import Answered, Typed
from services.interview.forms.wish import WishPaper
from shared.contracts.common import Approach, Bank, Dimension
from shared.contracts.interview import Answer

FORMAL = "FORMAL"


class Visit(Typed):
    """When, where and by whom. Without `co_interviewer_id` the one assigned to the case counts.

    How long it took and how far the officer travelled is told by the officer; nobody's home is a figure, so no coordinates are kept.
    """

    interviewed_on: date
    place: str
    officer_id: UUID | None = None
    co_interviewer_id: UUID | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    travelled_km: float | None = None


class Health(Typed):
    """What plan is told of health; sensitive (PDPA s.26)."""

    chronic_illness: bool = False
    disability: bool = False
    bedridden: bool = False
    note: str = ""


class Debt(Typed):
    """What plan is told of a debt."""

    kind: str
    creditor: str
    bank: Bank | None = None
    amount_satang: int
    monthly_payment_satang: int = 0
    wants_mediation: bool = False


class Land(Typed):
    """Land that the person works or owns; 1 rai is 1,600 m²."""

    tenure: str
    rai: float = 0


class PersonAnswers(Typed):
    """The person and the household."""

    occupation: str
    second_occupation: str | None = None
    income_now_baht: int
    land: Land
    housing: str
    saves: bool | None = None


class Abilities(Typed):
    """What the person can do, and whether they are ready to."""

    skills: tuple[str, ...] = ()
    readiness: str


class Diagnosis(Typed):
    """What the account officer decided: problems by dimension and the approach."""

    problems: tuple[Dimension, ...] = ()
    approach: Approach | None = None


class Wishes(Typed):
    """What the person answers. `states_wish` makes the intent at the same home visit, with the signed `paper`."""

    answer: Answer
    decline_reason: str | None = None
    dimensions: tuple[Dimension, ...] = ()
    states_wish: bool = False
    paper: WishPaper | None = None


class MenuChoice(Typed):
    """One line of the menu."""

    dimension: Dimension
    programme_code: str
    goal: str = ""
    desired_job: str | None = None
    training_code: str | None = None
    loan_amount_satang: int | None = None
    preferred_month: str | None = None
    target_income_baht: int | None = None
    agreed_on: date | None = None
    holder_signed: bool = False
    officer_signed: bool = False


class InterviewForm(Answered):
    """The whole of annex 3."""

    form_code: ClassVar[str] = "annex3"
    day_at: ClassVar[tuple[str, ...]] = ("visit", "interviewed_on")

    visit: Visit
    person: PersonAnswers
    health: Health = Health()
    debts: tuple[Debt, ...] = ()
    abilities: Abilities
    diagnosis: Diagnosis
    wishes: Wishes
    menu: tuple[MenuChoice, ...] = ()
    specialist_asked: bool = False

    @property
    def paper_version(self) -> str:
        """The version of annex 2 that the paper inside is of."""
        paper = self.definition.schema["properties"]["wishes"]["properties"]["paper"]
        version: str = paper["x-fields-of"]["version"]
        return version
