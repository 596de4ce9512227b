"""Code lists, their versions, and replacing one."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.plan.schemas.base import In, Reference, Text, Words, example_of
from shared.approvals import ApprovalStatus

CODES_MAX = 5000

ListedCode = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", examples=["6111"])]
Reason = Annotated[Text, Field(min_length=3, max_length=200)]


class CodeBody(In):
    """One code with its words. `hours` for a training course."""

    code: ListedCode
    title_th: Words = Field(examples=["ผู้ปลูกข้าวและพืชไร่"])
    title_en: Words = Field(examples=["Field crop grower"])
    hours: int | None = Field(default=None, ge=1, le=2000)


class RetiredBody(In):
    """A code that the list no longer has, and which of its codes stand for it; none where nothing does."""

    code: ListedCode
    becomes: list[ListedCode] = Field(default=[], max_length=20)


class ReplacementBody(In):
    """A list as it is to be: all its codes, and what becomes of each code of the present version that is not among them."""

    model_config = example_of(
        label="2561-07",
        valid_from="2018-07-01",
        source="ประกาศกรมการจัดหางาน",
        approval_reference="คอต. ครั้งที่ ๕/๒๕๖๑",
        codes=[{"code": "6111", "title_th": "ผู้ปลูกข้าวและพืชไร่", "title_en": "Field crop grower"}],
        retired=[{"code": "6310", "becomes": ["6111"]}],
    )

    label: Words = Field(examples=["2561-07"])
    valid_from: date = Field(description="First day of use. วันเริ่มใช้", examples=["2018-07-01"])
    source: Words
    approval_reference: Reference
    codes: list[CodeBody] = Field(min_length=1, max_length=CODES_MAX)
    retired: list[RetiredBody] = Field(default=[], max_length=CODES_MAX)


class DecisionBody(In):
    """Yes or no, and why."""

    model_config = example_of(approved=True, reason="ตรงตามมติ")

    approved: bool
    reason: Reason


class WithdrawalBody(In):
    """Why the proposer takes it back."""

    model_config = example_of(reason="แนบรายการผิดรุ่น")

    reason: Reason


class ListVersionOut(BaseModel):
    """A version in short."""

    name: str
    version: int
    label: str
    valid_from: date
    source: str
    approval_reference: str
    codes_count: int
    in_force: bool = Field(description="Used for forms that are filled in today. ใช้กับแบบที่กรอกวันนี้")


class ListVersionsOut(BaseModel):
    """All versions of all lists, by name, oldest first."""

    items: list[ListVersionOut]


class CodeOut(BaseModel):
    """One code with its words."""

    code: str
    title_th: str
    title_en: str
    hours: int | None


class RetiredOut(BaseModel):
    """A code that this version no longer has, and which stand for it."""

    code: str
    becomes: list[str]


class CodeListOut(BaseModel):
    """A version whole."""

    name: str
    version: int
    label: str
    valid_from: date
    source: str
    approval_reference: str
    codes: list[CodeOut]
    retired: list[RetiredOut]


class TranslationOut(BaseModel):
    """What a code of one version is called in a later one; empty where nothing stands for it."""

    name: str
    code: str
    from_version: int
    to_version: int
    becomes: list[str]


class ListProposalOut(BaseModel):
    """A replacement that was proposed, in short, and where it stands."""

    proposal_id: UUID
    name: str
    label: str
    valid_from: date
    source: str
    approval_reference: str
    codes_count: int
    added: list[str] = Field(description="Codes that the present version has not. รหัสที่เพิ่ม")
    retired: list[RetiredOut]
    status: ApprovalStatus
    version: int
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
