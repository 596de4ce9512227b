"""Ids, cards, banks and telephones."""

from collections.abc import Iterator
from random import Random
from typing import Final

from deploy.local.registry_file.random_tables import between, pick, weighted
from shared.thai.citizen_id import FIRST_DIGITS

# Office 00 under a first digit leaves seven digits to count with.
_IDS_OF_FIRST_DIGIT: Final = 10_000_000
_CARDS: Final = 100_000_000
_TAIL: Final = 1000

CARD_SERIES: Final = "97640000"
"""The first 8 of a card number's 16 digits: made up, no card begins so."""

# Krungthai issues the cards and holds most; its holders are mostly paid on the card, without an account.
_BANKS: Final = (("KTB,", 0.56), ("KTB,00", 0.2), ("BAAC,", 0.02), ("BAAC,0200", 0.14), ("GSB,", 0.01), ("GSB,0500", 0.07))
_MOBILE: Final = tuple(f"0{two}" for two in (*range(61, 67), *range(80, 100)))
_EDGE_PHONES: Final = ("", "081-234-", "๐๘๑๒๓๔", "+6681234")


def citizen_ids(random: Random) -> Iterator[str]:
    """Valid ids of the made-up office 00, scattered, none twice in 60 million."""
    heads = [_id_head(first, number) for first in FIRST_DIGITS for number in range(_IDS_OF_FIRST_DIGIT // _TAIL)]
    tails = [[_id_tail(residue, number) for number in range(_TAIL)] for residue in range(11)]
    for serial in _scattered(random, _IDS_OF_FIRST_DIGIT * len(FIRST_DIGITS)):
        head, residue = heads[serial // _TAIL]
        yield head + tails[residue][serial % _TAIL]


def card_serials(random: Random) -> Iterator[tuple[str, str]]:
    """The last eight digits of card numbers in two halves, scattered, none twice in 100 million."""
    halves = [f"{number:04d}" for number in range(10_000)]
    for serial in _scattered(random, _CARDS):
        yield halves[serial // 10_000], halves[serial % 10_000]


def banks(size: int) -> list[str]:
    """`bank,` and, where the person has an account, the first digits of `account_no`; eight more belong to it."""
    return weighted([bank for bank, _ in _BANKS], [weight for _, weight in _BANKS], size)


def phone_heads(random: Random, size: int) -> list[str]:
    """`phone` without its last four digits; empty for one in five, who has none."""
    made = (f"{pick(random, _MOBILE)}{between(random, 0, 999):03d}" if random.random() < 0.8 else "" for _ in range(size))
    return [*_EDGE_PHONES, *made][:size]


def _scattered(random: Random, count: int) -> Iterator[int]:
    """Every number below `count` once, far from its neighbours. `count` is a product of twos, threes and fives."""
    step = next(step for step in iter(lambda: between(random, count // 3, count // 2), 0) if step % 2 and step % 3 and step % 5)
    serial = between(random, 0, count - 1)
    for _ in range(count):
        yield serial
        serial += step
        if serial >= count:
            serial -= count


def _id_head(first: str, number: int) -> tuple[str, int]:
    """The first nine digits, and what they add to the sum of the check digit, mod 11."""
    high, low = divmod(number, 100)
    total = 13 * int(first) + 8 * (high // 10) + 7 * (high % 10) + 6 * (low // 10) + 5 * (low % 10)
    return f"{first}0000{number:04d}", total % 11


def _id_tail(residue: int, number: int) -> str:
    """The last four digits: a number of three, and the check digit."""
    total = residue + 4 * (number // 100) + 3 * (number // 10 % 10) + 2 * (number % 10)
    return f"{number:03d}{(11 - total % 11) % 10}"
