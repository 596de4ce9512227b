"""Policy sets: as they were published, their calendars, and changing one."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.payments.commands.policies import Asked, Change
from services.payments.domain import month_text
from services.payments.repository.policies import StoredPolicy
from services.payments.rules.benefit import Benefit
from services.payments.rules.calendar import PaidMonth, Window, paid_months, windows
from services.payments.rules.parameters import Parameters
from services.payments.schemas.parts import In, MonthOut, Reason, StandingOut, WordsOut
from shared.approvals import Proposal
from shared.thai.dates import in_thai
from shared.thai.text import clean

CHANGES_MAX = 50


class PolicyVersionOut(BaseModel):
    """รุ่นของชุดนโยบาย: a policy set in short. `proposal_id` is null for the set of a file."""

    profile: str = Field(examples=["amended"])
    version: int = Field(examples=[1])
    published_on: date
    published_at: datetime | None
    from_month: MonthOut | None = Field(
        description="The first month that it governs of allowances that were open; null for the first set. เดือนแรกที่ใช้กับสิทธิเดิม"
    )
    content_hash: str = Field(description="SHA-256 of what it says. ค่าแฮชของเนื้อหา")
    proposal_id: UUID | None


class PolicyVersionsOut(BaseModel):
    """ทุกรุ่นของชุดนโยบาย: every set that was published, newest first."""

    items: list[PolicyVersionOut]


class PolicyOut(PolicyVersionOut):
    """ชุดนโยบาย: a policy set whole, each value with its legal source."""

    parameters: dict[str, Any]


class ChangeIn(In):
    """Another value and its legal source."""

    value: Any = Field(description="As in the set. ค่าใหม่ รูปแบบเดียวกับในชุดนโยบาย")
    reference: Annotated[str, Field(min_length=5, max_length=1000), AfterValidator(clean)] = Field(description="ที่มาทางกฎหมาย")


class PolicyChangeIn(In):
    """Values that are to be others, by their dotted names, in the newest set."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "based_on": 1,
                    "changes": {
                        "visit_window": {"value": {"from": "2018-03-01", "to": "2018-06-15"}, "reference": "มติ คนส. ครั้งที่ ๒/๒๕๖๑"},
                    },
                    "reason": "ขยายเวลาการไปหา",
                }
            ]
        }
    )

    based_on: int = Field(ge=1, le=1_000_000, description="Version of the set that was looked at. รุ่นที่ใช้อ้างอิง")
    changes: dict[str, ChangeIn] = Field(min_length=1, max_length=CHANGES_MAX)
    reason: Reason

    def asked(self) -> Asked:
        """As the command takes it."""
        changes = {name: Change(one.value, one.reference) for name, one in self.changes.items()}
        return Asked(self.based_on, changes, self.reason)


class ChangeOut(BaseModel):
    """A value that is to be another."""

    name: str = Field(examples=["stop_rules.WITHDRAWN"])
    value_before: Any
    reference_before: str
    value: Any
    reference: str


class PolicyProposalOut(StandingOut):
    """ข้อเสนอเปลี่ยนชุดนโยบาย: what was proposed and where it stands."""

    proposal_id: UUID
    based_on: int
    changes: list[ChangeOut]
    reason: str

    @classmethod
    def of(cls, proposal: Proposal) -> Self:
        """The proposal."""
        content = {"reason": proposal.reason, **proposal.parameters, **proposal.standing()}
        return cls.model_validate({"proposal_id": proposal.id, **content})


class WindowOut(BaseModel):
    """A window of the calendar; `to` is null where it has no end."""

    code: str = Field(examples=["WALK_IN"])
    first: date = Field(serialization_alias="from")
    last: date | None = Field(serialization_alias="to")
    words: WordsOut
    days_th: str = Field(examples=["1 กุมภาพันธ์ 2561 - 28 กุมภาพันธ์ 2561"])
    policy_value: str = Field(examples=["walk_in_window"])
    legal_source: str

    @classmethod
    def of(cls, window: Window, sources: dict[str, str]) -> Self:
        """A window."""
        last = in_thai(window.last) if window.last else ""
        return cls(
            code=window.code,
            first=window.first,
            last=window.last,
            words=WordsOut.of(window.words),
            days_th=f"{in_thai(window.first)} - {last}".strip(" -") if last != in_thai(window.first) else last,
            policy_value=window.source,
            legal_source=sources.get(window.source, ""),
        )


class PaidMonthOut(BaseModel):
    """A month that is paid. `stated_by` is the last day to state the wish of who is paid from it."""

    month: MonthOut
    benefit: Benefit
    stated_by: date

    @classmethod
    def of(cls, one: PaidMonth) -> Self:
        """A month."""
        return cls(month=month_text(one.month), benefit=one.benefit, stated_by=one.stated_by)


class CalendarOut(BaseModel):
    """ปฏิทินของชุดนโยบาย: its windows by their first days, and the months that are paid."""

    profile: str
    policy_version: int
    windows: list[WindowOut]
    months: list[PaidMonthOut]

    @classmethod
    def of(cls, policy: StoredPolicy) -> Self:
        """The calendar of a set."""
        parameters = Parameters.of(policy.parameters)
        return cls(
            profile=policy.profile,
            policy_version=policy.version,
            windows=[WindowOut.of(one, parameters.sources) for one in windows(parameters)],
            months=[PaidMonthOut.of(one) for one in paid_months(parameters)],
        )
