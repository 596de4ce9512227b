"""Weighted choices made cheap: a table in which every value stands as often as it weighs, and random places in it.

Only `Random.random` and `Random.getrandbits` are used, whose sequences Python keeps from version to version.
"""

import sys
from array import array
from collections.abc import Sequence
from random import Random
from typing import TypeVar

from deploy.local.registry_file.cells import apportion

T = TypeVar("T")


def weighted(values: Sequence[T], weights: Sequence[float], size: int) -> list[T]:
    """A table of `size` places in which each value has its share of places."""
    return [value for value, places in zip(values, apportion(size, weights), strict=True) for _ in range(places)]


def pick(random: Random, values: Sequence[T]) -> T:
    """One of the values, all alike."""
    return values[int(random.random() * len(values))]


def between(random: Random, low: int, high: int) -> int:
    """A whole number from low to high, both included."""
    return low + int(random.random() * (high - low + 1))


def places(random: Random, count: int) -> "array[int]":
    """`count` random numbers of 16 bits: places in tables whose size is a power of two up to 65,536."""
    numbers = array("H", random.getrandbits(16 * count).to_bytes(2 * count, "little"))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
