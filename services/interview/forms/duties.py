"""What governors, district chiefs and agencies write down beside the cases."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic.config import JsonValue

from services.interview.forms.base import District, Form, Month, Name, Text
from services.interview.rules.agency_tasks import Manner, TaskState
from services.interview.rules.committee_powers import Committee, Power
from shared.http.validation import field_error
from shared.thai.text import clean

LongText = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(clean)]
Agency = Annotated[
    str, Field(pattern=r"^[A-Z0-9][A-Z0-9_-]{0,31}$", description="Code of the agency in plan's catalogue. รหัสหน่วยงาน", examples=["DSD"])
]
Districts = Annotated[list[District], Field(min_length=1, max_length=50, description="District codes. รหัสอำเภอ")]


def _example(**example: JsonValue) -> ConfigDict:
    return ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [example]})


def _in_order(first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise field_error("to_day", "is before from_day", "อยู่ก่อนวันเริ่ม", f"≥ {first}", field="to_day")


class GuidelineIn(Form):
    """A guideline of the province, or its next version."""

    model_config = _example(title="แนวทางการไปหา", content="ให้ทีม ปรจ. ไปหากลุ่มเป้าหมายเป็นรายตำบล", valid_from="2018-02-01")

    title: Name
    content: LongText
    valid_from: date


class AcknowledgementIn(Form):
    """Which version was read."""

    model_config = _example(version=1)

    version: Annotated[int, Field(ge=1, le=10_000)]


class Difference(StrEnum):
    """In what a team or its process differs."""

    COMPOSITION = "COMPOSITION"
    ORDER_OF_STEPS = "ORDER_OF_STEPS"
    WAY_OF_VISITING = "WAY_OF_VISITING"
    HOURS = "HOURS"
    OTHER = "OTHER"


class VariantIn(Form):
    """A variant of team or process for one district."""

    model_config = _example(
        differs_in="ORDER_OF_STEPS", what="สัมภาษณ์ก่อนแจ้งความประสงค์ในหมู่บ้านเกาะ", reason="เดินทางได้เฉพาะช่วงน้ำขึ้น", from_day="2018-02-01"
    )

    differs_in: Difference
    what: Text = Field(min_length=1)
    reason: Text = Field(min_length=1)
    from_day: date
    to_day: date | None = None

    @model_validator(mode="after")
    def _days(self) -> Self:
        _in_order(self.from_day, self.to_day)
        return self


class EndIn(Form):
    """The last day."""

    model_config = _example(to_day="2018-04-30")

    to_day: date


class AgencyTaskIn(Form):
    """What an agency is to do."""

    model_config = _example(agency="DSD", manner="COORDINATE", task="เปิดอบรมช่างชุมชนในพื้นที่", districts=["8101", "8102"], due_on="2018-06-30")

    agency: Agency
    manner: Manner
    task: Text = Field(min_length=1)
    districts: Districts
    due_on: date


class TaskAnswerIn(Form):
    """What the agency says: it takes the task on, has done it, or declines."""

    model_config = _example(state="ACCEPTED", remark="เริ่มอบรมรุ่นแรก 1 มิถุนายน")

    state: Annotated[TaskState, Field(description="ACCEPTED | DONE | DECLINED")]
    remark: Text = ""


class MemberIn(Form):
    """A member of the province's committee."""

    model_config = _example(
        committee="PROVINCIAL_COMMITTEE",
        name="นายสมชาย ใจดี",
        position="ประธานอนุกรรมการ",
        powers=["DECIDE_LATE_WISH", "DECIDE_STOP"],
        order_no="กบ 0017.2/ค 45",
        from_day="2018-01-20",
    )

    committee: Annotated[
        Literal[Committee.PROVINCIAL_COMMITTEE], Field(description="The province's sub-committee. คณะอนุกรรมการจังหวัด (คอจ.)")
    ] = Committee.PROVINCIAL_COMMITTEE
    name: Name
    position: Name
    powers: Annotated[list[Power], Field(min_length=1, description="Powers that the order gives. อำนาจตามคำสั่ง")]
    order_no: Annotated[Name, Field(description="Number of the order. เลขที่คำสั่ง")]
    from_day: date
    to_day: date | None = None

    @model_validator(mode="after")
    def _days(self) -> Self:
        _in_order(self.from_day, self.to_day)
        return self


class PreparationKind(StrEnum):
    """What a district chief prepared."""

    REHEARSAL = "REHEARSAL"
    PUBLICITY = "PUBLICITY"
    METHOD = "METHOD"


class Preparation(Form):
    """Base of what a district chief prepared; the rest of the fields are its details."""

    on_day: date

    @property
    def officers(self) -> Sequence[UUID]:
        """The officers named."""
        return ()


class RehearsalIn(Preparation):
    """A rehearsal: where, who took part, what was practised, which faults were found."""

    model_config = _example(
        on_day="2018-01-25",
        place="หอประชุมอำเภอ",
        officer_ids=[],
        others=12,
        practised=["รับแบบแจ้งความประสงค์", "สัมภาษณ์"],
        faults=["เครื่องอ่านบัตรไม่พอ"],
    )

    place: Name
    officer_ids: Annotated[
        tuple[UUID, ...], Field(max_length=500, description="Officers of the district who took part. เจ้าหน้าที่ที่เข้าร่วม")
    ] = ()
    others: Annotated[int, Field(ge=0, le=100_000, description="How many others took part. ผู้เข้าร่วมอื่น")] = 0
    practised: Annotated[list[Name], Field(min_length=1, max_length=50)]
    faults: Annotated[tuple[Name, ...], Field(max_length=50)] = ()

    @property
    def officers(self) -> Sequence[UUID]:
        """Those who took part."""
        return self.officer_ids


class PublicityChannel(StrEnum):
    """How people heard of the measure."""

    VILLAGE_LOUDSPEAKER = "VILLAGE_LOUDSPEAKER"
    COMMUNITY_RADIO = "COMMUNITY_RADIO"
    VILLAGE_MEETING = "VILLAGE_MEETING"
    POSTER = "POSTER"
    SOCIAL_MEDIA = "SOCIAL_MEDIA"
    OTHER = "OTHER"


class PublicityIn(Preparation):
    """A publicity: by which channel, where, how many people it reached."""

    model_config = _example(on_day="2018-01-28", channel="VILLAGE_LOUDSPEAKER", area="ทุกหมู่บ้านในตำบลปากน้ำ", people_reached=4200)

    channel: PublicityChannel
    area: Name
    people_reached: Annotated[int, Field(ge=0, le=100_000_000, description="About how many people. จำนวนผู้รับข่าวสารโดยประมาณ")]


class MethodIn(Preparation):
    """The method that the team works by from a day on."""

    model_config = _example(on_day="2018-01-22", title="วิธีรับแจ้งและสัมภาษณ์", steps=["ตรวจบัตร", "รับแบบ", "สัมภาษณ์เบื้องต้น", "นัดหมาย"])

    title: Name
    steps: Annotated[list[Name], Field(min_length=1, max_length=50)]


class Addressee(StrEnum):
    """To whom results are released."""

    MOF = "MOF"
    PROVINCIAL_COMMITTEE = "PROVINCIAL_COMMITTEE"
    MONITORING_COMMITTEE = "MONITORING_COMMITTEE"


class ReleaseIn(Form):
    """Which months' results go to whom."""

    model_config = _example(addressee="MOF", first_month="2018-02", last_month="2018-02")

    addressee: Addressee
    first_month: Month
    last_month: Month

    @model_validator(mode="after")
    def _months(self) -> Self:
        if self.last_month < self.first_month:
            raise field_error("last_month", "is before first_month", "อยู่ก่อนเดือนแรก", f"≥ {self.first_month}", field="last_month")
        return self


class ReceiptIn(Form):
    """Under which number the release was taken in."""

    model_config = _example(reference="กค 0821/2561-114")

    reference: Name
