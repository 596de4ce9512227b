"""Group keys and rotations."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.commands.key_rotations import Rotation
from services.registry.schemas.fields import Text


class GroupKeyOut(BaseModel):
    """A group key: which one, never the key itself."""

    model_config = ConfigDict(from_attributes=True)

    key_id: str = Field(examples=["01"])
    status: str = Field(description="CURRENT seals, OLD opens, RETIRED is destroyed. สถานะกุญแจ", examples=["CURRENT"])
    master_id: str = Field(description="The master key that wraps it. กุญแจหลักที่ห่อหุ้ม", examples=["m1"])
    made_at: datetime
    retired_at: datetime | None


class GroupKeysOut(BaseModel):
    """All group keys, the oldest first."""

    items: list[GroupKeyOut]


class RotationIn(BaseModel):
    """Which keys to change, and why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"keys": "GROUP", "reason": "เปลี่ยนกุญแจประจำปี"}]})

    keys: Rotation = Field(
        description="MASTER wraps the group keys anew by the first of the master keys; GROUP seals every person under a new group key. กุญแจที่จะเปลี่ยน"
    )
    reason: Text = Field(min_length=3, max_length=200, description="Why. เหตุผล")


class RotationOut(BaseModel):
    """A rotation and how far it is."""

    rotation_id: UUID
    status: str = Field(description="QUEUED, RUNNING, DONE or FAILED. สถานะของงาน", examples=["RUNNING"])
    keys: Rotation
    reason: str
    asked_by: str
    key_id: str = Field(description="The new group key; empty while there is none. กุญแจใหม่", examples=["02"])
    persons: int = Field(description="Persons when it began. จำนวนคนทั้งหมด")
    looked_at: int = Field(description="Persons looked at. จำนวนคนที่ตรวจแล้ว")
    sealed_anew: int = Field(description="Persons sealed anew by it; who changes meanwhile is by that. จำนวนคนที่เข้ารหัสใหม่")
    wrapped_anew: int = Field(description="Group keys wrapped anew. จำนวนกุญแจที่ห่อหุ้มใหม่")
    retired: list[str] = Field(description="Group keys destroyed at the end. กุญแจที่ทำลายแล้ว")
    done: bool
    error: str | None = Field(description="Why it failed, in English and Thai. สาเหตุที่ล้มเหลว")
