"""Frozen reports: canonical JSON, its hash, and the chain that the hashes make."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

SNAPSHOT_TYPE: Final = "report-snapshot"
"""What a signature's head says that it is over: nothing else that the same key signs passes for it."""

_ABSENT: Final = object()


def canonical(content: Any) -> str:
    """The one JSON text of the content: names sorted, no spaces, Thai as it is. Same facts, same text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def hash_of(text: str) -> str:
    """SHA-256 of the text in UTF-8, 64 hex characters."""
    return hashlib.sha256(text.encode()).hexdigest()


def series_of(**named: Any) -> str:
    """The name of a series of editions: the hash of what they have in common."""
    return hash_of(canonical(named))


def broken_links(links: Iterable[tuple[int, str, str, str]], before: str = "") -> Iterator[int]:
    """Numbers of the snapshots that are not what they were, or do not follow the one before.

    `links` are (number, content, content hash, hash of the one before) in order; `before` is the hash before the first.
    The hash before stands inside the content too, so that a changed snapshot breaks every later one.
    """
    for number, text, content_hash, prev_hash in links:
        if hash_of(text) != content_hash or prev_hash != before or json.loads(text).get("prev_hash") != prev_hash:
            yield number
        before = content_hash


def differences(then: Any, now: Any, path: str = "", *, known_then: bool = False) -> Iterator[str]:
    """Where two contents differ, as paths of names and places joined by dots; a list of another length is one difference.

    With `known_then` what only the later one names is none: a figure that the report did not have then.
    """
    if isinstance(then, dict) and isinstance(now, dict):
        for name in sorted(then if known_then else then.keys() | now.keys()):
            inner = f"{path}.{name}" if path else name
            yield from differences(then.get(name, _ABSENT), now.get(name, _ABSENT), inner, known_then=known_then)
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for place, (one, other) in enumerate(zip(then, now, strict=True)):
            yield from differences(one, other, f"{path}.{place}", known_then=known_then)
    elif then != now:
        yield path
