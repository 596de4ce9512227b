"""Officers and meeting places."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Self, TypeVar
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from services.interview.commands.staff_and_places import PlaceDetails, Telling
from services.interview.forms.base import District, Form, Name, Subdistrict
from services.interview.rules.officers import AbsenceKind, Language, OfficerHappening
from services.interview.schemas.base import Out
from shared.contracts.interview import Employer
from shared.http import field_error

T = TypeVar("T")
Hour = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


def _once(values: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(values)) != len(values):
        raise field_error("twice", "names one twice", "ระบุซ้ำ", "each once")
    return values


Languages = Annotated[
    tuple[Language, ...],
    Field(max_length=len(Language), description="Spoken besides standard Thai, ISO 639-3. ภาษาที่พูดได้นอกจากภาษาไทยกลาง"),
    AfterValidator(_once),
]
CaseloadMax = Annotated[
    int | None, Field(ge=0, le=10_000, description="So many open cases at most; null for no limit. จำนวนรายสูงสุด", examples=[250])
]
Near = Annotated[
    tuple[Subdistrict, ...],
    Field(max_length=100, description="Subdistricts near the officer. ตำบลที่อยู่ใกล้", examples=[["810101", "810102"]]),
    AfterValidator(_once),
]


class OfficerIn(Form):
    """An officer to register."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "district": "8101",
                    "employer": "BAAC",
                    "staff_no": "B-1024",
                    "languages": ["mfa"],
                    "caseload_max": 250,
                    "subdistricts": ["810101"],
                }
            ]
        }
    )

    district: District
    employer: Employer
    staff_no: Annotated[str, Field(min_length=1, max_length=40, description="The employer's staff number. เลขประจำตัวเจ้าหน้าที่")]
    languages: Languages = ()
    caseload_max: CaseloadMax = None
    subdistricts: Near = ()


class OfficerChangeIn(Form):
    """What is to be known of an officer from now on; all three are replaced."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"languages": ["sou", "mfa"], "caseload_max": 250, "subdistricts": ["810101"]}]}
    )

    languages: Languages
    caseload_max: CaseloadMax
    subdistricts: Near


class AbsenceIn(Form):
    """Days on which an officer is away, both included; reasons are codes only."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"from_on": "2018-03-05", "to_on": "2018-03-16", "kind": "TRAINING"}]})

    from_on: date
    to_on: date
    kind: Annotated[AbsenceKind, Field(description="LEAVE ลา, TRAINING อบรม, OTHER_DUTY ปฏิบัติหน้าที่อื่น")]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_on < self.from_on:
            raise field_error("to_on", "is before from_on", "อยู่ก่อนวันเริ่ม", f"≥ {self.from_on}", field="to_on")
        return self


class AbsenceEndIn(Form):
    """The last day of an absence that ends early."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to_on": "2018-03-09"}]})

    to_on: date


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
    latitude: Annotated[
        float | None,
        Field(ge=5.6, le=20.5, description="Degrees north (WGS 84), within Thailand. ละติจูด", examples=[8.0592]),
    ] = None
    longitude: Annotated[
        float | None,
        Field(ge=97.3, le=105.7, description="Degrees east (WGS 84), within Thailand. ลองจิจูด", examples=[98.9157]),
    ] = None
    weekdays: Annotated[
        tuple[Annotated[int, Field(ge=1, le=7)], ...] | None,
        Field(min_length=1, max_length=7, description="Open on these only; 1 is Monday. วันในสัปดาห์ที่เปิด 1 คือวันจันทร์", examples=[[1, 3, 5]]),
    ] = None
    days: Annotated[
        tuple[date, ...] | None,
        Field(min_length=1, max_length=366, description="Open on these days only. เฉพาะวันที่ระบุ", examples=[["2018-02-05"]]),
    ] = None
    opens_at: Annotated[Hour | None, Field(description="Time of day in Thailand, HH:MM. เวลาเปิด", examples=["08:30"])] = None
    closes_at: Annotated[Hour | None, Field(description="Time of day in Thailand, HH:MM. เวลาปิด", examples=["16:30"])] = None
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
    def _where_and_when(self) -> Self:
        for one, other in (("latitude", "longitude"), ("opens_at", "closes_at")):
            given = {name for name in (one, other) if getattr(self, name) is not None}
            if len(given) == 1:
                [missing] = {one, other} - given
                raise field_error("together", f"is given with {given.pop()} only", "ต้องระบุคู่กัน", f"{one} and {other}", field=missing)
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise field_error("closes_at", "is not after opens_at", "ต้องอยู่หลังเวลาเปิด", f"> {self.opens_at}", field="closes_at")
        if self.weekdays is not None and self.days is not None:
            raise field_error("days", "is given beside weekdays", "ระบุได้อย่างใดอย่างหนึ่ง", "weekdays or days", field="days")
        outside = [day for day in self.days or () if not self.opens_on <= day <= self.closes_on]
        if outside:
            raise field_error("days", f"holds {outside[0]}", f"มีวัน {outside[0]} นอกช่วง", f"{self.opens_on}..{self.closes_on}", field="days")
        return self

    @model_validator(mode="after")
    def _fits_a_message(self) -> Self:
        if self.tell is not Telling.NOBODY and len(self.name) > TOLD_NAME_MAX:
            allowed = f"≤ {TOLD_NAME_MAX}, or tell = NOBODY"
            raise field_error("name", "is too long for a message", "ยาวเกินกว่าจะแจ้งทางข้อความ", allowed, field="name")
        return self

    def details(self) -> PlaceDetails:
        """What is announced."""
        return PlaceDetails(
            name=self.name,
            opens_on=self.opens_on,
            closes_on=self.closes_on,
            capacity_per_day=self.capacity_per_day,
            latitude=self.latitude,
            longitude=self.longitude,
            weekdays=None if self.weekdays is None else tuple(sorted(set(self.weekdays))),
            days=None if self.days is None else tuple(sorted(set(self.days))),
            opens_at=self.opens_at,
            closes_at=self.closes_at,
        )


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
                    "latitude": 8.0592,
                    "longitude": 98.9157,
                    "weekdays": [1, 2, 3, 4, 5],
                    "opens_at": "08:30",
                    "closes_at": "16:30",
                    "tell": "SUBDISTRICT",
                }
            ]
        }
    )

    subdistrict: Subdistrict


class OfficerOut(Out):
    """An officer; `open_cases` in lists only."""

    officer_id: UUID
    version: int
    district: str
    employer: Employer
    staff_no: str
    active: bool
    languages: tuple[Language, ...]
    caseload_max: int | None
    subdistricts: tuple[str, ...]
    open_cases: int | None = None


class AbsenceOut(Out):
    """Days on which an officer is away."""

    absence_id: UUID
    officer_id: UUID
    version: int
    from_on: date
    to_on: date
    kind: AbsenceKind


class OfficerHistoryOut(Out):
    """What was changed of an officer, when and by whom."""

    version: int
    what: OfficerHappening
    at: datetime
    by: str
    details: dict[str, Any]


class MeetingPlaceOut(Out):
    """A meeting place."""

    place_id: UUID
    version: int
    district: str
    subdistrict: str
    name: str
    opens_on: date
    closes_on: date
    capacity_per_day: int
    latitude: float | None
    longitude: float | None
    weekdays: tuple[int, ...] | None
    days: tuple[date, ...] | None
    opens_at: str | None
    closes_at: str | None
