"""Finding holders by what is known of them. Reach is a part of every statement.

Two ways, by what the planner can do well:
- the *candidates*: everybody who fits, up to a limit, by the indexes of districts and of the trigrams of names (GIN);
- the *list*: in the order of (home district, Thai name, id), page by page by that index (which also skips from district to
  district where a name is asked); who is looked after from another district than home stands in a small index of their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.registry.repository.sealed import KEYS
from services.registry.rules.search import Criteria, begins
from shared.auth import Level, Reach, reach_sql
from shared.db import ReadTx

Place = tuple[str, str, UUID]
"""Where a row stands in the list: home district, sort key, holder id."""

# With a space before each word one pattern finds all that begin so.
_NAME: Final = "(' ' || first_name || ' ' || last_name)"
_PLACE: Final = "(home_district, name_sort_key, holder_id)"
# A word of a name that is as long as this may have one letter wrong; in a shorter one that is another name.
_MISSPELT_CHARACTERS_MIN: Final = 3
_LETTERS_COMPARED_MAX: Final = 60


@dataclass
class _Where:
    """Conditions and their arguments."""

    conditions: list[str] = field(default_factory=lambda: ["merged_into IS NULL", "erased_at IS NULL"])
    args: list[Any] = field(default_factory=list)

    def value(self, value: Any) -> str:
        self.args.append(value)
        return f"${len(self.args)}"

    def add(self, condition: str, *values: Any) -> None:
        self.conditions.append(condition.format(*(self.value(value) for value in values)))

    @property
    def sql(self) -> str:
        return " AND ".join(self.conditions)


async def candidates(tx: ReadTx, asked: Criteria, reach: Reach, limit: int, *, small: bool) -> list[Any]:
    """Up to `limit` holders who fit, each with `wrong`: 0 where every word of the name is one asked, 1 where one begins so, more for misspelt ones.

    Each word may have one letter wrong where the area is `small`, a district or officer's cases, whose people can all be looked at;
    elsewhere one word may, and the index finds the others. Best first, then in the order of Thai names. With `limit` rows there may be more, and the best of all may not be among them.
    """
    where = _Where()
    where.conditions.append(_within(reach, where.args))
    _add_area(where, asked)
    words = [[_Word(word, where.value(word)) for word in word_or_other] for word_or_other in asked.words]
    _add_words(where, words, misspelt_max=len(words) if small else 1)
    wrong = " + ".join(f"least({', '.join(_wrong(one.name) for one in word)})" for word in words) or "0"
    return await tx.fetch(
        f"""WITH found AS MATERIALIZED (SELECT * FROM card_holder WHERE {where.sql} LIMIT {limit:d})
            SELECT *, ({wrong})::int AS wrong FROM found {KEYS} ORDER BY wrong, name_sort_key, holder_id""",
        *where.args,
    )


async def count_listed(tx: ReadTx, asked: Criteria, reach: Reach, limit: int) -> int:
    """How many the list has, up to `limit`."""
    args: list[Any] = []
    parts = [f"(SELECT FROM {rows} WHERE {where.sql} LIMIT {limit:d})" for rows, where in _of_list(asked, reach, args)]
    persons: int = await tx.fetchval(f"SELECT count(*) FROM ({' UNION ALL '.join(parts)}) AS counted", *args)
    return min(persons, limit)


async def listed(tx: ReadTx, asked: Criteria, reach: Reach, after: Place | None, limit: int) -> list[Any]:
    """Holders whose first name begins with the first word (all, without one), after the place named."""
    args: list[Any] = []
    parts = []
    for rows, where in _of_list(asked, reach, args):
        if after is not None:
            where.add(f"{_PLACE} > ({{}}, {{}}, {{}})", *after)
        parts.append(f"(SELECT * FROM {rows} WHERE {where.sql} ORDER BY home_district, name_sort_key, holder_id LIMIT {limit:d})")
    union = " UNION ALL ".join(parts)
    return await tx.fetch(
        f"SELECT * FROM ({union}) AS found {KEYS} ORDER BY home_district, name_sort_key, holder_id LIMIT {limit:d}", *args
    )


# The few who are looked after elsewhere than at home; OFFSET keeps the planner from looking for them in the order of all.
_AWAY: Final = "(SELECT * FROM card_holder WHERE responsible_district <> home_district AND {} OFFSET 0) AS away"


def _of_list(asked: Criteria, reach: Reach, args: list[Any]) -> list[tuple[str, _Where]]:
    """The rows and conditions of the parts of the list, without overlap: an OR of two columns has no order. Arguments are added to `args`."""
    if reach.level in {Level.PROVINCE, Level.DISTRICT}:
        home = _within(reach, args, responsible=None)
        ways = [("card_holder", home), (_AWAY.format(_within(reach, args, home=None)), f"NOT ({home})")]
    else:
        ways = [("card_holder", _within(reach, args))]
    parts = []
    for rows, condition in ways:
        for head in asked.sort_key_heads:
            where = _Where(args=args)
            where.conditions.append(condition)
            _add_area(where, asked)
            if head:
                where.add("name_sort_key >= {} AND name_sort_key < {}", head, f"{head}\U0010ffff")
            parts.append((rows, where))
    return parts


def _within(reach: Reach, args: list[Any], **columns: None) -> str:
    condition, values = reach_sql(reach, len(args) + 1, **columns)
    args += values
    return condition


def _add_area(where: _Where, asked: Criteria) -> None:
    if asked.province is not None:
        where.add("home_district BETWEEN {} AND {}", asked.province, f"{asked.province}999999")
    if asked.district is not None:
        where.add("home_district = {}", asked.district)
    if asked.subdistrict is not None:
        where.add("home_district = {} AND subdistrict = {}", asked.subdistrict[:4], asked.subdistrict)
    if asked.birth_year is not None:
        where.add("birth_date BETWEEN make_date({}, 1, 1) AND make_date({}, 12, 31)", asked.birth_year, asked.birth_year)


class _Word(NamedTuple):
    """A word that is asked, and the place of it as an argument."""

    word: str
    name: str


def _add_words(where: _Where, words: Sequence[Sequence[_Word]], *, misspelt_max: int) -> None:
    """Each word begins a word of the name; up to so many may instead be one of its words with one letter wrong."""
    exact = [_any(_begins(where, one.word) for one in word) for word in words]
    either = [
        _any((begun, *(_near(one.name) for one in word if len(one.word) >= _MISSPELT_CHARACTERS_MIN)))
        for begun, word in zip(exact, words, strict=True)
    ]
    if misspelt_max >= len(words):
        where.conditions += either
    else:
        where.conditions.append(_any(" AND ".join((*exact[:at], either[at], *exact[at + 1 :])) for at in range(len(words))))


def _any(conditions: Iterable[str]) -> str:
    return f"({' OR '.join(conditions)})"


def _begins(where: _Where, word: str) -> str:
    return f"{_NAME} LIKE {where.value(f'% {begins(word)}')}"


def _near(name: str) -> str:
    columns = (f"left({column}, {_LETTERS_COMPARED_MAX})" for column in ("first_name", "last_name"))
    return " OR ".join(f"levenshtein_less_equal({column}, {name}, 1) <= 1" for column in columns)


def _wrong(name: str) -> str:
    return f"""CASE WHEN {name} IN (first_name, last_name) THEN 0
                    WHEN starts_with(first_name, {name}) OR starts_with(last_name, {name}) THEN 1
                    WHEN position(' ' || {name} IN {_NAME}) > 0 THEN 2 ELSE 3 END"""
