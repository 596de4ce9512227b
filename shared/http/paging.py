"""Keyset pages: a limit and an opaque cursor that holds the sort key of the last row seen."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final, Generic, TypeVar, cast
from uuid import UUID

import orjson
from fastapi import Depends, Query
from pydantic import BaseModel, Field

from shared.errors import Invalid
from shared.http.plain import to_json

PAGE_ROWS_DEFAULT: Final = 50
PAGE_ROWS_MAX: Final = 200
CURSOR_CHARACTERS_MAX: Final = 1024
_CHECK_BYTES: Final = 6
_BIGINT: Final = range(-(2**63), 2**63)

T = TypeVar("T")


class PageOf(BaseModel, Generic[T]):
    """One page of a list. `next_cursor` is null on the last page."""

    items: list[T]
    next_cursor: str | None = Field(default=None, description="Send it as `cursor` for the next page. ส่งค่านี้เป็น cursor เพื่อขอหน้าถัดไป")


@dataclass(frozen=True, slots=True)
class Page:
    """Which page is asked for. Fetch `limit + 1` rows after `after(…)` and give them to `cut`."""

    limit: int = PAGE_ROWS_DEFAULT
    cursor: str | None = None

    def after(self, *kinds: type) -> tuple[Any, ...] | None:
        """The sort key of the last row seen, of these types (str, int, UUID, date, datetime), or None on the first page.

        Raises Invalid naming `cursor` for one that is damaged or made for another list.
        """
        return None if self.cursor is None else decode_cursor(self.cursor, *kinds)

    def cut(self, rows: Sequence[T], key: Callable[[T], tuple[Any, ...]]) -> tuple[list[T], str | None]:
        """The rows of this page and the cursor of the next, from up to `limit + 1` rows; `key` gives a row's sort key."""
        page = list(rows[: self.limit])
        return page, (encode_cursor(*key(page[-1])) if len(rows) > self.limit else None)


def _page(
    limit: Annotated[int, Query(ge=1, le=PAGE_ROWS_MAX, description="Rows in a page. จำนวนรายการต่อหน้า")] = PAGE_ROWS_DEFAULT,
    cursor: Annotated[
        str | None, Query(max_length=CURSOR_CHARACTERS_MAX, description="`next_cursor` of the page before. ค่า next_cursor ของหน้าก่อน")
    ] = None,
) -> Page:
    return Page(limit, cursor)


PageParams = Annotated[Page, Depends(_page)]


def encode_cursor(*values: Any) -> str:
    """An opaque cursor of the values (str, int, UUID, date, datetime)."""
    payload = orjson.dumps(values, default=to_json)
    return urlsafe_b64encode(_check(payload) + payload).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: type) -> tuple[Any, ...]:
    """The values of a cursor, one of each type asked for. Raises Invalid naming `cursor`.

    The check is against damage, not against forgery: the types are, for SQL gets only what it takes, and reach is applied there.
    """
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        check, payload = raw[:_CHECK_BYTES], raw[_CHECK_BYTES:]
        values = orjson.loads(payload) if check == _check(payload) else []
        return tuple(_READERS[kind](value) for kind, value in zip(kinds, values, strict=True))
    except (ValueError, TypeError) as error:
        raise Invalid.field("cursor", "cursor", "is not a cursor of this list", "ไม่ใช่ตัวชี้หน้าของรายการนี้") from error


def _check(payload: bytes) -> bytes:
    return hashlib.sha256(b"cursor:" + payload).digest()[:_CHECK_BYTES]


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("not text")
    return value


def _integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in _BIGINT:
        raise ValueError("not a whole number")
    return value


_READERS: Final = cast(
    "dict[type, Callable[[object], Any]]",
    {
        str: _text,
        int: _integer,
        UUID: lambda value: UUID(_text(value)),
        date: lambda value: date.fromisoformat(_text(value)),
        datetime: lambda value: datetime.fromisoformat(_text(value)),
    },
)
