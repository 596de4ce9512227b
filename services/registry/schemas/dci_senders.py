"""Registrations of systems that may ask by the DCI API."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from services.registry.rules.dci.requests import Basis
from services.registry.schemas.fields import Text
from shared.auth import Level, Reach
from shared.encryption import EncryptionKey
from shared.http import field_error
from shared.signatures import PublicKeys

SENDER_ID: Final = r"^[A-Za-z0-9][A-Za-z0-9._:-]{1,98}$"
_WORD: Final = r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,98}$"
Code = Annotated[str, Field(pattern=_WORD, max_length=99)]
_BASE64: Final = r"^[A-Za-z0-9_-]+$"
REG_TYPE: Final = "ns:org:RegistryType:Social"
_EXAMPLE: Final[dict[str, JsonValue]] = {
    "client": "ministry",
    "organisation": "กรมกิจการเด็กและเยาวชน",
    "jwks": {
        "keys": [
            {
                "kty": "EC",
                "kid": "spmis-1",
                "crv": "P-256",
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            }
        ]
    },
    "callback_base": "https://hooks.example.go.th/dci",
    "reach": {"level": "COUNTRY", "code": ""},
    "reg_types": [REG_TYPE],
    "purposes": ["SCHOLARSHIP"],
    "plain": False,
}


class JwkIn(BaseModel):
    """A public key (RFC 7517): for ES256 or RS256, or (`use` enc) for ECDH-ES+A256KW or RSA-OAEP-256. Members of a private key are refused."""

    model_config = ConfigDict(extra="forbid")

    kty: Literal["EC", "RSA"]
    kid: str = Field(min_length=1, max_length=99)
    use: Literal["sig", "enc"] | None = None
    alg: Literal["ES256", "RS256", "ECDH-ES+A256KW", "RSA-OAEP-256"] | None = None
    crv: Literal["P-256"] | None = None
    x: str | None = Field(default=None, max_length=64, pattern=_BASE64)
    y: str | None = Field(default=None, max_length=64, pattern=_BASE64)
    n: str | None = Field(default=None, max_length=1400, pattern=_BASE64)
    e: str | None = Field(default=None, max_length=16, pattern=_BASE64)


class JwksIn(BaseModel):
    """The sender's keys: the new one and the old one while it changes them."""

    model_config = ConfigDict(extra="forbid")

    keys: list[JwkIn] = Field(min_length=1, max_length=5)


class ReachIn(BaseModel):
    """About whom the sender may ask."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    level: Literal[Level.COUNTRY, Level.PROVINCE, Level.DISTRICT]
    code: str = Field(default="", max_length=4, description="2 digits of a province, 4 of a district. รหัสพื้นที่")


class SenderIn(BaseModel):
    """A registration, whole: what is left out has its default."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [dict(_EXAMPLE)]})

    client: Code = Field(description="Whose tokens it brings (`sub`). ชื่อผู้ใช้ของโทเค็น")
    organisation: Text = Field(min_length=1, max_length=200, description="หน่วยงาน")
    jwks: JwksIn | None = Field(default=None, description="Its public keys, where it does not publish them itself. กุญแจสาธารณะ")
    jwks_url: str | None = Field(
        default=None,
        max_length=1900,
        description="Where it publishes its key set (RFC 7517): then it changes its keys without us. ที่อยู่ที่เผยแพร่กุญแจสาธารณะ",
    )
    callback_base: str | None = Field(
        default=None,
        max_length=1900,
        description="Below it are its callbacks, as /registry/on-search; without it only synchronous paths. ที่อยู่รับคำตอบ",
    )
    reach: ReachIn = Field(description="With the token's own reach: who is in both. ขอบเขตพื้นที่")
    reg_types: list[Code] = Field(default=[REG_TYPE], min_length=1, max_length=10)
    purposes: list[Code] = Field(min_length=1, max_length=50, description="Codes that authorize and consent may name. รหัสวัตถุประสงค์")
    plain: bool = Field(default=False, description="Whether it gets plain values, with a token that may. ได้รับข้อมูลแบบไม่ปิดบัง")
    basis: Basis = Field(
        default=Basis.CONSENT,
        description="Whose data it may have: of a PUBLIC_TASK (PDPA s.24(4)) all in reach, else of those who consent to SHARE_WITH_REGISTRIES. ฐานทางกฎหมาย",
    )
    status: Literal["ACTIVE", "SUSPENDED"] = "ACTIVE"

    @model_validator(mode="after")
    def _right(self) -> Self:
        try:
            self.to_reach()
        except ValueError:
            raise field_error("code", "the code does not fit the level", "รหัสไม่ตรงกับระดับ", field="reach.code") from None
        if (self.jwks is None) == (self.jwks_url is None):
            raise field_error("one_of", "give jwks or jwks_url, and just one", "ระบุ jwks หรือ jwks_url อย่างใดอย่างหนึ่ง", field="jwks")
        if self.jwks is not None:
            _check_keys(self.jwks)
        if self.callback_base is not None and self.callback_base.endswith("/"):
            raise field_error("callback_base", "must not end with /", "ต้องไม่ลงท้ายด้วย /", field="callback_base")
        return self

    def to_reach(self) -> Reach:
        """The reach. Raises ValueError."""
        return Reach(self.reach.level, self.reach.code)

    def jwks_out(self) -> dict[str, Any] | None:
        """The key set as it is stored."""
        return None if self.jwks is None else self.jwks.model_dump(exclude_none=True)


def _check_keys(jwks: JwksIn) -> None:
    said = jwks.model_dump(exclude_none=True)
    signing, encrypting = PublicKeys.of(said).kids, {key.kid for key in EncryptionKey.all_of(said)}
    if len(signing | encrypting) < len(jwks.keys):
        raise field_error("jwks", "a key cannot be used, or has the id of another", "มีกุญแจที่ใช้ไม่ได้หรือรหัสซ้ำ", field="jwks.keys")
    if not signing:
        raise field_error("jwks", "none of the keys signs", "ไม่มีกุญแจสำหรับลงลายมือชื่อ", field="jwks.keys")


class NewSenderIn(SenderIn):
    """A new registration with its id."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"sender_id": "spmis.example.org", **_EXAMPLE}]})

    sender_id: str = Field(pattern=SENDER_ID, max_length=99, description="As in the header of its messages. รหัสผู้ส่ง")


class SenderOut(BaseModel):
    """A registration."""

    model_config = ConfigDict(from_attributes=True)

    sender_id: str = Field(examples=["spmis.example.org"])
    client: str
    organisation: str
    jwks: dict[str, Any] | None
    jwks_url: str | None
    callback_base: str | None
    reach: ReachIn
    reg_types: list[str]
    purposes: list[str]
    plain: bool
    basis: Basis
    status: str
    version: int
    changed_by: str
    changed_at: datetime
