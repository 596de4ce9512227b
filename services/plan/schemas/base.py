"""What plan's requests and answers share."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.thai.text import clean

EXAMPLE_ID: Final = "6f2a9d0e-54ad-5d1c-8a35-2f1f6c1d2561"

Text = Annotated[str, Field(max_length=500), AfterValidator(clean)]

Words = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(clean)]

ProgrammeCode = Annotated[
    str, Field(min_length=3, max_length=60, pattern=r"^D[1-4]-[A-Z0-9]+(-[A-Z0-9]+)*$", examples=["D2-DSD-TECHNICIAN"])
]

AgencyCode = Annotated[str, Field(min_length=2, max_length=16, pattern=r"^[A-Z0-9]+$", examples=["DSD"])]

Reference = Annotated[
    str,
    Field(min_length=5, max_length=200, examples=["คอต. ครั้งที่ ๓/๒๕๖๑"], description="Approval of the monitoring sub-committee. เลขที่มติ คอต."),
    AfterValidator(clean),
]


Baht = Annotated[int, Field(ge=0, le=100_000_000, description="Whole baht a year. บาทต่อปี")]


class In(BaseModel):
    """Base of requests: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def example_of(**fields: Any) -> ConfigDict:
    """The whole example of a request, which the OpenAPI page offers to try."""
    return ConfigDict(json_schema_extra={"examples": [fields]})
