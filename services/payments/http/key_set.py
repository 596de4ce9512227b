"""Our public keys, open to all."""

from fastapi import APIRouter, Request

from services.payments.resources import PaymentsResources
from shared.http import KEY_SET_PATH, KeySet, SigningKeysOut, operation

router = APIRouter(tags=["ledger and policy"])


@router.get(
    KEY_SET_PATH,
    response_model=SigningKeysOut,
    response_class=KeySet,
    **operation(
        "Show our public keys",
        "แสดงกุญแจสาธารณะสำหรับตรวจสอบลายมือชื่อบนหลักฐานของรอบจ่ายและการปิดบัญชีประจำวัน เปิดเผยต่อทุกคน",
        "The key set (RFC 7517) that verifies proofs of runs and closed days of the ledger. Open to all.",
    ),
)
async def show_signing_keys(request: Request) -> KeySet:
    """GET /.well-known/jwks.json."""
    resources: PaymentsResources = request.app.state.resources
    return KeySet(resources.signing.jwks())
