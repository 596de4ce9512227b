"""Annex 3: assessment and menu (แบบสัมภาษณ์และเมนูพัฒนา)."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.interview.forms.base import Baht, Code, Form, Month, Name, Satang, Text
from services.interview.forms.wish import WishPaper
from shared.contracts.common import Approach, Bank, Dimension
from shared.contracts.interview import Answer
from shared.http.validation import field_error


class Education(StrEnum):
    """Highest level reached."""

    NONE = "NONE"
    PRIMARY = "PRIMARY"
    LOWER_SECONDARY = "LOWER_SECONDARY"
    UPPER_SECONDARY = "UPPER_SECONDARY"
    VOCATIONAL = "VOCATIONAL"
    BACHELOR_OR_HIGHER = "BACHELOR_OR_HIGHER"


class Marital(StrEnum):
    """Marital status."""

    SINGLE = "SINGLE"
    MARRIED = "MARRIED"
    WIDOWED = "WIDOWED"
    DIVORCED = "DIVORCED"
    SEPARATED = "SEPARATED"


class Tenure(StrEnum):
    """How land or a home is held."""

    OWNED = "OWNED"
    MORTGAGED = "MORTGAGED"
    RENTED = "RENTED"
    WITH_RELATIVES = "WITH_RELATIVES"
    STATE_LAND = "STATE_LAND"
    NONE = "NONE"


class DebtKind(StrEnum):
    """In the banking system or outside it."""

    FORMAL = "FORMAL"
    INFORMAL = "INFORMAL"


class Readiness(StrEnum):
    """How ready the person is to begin."""

    READY = "READY"
    NEEDS_SUPPORT = "NEEDS_SUPPORT"
    NOT_READY = "NOT_READY"


class Visit(Form):
    """When, where and by whom. Without `co_interviewer_id` the one assigned to the case counts."""

    interviewed_on: date
    place: Name = Field(examples=["ที่ว่าการอำเภอ"])
    officer_id: UUID | None = Field(default=None, description="The case's account officer. ผู้ดูแลของรายนี้")
    co_interviewer_id: UUID | None = None


class Health(Form):
    """Sensitive (PDPA s.26): stored sealed and told to plan alone."""

    chronic_illness: bool = False
    disability: bool = False
    bedridden: bool = False
    note: Text = ""


class Land(Form):
    """Land that the person works or owns; 1 rai is 1,600 m²."""

    tenure: Tenure
    rai: Annotated[float, Field(ge=0, le=100_000)] = 0


class PersonAnswers(Form):
    """The person and the household."""

    education: Education
    marital_status: Marital
    household_size: Annotated[int, Field(ge=1, le=50)]
    dependants: Annotated[int, Field(ge=0, le=49)]
    occupation: Code = Field(examples=["6111"])
    second_occupation: Code | None = None
    income_now_baht: Baht = Field(description="Income a year now. รายได้ต่อปีปัจจุบัน (บาท)")
    income_2559_baht: Baht = Field(description="Income of B.E. 2559. รายได้ปี 2559 (บาท)")
    expenses_month_baht: Baht
    land: Land
    housing: Tenure
    saves: bool | None = Field(default=None, description="Saves for old age. มีการออมเพื่อเกษียณ")


class Debt(Form):
    """One debt; stored sealed."""

    kind: DebtKind
    creditor: Name
    bank: Bank | None = None
    amount_satang: Satang
    monthly_payment_satang: Satang = 0
    wants_mediation: bool = False


class Abilities(Form):
    """What the person can do and what stands in the way."""

    skills: tuple[Code, ...] = Field(default=(), max_length=20)
    readiness: Readiness
    obstacles: Text = ""


class Diagnosis(Form):
    """What the team found: problems by dimension and the approach."""

    problems: tuple[Dimension, ...] = Field(default=(), max_length=4)
    approach: Approach | None = None
    note: Text = ""


class Wishes(Form):
    """What the person answers. `states_wish` makes the intent at the same home visit, with the signed `paper`."""

    answer: Answer
    decline_reason: Text | None = None
    dimensions: tuple[Dimension, ...] = Field(default=(), max_length=4)
    states_wish: bool = False
    paper: WishPaper | None = None

    @model_validator(mode="after")
    def _words_fit_answer(self) -> Self:
        if self.answer is not Answer.DEVELOP and not self.decline_reason:
            raise field_error("decline_reason", "say why the person declines", "ต้องระบุเหตุผลที่ไม่ประสงค์พัฒนา", field="decline_reason")
        if self.states_wish and (self.paper is None or self.answer is not Answer.DEVELOP):
            raise field_error(
                "states_wish",
                "needs the answer DEVELOP and the signed `paper`",
                "ต้องมีคำตอบ DEVELOP และแบบแจ้งความประสงค์ (paper)",
                field="states_wish",
            )
        return self


class MenuChoice(Form):
    """One line of the menu."""

    dimension: Dimension
    programme_code: Code
    goal: Text = ""
    desired_job: Text | None = None
    abroad: bool = False
    training_code: Code | None = None
    loan_purpose: Text | None = None
    loan_amount_satang: Satang | None = None
    preferred_month: Month | None = None
    priority: Annotated[int, Field(ge=1, le=20)] = 1
    target_income_baht: Baht | None = None
    agreed_on: date | None = None
    holder_signed: bool = False
    officer_signed: bool = False


class Answers(Form):
    """What is stored readable in `interview.answers`: annex 3 without health and debts."""

    place: str
    person: PersonAnswers
    abilities: Abilities
    diagnosis: Diagnosis
    decline_reason: str | None
    wishes: tuple[Dimension, ...]
    menu: tuple[MenuChoice, ...]


class InterviewForm(Form):
    """The whole of annex 3."""

    visit: Visit
    person: PersonAnswers
    health: Health = Health()
    debts: tuple[Debt, ...] = Field(default=(), max_length=30)
    abilities: Abilities
    diagnosis: Diagnosis
    wishes: Wishes
    menu: tuple[MenuChoice, ...] = Field(default=(), max_length=20)
    specialist_asked: bool = Field(default=False, description="A specialist is asked before the plan. ส่งต่อทีมเฉพาะทาง")

    @model_validator(mode="after")
    def _menu_is_for_developers(self) -> Self:
        if self.menu and self.wishes.answer is not Answer.DEVELOP:
            raise field_error("menu", "only who wishes to develop chooses from the menu", "เมนูใช้กับผู้ประสงค์พัฒนาเท่านั้น", field="menu")
        return self

    def readable_answers(self) -> Answers:
        """The part that is stored readable."""
        return Answers(
            place=self.visit.place,
            person=self.person,
            abilities=self.abilities,
            diagnosis=self.diagnosis,
            decline_reason=self.wishes.decline_reason,
            wishes=self.wishes.dimensions,
            menu=self.menu,
        )
