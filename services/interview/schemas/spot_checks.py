"""Spot checks of interviews."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.interview.commands.draw_spot_checks import SAMPLE_MAX, Sample
from services.interview.forms.base import Form
from services.interview.forms.spot_check import SpotCheckForm
from services.interview.rules.spot_checks import METHOD, CheckResult, CheckStatus
from services.interview.schemas.base import AN_OFFICER, Out
from services.interview.schemas.defined import FormRequest, shown
from shared.http import field_error


class DrawIn(Form):
    """A sample to draw: interviews of these days, `count` of them or `share_percent`."""

    model_config = ConfigDict(
        populate_by_name=True, json_schema_extra={"examples": [{"from": "2018-03-01", "to": "2018-03-31", "share_percent": 5}]}
    )

    from_day: date = Field(alias="from", description="First day of the interviews. ตั้งแต่วันที่")
    to_day: date = Field(alias="to", description="Last day of the interviews. ถึงวันที่")
    count: Annotated[int | None, Field(ge=1, le=SAMPLE_MAX, description="So many interviews. จำนวน")] = None
    share_percent: Annotated[int | None, Field(ge=1, le=100, description="Such a share of them. ร้อยละ")] = None
    seed: Annotated[
        str | None,
        Field(
            min_length=8, max_length=64, pattern=r"^[0-9A-Za-z-]+$", description="When it was drawn by lot in public. ค่าสุ่มที่จับต่อหน้าสาธารณะ"
        ),
    ] = None

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if (self.count is None) == (self.share_percent is None):
            raise field_error(
                "sample",
                "give one of count, share_percent",
                "ระบุ count หรือ share_percent เพียงหนึ่งอย่าง",
                f"1..{SAMPLE_MAX} | 1..100 %",
                field="count",
            )
        return self

    @model_validator(mode="after")
    def _from_before_to(self) -> Self:
        if self.to_day < self.from_day:
            raise field_error("to", "is before from", "อยู่ก่อนวันเริ่ม", f"≥ {self.from_day}", field="to")
        return self

    def sample(self) -> Sample:
        """What is to be drawn."""
        return Sample(self.from_day, self.to_day, self.count, self.share_percent, self.seed)


class StratumOut(Out):
    """An officer in a draw."""

    officer_id: UUID
    eligible: int
    drawn: int


class DrawOut(Out):
    """A draw. With the seed and the method anybody can draw it again."""

    draw_id: UUID
    district: str
    from_day: date
    to_day: date
    seed: str
    method: str = METHOD
    eligible: int
    drawn: int
    strata: list[StratumOut]
    drawn_at: datetime
    drawn_by: str


class DrawnOut(Out):
    """An interview that was drawn."""

    check_id: UUID
    interview_id: UUID
    officer_id: UUID


class DrawDetailOut(DrawOut):
    """A draw with what it drew."""

    checks: list[DrawnOut]


class SpotCheckOut(Out):
    """A check of an interview and its last result."""

    check_id: UUID
    draw_id: UUID
    drawn_at: datetime
    district: str
    interview_id: UUID
    case_id: UUID
    holder_id: UUID
    officer_id: UUID = Field(description="Who interviewed. ผู้สัมภาษณ์")
    given_to: UUID | None = Field(description="The officer who is to carry it out; without one, the head of the team. ผู้ที่ได้รับมอบให้ตรวจ")
    case_officer_id: UUID | None = Field(description="Whose case it is now. ผู้ดูแลปัจจุบัน")
    status: CheckStatus
    revision_due: bool = Field(description="The answers differ and the interview has not been put right since. ต้องแก้ไขการสัมภาษณ์")
    result_no: int | None
    result: CheckResult | None
    checked_on: date | None
    checker_id: UUID | None
    form_version: str | None
    answers: dict[str, Any] | None
    has_remarks: bool = Field(description="Sealed; GET …/remarks reads them. มีหมายเหตุที่เข้ารหัสไว้")
    recorded_at: datetime | None
    recorded_by: str | None


class SpotCheckGivenIn(Form):
    """Which officer of the district is to carry the check out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"officer_id": AN_OFFICER}]})

    officer_id: UUID = Field(description="Neither who interviewed nor whose case it is. ต้องไม่ใช่ผู้สัมภาษณ์หรือผู้ดูแลรายนี้")


class SpotCheckResultIn(FormRequest):
    """What a check found."""

    model_config = ConfigDict(extra="allow", json_schema_extra=shown("spot_check", {}))

    def form(self) -> SpotCheckForm:
        """The form. Raises Invalid with every rule of its definition that is broken."""
        return SpotCheckForm.filled_in(self.answers, self.form_version)


class CheckedOut(Out):
    """What was recorded, and what follows: a revision (`POST /v1/interviews/{interview_id}/revisions`), another try, or nothing."""

    check_id: UUID
    result_no: int
    result: CheckResult
    interview_id: UUID
    case_id: UUID
    revision_due: bool


class RemarksOut(Out):
    """The remarks of a check's last result."""

    check_id: UUID
    remarks: str


class SharesOut(Out):
    """What was checked of an officer's interviews. `checked_percent` is of the persons interviewed, `differs_percent` of those checked and met."""

    officer_id: UUID
    district: str
    interviewed: int
    drawn: int
    open: int
    ok: int
    differs: int
    not_met: int
    lapsed: int
    revisions_due: int
    checked_percent: float | None
    differs_percent: float | None


class CaseCheckOut(Out):
    """What a check of the case's interview found, as its page shows it."""

    check_id: UUID
    interview_id: UUID
    result: CheckResult
    checked_on: date
    revision_due: bool
