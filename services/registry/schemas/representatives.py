"""Guardians and proxies."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.registry.rules.representatives import ActingPurpose, Appointment, Ended, Grounds, Kind, Outsider, Paper, PaperKind
from services.registry.schemas.fields import CitizenId, SomeText
from shared.http import field_error

_HOLDER = "5b1d1f0e-52a1-5d3c-9f0a-2c61a51e0001"

Reason = Annotated[SomeText, Field(min_length=1, max_length=200, description="Why, without personal data. เหตุผล (ไม่ใส่ข้อมูลส่วนบุคคล)")]


class AgentIn(BaseModel):
    """Who acts: a card holder by id, or somebody else by name and citizen id."""

    model_config = ConfigDict(extra="forbid")

    holder_id: UUID | None = None
    name: SomeText | None = Field(default=None, max_length=200)
    citizen_id: CitizenId | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        outsider = self.name is not None and self.citizen_id is not None
        something = self.name is not None or self.citizen_id is not None
        if something != outsider or outsider == (self.holder_id is not None):
            raise field_error("one_of", "give holder_id, or name and citizen_id", "ระบุ holder_id หรือชื่อและเลขประจำตัวประชาชน")
        return self

    def agent(self) -> UUID | Outsider:
        """As the rules take it."""
        if self.holder_id is not None:
            return self.holder_id
        return Outsider(self.name or "", self.citizen_id or "")


class PaperIn(BaseModel):
    """The document that proves it."""

    model_config = ConfigDict(extra="forbid")

    kind: PaperKind
    reference: SomeText = Field(max_length=120, description="Its number; names nobody. เลขที่เอกสาร")
    issued_on: date


class AppointmentIn(BaseModel):
    """Who may act for the person."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "grounds": "AUTHORISED",
                    "agent": {"name": "สมศรี ใจดี", "citizen_id": "1-0000-00000-01-7"},
                    "purposes": ["STATE_WISH", "RECEIVE_NOTICES"],
                    "paper": {"kind": "POWER_OF_ATTORNEY", "reference": "มอ. 12/2561", "issued_on": "2018-02-01"},
                    "from_on": "2018-02-01",
                    "until_on": "2018-12-31",
                }
            ]
        },
    )

    grounds: Grounds = Field(description="AUTHORISED makes a proxy, the others a guardian. เหตุแห่งการเป็นผู้แทน")
    agent: AgentIn
    purposes: list[ActingPurpose] = Field(min_length=1, max_length=len(ActingPurpose))
    paper: PaperIn
    from_on: date
    until_on: date | None = Field(
        default=None,
        description="Last day. Needed for a proxy; of a minor the day before the twentieth birthday by default. วันสุดท้าย",
    )

    def appointment(self) -> Appointment:
        """As the rules take it."""
        paper = Paper(self.paper.kind, self.paper.reference, self.paper.issued_on)
        return Appointment(self.grounds, self.agent.agent(), self.purposes, paper, self.from_on, self.until_on)


class RevocationIn(BaseModel):
    """From which day on nobody acts by it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"revoked_on": "2018-02-14", "reason": "ผู้มอบอำนาจขอยกเลิก"}]})

    revoked_on: date
    reason: Reason


class AgentOut(BaseModel):
    """Who acts."""

    holder_id: UUID | None
    name: str | None = Field(description="Of somebody who is no card holder; only in the list. ชื่อ หากไม่ใช่ผู้มีบัตร (เฉพาะในรายการ)")
    citizen_id_masked: str | None


class RepresentativeOut(BaseModel):
    """Who may act for a person, for what, by which paper, until when."""

    representative_id: UUID
    version: int
    holder_id: UUID
    kind: Kind
    grounds: Grounds
    agent: AgentOut
    purposes: list[ActingPurpose]
    paper_kind: PaperKind
    paper_reference: str
    paper_issued_on: date
    from_on: date
    until_on: date | None
    ended_on: date | None = Field(description="First day on which it no longer holds. วันที่สิ้นผล")
    ended_how: Ended | None
    ended_by: str | None
    ended_why: str | None
    recorded_by: str
    recorded_at: datetime


class RepresentativesOut(BaseModel):
    """All of them, by their beginning."""

    items: list[RepresentativeOut]


class MayActIn(BaseModel):
    """Who wants to act, for what, on which day."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"citizen_id": "1-0000-00000-01-7", "purpose": "STATE_WISH", "on": "2018-02-14"}]}
    )

    holder_id: UUID | None = Field(default=None, description="Of the agent, as card holder. รหัสผู้มีบัตรของผู้กระทำการแทน")
    citizen_id: CitizenId | None = None
    purpose: ActingPurpose
    on: date | None = Field(default=None, description="Today when left out. ณ วันที่")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.holder_id is None) == (self.citizen_id is None):
            raise field_error("one_of", "give holder_id or citizen_id, and just one", "ระบุ holder_id หรือ citizen_id อย่างใดอย่างหนึ่ง")
        return self


class MayActOut(BaseModel):
    """Yes or no, and by what."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"holder_id": _HOLDER, "may_act": True, "representative_id": _HOLDER, "kind": "PROXY", "until_on": "2018-12-31"}]
        }
    )

    holder_id: UUID
    may_act: bool
    representative_id: UUID | None
    kind: Kind | None
    until_on: date | None
