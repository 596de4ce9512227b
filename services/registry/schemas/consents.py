"""Consents: the catalogue, statements, what follows from them, receipts."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from services.registry.rules.consents.catalogue import Catalogue
from services.registry.rules.consents.statements import ConsentChannel, Decision, Statement
from services.registry.schemas.fields import SomeText

_STATEMENT: JsonDict = {
    "consent_id": "0161f7a6-ec40-742f-8e49-56dfb9e25801",
    "holder_id": "5b1d1f0e-52a1-5d3c-9f0a-2c61a51e0001",
    "purpose": "SHARE_WITH_AGENCIES",
    "decision": "GIVEN",
    "notice_version": "2018-01",
    "signed_on": "2018-02-05",
    "counts_at": "2018-02-04T17:00:00Z",
    "channel": "MEETING_PLACE",
    "evidence": "8101-00000123",
    "recorded_by": "interview",
    "recorded_at": "2018-02-05T03:00:00Z",
}


class PartyOut(BaseModel):
    """Who controls or receives data."""

    name: dict[str, str]
    address: str
    contact: str
    role: str
    kind: str


class NoticeOut(BaseModel):
    """A privacy notice."""

    version: str = Field(examples=["2018-01"])
    since: date
    reference: str
    text: dict[str, str]


class BasisOut(BaseModel):
    """A section of the law and what rests on it."""

    section: str = Field(examples=["PDPA s.19"])
    rests: dict[str, str]


class PurposeOut(BaseModel):
    """A purpose to which people may consent."""

    name: str = Field(examples=["SHARE_WITH_AGENCIES"])
    since: date
    title: dict[str, str]
    description: dict[str, str]
    legal_basis: list[BasisOut]
    fields_covered: list[str] = Field(description="Fields that may be shared. ช่องข้อมูลที่ครอบคลุม")
    sensitive_fields: list[str]
    recipients: list[str]
    retention: dict[str, str]


class CatalogueOut(BaseModel):
    """What may be consented to, under which notices, and to whom data go."""

    controller: str
    parties: dict[str, PartyOut]
    notices: list[NoticeOut]
    purposes: list[PurposeOut]

    @classmethod
    def of(cls, known: Catalogue) -> "CatalogueOut":
        """Of the catalogue."""
        return cls.model_validate(known.model_dump())


class ConsentIn(BaseModel):
    """What the person stated about one purpose."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "purpose": "SHARE_WITH_REGISTRIES",
                    "decision": "GIVEN",
                    "signed_on": "2018-02-10",
                    "notice_version": "2018-01",
                    "channel": "COUNTER",
                    "evidence": "แบบยินยอม 14/2561",
                }
            ]
        },
    )

    purpose: str = Field(max_length=40, description="A name of the catalogue. ชื่อวัตถุประสงค์")
    decision: Decision
    signed_on: date = Field(description="The day of the signature or of the word. วันที่ลงนามหรือแจ้ง")
    signed_at: AwareDatetime | None = Field(default=None, description="The moment, where it is known. เวลาที่แจ้ง หากทราบ")
    notice_version: str | None = Field(
        default=None, max_length=40, description="The privacy notice; needed for a consent. ประกาศความเป็นส่วนตัว (จำเป็นเมื่อให้ความยินยอม)"
    )
    channel: ConsentChannel
    evidence: SomeText = Field(
        min_length=1, max_length=200, description="Reference of the paper or call, without personal data. หลักฐานอ้างอิง (ไม่ใส่ข้อมูลส่วนบุคคล)"
    )

    def statement(self) -> Statement:
        """As the rules take it."""
        return Statement(self.purpose, self.decision, self.signed_on, self.channel, self.evidence, self.notice_version, self.signed_at)


class ConsentOut(BaseModel):
    """A statement on record."""

    model_config = ConfigDict(json_schema_extra={"examples": [_STATEMENT]}, from_attributes=True)

    consent_id: UUID
    holder_id: UUID
    purpose: str
    decision: Decision
    notice_version: str | None
    signed_on: date
    counts_at: datetime = Field(description="The newest of a purpose holds. รายการล่าสุดมีผล")
    channel: ConsentChannel
    evidence: str
    recorded_by: str
    recorded_at: datetime


class StandingOut(BaseModel):
    """Whether the person consents to a purpose now."""

    purpose: str = Field(examples=["NOTICES"])
    given: bool
    source: Literal["STATEMENT", "REGISTRY_FILE", "NONE"] = Field(
        description="By the person's own statement, or by the registry file while there is none (NOTICES only). ที่มา"
    )
    statement: ConsentOut | None = Field(description="The statement that counts. รายการที่มีผล")


class StandingsOut(BaseModel):
    """Every purpose of the catalogue."""

    holder_id: UUID
    version: int = Field(description="Of the card holder. เวอร์ชันของผู้มีบัตร")
    purposes: list[StandingOut]


class ReceiptOut(BaseModel):
    """The receipt, and the same as JWS (compact), which our public keys verify."""

    receipt: dict[str, Any] = Field(
        description="Fields of ISO/IEC TS 27560:2023 by their names. ใบรับความยินยอมตาม ISO/IEC TS 27560:2023",
        examples=[
            {"schema_version": "ISO/IEC TS 27560:2023; sukjai-consent-receipt/1", "record_id": "0161f7a6-ec40-742f-8e49-56dfb9e25801"}
        ],
    )
    jws: str = Field(description="ES256; the key is in /.well-known/jwks.json. ลายเซ็นดิจิทัล", examples=["eyJhbGciOiJFUzI1NiJ9.e30.c2ln"])


class ConsentCountOut(BaseModel):
    """How many consent to one purpose."""

    purpose: str = Field(examples=["BANK_DATA"])
    consenting: int = Field(examples=[412])


class ConsentCountsOut(BaseModel):
    """Of how many persons, how many consent to each purpose."""

    persons: int = Field(examples=[5273])
    items: list[ConsentCountOut]
