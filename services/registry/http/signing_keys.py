"""The public keys of what we sign, and those to which others encrypt."""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from shared.http import operation

_KEY: Final[JsonDict] = {
    "kty": "EC",
    "crv": "P-256",
    "kid": "s1",
    "use": "sig",
    "alg": "ES256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}

router = APIRouter(tags=["signing keys"])


class SigningKeysOut(BaseModel):
    """A key set (RFC 7517)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"keys": [_KEY]}]})

    keys: list[dict[str, Any]] = Field(
        description="P-256. `use` sig: for ES256, what is signed names the `kid`; `use` enc: DCI messages may be encrypted to it. กุญแจสาธารณะ"
    )


class KeySet(JSONResponse):
    """The answer."""

    media_type = "application/jwk-set+json"


@router.get(
    "/.well-known/jwks.json",
    response_model=SigningKeysOut,
    response_class=KeySet,
    **operation(
        "Show our public keys",
        "แสดงกุญแจสาธารณะสำหรับตรวจสอบลายมือชื่อของระบบและเข้ารหัสข้อความถึงระบบ เปิดเผยต่อทุกคน",
        "The key set (RFC 7517) that verifies what we sign: exports, receipts of consents, DCI messages, webhooks; and to which DCI messages to us may be encrypted. Open to all.",
    ),
)
async def show_signing_keys(request: Request) -> KeySet:
    """The key set; for everybody, as it is."""
    resources = request.app.state.resources
    return KeySet({"keys": [*resources.signing.jwks()["keys"], *resources.decryption.jwks()["keys"]]})
