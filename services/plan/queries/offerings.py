"""Offerings with the seats that are free."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.plan.queries.rows import Row, narrowing, rows
from shared.db import ReadTx

_ROWS: Final = """
    SELECT offering.*, programme.name_th AS programme_name_th, programme.name_en AS programme_name_en, programme.agency,
           seat.seats - seat.taken AS seats_free
      FROM offering JOIN offering_seat AS seat USING (offering_id) JOIN programme ON programme.code = offering.programme_code"""


@dataclass(frozen=True, slots=True)
class OfferingFilter:
    """Which offerings are wanted; None does not narrow. A district (4 digits) shows those of its whole province too."""

    programme_code: str | None = None
    area: str | None = None
    open_on: date | None = None
    free: bool = False


async def list_offerings(tx: ReadTx, wanted: OfferingFilter, *, after: UUID | None, rows_max: int) -> list[Row]:
    """Offerings after the one named, by id."""
    is_district = wanted.area is not None and len(wanted.area) > len("81")
    narrow, args = narrowing(
        {
            "offering.offering_id > {}": after,
            "offering.programme_code = {}": wanted.programme_code,
            "offering.province = {}": wanted.area and wanted.area[:2],
            "coalesce(offering.district = {}, true)": wanted.area if is_district else None,
            "offering.active AND offering.apply_until >= {}": wanted.open_on,
            "seat.seats - seat.taken >= {}": 1 if wanted.free else None,
        }
    )
    return await rows(tx, f"{_ROWS} WHERE {narrow} ORDER BY offering.offering_id LIMIT {rows_max:d}", *args)


async def show_offering(tx: ReadTx, offering_id: UUID) -> Row | None:
    """One offering with all its versions, oldest first; None when it is not there."""
    found = await rows(tx, f"{_ROWS} WHERE offering.offering_id = $1", offering_id)
    if not found:
        return None
    history = await rows(tx, "SELECT * FROM offering_history WHERE offering_id = $1 ORDER BY version", offering_id)
    return {**found[0], "history": history}
