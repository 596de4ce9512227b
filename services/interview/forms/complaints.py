"""The forms of complaints."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.interview.forms.base import District, Form, Name
from shared.contracts.interview import ComplaintCategory, ComplaintChannel
from shared.thai.text import clean

Words = Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(clean)]


class Complainant(BaseModel):
    """Who complains and is no card holder: no more than is needed to answer them."""

    model_config = Form.model_config

    name: Annotated[Name, Field(description="As they wish to be called. ชื่อที่ใช้ติดต่อ")]
    contact: Annotated[Name, Field(description="Where the answer is to go. ช่องทางติดต่อกลับ")]


class ComplaintForm(Form):
    """What a complaint says, besides who complains."""

    category: ComplaintCategory
    channel: ComplaintChannel
    text: Annotated[Words, Field(description="What the person says; kept sealed. รายละเอียดเรื่องร้องเรียน")]
    district: Annotated[District | None, Field(description="Where the matter is, if not where the person's case is. อำเภอที่เกิดเรื่อง")] = None
    about_officer_id: Annotated[UUID | None, Field(description="The officer complained about, who does not see it. เจ้าหน้าที่ที่ถูกร้องเรียน")] = (
        None
    )
    received_on: Annotated[date | None, Field(description="The day on which it came, if not today. วันที่ได้รับเรื่อง")] = None
    person: Complainant | None = None
