"""Releasing a district's or province's results to who is to have them: figures of a moment, with hash and signature; and their receipt.

The results of a district go to MoF, whose database they are for, and to its provincial committee; those of a province to MoF and to the
monitoring committee.
"""

import hashlib
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson

from services.interview.commands.act import Act
from services.interview.commands.reaching import require_province
from services.interview.errors import NotTheAddressee
from services.interview.forms.duties import Addressee, ReleaseIn
from services.interview.repository import duties
from shared.auth import Level, require_area
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.ids import new_id
from shared.signatures import SigningKeys
from shared.thai.titles import head_of

RECEIVE_AS: Final[Mapping[Addressee, str]] = {
    Addressee.MOF: "interview.mof-releases:receive",
    Addressee.PROVINCIAL_COMMITTEE: "interview.committee-releases:receive",
    Addressee.MONITORING_COMMITTEE: "interview.committee-releases:receive",
}
"""The scope of who receives what is addressed to them."""
ADDRESSEES: Final[Mapping[Level, frozenset[Addressee]]] = {
    Level.DISTRICT: frozenset({Addressee.MOF, Addressee.PROVINCIAL_COMMITTEE}),
    Level.PROVINCE: frozenset({Addressee.MOF, Addressee.MONITORING_COMMITTEE}),
}
"""To whom each level releases its results."""
_DISTRICT_DIGITS: Final = 4
_RECEIVING_LEVEL: Final = {
    Addressee.MOF: Level.COUNTRY,
    Addressee.PROVINCIAL_COMMITTEE: Level.PROVINCE,
    Addressee.MONITORING_COMMITTEE: Level.COUNTRY,
}


def level_of(area: str) -> Level:
    """The level of a district (4 digits) or province."""
    return Level.DISTRICT if len(area) == _DISTRICT_DIGITS else Level.PROVINCE


async def release(tx: Tx, act: Act, area: str, form: ReleaseIn, signing: SigningKeys) -> dict[str, Any]:
    """Release the area's results of the months as they are at this moment. Raises NotFound, Invalid for an addressee of another level or months to come."""
    level = level_of(area)
    if level is Level.DISTRICT:
        require_area(act.caller, area)
    else:
        require_province(act.caller, area)
    if form.addressee not in ADDRESSEES[level]:
        allowed = " | ".join(sorted(ADDRESSEES[level]))
        raise Invalid.field("addressee", "addressee", "is not whom this level reports to", "ไม่ใช่ผู้รับรายงานของระดับนี้", allowed)
    first, last = _days(form)
    if first > act.today:
        raise Invalid.field("first_month", "date_future", "is still to come", "ยังมาไม่ถึง", f"≤ {act.today:%Y-%m}")
    revision = await duties.next_revision(tx, area, form.addressee, form.first_month, form.last_month)
    title = head_of(area)
    content = {
        "area": area,
        "addressee": form.addressee,
        "first_month": form.first_month,
        "last_month": form.last_month,
        "revision": revision,
        "taken_at": act.at.isoformat(),
        "released_by": {"subject": act.by, "title_th": title.th, "title_en": title.en},
        "results": await duties.results_of(tx, area, first, last),
    }
    text = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    row = {
        "release_id": new_id(),
        "area": area,
        **form.model_dump(),
        "revision": revision,
        "taken_at": act.at,
        "content": text.decode(),
        "content_hash": hashlib.sha256(text).hexdigest(),
        "signature": signing.sign_detached(text),
        "released_by": act.by,
    }
    await duties.add(tx, "result_release", row)
    return row


async def receive(tx: Tx, act: Act, release_id: UUID, reference: str) -> dict[str, Any]:
    """Note that the addressee has taken the release in; a second time gives the first receipt. Raises NotFound, NotTheAddressee."""
    row = await duties.release(tx, release_id) if _whole_area(act) else None
    if row is None or (act.caller.reach.level is Level.PROVINCE and row["area"][:2] != act.caller.reach.code):
        raise NotFound
    addressee = Addressee(row["addressee"])
    if RECEIVE_AS[addressee] not in act.caller.scopes or act.caller.reach.level is not _RECEIVING_LEVEL[addressee]:
        raise NotTheAddressee(addressee=addressee, needed_scope=RECEIVE_AS[addressee])
    receipt = {"release_id": release_id, "received_at": act.at, "received_by": act.by, "reference": reference}
    await duties.add(tx, "release_receipt", receipt, "ON CONFLICT DO NOTHING")
    return await duties.receipt(tx, release_id)


def _whole_area(act: Act) -> bool:
    return act.caller.reach.level in {Level.COUNTRY, Level.PROVINCE}


def _days(form: ReleaseIn) -> tuple[date, date]:
    year, month = map(int, form.last_month.split("-"))
    return date.fromisoformat(f"{form.first_month}-01"), date(year, month, monthrange(year, month)[1])
