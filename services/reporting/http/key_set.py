"""Our public keys, open to all."""

from fastapi import APIRouter, Request

from services.reporting.resources import ReportingResources
from shared.http import KEY_SET_PATH, KeySet, SigningKeysOut, operation

router = APIRouter(tags=["snapshots"])


@router.get(
    KEY_SET_PATH,
    response_model=SigningKeysOut,
    response_class=KeySet,
    **operation(
        "Show our public keys",
        "แสดงกุญแจสาธารณะสำหรับตรวจสอบลายมือชื่อบนรายงานที่บันทึกไว้ เปิดเผยต่อทุกคน",
        "The key set (RFC 7517) that verifies snapshots. Open to all.",
    ),
)
async def show_signing_keys(request: Request) -> KeySet:
    """GET /.well-known/jwks.json."""
    resources: ReportingResources = request.app.state.resources
    return KeySet(resources.signing.jwks())
