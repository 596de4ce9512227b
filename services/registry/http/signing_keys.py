"""The public keys by which others verify what the registry signs."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from services.registry.resources import RegistryResources
from shared.http import operation

router = APIRouter(prefix="/v1/signing-keys", tags=["exports"])


class SigningKeysOut(BaseModel):
    """A key set (RFC 7517)."""

    keys: list[dict[str, Any]] = Field(
        examples=[[{"kty": "EC", "crv": "P-256", "kid": "s1", "use": "sig", "alg": "ES256", "x": "…", "y": "…"}]]
    )


@router.get(
    "",
    response_model=SigningKeysOut,
    **operation(
        "Show our public keys",
        "แสดงกุญแจสาธารณะสำหรับตรวจลายมือชื่อของระบบ",
        "The keys that verify our signatures, as a JWKS; open to all.",
        None,
    ),
)
async def show_signing_keys(request: Request) -> dict[str, Any]:
    """Our public keys."""
    resources: RegistryResources = request.app.state.resources
    return resources.signing.jwks()
