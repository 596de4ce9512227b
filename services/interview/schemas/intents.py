"""The wish (annex 2) and its slip."""

from dataclasses import replace
from datetime import date
from typing import Any, Final, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.interview.commands.state_wish import FoundBy, Wish
from services.interview.domain import IntentStatus
from services.interview.forms.base import Form, Text
from services.interview.forms.wish import WishForm
from services.interview.schemas.base import A_PAPER, CardNo, CitizenId, Out
from services.interview.schemas.defined import FormRequest, shown
from shared.contracts.common import Channel, Tier
from shared.crypto import BlindIndex
from shared.errors import Invalid
from shared.http import field_error

A_WISH: Final = {"channel": "WALK_IN", "stated_on": "2018-02-14", **A_PAPER}


class WishIn(FormRequest):
    """A stated wish (annex 2). Name the person by exactly one of `citizen_id`, `card_no`, `holder_id`."""

    citizen_id: CitizenId | None = None
    card_no: CardNo | None = None
    holder_id: UUID | None = None

    @model_validator(mode="after")
    def _one_person(self) -> Self:
        if sum(value is not None for value in (self.citizen_id, self.card_no, self.holder_id)) != 1:
            raise field_error(
                "person",
                "give one of citizen_id, card_no, holder_id",
                "ระบุ citizen_id, card_no หรือ holder_id เพียงหนึ่งอย่าง",
                field="citizen_id",
            )
        return self

    def wish(self) -> Wish:
        """The wish. Raises Invalid with every rule of the form's definition that is broken."""
        form = WishForm.filled_in(self.answers, self.form_version)
        return Wish(form.channel, form.stated_on, form.paper, form.definition.version, form.place_id, form.wished_district)

    def person(self, lookup: BlindIndex) -> tuple[FoundBy, UUID | str]:
        """The column of the holder copy and its value; the plain id goes no further than here."""
        if self.citizen_id is not None:
            return "citizen_index", lookup.of(self.citizen_id)
        if self.card_no is not None:
            return "card_index", lookup.of(self.card_no)
        if self.holder_id is not None:
            return "holder_id", self.holder_id
        raise Invalid.field("person", "missing", "is required", "จำเป็นต้องระบุ")


class IntentIn(WishIn):
    """A wish that is stated now. `ticket_id` is the number of the place's queue that ends with the slip."""

    model_config = ConfigDict(extra="allow", json_schema_extra=shown("annex2", {"citizen_id": "1-0000-00000-01-7"}, A_WISH))

    ticket_id: UUID | None = Field(default=None, description="The ticket of the place's queue, with its place_id. บัตรคิวของจุดรับแจ้ง")

    @model_validator(mode="after")
    def _ticket_of_a_place(self) -> Self:
        if self.ticket_id is not None and self.answers.get("place_id") is None:
            raise field_error("place_id", "a ticket is of a place: name it", "บัตรคิวต้องระบุจุดรับแจ้ง", field="place_id")
        return self

    def wish(self) -> Wish:
        """As of every wish, with the ticket."""
        return replace(super().wish(), ticket_id=self.ticket_id)


class WithdrawalIn(Form):
    """A withdrawal of the wish."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"withdrawn_on": "2018-05-10", "reason": "ย้ายไปทำงานต่างประเทศ"}]})

    withdrawn_on: date
    reason: Text


class SlipOut(Out):
    """The slip (หางตั๋ว): what the person takes home."""

    intent_id: UUID
    slip_no: str
    holder_id: UUID
    case_id: UUID
    status: IntentStatus
    stated_on: date
    received_on: date
    channel: Channel
    district: str
    tier: Tier
    monthly_satang: int = Field(description="To expect a month, in satang. เงินเพิ่มต่อเดือน (สตางค์)")
    months: int = Field(description="How many months. จำนวนเดือน")
    first_month: str | None
    last_month: str | None
    approved_late: bool
    decision_reference: str | None
    withdrawn_on: date | None
    repeated: bool = Field(default=False, description="The first slip was returned; nothing doubled. คืนหางตั๋วฉบับแรก")

    @classmethod
    def of(cls, intent: Any, *, repeated: bool = False) -> "SlipOut":
        """The slip of an intent (object)."""
        values = {name: getattr(intent, name) for name in cls.model_fields if name not in {"approved_late", "repeated"}}
        return cls(**values, approved_late=intent.approved_late_by is not None, repeated=repeated)

    @classmethod
    def of_row(cls, row: Any) -> "SlipOut":
        """The slip of a row of `intent`."""
        values = {name: row[name] for name in cls.model_fields if name not in {"approved_late", "repeated"}}
        return cls(**values, approved_late=row["approved_late_by"] is not None)
