"""The lines of the file: four cells to the person, everything else by weight and seed."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Final

from deploy.local.registry_file.addresses import Place, places_to_live
from deploy.local.registry_file.births import births, incomes
from deploy.local.registry_file.cells import Totals
from deploy.local.registry_file.names import family_names, given_names
from deploy.local.registry_file.payees import CARD_SERIES, banks, card_serials, citizen_ids, phone_heads
from deploy.local.registry_file.random_tables import places
from shared.thai.citizen_id import formatted
from shared.thai.digits import thai_digits

LINES_A_BLOCK: Final = 8192
EDGE_LINES: Final = 256
"""In the first lines the places in the tables are not random: they walk through the edges at the tables' heads."""
_EDGES_MAX: Final = 16

# What each of a line's random numbers chooses, and for how many of the first lines it walks the edges: the two abolished
# subdistricts come once, banks have no edges, and the last one makes a citizen id written by hand.
_WALKS: Final = {
    "birth": EDGE_LINES,
    "income": EDGE_LINES,
    "given": EDGE_LINES,
    "family": EDGE_LINES,
    "place": 2,
    "address": EDGE_LINES,
    "bank": 0,
    "phone": EDGE_LINES,
    "last": 6,
}

_BY_HAND_MAX: Final = 63  # of 65,536: one in a thousand
_BIRTHS: Final = 1 << 14
_INCOMES: Final = 1 << 13
_GIVEN: Final = 1 << 12
_FAMILY: Final = 1 << 14
_PLACES: Final = 1 << 16
_ADDRESSES: Final = 1 << 12
_BANKS: Final = 1 << 8
_PHONES: Final = 1 << 14


@dataclass(frozen=True, slots=True)
class _Tables:
    """Ready text. The tables by cell are in the order of the totals' cells."""

    births: list[list[str]]
    incomes: list[list[str]]
    given: list[str]
    family: list[str]
    places: list[Place]
    banks: list[str]
    phones: list[str]


def blocks_of_lines(totals: Totals, seed: int) -> Iterator[str]:
    """The file without its header, some thousand lines at a time. The same totals and seed give the same text."""
    random = Random(seed)  # noqa: S311  # made-up people are no secret
    tables = _tables(random, totals)
    ids, cards = citizen_ids(Random(random.getrandbits(64))), card_serials(Random(random.getrandbits(64)))  # noqa: S311  # as above
    cells = _cells_at_random(Random(random.getrandbits(64)), list(totals.cells.values()))  # noqa: S311  # as above
    for first in range(0, totals.persons, LINES_A_BLOCK):
        count = min(LINES_A_BLOCK, totals.persons - first)
        numbers = _walking_the_edges(_numbers(random, count)) if first == 0 else _numbers(random, count)
        people = zip(islice(ids, count), islice(cards, count), islice(cells, count), *numbers, strict=True)
        yield "".join(_lines(tables, people))


def _tables(random: Random, totals: Totals) -> _Tables:
    by_age = {over: births(random, _BIRTHS, over_60=over) for over in (False, True)}
    by_income = {over: incomes(random, _INCOMES, over_30000=over) for over in (False, True)}
    return _Tables(
        births=[by_age[cell.over_60] for cell in totals.cells],
        incomes=[by_income[cell.over_30000] for cell in totals.cells],
        given=given_names(random, _GIVEN),
        family=family_names(random, _FAMILY),
        places=places_to_live(random, _PLACES, _ADDRESSES),
        banks=banks(_BANKS),
        phones=phone_heads(random, _PHONES),
    )


def _cells_at_random(random: Random, left: list[int]) -> Iterator[int]:
    """The place of each person's cell in `left`, drawn like balls from an urn: in the end every cell has its count."""
    first, second, third, fourth = left
    chance = random.random
    for remaining in range(sum(left), 0, -1):
        ball = int(chance() * remaining)
        if ball < first:
            first -= 1
            yield 0
        elif ball < first + second:
            second -= 1
            yield 1
        elif ball < first + second + third:
            third -= 1
            yield 2
        else:
            fourth -= 1
            yield 3


def _numbers(random: Random, count: int) -> list["array[int]"]:
    return [places(random, count) for _ in _WALKS]


def _walking_the_edges(numbers: list["array[int]"]) -> list["array[int]"]:
    """The same numbers, but small ones for the first lines: every column steps otherwise, so that all edges meet."""
    for step, (column, lines) in enumerate(zip(numbers, _WALKS.values(), strict=True)):
        stride = 2 * step + 1 if lines == EDGE_LINES else 1
        for line in range(min(lines, len(column))):
            column[line] = line * stride % _EDGES_MAX
    return numbers


def _lines(
    tables: _Tables, people: Iterator[tuple[str, tuple[str, str], int, int, int, int, int, int, int, int, int, int]]
) -> Iterator[str]:
    births, incomes, given, family, homes, banks, phones = (  # local names: this loop runs eleven million times
        tables.births,
        tables.incomes,
        tables.given,
        tables.family,
        tables.places,
        tables.banks,
        tables.phones,
    )
    for citizen_id, (high, low), cell, birth, income, name, surname, place, address, bank, phone, last in people:
        home = homes[place]
        head = phones[phone & (_PHONES - 1)]
        paid_by = banks[bank & (_BANKS - 1)]
        # The halves change places, so that an account number is not part of the card's.
        account = paid_by if paid_by[-1] == "," else f"{paid_by}{low}{high}"
        contact = f"{head}{last % 10_000:04d},{'Y' if last & 7 else 'N'}" if head else ",N"
        yield (
            f"{citizen_id if last > _BY_HAND_MAX else _written_by_hand(citizen_id, last)},{CARD_SERIES}{high}{low},{given[name & (_GIVEN - 1)]},"
            f"{family[surname & (_FAMILY - 1)]},{births[cell][birth & (_BIRTHS - 1)]},{incomes[cell][income & (_INCOMES - 1)]},"
            f"{home.subdistrict},{home.addresses[address & (_ADDRESSES - 1)]},{home.postcode},{account},{contact}\n"
        )


def _written_by_hand(citizen_id: str, way: int) -> str:
    """One id in a thousand is not plain: in Thai digits, with dashes, or with both."""
    return thai_digits(citizen_id) if way % 3 == 0 else formatted(citizen_id) if way % 3 == 1 else thai_digits(formatted(citizen_id))
