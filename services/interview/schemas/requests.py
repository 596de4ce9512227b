"""Requests. What stands on paper forms comes from services.interview.forms."""

from datetime import date
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from services.interview.commands.staff_and_places import PlaceDetails, Telling
from services.interview.forms.base import District, Form, Month, Name, Subdistrict, Text
from services.interview.forms.follow_up import FollowUpForm
from services.interview.forms.interview import InterviewForm
from services.interview.forms.wish import WishPaper
from shared.contracts.common import Channel
from shared.contracts.interview import DecisionKind, Employer, FollowUpRound, NotMetReason
from shared.http import field_error
from shared.thai.citizen_id import BadCitizenId, parse_citizen_id
from shared.thai.digits import arabic_digits

CARD_DIGITS = 16

_HOLDER = "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d0001"
_CASE = "5b0e9a50-7c2a-5c4d-8256-1f0a6a550001"
_OFFICER = "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d0002"
_PAPER: dict[str, Any] = {
    "consents": {"share_with_agencies": True, "bank_data": True, "wage_through_card": False},
    "identity_paper": "CITIZEN_ID_CARD",
    "signed_by": "SIGNATURE",
    "privacy_notice_version": "2018-01",
}


def _citizen_id(text: str) -> str:
    try:
        return parse_citizen_id(text)
    except BadCitizenId as bad:
        raise field_error(bad.code, bad.message_en, bad.message_th) from bad


def _card_no(text: str) -> str:
    digits = "".join(arabic_digits(text).replace("-", " ").split())
    if not (len(digits) == CARD_DIGITS and digits.isascii() and digits.isdecimal()):
        raise field_error("card_no", "must have 16 digits", "ต้องมี 16 หลัก", "16 digits")
    return digits


CitizenId = Annotated[
    str,
    Field(
        max_length=40, description="13 digits, also Thai ones, with or without dashes. เลขประจำตัวประชาชน", examples=["1-0000-00000-01-7"]
    ),
    AfterValidator(_citizen_id),
]
CardNo = Annotated[str, Field(max_length=60, description="16 digits. หมายเลขบัตรสวัสดิการแห่งรัฐ"), AfterValidator(_card_no)]


class OfficerIn(Form):
    """An officer to register."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"district": "8101", "employer": "BAAC", "staff_no": "B-1024"}]})

    district: District
    employer: Employer
    staff_no: Annotated[str, Field(min_length=1, max_length=40, description="The employer's staff number. เลขประจำตัวเจ้าหน้าที่")]


class DepartureIn(Form):
    """Why an officer leaves."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "ย้ายไปปฏิบัติงานที่อื่น"}]})

    reason: Name


TOLD_NAME_MAX: Final = 60
"""So long may the name of a place be in a message to people, which the registry writes."""


class MeetingPlaceChangeIn(Form):
    """A meeting place with other days or another name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "หอประชุมอำเภอเมืองกระบี่",
                    "opens_on": "2018-02-01",
                    "closes_on": "2018-02-28",
                    "capacity_per_day": 300,
                }
            ]
        }
    )

    name: Name
    opens_on: date
    closes_on: date
    capacity_per_day: Annotated[int, Field(ge=1, le=100_000)]
    tell: Annotated[
        Telling,
        Field(
            description="Who is told by a message, of those who have stated no wish and consent to messages."
            " แจ้งข้อความแก่ผู้ที่ยังไม่แจ้งความประสงค์และยินยอมรับข้อความ ในตำบล ทั้งอำเภอ หรือไม่แจ้ง"
        ),
    ] = Telling.SUBDISTRICT

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.closes_on < self.opens_on:
            raise field_error("closes_on", "is before opens_on", "อยู่ก่อนวันเปิด", f"≥ {self.opens_on}", field="closes_on")
        return self

    @model_validator(mode="after")
    def _fits_a_message(self) -> Self:
        if self.tell is not Telling.NOBODY and len(self.name) > TOLD_NAME_MAX:
            allowed = f"≤ {TOLD_NAME_MAX}, or tell = NOBODY"
            raise field_error("name", "is too long for a message", "ยาวเกินกว่าจะแจ้งทางข้อความ", allowed, field="name")
        return self

    def details(self) -> PlaceDetails:
        """What is announced."""
        return PlaceDetails(self.name, self.opens_on, self.closes_on, self.capacity_per_day)


class MeetingPlaceIn(MeetingPlaceChangeIn):
    """A meeting place to announce."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "subdistrict": "810101",
                    "name": "หอประชุมอำเภอเมืองกระบี่",
                    "opens_on": "2018-02-01",
                    "closes_on": "2018-02-28",
                    "capacity_per_day": 300,
                    "tell": "SUBDISTRICT",
                }
            ]
        }
    )

    subdistrict: Subdistrict


class IntentIn(WishPaper):
    """A stated wish (annex 2). Name the person by exactly one of `citizen_id`, `card_no`, `holder_id`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"citizen_id": "1-0000-00000-01-7", "channel": "WALK_IN", "stated_on": "2018-02-14", **_PAPER}]}
    )

    citizen_id: CitizenId | None = None
    card_no: CardNo | None = None
    holder_id: UUID | None = None
    channel: Channel
    place_id: UUID | None = None
    stated_on: date = Field(description="The date on the signed form. วันที่ลงนามในแบบ")
    wished_district: District | None = Field(default=None, description="Where the person wants to be developed. อำเภอที่ประสงค์จะพัฒนา")

    @model_validator(mode="after")
    def _one_person(self) -> Self:
        if sum(value is not None for value in (self.citizen_id, self.card_no, self.holder_id)) != 1:
            raise field_error(
                "person",
                "give one of citizen_id, card_no, holder_id",
                "ระบุ citizen_id, card_no หรือ holder_id เพียงหนึ่งอย่าง",
                field="citizen_id",
            )
        return self

    def paper(self) -> WishPaper:
        """What is on the paper besides who, when and where."""
        return WishPaper(**{name: getattr(self, name) for name in WishPaper.model_fields})


class WithdrawalIn(Form):
    """A withdrawal of the wish."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"withdrawn_on": "2018-05-10", "reason": "ย้ายไปทำงานต่างประเทศ"}]})

    withdrawn_on: date
    reason: Text


class CaseRef(Form):
    """Names a case by exactly one of `case_id` and `holder_id`."""

    case_id: UUID | None = None
    holder_id: UUID | None = None

    @model_validator(mode="after")
    def _one_case(self) -> Self:
        if (self.case_id is None) == (self.holder_id is None):
            raise field_error("case", "give one of case_id, holder_id", "ระบุ case_id หรือ holder_id เพียงหนึ่งอย่าง", field="case_id")
        return self

    def key(self) -> tuple[Literal["case_id", "holder_id"], UUID]:
        """The column and the value that find the case."""
        if self.case_id is not None:
            return "case_id", self.case_id
        if self.holder_id is not None:
            return "holder_id", self.holder_id
        raise field_error("case", "give one of case_id, holder_id", "ระบุ case_id หรือ holder_id เพียงหนึ่งอย่าง")


class AssignmentIn(Form):
    """Who takes the case. A co-interviewer of BAAC or GSB is needed when the officer is of neither."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"officer_id": _OFFICER}]})

    officer_id: UUID
    co_interviewer_id: UUID | None = None


class MoveIn(Form):
    """A move as the officer was told."""

    moved_on: date
    to_subdistrict: Subdistrict


class DeathIn(Form):
    """A death as the officer was told."""

    deceased_on: date
    evidence: Name = Field(examples=["ใบมรณบัตร"])


class VisitAttemptIn(CaseRef):
    """A home visit that met nobody. With MOVED may come `move`, with DECEASED `death`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"case_id": _CASE, "visited_on": "2018-03-20", "reason": "NOT_AT_HOME"}]})

    visited_on: date
    reason: NotMetReason
    officer_id: UUID | None = None
    note: Text = ""
    move: MoveIn | None = None
    death: DeathIn | None = None

    @model_validator(mode="after")
    def _facts_fit_reason(self) -> Self:
        if (self.move and self.reason is not NotMetReason.MOVED) or (self.death and self.reason is not NotMetReason.DECEASED):
            raise field_error("reason", "does not fit the move or death told", "เหตุผลไม่สอดคล้องกับข้อมูลการย้ายหรือเสียชีวิต", field="reason")
        return self


class InterviewIn(CaseRef, InterviewForm):
    """An interview (annex 3)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "case_id": _CASE,
                    "visit": {"interviewed_on": "2018-03-20", "place": "บ้านเลขที่ 12 หมู่ 3"},
                    "person": {
                        "education": "PRIMARY",
                        "marital_status": "MARRIED",
                        "household_size": 4,
                        "dependants": 2,
                        "occupation": "6111",
                        "income_now_baht": 28000,
                        "income_2559_baht": 26000,
                        "expenses_month_baht": 4500,
                        "land": {"tenure": "OWNED", "rai": 3.5},
                        "housing": "OWNED",
                    },
                    "debts": [{"kind": "INFORMAL", "creditor": "นายทุนในหมู่บ้าน", "amount_satang": 2000000, "wants_mediation": True}],
                    "abilities": {"skills": ["weaving"], "readiness": "READY"},
                    "diagnosis": {"problems": ["D2", "D3"], "approach": "SECOND_OCCUPATION"},
                    "wishes": {"answer": "DEVELOP", "dimensions": ["D2"], "states_wish": True, "paper": _PAPER},
                    "menu": [{"dimension": "D2", "programme_code": "D2-DSD-TECHNICIAN", "holder_signed": True, "officer_signed": True}],
                }
            ]
        }
    )

    def form(self) -> InterviewForm:
        """The form without the reference."""
        return InterviewForm(**{name: getattr(self, name) for name in InterviewForm.model_fields})


class FollowUpIn(CaseRef, FollowUpForm):
    """A follow-up."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "case_id": _CASE,
                    "round": "JUNE",
                    "contacted_on": "2018-06-12",
                    "method": "TELEPHONE",
                    "reached": True,
                    "job_status": "SELF_EMPLOYED",
                    "monthly_income_baht": 3200,
                    "recommendation": "CONTINUE",
                }
            ]
        }
    )

    def form(self) -> FollowUpForm:
        """The form without the reference."""
        return FollowUpForm(**{name: getattr(self, name) for name in FollowUpForm.model_fields})


class SweepIn(Form):
    """Which round is over."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"round": "JUNE"}]})

    round: FollowUpRound


class RulingIn(Form):
    """What every decision has."""

    committee: Name = Field(examples=["คอจ.กระบี่"])
    decided_on: date
    reference: Name = Field(description="Number of the minutes or letter. เลขที่หนังสือ/มติ", examples=["กบ 0017.2/ว 123"])
    reason: Text = ""
    effective_month: Month | None = None


class DecisionIn(CaseRef, RulingIn):
    """A decision about one person."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "holder_id": _HOLDER,
                    "kind": "LATE_WISH_GRANTED",
                    "committee": "คอจ.กระบี่",
                    "decided_on": "2018-07-02",
                    "reference": "กบ 0017.2/ว 123",
                }
            ]
        }
    )

    kind: DecisionKind


class NotInterviewedIn(RulingIn):
    """The decision about all of a district who stated the wish and were not interviewed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"committee": "คอจ.กระบี่", "decided_on": "2018-06-05", "reference": "กบ 0017.2/ว 130"}]}
    )


class ClosureIn(Form):
    """Why the case is closed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "ติดตามครบถ้วน"}]})

    reason: Name
