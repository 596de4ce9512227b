"""What each report can be asked: the query of its page and the parameters of its snapshots."""

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.contracts.interview import FollowUpRound

SCALE_MAX = 1_000_000
AREA = r"^(\d{2}|\d{4})$"


class IntakeBy(StrEnum):
    """How the intake is grouped."""

    DISTRICT = "district"
    DAY = "day"
    PLACE = "place"


class Parameters(BaseModel):
    """Base of the parameters; those of a report without any."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    area: str | None = Field(
        default=None,
        pattern=AREA,
        description="Province (2 digits) or district (4); all that you reach without it. รหัสจังหวัดหรืออำเภอ",
        examples=["8101"],
    )


class ScaledParameters(Parameters):
    """Of reports that stand beside published figures."""

    scale: int = Field(
        default=1,
        ge=1,
        le=SCALE_MAX,
        description="How many real persons one person stands for; published figures are divided by it. จำนวนคนจริงต่อหนึ่งคนในระบบ",
        examples=[1000],
    )


class IntakeParameters(Parameters):
    """Days on which the wish was stated, and how to group."""

    from_: date | None = Field(default=None, alias="from", description="First day. วันแรก", examples=["2018-02-01"])
    to: date | None = Field(default=None, description="Last day. วันสุดท้าย", examples=["2018-02-28"])
    group_by: IntakeBy = Field(default=IntakeBy.DISTRICT, description="Rows by district, day or meeting place. จัดกลุ่มตามอำเภอ วัน หรือจุดนัดพบ")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise ValueError("from must not be after to")
        return self


class MonthParameters(Parameters):
    """One benefit month, or all."""

    month: str | None = Field(
        default=None,
        pattern=r"^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$",
        description="Benefit month, all without it. เดือนสิทธิ",
        examples=["2018-03"],
    )


class SeatMonthParameters(Parameters):
    """One month in which offerings begin, or all."""

    month: str | None = Field(
        default=None,
        pattern=r"^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$",
        description="In which offerings begin, all without it. เดือนที่รอบเริ่ม",
        examples=["2018-05"],
    )


class RoundParameters(Parameters):
    """One round of follow-up."""

    round: FollowUpRound = Field(default=FollowUpRound.JUNE, description="Round of follow-up. รอบการติดตาม")


class AreaBy(StrEnum):
    """One row for the area, or one for each area inside it."""

    ALL = "all"
    AREA = "area"


class OutcomeBy(StrEnum):
    """How those who were referred are grouped. Never by sex or religion, of which reporting knows nothing."""

    ALL = "all"
    AREA = "area"
    AGE = "age"
    TIER = "tier"
    OCCUPATION = "occupation"
    APPROACH = "approach"


class ProgrammeParameters(Parameters):
    """One programme or all."""

    programme: str | None = Field(
        default=None, max_length=100, description="Code of one programme, all without it. รหัสโครงการ", examples=["D2-DSD-TECHNICIAN"]
    )


class OutcomeParameters(ProgrammeParameters):
    """How rows are cut."""

    by: AreaBy = Field(
        default=AreaBy.ALL, description="Rows for the area, or for each province or district inside it. ทั้งพื้นที่ หรือแยกจังหวัด/อำเภอ"
    )


class ProgrammeOutcomesParameters(ProgrammeParameters):
    """The groups of the rows."""

    by: OutcomeBy = Field(
        default=OutcomeBy.ALL,
        description="Groups of the rows: age, tier of B.E. 2559, occupation, approach, or areas. จัดกลุ่มตามวัย ระดับรายได้ อาชีพ แนวทาง หรือพื้นที่",
    )


class OutcomeBandsParameters(OutcomeParameters):
    """The round whose income is the later one."""

    round: FollowUpRound | None = Field(
        default=None, description="The last contact of this round; of any without it. รอบการติดตาม (ไม่ระบุคือครั้งล่าสุด)", examples=["SEPTEMBER"]
    )
