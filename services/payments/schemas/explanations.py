"""Why a month is granted, or is not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.payments.commands.explaining import Explanation, Input, View
from services.payments.domain import month_text
from services.payments.rules.wording import RuleTold
from services.payments.schemas.parts import MonthOut, WordsOut
from shared.contracts.common import Tier


class RuleOut(BaseModel):
    """A rule that said something of the month. `granted` is whether the month is granted after it."""

    rule: str = Field(examples=["stop_rules.WITHDRAWN=FIXED_OR_NEXT"])
    granted: bool
    words: WordsOut
    policy_value: str | None = Field(
        description="Value of the policy set that it stands on. ค่าในชุดนโยบายที่ใช้", examples=["stop_rules.WITHDRAWN"]
    )
    legal_source: str = Field(description="ที่มาทางกฎหมาย", examples=["ขอถอนความประสงค์ หยุดจ่ายมิถุนายน 2561 หรือเดือนถัดจากที่ทราบ [P]"])

    @classmethod
    def of(cls, rule: str, granted: bool, told: RuleTold) -> "RuleOut":  # a row of the view
        """A rule of the view."""
        return cls(rule=rule, granted=granted, words=WordsOut.of(told.words), policy_value=told.source, legal_source=told.legal)


class InputOut(BaseModel):
    """Something that was known: since when and by which event; both null for what came with the holder. `decides`: the month turned on it."""

    kind: str = Field(examples=["WISH"])
    words: WordsOut
    content: Mapping[str, Any]
    known_at: datetime | None
    event_type: str | None = Field(examples=["interview.IntentDeclared.v1"])
    event_id: str | None
    decides: bool

    @classmethod
    def of(cls, one: Input) -> "InputOut":
        """What was known."""
        source = one.source._asdict()
        return cls(
            kind=one.kind,
            words=WordsOut.of(one.words),
            content=one.content,
            known_at=source["known_at"],
            event_type=source["event_type"],
            event_id=source["event_id"],
            decides=one.decides,
        )


class ViewOut(BaseModel):
    """The month by what was known at a moment. `due_satang` would be right; `satang` is what the allowance grants, since months on a list stay."""

    as_of: datetime
    satang: int = Field(examples=[20000])
    due_satang: int = Field(examples=[20000])
    tier: Tier | None
    policy_version: int
    profile: str
    decided_by: str = Field(examples=["first_month=MONTH_AFTER_STATED"])
    words: WordsOut
    rules: list[RuleOut]
    inputs: list[InputOut]

    @classmethod
    def of(cls, view: View) -> "ViewOut":
        """A view."""
        names = ("as_of", "satang", "due_satang", "tier", "policy_version", "profile", "decided_by")
        return cls(
            **{name: getattr(view, name) for name in names},
            words=WordsOut.of(view.words),
            rules=[RuleOut.of(*one) for one in view.rules],
            inputs=[InputOut.of(one) for one in view.inputs],
        )


class ExplanationOut(BaseModel):
    """คำอธิบายสิทธิรายเดือน: a month as it was known then, as it is known now, and the difference in words."""

    entitlement_id: UUID
    holder_id: UUID
    month: MonthOut
    as_known_then: ViewOut
    as_known_now: ViewOut
    difference_satang: int = Field(description="What would be right now less what was granted then. ส่วนต่างที่ควรเป็น", examples=[0])
    difference: WordsOut
    learned_since: list[InputOut]

    @classmethod
    def of(cls, entitlement_id: UUID, holder_id: UUID, one: Explanation) -> "ExplanationOut":
        """An explanation of an allowance's month."""
        return cls(
            entitlement_id=entitlement_id,
            holder_id=holder_id,
            month=month_text(one.month),
            as_known_then=ViewOut.of(one.then),
            as_known_now=ViewOut.of(one.now),
            difference_satang=one.now.due_satang - one.then.satang,
            difference=WordsOut.of(one.difference),
            learned_since=[InputOut.of(known) for known in one.learned],
        )
