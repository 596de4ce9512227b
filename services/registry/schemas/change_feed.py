"""The change feed and subscriptions as callers see them."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.registry.domain import Change
from shared.contracts.common import Bank, Tier
from shared.contracts.registry import HolderStatus
from shared.http.paging import CURSOR_CHARACTERS_MAX

PAGE_ROWS_MAX: Final = 1_000
Cursor = Annotated[str, StringConstraints(min_length=1, max_length=CURSOR_CHARACTERS_MAX)]
Area = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6})?$")]


class ChangeOut(BaseModel):
    """A version of a card holder: the whole state, nothing personal. A receiver keeps the highest version of each, and forgets who left.

    ROUTED is no new version: another district is responsible for the person, who comes into your reach or leaves it by that.
    """

    cursor: str = Field(description="`after` for what follows. ตัวชี้สำหรับอ่านต่อ")
    kind: Change
    holder_id: UUID
    version: int = Field(ge=1)
    recorded_on: date = Field(description="Of ROUTED: since when the district is responsible. วันที่บันทึก หรือวันที่เปลี่ยนอำเภอที่รับผิดชอบ")
    left: bool = Field(description="The person is out of your reach; forget the state. พ้นจากพื้นที่ของท่านแล้ว")
    changed: list[str] | None = Field(description="Names of changed fields. ช่องข้อมูลที่เปลี่ยน", examples=[["subdistrict"]])
    tier: Tier | None
    age: int | None
    visit_group: bool | None
    policy_version: int | None
    subdistrict: str | None = Field(examples=["810101"])
    previous_subdistrict: str | None
    bank: Bank | None
    status: HolderStatus | None
    moved_on: date | None
    deceased_on: date | None


class ChangesOut(BaseModel):
    """What follows the cursor. At the end `items` is empty and `more` false: ask again later with `next_after`."""

    items: list[ChangeOut]
    next_after: str = Field(description="`after` of the next question, also at the end. ใช้ถามครั้งต่อไป")
    more: bool = Field(description="Whether to ask again at once. มีข้อมูลต่ออีกหรือไม่")


class SubscriptionIn(BaseModel):
    """The feed, sent to an endpoint that you registered for `changes`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"endpoint_id": "019a5f3e-7c1a-7d34-9b1e-000000000001", "kinds": ["MOVED", "DECEASED"], "area": "81", "after": "0"}
            ]
        },
    )

    endpoint_id: UUID
    kinds: list[Change] = Field(default=[], max_length=len(Change), description="Only these; all when empty. ประเภทการเปลี่ยนแปลง")
    area: Area = Field(default="", description="Only where the code begins so, within your reach. รหัสพื้นที่")
    after: Cursor = Field(default="0", description="`0` from the beginning, or a cursor of the feed. เริ่มจากตัวชี้นี้")


class ReplayIn(BaseModel):
    """From where a subscription goes on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"after": "0"}]})

    after: Cursor = Field(description="`0` from the beginning, or a cursor of the feed. เริ่มจากตัวชี้นี้")


class SubscriptionOut(BaseModel):
    """A subscription and how far it is."""

    endpoint_id: UUID
    url: str = Field(examples=["https://hooks.example.go.th/sukjai"])
    kinds: list[Change]
    area: str
    reach: str = Field(description="Your reach when you subscribed: nothing beyond it is sent. ขอบเขต", examples=["PROVINCE 81"])
    next_after: str = Field(description="The cursor behind what was handed over. ตัวชี้ล่าสุด")
    endpoint_status: str = Field(examples=["ACTIVE"])
    in_hand: str | None = Field(description="State of the last batch; DEAD stops the subscription until a replay. สถานะชุดล่าสุด")
    version: int
    subscribed_at: datetime


def subscription_out(row: Any, next_after: str) -> SubscriptionOut:
    """From the row of a subscription."""
    return SubscriptionOut(
        endpoint_id=row["endpoint_id"],
        url=row["url"],
        kinds=row["kinds"],
        area=row["area"],
        reach=f"{row['reach_level']} {row['reach_code']}".strip(),
        next_after=next_after,
        endpoint_status=row["status"],
        in_hand=row["in_hand_status"],
        version=row["version"],
        subscribed_at=row["subscribed_at"],
    )
