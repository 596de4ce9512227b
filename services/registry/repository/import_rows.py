"""Rows of an import in PostgreSQL's binary form of COPY: packed where lines are read, taken by the database as they are."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from services.registry.domain import Change, Groups
from services.registry.rules.registry_file import FileLine, chunk_of
from shared.contracts.registry import HolderStatus
from shared.thai.text import sort_key

ROWS_BEGIN: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
ROWS_END: Final = b"\xff\xff"
_NULL: Final = b"\xff\xff\xff\xff"
_EMPTY_TEXT_ARRAY: Final = struct.pack(">iiI", 0, 0, 25)
_LENGTH: Final = struct.Struct(">i")
DAY_ZERO: Final = date(2000, 1, 1).toordinal()
_MOMENT_ZERO: Final = datetime(2000, 1, 1, tzinfo=UTC)

# A row is what has a fixed size in one piece, then texts and sealed values, then what all rows of a step share.
_HOLDER: Final = struct.Struct(">h i16s i32s i32s i32s ii iq ih i? i? ii i6s i4s i4s i5s")
_HISTORY: Final = struct.Struct(">h i16s i32s i32s ih i? i6s ii")
_SALT: Final = struct.Struct(">h i16s i16s")
HOLDER_COLUMNS: Final = (
    "holder_id",
    "citizen_index",
    "card_index",
    "content_hash",
    "birth_date",
    "income_2559_satang",
    "age",
    "visit_group",
    "mobile_consent",
    "import_line",
    "subdistrict",
    "home_district",
    "responsible_district",
    "postcode",
    "private_sealed",
    "house_no_sealed",
    "prefix",
    "first_name",
    "last_name",
    "name_sort_key",
    "birth_precision",
    "tier",
    "moo",
    "road",
    "bank",
    "version",
    "index_key",
    "policy_version",
    "status",
    "import_id",
    "recorded_at",
)
HISTORY_COLUMNS: Final = (
    "holder_id",
    "citizen_index",
    "card_index",
    "age",
    "visit_group",
    "subdistrict",
    "chunk_no",
    "tier",
    "bank",
    "version",
    "what",
    "changed",
    "who",
    "why",
    "recorded_at",
    "change_id",
    "index_key",
    "policy_version",
    "status",
)


@dataclass(frozen=True)
class ImportStamp:
    """What every row of a step of one import gets."""

    import_id: UUID
    index_key: str
    policy_version: int
    who: str
    why: str
    recorded_at: datetime


class Found(NamedTuple):
    """What finds a person and tells whether the line has changed."""

    holder_id: bytes
    citizen_index: bytes
    card_index: bytes
    content_hash: bytes


class RowPacker:
    """Packs the rows of one step. `holder_tail` and `history_tail` are the ends of all of them."""

    def __init__(self, stamp: ImportStamp) -> None:
        version, policy_version = _field(_LENGTH.pack(1)), _field(_LENGTH.pack(stamp.policy_version))
        moment = stamp.recorded_at - _MOMENT_ZERO
        micros = (moment.days * 86_400 + moment.seconds) * 1_000_000 + moment.microseconds
        recorded_at, import_id = _field(struct.pack(">q", micros)), _field(stamp.import_id.bytes)
        index_key, alive = _text(stamp.index_key), _text(HolderStatus.ALIVE.value)
        self.holder_tail = b"".join((version, index_key, policy_version, alive, import_id, recorded_at))
        noted = (_text(Change.REGISTERED.value), _field(_EMPTY_TEXT_ARRAY), _text(stamp.who), _text(stamp.why))
        self.history_tail = b"".join((version, *noted, recorded_at, import_id, index_key, policy_version, alive))

    def holders(
        self, persons: Iterable[tuple[int, FileLine, Found, Groups]], private: Iterable[bytes], house_nos: Iterable[bytes | None]
    ) -> bytes:
        """The persons of lines (number, line, …) as the body of a COPY of HOLDER_COLUMNS, of version 1 and alive; the last two are sealed."""
        columns, pack, tail, text, length = len(HOLDER_COLUMNS), _HOLDER.pack, self.holder_tail, _text, _LENGTH.pack
        rows: list[bytes] = []
        for (number, line, found, groups), sealed, house_no in zip(persons, private, house_nos, strict=True):
            holder_id, citizen_index, card_index, content_hash = found
            tier, age, visit_group = groups
            subdistrict = line.subdistrict.encode()
            district = subdistrict[:4]
            rows += (
                pack(
                    columns, 16, holder_id, 32, citizen_index, 32, card_index, 32, content_hash, 4, line.birth.value.toordinal() - DAY_ZERO,
                    8, line.income_2559_satang, 2, age, 1, visit_group, 1, line.mobile_consent, 4, number,
                    6, subdistrict, 4, district, 4, district, 5, line.postcode.encode(),
                ),
                length(len(sealed)), sealed,
                _NULL if house_no is None else length(len(house_no)) + house_no,
                text(line.prefix), text(line.first_name), text(line.last_name), _sort_key(line.first_name, line.last_name),
                text(line.birth.precision), text(tier), text(line.moo), text(line.road), text(line.bank),
                tail,
            )  # fmt: skip
        return _block(rows)

    def history(self, persons: Iterable[tuple[int, FileLine, Found, Groups]]) -> bytes:
        """The body of a COPY of HISTORY_COLUMNS that says that the persons entered."""
        columns, pack, tail, text = len(HISTORY_COLUMNS), _HISTORY.pack, self.history_tail, _text
        rows: list[bytes] = []
        for number, line, found, groups in persons:
            rows += (
                pack(
                    columns, 16, found.holder_id, 32, found.citizen_index, 32, found.card_index, 2, groups.age, 1, groups.visit_group,
                    6, line.subdistrict.encode(), 4, chunk_of(number),
                ),
                text(groups.tier), text(line.bank), tail,
            )  # fmt: skip
        return _block(rows)


def salt_rows(holder_ids: Iterable[bytes], salts: Iterable[bytes]) -> bytes:
    """The persons' salts as the body of a COPY of repository.sealed.SALT_COLUMNS."""
    return _block([_SALT.pack(2, 16, holder_id, 16, salt) for holder_id, salt in zip(holder_ids, salts, strict=True)])


def _block(rows: Iterable[bytes]) -> bytes:
    return b"".join((ROWS_BEGIN, *rows, ROWS_END))


def _field(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value


# Names, roads and codes come again and again.
@lru_cache(maxsize=50_000)
def _text(value: str) -> bytes:
    return _field(value.encode())


def _sort_key(first_name: str, last_name: str) -> bytes:
    return _field(b"\t".join((_name_key(first_name), _name_key(last_name))))


@lru_cache(maxsize=50_000)
def _name_key(name: str) -> bytes:
    return sort_key(name).encode()
