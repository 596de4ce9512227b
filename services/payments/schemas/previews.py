"""What is looked at before a run is approved."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.payments.domain import Change, RunKind, RunStatus
from services.payments.schemas.parts import MonthOut
from shared.contracts.common import Bank, Tier


class PreviewTotalOut(BaseModel):
    """Lines of one province, bank, tier and benefit month; `held` is why they are not paid, null for those that are."""

    province: str = Field(description="2 digits. รหัสจังหวัด", examples=["81"])
    bank: Bank | None
    tier: Tier
    month: MonthOut
    held: str | None
    lines: int
    amount_satang: int


class DifferenceCountOut(BaseModel):
    """How many persons are treated otherwise than in the month before, for one cause and reason."""

    cause: Change
    reason: str | None
    persons: int
    before_satang: int
    now_satang: int
    explanation_en: str
    explanation_th: str


class PreviewOut(BaseModel):
    """ตัวอย่างรอบจ่ายก่อนอนุมัติ: what a run would pay, within your reach.

    For the whole country: persons before + NEW - STOPPED = persons now, checked before the run is proposed.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "run_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
                    "month": "2018-04",
                    "kind": "REGULAR",
                    "status": "PROPOSED",
                    "version": 3,
                    "cut_off_at": "2018-04-20T09:00:00+07:00",
                    "list_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    "approvals_needed": 1,
                    "compared_with": "2018-03",
                    "persons_before": 6400,
                    "persons_now": 7100,
                    "lines": 7150,
                    "amount_satang": 121550000,
                    "amount_baht": "1,215,500.00",
                    "totals": [
                        {
                            "province": "81",
                            "bank": "KTB",
                            "tier": "UP_TO_30000",
                            "month": "2018-04",
                            "held": None,
                            "lines": 4100,
                            "amount_satang": 82000000,
                        }
                    ],
                    "differences": [
                        {
                            "cause": "STOPPED",
                            "reason": "DECEASED",
                            "persons": 12,
                            "before_satang": 220000,
                            "now_satang": 0,
                            "explanation_en": "was on the list of the month before and is not paid for this month: died",
                            "explanation_th": "มีในบัญชีของเดือนก่อน แต่ไม่ได้รับเงินเดือนนี้: เสียชีวิต",
                        }
                    ],
                }
            ]
        }
    )

    run_id: UUID
    month: MonthOut
    kind: RunKind
    status: RunStatus
    version: int
    cut_off_at: datetime | None = Field(description="What was known then is in the list. เวลาตัดยอดข้อมูล")
    list_hash: str | None
    approvals_needed: int = Field(description="Two above the policy's limit. จำนวนผู้อนุมัติ")
    compared_with: MonthOut | None = Field(description="The last released month before it; null when there is none. เดือนที่เปรียบเทียบ")
    persons_before: int | None = Field(description="On the lists of that month; for the country's reach. จำนวนคนในเดือนก่อน")
    persons_now: int | None
    lines: int = Field(description="Within your reach. จำนวนรายการในขอบเขตของท่าน")
    amount_satang: int
    amount_baht: str
    totals: list[PreviewTotalOut]
    differences: list[DifferenceCountOut]


class RunDifferenceOut(BaseModel):
    """A person whom the run treats otherwise than the last released month did, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "holder_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
                    "cause": "DISTRICT_CHANGED",
                    "reason": None,
                    "months": ["2018-04"],
                    "before_satang": 20000,
                    "now_satang": 20000,
                    "before": "8101",
                    "now": "1001",
                    "explanation_en": "belongs to another district than the month before",
                    "explanation_th": "อยู่ในความรับผิดชอบของอำเภออื่นจากเดือนก่อน",
                }
            ]
        }
    )

    holder_id: UUID
    cause: Change
    reason: str | None
    months: list[MonthOut] = Field(description="Benefit months that it is about. เดือนที่เกี่ยวข้อง")
    before_satang: int
    now_satang: int
    before: str | None = Field(description="The district or bank before, where that changed. อำเภอหรือธนาคารเดิม")
    now: str | None
    explanation_en: str
    explanation_th: str
