"""The public keys of what we sign."""

import orjson
from fastapi import APIRouter, Request, Response

from shared.http import operation

router = APIRouter(include_in_schema=False)


@router.get(
    "/.well-known/jwks.json",
    **operation("Our public keys", "กุญแจสาธารณะสำหรับตรวจสอบลายมือชื่อของระบบ", "The key set (RFC 7517) that verifies what we sign."),
)
async def jwks(request: Request) -> Response:
    """The key set; for everybody, as it is."""
    return Response(orjson.dumps(request.app.state.resources.signing.jwks()), media_type="application/jwk-set+json")
