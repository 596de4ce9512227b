"""Programmes of other agencies that payments pays."""

from services.payments.repository import programmes
from services.payments.repository.programmes import Programme
from shared.auth import Reach
from shared.db import ReadTx
from shared.errors import Invalid


async def known_programme(tx: ReadTx, programme: str, reach: Reach | None = None) -> Programme:
    """The programme of an agency, in reach (by default the country's). Raises Invalid naming `programme`."""
    found = await programmes.one(tx, programme, reach or Reach.country())
    if found is None:
        en, th = "is not a programme of yours that batches are taken for", "ไม่ใช่โครงการของท่านที่รับรายการจ่าย"
        raise Invalid.field("programme", "unknown_programme", en, th, "GET /v1/programmes")
    return found
