"""The quality report of an import: counts, and ids of examples."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


class BandOut(BaseModel):
    """Persons from a value up to and with another."""

    from_: int = Field(alias="from")
    to: int
    persons: int


class DistrictDoubtOut(BaseModel):
    """Births on a first of January in one district."""

    district: str = Field(examples=["8101"])
    persons: int
    doubtful: int


class DoubtfulBirthsOut(BaseModel):
    """Birth dates that are hard to believe."""

    first_of_january: int = Field(description="Said to be known to the day; one in 365 is usual. เกิดวันที่ 1 มกราคม")
    over_110: int
    under_18: int
    first_of_january_districts: list[DistrictDoubtOut] = Field(description="The largest shares. อำเภอที่มีสัดส่วนสูงสุด")


class PostcodeDoubtOut(BaseModel):
    """A subdistrict and a postcode that do not belong together."""

    subdistrict: str = Field(examples=["810101"])
    postcode: str = Field(examples=["10100"])
    persons: int


class PostcodesOut(BaseModel):
    """Addresses whose postcode is not their subdistrict's."""

    persons: int
    most_frequent: list[PostcodeDoubtOut]


class PhonesOut(BaseModel):
    """Phones that several persons tell."""

    told_by: str = Field(description="By how many persons: 2, 3-5 or 6+. จำนวนผู้แจ้ง", examples=["3-5"])
    phones: int
    persons: int


class PhoneOut(BaseModel):
    """One phone, which is not shown, and persons who tell it."""

    persons: int
    holder_ids: list[UUID]


class RepeatedPhonesOut(BaseModel):
    """Phones that more than one person tells."""

    by_persons: list[PhonesOut]
    most_repeated: list[PhoneOut] = Field(description="At most 20 phones with at most 20 ids each. ไม่เกิน 20 หมายเลข")


class QualityOut(BaseModel):
    """How good the data of an import are."""

    import_id: UUID
    made_at: datetime
    persons: int = Field(description="Of a full file everybody whom it has, else whom it entered or changed. จำนวนผู้มีบัตรที่นับ")
    filled: dict[str, int] = Field(description="Persons who have the field. จำนวนที่มีข้อมูลในแต่ละช่อง", examples=[{"phone": 8123}])
    birth_precision: dict[str, int] = Field(examples=[{"DAY": 9000, "MONTH": 200, "YEAR": 800}])
    ages: list[BandOut]
    incomes_baht: list[BandOut]
    doubtful_births: DoubtfulBirthsOut
    postcodes_that_do_not_fit: PostcodesOut
    repeated_phones: RepeatedPhonesOut


class ReportAskedOut(BaseModel):
    """A report that is being made."""

    import_id: UUID
    job_id: UUID
