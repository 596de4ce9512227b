"""Search for staff: reads, and appends to the audit who was looked for by what, and who was shown."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.registry.errors import SearchTooWide
from services.registry.repository import search as repository
from services.registry.rules.search import CANDIDATES_MAX, Criteria
from services.registry.vault import Vault
from shared.audit import Caller, Entry, append
from shared.auth import Level, Reach
from shared.db import Tx
from shared.http.paging import Page, encode_cursor

_BY_RANK: Final = 0
_BY_AREA: Final = 1
_OPENED_A_BREATH: Final = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A page of who was found. `persons` is exact unless `more`: then there are more than it says."""

    rows: list[Any]
    next_cursor: str | None
    persons: int
    more: bool


async def search(tx: Tx, asked: Criteria, page: Page, *, shown: tuple[str, ...], caller: Caller, reach: Reach, vault: Vault) -> Found:
    """The holders within the reach who fit, a page of them. Raises SearchTooWide, or Invalid for a cursor of another search.

    Up to CANDIDATES_MAX who fit come best match first; more come in the order of district and Thai name, by the beginning of the
    first name only: a misspelling among so many finds half the country.
    """
    after = page.after(int, int, str, str, UUID)
    found = await _found(tx, asked, page, after, reach, vault)
    detail = f"search by {', '.join(asked.named)}"
    entries = [Entry("SEARCH", row["holder_id"], shown, detail=detail) for row in found.rows] or [Entry("SEARCH", None, detail=detail)]
    await append(tx, caller, entries)
    return found


async def _found(tx: Tx, asked: Criteria, page: Page, after: tuple[Any, ...] | None, reach: Reach, vault: Vault) -> Found:
    if _few(asked, reach) and (after is None or after[0] == _BY_RANK):
        rows = await repository.candidates(tx, asked, reach, CANDIDATES_MAX + 1, small=_small(asked, reach))
        if len(rows) <= CANDIDATES_MAX:
            return await _ranked(rows, asked, page, after, vault)
    if asked.card_last4 is not None or len(asked.words) > 1:
        raise SearchTooWide(
            f"more than {CANDIDATES_MAX} persons fit: add an area, the birth year or more of the name",
            f"มีผู้เข้าเงื่อนไขมากกว่า {CANDIDATES_MAX} ราย โปรดระบุพื้นที่ ปีเกิด หรือชื่อเพิ่ม",
        )
    place = None if after is None or after[0] != _BY_AREA else (after[2], after[3], after[4])
    persons = await repository.count_listed(tx, asked, reach, CANDIDATES_MAX + 1)
    rows = await repository.listed(tx, asked, reach, place, page.limit + 1)
    shown, cursor = page.cut(rows, lambda row: (_BY_AREA, 0, row["home_district"], row["name_sort_key"], row["holder_id"]))
    return Found(shown, cursor, min(persons, CANDIDATES_MAX), persons > CANDIDATES_MAX)


def _few(asked: Criteria, reach: Reach) -> bool:
    """Whether candidates can be found without reading half a province: two words of a name, or anything in a district."""
    return len(asked.words) > 1 or _small(asked, reach)


def _small(asked: Criteria, reach: Reach) -> bool:
    return bool(asked.district or asked.subdistrict) or reach.level in {Level.DISTRICT, Level.OFFICER}


async def _ranked(rows: list[Any], asked: Criteria, page: Page, after: tuple[Any, ...] | None, vault: Vault) -> Found:
    fit = rows if asked.card_last4 is None else await _with_card(rows, asked.card_last4, vault)
    rest = fit if after is None else [row for row in fit if _rank(row) > (after[1], after[3], after[4])]
    cursor = None
    if len(rest) > page.limit:
        wrong, sort_key, holder_id = _rank(rest[page.limit - 1])
        cursor = encode_cursor(_BY_RANK, wrong, "", sort_key, holder_id)
    return Found(rest[: page.limit], cursor, len(fit), more=False)


def _rank(row: Any) -> tuple[int, str, UUID]:
    return row["wrong"], row["name_sort_key"], row["holder_id"]


async def _with_card(rows: list[Any], last4: str, vault: Vault) -> list[Any]:
    """Those whose card number ends so. It is sealed: each is opened in memory, which only a bounded set of candidates allows."""
    fit = []
    for number, row in enumerate(rows):
        if number % _OPENED_A_BREATH == 0:
            await asyncio.sleep(0)  # the event loop also serves others
        if vault.private(row).card_no.endswith(last4):
            fit.append(row)
    return fit
