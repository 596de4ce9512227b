"""Finding people by their numbers."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.registry.commands.look_ups import LOOK_UPS_MAX, PURPOSE_CHARACTERS_MAX
from services.registry.schemas.card_holders import NamesOut
from services.registry.schemas.fields import CardNo, CitizenId, Text
from shared.http import field_error


class LookUpIn(BaseModel):
    """By which number a person is looked for; just one of the two."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"citizen_id": "1-0000-00000-01-7", "purpose": "interview at home"}]}
    )

    citizen_id: CitizenId | None = None
    card_no: CardNo | None = None
    purpose: Text = Field(default="", max_length=PURPOSE_CHARACTERS_MAX, description="What for; on record. วัตถุประสงค์")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.citizen_id is None) == (self.card_no is None):
            raise field_error("one_of", "give citizen_id or card_no, and just one", "ระบุ citizen_id หรือ card_no อย่างใดอย่างหนึ่ง")
        return self


class LookUpsIn(BaseModel):
    """Citizen ids of many people."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"citizen_ids": ["1-0000-00000-01-7"]}]})

    citizen_ids: list[CitizenId] = Field(min_length=1, max_length=LOOK_UPS_MAX)
    purpose: Text = Field(default="", max_length=PURPOSE_CHARACTERS_MAX, description="What for; on record. วัตถุประสงค์")


class FoundOut(BaseModel):
    """The holder of one of the numbers."""

    holder_id: UUID | None = Field(description="Null where nobody within your reach has it. ว่างหากไม่พบ")


class LookUpsOut(BaseModel):
    """One entry for each number asked for, in their order."""

    items: list[FoundOut]


class PersonsIn(BaseModel):
    """Whom is asked about, and what for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"holder_ids": ["019a5f3e-7c1a-7d34-9b1e-2f6f0c9d0001"], "purpose": "ชุดข้อมูลของอุปกรณ์ภาคสนาม"}]},
    )

    holder_ids: list[UUID] = Field(min_length=1, max_length=LOOK_UPS_MAX)
    purpose: Text = Field(min_length=3, max_length=PURPOSE_CHARACTERS_MAX, description="What for; on record. วัตถุประสงค์")


class NamesListOut(BaseModel):
    """Those within your reach; who is not is left out."""

    items: list[NamesOut]


class VillageOut(BaseModel):
    """In which village a person lives."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"holder_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d0001", "subdistrict": "810101", "moo": "4"}]}
    )

    holder_id: UUID
    subdistrict: str
    moo: str | None = Field(description="Village number, where one is known. หมู่ที่")


class VillagesOut(BaseModel):
    """Those within your reach; who is not is left out."""

    items: list[VillageOut]
