"""A person as known at a moment to have been on a day."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.registry.domain import Change
from services.registry.rules.changes import Aspect
from services.registry.schemas.card_holders import PlainOut
from shared.contracts.common import Bank, Tier
from shared.contracts.registry import HolderStatus


class WordOut(BaseModel):
    """Whose word a part of the state is."""

    aspect: Aspect
    version: int
    valid_from: date | None = Field(description="Null: since before the registry knew the person. ว่างหากมีมาแต่เดิม")
    what: Change
    recorded_at: datetime
    who: str
    why: str
    document_kind: str | None
    document_reference: str | None
    document_on: date | None
    consent_reference: str | None
    decided_by: str | None


class AsOfOut(BaseModel):
    """The state that is not personal, and its facts."""

    holder_id: UUID
    valid_on: date
    known_at: datetime
    last_version: int = Field(description="The newest version at that moment. เวอร์ชันล่าสุด ณ เวลานั้น")
    policy_version: int
    tier: Tier
    age: int
    visit_group: bool
    subdistrict: str
    bank: Bank
    status: HolderStatus
    deceased_on: date | None
    card_cancelled_on: date | None
    card_no_masked: str
    facts: list[WordOut]


class PersonalAsOfOut(PlainOut):
    """The personal values; reading them is audited."""

    valid_on: date
    known_at: datetime
