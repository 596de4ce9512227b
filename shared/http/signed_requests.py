"""Requests that another party signs: who sent them, that they came as they were sent, to us, now, and once.

The signature is a detached JWS (RFC 7515, unencoded payload by RFC 7797, ES256 or RS256) in X-Sukjai-Signature over four lines: method,
whole address, `Date` and `Content-Digest` (RFC 9530, sha-256) as they stand in the request. Its protected head has `kid` and a `jti`, which is
new for each request, also for one that is sent again. Its table is a part of the floor (`shared.db.floor.SIGNED_REQUESTS`).
"""

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from fastapi import Request
from starlette.exceptions import HTTPException

from shared.clock import system_now
from shared.db import Database, Tx
from shared.errors import Forbidden
from shared.http.edge import streams_body
from shared.ids import new_id
from shared.signatures import SIGNATURE_HEADER, PublicKeys, SignatureBroken, SigningKeys

DIGEST_HEADER: Final = "Content-Digest"
WINDOW: Final = timedelta(minutes=5)
"""How far the date of a request may be from ours."""
BODY_BYTES_MAX: Final = 32 * 1024 * 1024
"""Of a body that is a stream otherwise: nothing of it counts before all of it is here."""
_JTI: Final = re.compile(r"[A-Za-z0-9._:-]{8,64}")


class RequestNotBelieved(Forbidden):
    """The request is not signed as it must be; facts: `reason`, which names the rule."""

    slug = "request-not-believed"
    title_en, title_th = "The signature of the request is not believed", "ลายเซ็นของคำขอไม่ผ่านการตรวจสอบ"


@dataclass(frozen=True)
class SignedRequests:
    """Looks at the requests of one party.

    `is_new` remembers a jti with the date of its request, and says whether it was not known before. `base` is what they call us by
    (`https://payments.example`); None: whatever the request says.
    """

    keys: PublicKeys
    is_new: Callable[[str, datetime], Awaitable[bool]]
    base: str | None = None
    now: Callable[[], datetime] = system_now

    async def check(self, request: Request) -> None:
        """Raise RequestNotBelieved unless the request is signed by the party, whole, of now, and not seen before.

        The body is read; a route that streams it then reads what is here.
        """
        signature, date, digest = (request.headers.get(name, "") for name in (SIGNATURE_HEADER, "Date", DIGEST_HEADER))
        for name, value in ((SIGNATURE_HEADER, signature), ("Date", date), (DIGEST_HEADER, digest)):
            if not value:
                raise _refused("missing", f"The header {name} is missing", f"ไม่มีส่วนหัว {name}")
        try:
            head = self.keys.verify_detached(signature, signed_text(request.method, self._address(request), date, digest))
        except SignatureBroken as error:
            raise _refused("signature", f"Signature: {error}", "ลายเซ็นไม่ตรงกับกุญแจหรือเนื้อหา") from error
        signed_at = self._signed_at(date)
        if digest_of(await _whole_body(request)) != digest:
            raise _refused("digest", f"{DIGEST_HEADER} is not that of the body", f"{DIGEST_HEADER} ไม่ตรงกับเนื้อหา")
        jti = head.get("jti")
        if not isinstance(jti, str) or not _JTI.fullmatch(jti):
            raise _refused("jti", f"The signature's head has no jti of the form {_JTI.pattern}", "ส่วนหัวของลายเซ็นไม่มี jti")
        if not await self.is_new(jti, signed_at):
            raise _refused("replay", "A request with this jti came before", "คำขอที่มี jti นี้ถูกส่งมาแล้ว")

    def _address(self, request: Request) -> str:
        if self.base is None:
            return str(request.url)
        path = request.url.path.removeprefix(request.scope.get("root_path", ""))
        return f"{self.base.rstrip('/')}{path}" + (f"?{request.url.query}" if request.url.query else "")

    def _signed_at(self, date: str) -> datetime:
        try:
            told = parsedate_to_datetime(date)
            signed_at = told if told.tzinfo else told.replace(tzinfo=UTC)
        except (ValueError, IndexError) as error:
            raise _refused("date", "Date is not an HTTP date", "Date ไม่ใช่รูปแบบวันที่ของ HTTP") from error
        if abs(self.now() - signed_at) > WINDOW:
            minutes = int(WINDOW.total_seconds() // 60)
            raise _refused("date", f"Date is more than {minutes} minutes from ours", f"Date ห่างจากเวลาของระบบเกิน {minutes} นาที")
        return signed_at


def remembered_in(database: Database, party: str) -> Callable[[str, datetime], Awaitable[bool]]:
    """`SignedRequests.is_new` by the database: one memory for all processes."""

    async def is_new(jti: str, signed_at: datetime) -> bool:
        async with database.transaction() as tx:
            return bool(
                await tx.execute(
                    "INSERT INTO signed_request (party, jti, signed_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", party, jti, signed_at
                )
            )

    return is_new


async def forget_signed_requests(tx: Tx, now: datetime) -> int:
    """Forget those that are refused for their date by now."""
    return await tx.execute("DELETE FROM signed_request WHERE signed_at < $1", now - 2 * WINDOW)


def signed_text(method: str, address: str, date: str, digest: str) -> bytes:
    """What is signed."""
    return f"{method.upper()}\n{address}\n{date}\n{digest}".encode()


def digest_of(body: bytes) -> str:
    """`Content-Digest` of a body, which may be empty."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signed_headers(keys: SigningKeys, method: str, address: str, body: bytes = b"", *, at: datetime | None = None) -> dict[str, str]:
    """The headers that make a request a signed one: what the other party does."""
    date, digest = format_datetime((at or system_now()).astimezone(UTC), usegmt=True), digest_of(body)
    signature = keys.sign_detached(signed_text(method, address, date, digest), {"jti": str(new_id())})
    return {"Date": date, DIGEST_HEADER: digest, SIGNATURE_HEADER: signature}


async def _whole_body(request: Request) -> bytes:
    """The body, which the edge limits but for streams: their size must be told before."""
    if streams_body(request.scope):
        length = request.headers.get("content-length", "0" if request.method == "GET" else "")
        if not length.isdigit():
            raise HTTPException(411)
        if int(length) > BODY_BYTES_MAX:
            raise HTTPException(413)
    return await request.body()


def _refused(reason: str, en: str, th: str) -> RequestNotBelieved:
    return RequestNotBelieved(en, th, reason=reason)
