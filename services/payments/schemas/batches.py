"""Batches of other programmes, and the programmes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic_core import from_json

from services.payments.domain import ObligationState, month_from
from services.payments.repository.batches import Batch, Line, Refused
from services.payments.repository.programmes import Programme
from services.payments.rules.batches import WORDS, BatchStatus, Refusal
from services.payments.rules.benefit import Benefit
from services.payments.schemas.parts import In, MonthIn, MonthOut
from shared.crypto import BlindIndex
from shared.errors import FieldProblem, Invalid
from shared.http import field_error, field_problems, readable
from shared.thai.citizen_id import parse_citizen_id

LINES_MAX: Final = 5000
LINE_SATANG_MAX: Final = 2**31 - 1

_HOLDER_ID: Final = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


class BatchLineIn(In):
    """A person's month: name the person by `holder_id` or by `citizen_id`, which is not kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"holder_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561", "month": "2018-03", "amount_satang": 50000}],
        }
    )

    holder_id: str | None = Field(default=None, pattern=_HOLDER_ID, description="รหัสผู้ถือบัตรในระบบ")
    citizen_id: Annotated[str, AfterValidator(readable(parse_citizen_id, "13 digits"))] | None = Field(
        default=None, description="Instead of holder_id; only its keyed hash is looked for. เลขประจำตัวประชาชน (ไม่จัดเก็บ)"
    )
    month: MonthIn
    amount_satang: int = Field(strict=True, gt=0, le=LINE_SATANG_MAX, description="สตางค์")

    @model_validator(mode="after")
    def _one_person(self) -> "BatchLineIn":
        if (self.holder_id is None) == (self.citizen_id is None):
            raise field_error("person", "give one of holder_id, citizen_id", "ระบุ holder_id หรือ citizen_id เพียงหนึ่งอย่าง", field="holder_id")
        return self


_LINES: Final = TypeAdapter(list[BatchLineIn])


class RefusedLineOut(BaseModel):
    """รายการที่ไม่รับ: A line that was not taken (its number in the request, from 1), the rule that it breaks, and of a duplicate its batch."""

    line: int
    code: Refusal
    field: str
    rule: str
    message_en: str
    message_th: str
    allowed: str | None = None
    batch_id: UUID | None = None

    @classmethod
    def of(cls, one: Refused, programme: Programme) -> "RefusedLineOut":
        """In words."""
        field, en, th = WORDS[one.why]
        allowed = f"1..{programme.line_satang_max}" if one.why is Refusal.OVER_LINE_MAX else None
        told = {"line": one.line_no, "code": one.why, "field": field, "rule": one.why.lower(), "message_en": en, "message_th": th}
        return cls.model_validate({**told, "allowed": allowed, "batch_id": one.batch_id})

    @classmethod
    def invalid(cls, line_no: int, problem: FieldProblem) -> "RefusedLineOut":
        """Of a line with a field that breaks a rule."""
        told = {"line": line_no, "code": Refusal.INVALID, "field": problem.field, "rule": problem.code, "allowed": problem.allowed}
        return cls.model_validate({**told, "message_en": problem.message_en, "message_th": problem.message_th})


def read_array(body: bytes, lookup: BlindIndex) -> tuple[list[Line], list[RefusedLineOut]]:
    """The lines of a JSON array, and those that break a rule. Raises Invalid for what is no array, or has not 1 to LINES_MAX lines."""
    try:
        good = _LINES.validate_json(body)
    except ValidationError as error:
        return _one_by_one(_array(body, error), lookup)
    _check_count(len(good))
    return _lines(enumerate(good, start=1), lookup), []


def _array(body: bytes, error: ValidationError) -> Sequence[Any]:
    try:
        values = from_json(body)
    except ValueError:
        values = None
    if not isinstance(values, list):
        raise Invalid.of(*field_problems([{**one, "loc": ("body",)} for one in error.errors()[:1]])) from error
    return values


def read_objects(
    values: Sequence[Any], broken: Iterable[tuple[int, FieldProblem]], lookup: BlindIndex
) -> tuple[list[Line], list[RefusedLineOut]]:
    """The same of objects (None where a line is `broken`)."""
    lines, refused = _one_by_one(values, lookup)
    return lines, [*refused, *(RefusedLineOut.invalid(number, problem) for number, problem in broken)]


def _one_by_one(values: Sequence[Any], lookup: BlindIndex) -> tuple[list[Line], list[RefusedLineOut]]:
    _check_count(len(values))
    good, refused = [], []
    for number, value in enumerate(values, start=1):
        if value is None:
            continue
        try:
            good.append((number, BatchLineIn.model_validate(value)))
        except ValidationError as error:
            refused.append(RefusedLineOut.invalid(number, field_problems(error.errors())[0]))
    return _lines(good, lookup), refused


def _check_count(count: int) -> None:
    if not 1 <= count <= LINES_MAX:
        en, th = f"must have 1 to {LINES_MAX} lines", f"ต้องมี 1 ถึง {LINES_MAX} รายการ"
        raise Invalid.field("body", "line_count", en, th, f"1..{LINES_MAX}")


def _lines(good: Iterable[tuple[int, BatchLineIn]], lookup: BlindIndex) -> list[Line]:
    return [
        Line(
            number,
            one.holder_id if one.citizen_id is None else lookup.digest(one.citizen_id.encode()),
            _month(one.month),
            one.amount_satang,
        )
        for number, one in good
    ]


@lru_cache(maxsize=256)
def _month(text: str) -> date:
    return month_from(text)


class BatchOut(BaseModel):
    """ชุดรายการจ่าย: Lines that an agency asked to be paid, and how they stand; `refused_lines` were not taken."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "batch_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
                    "programme": "CHILD_SUPPORT",
                    "reference": "พม ๐๒๐๔/๕๖",
                    "status": "WAITING",
                    "version": 1,
                    "lines": 4998,
                    "amount_satang": 249900000,
                    "refused_lines": 2,
                    "sent_by": "agency-DCY",
                    "sent_at": "2018-03-10T09:00:00+07:00",
                    "decided_by": None,
                    "decided_at": None,
                    "decision_reason": None,
                }
            ]
        }
    )

    batch_id: UUID
    programme: str
    reference: str
    status: BatchStatus
    version: int
    lines: int
    amount_satang: int
    refused_lines: int
    sent_by: str
    sent_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None

    @classmethod
    def of(cls, batch: Batch) -> "BatchOut":
        """As stored."""
        return cls.model_validate(batch, from_attributes=True)


class SentBatchOut(BatchOut):
    """A batch as it was taken, with every line that was not."""

    refused: list[RefusedLineOut]


class BatchLineOut(BaseModel):
    """A line by its number in the request, and what became of it: `state` is null while the batch is not approved."""

    line_no: int
    month: MonthOut
    amount_satang: int
    state: ObligationState | None
    payable: bool | None
    reason: str | None
    value_date: date | None


class ProgrammeOut(BaseModel):
    """โครงการที่รับชุดรายการจ่าย: A programme of an agency that payments pays."""

    programme: str = Field(examples=["CHILD_SUPPORT"])
    source: str = Field(examples=["CHILD_FUND"])
    agency: str = Field(examples=["DCY"])
    name_th: str
    name_en: str
    benefit: Benefit
    line_satang_max: int = Field(description="จำนวนสูงสุดต่อรายการ (สตางค์)")
    batch_satang_max: int = Field(description="Up to this sum a batch needs no second look. ชุดที่ไม่เกินจำนวนนี้ไม่ต้องอนุมัติรายชุด")
    version: int

    @classmethod
    def of(cls, programme: Programme) -> "ProgrammeOut":
        """As stored."""
        return cls.model_validate(programme, from_attributes=True)
