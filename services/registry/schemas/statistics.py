"""Counts."""

from pydantic import BaseModel, Field

from services.registry.domain import AgeGroup
from shared.contracts.common import Tier


class CellOut(BaseModel):
    """Persons of one age group and tier."""

    age_group: AgeGroup
    tier: Tier
    persons: int


class AgeIncomeOut(BaseModel):
    """The circular's table of card holders by age and income."""

    items: list[CellOut]
    total: int
    policy_version: int | None = Field(description="The policy that the groups follow. เวอร์ชันของหลักเกณฑ์")
