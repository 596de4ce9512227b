"""The library as Python calls it. Calls let other threads run."""

import ctypes
import struct
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from ctypes import POINTER, byref, c_bool, c_char_p, c_int32, c_int64, c_size_t, c_uint32, c_void_p
from enum import IntEnum
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, NamedTuple

from services.registry.native.building import FOLDER, library_path


class NativeFailed(Exception):
    """Memory ran out, or libcrypto refused."""


COLUMNS: Final = 17


class Kind(IntEnum):
    """What is looked up beside values of columns, whose kind is the column's number (known.h)."""

    BIRTH = COLUMNS
    NAME = COLUMNS + 1


Answer = Callable[[int, bytes], bytes]
"""Answers (`answer`) about a value of a kind, and about any other that will be asked for then."""

_ASKED: Final = struct.Struct("=BI")
_ANSWER: Final = struct.Struct("=B?II")


def answer(kind: int, text: bytes, value: bytes | None) -> bytes:
    """That a column can have a value, and the normalised one, or None that it cannot; of a Kind what is needed beside it."""
    return b"".join((_ANSWER.pack(kind, value is not None, len(text), len(value or b"")), text, value or b""))


class _Span(ctypes.Structure):
    _fields_ = (("at", c_char_p), ("size", c_size_t))


class _Buffer(ctypes.Structure):
    _fields_ = (("at", c_void_p), ("size", c_size_t), ("room", c_size_t), ("failed", c_bool))

    def bytes(self) -> bytes:
        return ctypes.string_at(self.at, self.size) if self.size else b""


class _Struct(ctypes.Structure):
    """Made of the values of its fields: bytes where it has a span, and several where it has some."""

    def __init__(self, **values: Any) -> None:
        kinds = dict(self._fields_)  # type: ignore[arg-type]  # ours have two members each
        super().__init__(**{name: _as(kinds[name], value) for name, value in values.items()})


def _as(kind: Any, value: Any) -> Any:
    if kind is _Span:
        return _Span(value, len(value))
    return value if isinstance(value, int) else kind(*(_as(_Span, one) for one in value))


class Recipe(_Struct):
    """What holds for an import (persons.h)."""

    _fields_ = (
        *(
            (name, _Span)
            for name in ("lookup_key", "group_key", "group_key_name", "payee_key", "payee_key_name", "row_label", "line_label")
        ),
        *((name, _Span) for name in ("holder_space", "fact_space", "payee_space", "first_version")),
        *((name, _Span) for name in ("rows_begin", "rows_end", "tier_low", "tier_high")),
        ("income_threshold_satang", c_int64),
        ("visit_age_max", c_int32),
        *((name, c_uint32) for name in ("partitions", "header_lines", "holders_a_chunk", "batch_bytes_max")),
    )


class Stamp(_Struct):
    """What holds for a step (persons.h)."""

    _fields_ = (
        ("holder_tail", _Span),
        ("history_tail", _Span),
        ("fact", _Span * 11),
        ("payee", _Span * 6),
        ("private_payee", _Span * 4),
        ("holder_columns", c_uint32),
        ("history_columns", c_uint32),
        ("entering", c_bool),
        ("sealed", c_bool),
    )


class _Plain(ctypes.Structure):
    _fields_ = (("texts", _Buffer), ("sizes", _Buffer), ("asked", _Buffer))


class _Batch(ctypes.Structure):
    _fields_ = (*((name, c_uint32) for name in ("chunk_no", "kind", "partition", "count")), ("records", _Buffer))


class _Made(ctypes.Structure):
    _fields_ = (
        *((name, _Buffer) for name in ("holders", "salts", "history", "ids", "partitions", "numbers", "asked")),
        ("batches", POINTER(_Batch)),
        ("batch_count", c_uint32),
    )


class Records(NamedTuple):
    """Messages of one chunk on one partition, as Kafka's records: facts, or what goes to payments. They last until the maker makes again."""

    chunk_no: int
    of_payees: bool
    partition: int
    messages: int
    records: memoryview


class Made(NamedTuple):
    """Rows of COPY, the persons' ids (16 bytes each), partitions (2) and numbers (of those who enter citizen id and card, 8 each), and their messages."""

    holders: bytes
    salts: bytes
    history: bytes
    ids: bytes
    partitions: bytes
    numbers: bytes
    records: list[Records]


def load(folder: Path = FOLDER) -> ctypes.CDLL | None:
    """The library, where it is built and libcrypto is there."""
    path = library_path(folder)
    if not path.exists():
        return None
    try:
        library: ctypes.CDLL = _declared(ctypes.CDLL(str(path)))
    except OSError:
        return None
    return library


def _declared(library: Any) -> Any:
    for name, result, arguments in (
        ("known_new", c_void_p, ()),
        ("known_free", None, (c_void_p,)),
        ("known_count", c_uint32, (c_void_p,)),
        ("known_learn", c_bool, (c_void_p, c_char_p, c_size_t)),
        ("plain_new", POINTER(_Plain), ()),
        ("plain_free", None, (POINTER(_Plain),)),
        ("read_lines", c_bool, (c_void_p, c_char_p, c_char_p, c_uint32, POINTER(_Plain))),
        ("maker_new", c_void_p, (POINTER(Recipe),)),
        ("maker_free", None, (c_void_p,)),
        ("make_persons", c_uint32, (c_void_p, c_void_p, POINTER(Stamp), *(c_char_p,) * 3, c_uint32, *(c_char_p,) * 2)),
        ("made_of", POINTER(_Made), (c_void_p,)),
        ("numbers_new", c_void_p, ()),
        ("numbers_free", None, (c_void_p,)),
        ("numbers_take", c_bool, (c_void_p, c_char_p, c_uint32, c_char_p)),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class Known:
    """What is known of values that come again and again; asks about the others, each once."""

    def __init__(self, library: Any, ask: Answer) -> None:
        self._library, self._ask = library, ask
        self.at = _there(library.known_new())
        self._plain = _there(library.plain_new())
        weakref.finalize(self, library.known_free, self.at)
        weakref.finalize(self, library.plain_free, self._plain)

    def __len__(self) -> int:
        count: int = self._library.known_count(self.at)
        return count

    def learn(self, asked: bytes) -> None:
        """Have what is asked answered."""
        learnt = b"".join([self._ask(kind, text) for kind, text in set(_asked(asked))])
        if not self._library.known_learn(self.at, learnt, len(learnt)):
            raise NativeFailed("out of memory")

    def read(self, lines: Sequence[bytes]) -> list[bytes]:
        """Of each line the normalised text; an empty one where Python must read it."""
        block, sizes = b"".join(lines), _sizes(lines)
        while True:
            if not self._library.read_lines(self.at, block, sizes, len(lines), self._plain):
                raise NativeFailed("out of memory")
            plain = self._plain.contents
            if not plain.asked.size:
                break
            self.learn(plain.asked.bytes())
        texts, found = plain.texts.bytes(), memoryview(plain.sizes.bytes()).cast("I")
        return [texts[end - size : end] for size, end in zip(found, accumulate(found), strict=True)]


_OUTCOME_ASKED: Final = 1
_FAILURES: Final = {2: "out of memory", 3: "libcrypto refused"}


class Maker:
    """Makes persons by one recipe. Not for two threads at once."""

    def __init__(self, library: Any, recipe: Recipe) -> None:
        self._library, self._recipe = library, recipe
        self._at = _there(library.maker_new(byref(recipe)))
        weakref.finalize(self, library.maker_free, self._at)

    def make(self, known: Known, stamp: Stamp, texts: Sequence[bytes], numbers: bytes, draws: bytes, payee_nonces: bytes) -> Made:
        """Make everything of persons: normalised texts, the numbers of their lines (4 bytes each), and what was drawn for them."""
        block, sizes = b"".join(texts), _sizes(texts)
        while outcome := self._library.make_persons(
            self._at, known.at, byref(stamp), block, sizes, numbers, len(texts), draws, payee_nonces
        ):
            if outcome != _OUTCOME_ASKED:
                raise NativeFailed(_FAILURES[outcome])
            known.learn(self._made().asked.bytes())
        made = self._made()
        holders, salts, history, ids, partitions, numbers = (getattr(made, name).bytes() for name in Made._fields[:-1])
        return Made(holders, salts, history, ids, partitions, numbers, [_records(batch) for batch in made.batches[: made.batch_count]])

    def _made(self) -> Any:
        return self._library.made_of(self._at).contents


class Repeated(IntEnum):
    """Which number of a person another has (numbers.h)."""

    CITIZEN_ID = 1
    CARD_NO = 2


class Numbers:
    """The citizen ids and card numbers of all persons who were taken, each exactly, in ten bytes a person."""

    _PERSON_BYTES: Final = 16

    def __init__(self, library: Any) -> None:
        self._library = library
        self._at = _there(library.numbers_new())
        weakref.finalize(self, library.numbers_free, self._at)

    def take(self, numbers: bytes) -> list[tuple[int, Repeated]]:
        """Remember persons (Made.numbers), but for those of whom one before has a number: their places, and which number it is."""
        repeated = ctypes.create_string_buffer(len(numbers) // self._PERSON_BYTES)
        if not self._library.numbers_take(self._at, numbers, len(repeated), repeated):
            raise NativeFailed("out of memory")
        return [(place, Repeated(found)) for place, found in enumerate(repeated.raw) if found] if any(repeated.raw) else []


def _records(batch: Any) -> Records:
    records = memoryview((ctypes.c_char * batch.records.size).from_address(batch.records.at)).cast("B")
    return Records(batch.chunk_no, bool(batch.kind), batch.partition, batch.count, records)


def _sizes(parts: Iterable[bytes]) -> bytes:
    sizes = [len(part) for part in parts]
    return memoryview((c_uint32 * len(sizes))(*sizes)).tobytes()


def _asked(asked: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(asked):
        kind, size = _ASKED.unpack_from(asked, at)
        start = at + _ASKED.size
        at = start + size
        yield kind, asked[start:at]


def _there(pointer: Any) -> Any:
    if not pointer:
        raise NativeFailed("out of memory, or libcrypto refused")
    return pointer
