"""Merkle trees over entries in order, as RFC 6962 and RFC 9162 (section 2.1) have them, with SHA-256.

A tree's root says what its entries are; a path of a few hashes proves that one of them is among them. Hashes of leaves and of nodes
are made differently, so that neither passes for the other. A tree over more leaves than a power of two is the tree over the nodes of
as many leaves each: of millions of leaves only these are kept.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

HASH_BYTES: Final = 32
_EMPTY: Final = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two."""
    return sha256(b"\1" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over leaves, or over nodes of as many leaves each (the last may have fewer)."""
    level = list(hashes)
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else _EMPTY


def path_of(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that with the one at the index give the root, from below. Raises IndexError."""
    if not 0 <= index < len(hashes):
        raise IndexError(index)
    path, level = [], list(hashes)
    while len(level) > 1:
        if (beside := index ^ 1) < len(level):
            path.append(level[beside])
        level, index = _above(level), index >> 1
    return path


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root of a tree of so many leaves that has the leaf at the index, by its path; None for a path of another length (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    found, last, rest = leaf, size - 1, list(path)
    while last:
        if index & 1 or index < last:
            if not rest:
                return None
            beside = rest.pop(0)
            found = node_hash(beside, found) if index & 1 else node_hash(found, beside)
        index, last = index >> 1, last >> 1
    return None if rest else found


def _above(level: Sequence[bytes]) -> list[bytes]:
    pairs = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*pairs, level[-1]] if len(level) & 1 else pairs


class Growing:
    """A tree whose leaves come one by one; it keeps a hash for each power of two."""

    def __init__(self) -> None:
        """Without leaves."""
        self.size = 0
        self._nodes: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """The next leaf, by its hash."""
        self.size += 1
        whole = self.size
        while not whole & 1:
            leaf = node_hash(self._nodes.pop(), leaf)
            whole >>= 1
        self._nodes.append(leaf)

    @property
    def root(self) -> bytes:
        """The root over the leaves so far."""
        if not self._nodes:
            return _EMPTY
        found = self._nodes[-1]
        for left in reversed(self._nodes[:-1]):
            found = node_hash(left, found)
        return found
