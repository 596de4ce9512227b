"""Field devices: registering them, what they bring, and the pack that they take."""

import itertools
from datetime import date, datetime
from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from services.interview.commands.apply_offline import OPERATIONS_MAX, Outcome
from services.interview.domain import Step
from services.interview.forms.base import Form, Name
from services.interview.rules.offline import Choice, Kind
from services.interview.schemas.base import A_CASE, Out
from shared.http import Problem, field_error

_DEVICE: Final = "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d0d01"
SIGNED_CHARACTERS_MAX: Final = 2_000_000


class DeviceKey(Form):
    """The public half of the key that signs on the device (RFC 7517, P-256). The private half never leaves it."""

    kty: Annotated[str, Field(pattern="^EC$")]
    crv: Annotated[str, Field(pattern="^P-256$")]
    x: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
    y: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]


class DeviceIn(Form):
    """A device to register; it chose its own id (UUIDv7)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "device_id": _DEVICE,
                    "name": "แท็บเล็ตทีมเมืองกระบี่ 3",
                    "public_key": {
                        "kty": "EC",
                        "crv": "P-256",
                        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
                    },
                }
            ]
        }
    )

    device_id: UUID
    name: Name
    public_key: DeviceKey


class RevocationIn(Form):
    """Why a device may no longer be used."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "อุปกรณ์ถูกขโมย แจ้งความแล้ว"}]})

    reason: Name


class DeviceOut(Out):
    """A device. `clock_offset_seconds` is what was to be added to its clock when it came last."""

    device_id: UUID
    officer_id: UUID
    name: str
    registered_at: datetime
    revoked_at: datetime | None
    revoked_why: str | None
    last_seq: int
    last_sync_at: datetime | None
    clock_offset_seconds: int | None


class DecisionOfOfficer(Form):
    """What the officer chose after a conflict. APPLY names the version of the case that was shown."""

    choice: Choice
    seen_version: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _apply_names_what_was_seen(self) -> Self:
        if self.choice is Choice.APPLY and self.seen_version is None:
            raise field_error("seen_version", "is needed with APPLY", "จำเป็นเมื่อเลือก APPLY", field="seen_version")
        return self


class OperationIn(Form):
    """One thing that was done. `body` is that of the operation's own address; `seq` counts on the device from 1 without gaps."""

    operation_id: UUID
    seq: Annotated[int, Field(ge=1, le=2**53)]
    kind: Kind
    made_at: AwareDatetime = Field(description="By the device's clock. เวลาตามนาฬิกาเครื่อง")
    clock_offset_seconds: Annotated[int, Field(ge=-(10**9), le=10**9)] = Field(
        default=0, description="What was to be added to the device's clock when its pack was taken. ค่าชดเชยเวลาเมื่อรับชุดข้อมูล (วินาที)"
    )
    seen_version: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Version of the case on the device. รุ่นของรายที่เห็นในเครื่อง"
    )
    body: dict[str, Any]
    decision: DecisionOfOfficer | None = None


class BatchIn(Form):
    """What is signed: operations in the order in which they were done."""

    device_id: UUID
    device_time: AwareDatetime = Field(description="The device's clock when the batch is sent. เวลาของเครื่องขณะส่ง")
    operations: tuple[OperationIn, ...] = Field(max_length=OPERATIONS_MAX)

    @model_validator(mode="after")
    def _in_order_and_once(self) -> Self:
        numbers = [operation.seq for operation in self.operations]
        if any(later <= earlier for earlier, later in itertools.pairwise(numbers)):
            raise field_error("seq", "must rise from operation to operation", "ต้องเรียงจากน้อยไปมากและไม่ซ้ำ", field="operations")
        if len({operation.operation_id for operation in self.operations}) != len(numbers):
            raise field_error("operation_id", "must differ", "ต้องไม่ซ้ำกัน", field="operations")
        return self


class SyncIn(Form):
    """A batch, signed by the device."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"device_id": _DEVICE, "batch": "eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLiJ9.eyJkZXZpY2VfaWQi.c2ln"}]}
    )

    device_id: UUID
    batch: Annotated[
        str,
        Field(
            max_length=SIGNED_CHARACTERS_MAX,
            pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$",
            description="Compact JWS (ES256, `kid` is the device id) of a Batch. ชุดข้อมูลที่ลงลายมือชื่อด้วยกุญแจของอุปกรณ์",
        ),
    ]


class DoneOut(Out):
    """What was made, and where the case stands now. `form_id` is the intent's, interview's or follow-up's."""

    case_id: UUID
    holder_id: UUID
    version: int
    state: str
    form_id: UUID | None
    slip_no: str | None
    repeated: bool = Field(description="The first slip was returned. คืนหางตั๋วฉบับแรก")


class UnseenOut(Out):
    """One line of the case's history that the device had not seen."""

    version: int
    step: Step
    to_state: str
    by: str
    at: datetime
    reason: str


class ConflictOut(Out):
    """What differs: for CASE_CHANGED the device's version, ours and what others did; for DAY the day on the form and the day by our clock."""

    what: Annotated[str, Field(examples=["CASE_CHANGED", "DAY"])]
    message_en: str
    message_th: str
    seen_version: int | None = None
    version: int | None = None
    state: str | None = None
    changes: list[UnseenOut] = Field(default_factory=list)
    day_told: date | None = None
    day_corrected: date | None = None
    choices: list[Choice]


class ResultOut(Out):
    """What became of one operation."""

    operation_id: UUID
    seq: int
    outcome: Outcome
    done: DoneOut | None = None
    conflict: ConflictOut | None = None
    problem: Problem | None = None


class SyncOut(Out):
    """What became of each, in their order. `last_seq` is the last number that has come; the next batch goes on from it."""

    server_time: datetime
    clock_offset_seconds: int = Field(description="To be added to the device's clock. ค่าที่ต้องบวกเข้ากับนาฬิกาเครื่อง (วินาที)")
    last_seq: int
    results: list[ResultOut]


class PackOut(Out):
    """The pack, whole or as the difference from `since`. The device wipes it when it expires or when it is told `device-revoked`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"pack_no": 3, "since": 2, "cases": [{"case_id": A_CASE}], "gone": []}]})

    pack_no: int
    since: int | None
    taken_at: datetime
    expires_at: datetime
    sections: dict[str, Any] = Field(description="policy, programmes, areas, forms: those that differ. เฉพาะส่วนที่เปลี่ยน")
    cases: list[dict[str, Any]] = Field(description="New or changed. รายใหม่หรือรายที่เปลี่ยน")
    gone: list[UUID] = Field(description="No longer the officer's: to be wiped. รายที่พ้นจากความดูแล ให้ลบจากเครื่อง")
