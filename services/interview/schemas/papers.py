"""What is asked of papers."""

from pydantic import ConfigDict, Field

from services.interview.forms.base import Form
from services.interview.papers.reference import CHARACTERS_MAX


class SlipReferenceIn(Form):
    """What a scanner read from a slip."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"reference": "eyJhbGciOiJFUzI1NiIsImtpZCI6InMxIiwidHlwIjoic2xpcCJ9.eyJzbGlwIjoiODEwMS0wMDAwMDAwMSJ9.c2lnbmF0dXJl"}
            ]
        }
    )

    reference: str = Field(min_length=1, max_length=CHARACTERS_MAX, description="The text of the QR code. ข้อความในรหัสภาพ")
