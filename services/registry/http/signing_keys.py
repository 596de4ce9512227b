"""The public keys of what we sign, and those to which others encrypt."""

from fastapi import APIRouter, Request

from shared.http import operation
from shared.http.key_set import KeySet, KeySetOut

router = APIRouter(tags=["signing keys"])


@router.get(
    "/.well-known/jwks.json",
    response_model=KeySetOut,
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
