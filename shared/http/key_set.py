"""Public keys for others (RFC 7517)."""

from typing import Any, Final

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

_KEY: Final[JsonDict] = {
    "kty": "EC",
    "crv": "P-256",
    "kid": "s1",
    "use": "sig",
    "alg": "ES256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}


class KeySetOut(BaseModel):
    """A key set (RFC 7517)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"keys": [_KEY]}]})

    keys: list[dict[str, Any]] = Field(
        description="P-256. `use` sig: for ES256, what is signed names the `kid`; `use` enc: messages may be encrypted to it. กุญแจสาธารณะ"
    )


class KeySet(JSONResponse):
    """The answer."""

    media_type = "application/jwk-set+json"
