"""Finding card holders by the tree of a DCI filter. The tree's values are arguments, and its attributes pick from the pieces here."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from services.registry.repository.sealed import WITH_KEYS
from services.registry.rules.dci.filters import Attribute, Joined, Negated, Node, Operator, Term
from services.registry.rules.dci.requests import Order
from shared.auth import Reach, reach_sql
from shared.db import ReadTx

IndexOf = Callable[[str], bytes]
"""The blind index of a citizen id or card number."""

_SIGNS: Final = {Operator.GT: ">", Operator.LT: "<", Operator.GE: ">=", Operator.LE: "<="}
_COLUMNS: Final = {
    Attribute.CITIZEN_ID: ("citizen_index", "bytea"),
    Attribute.CARD_NO: ("card_index", "bytea"),
    Attribute.GIVEN_NAME: ("first_name", "text"),
    Attribute.SURNAME: ("last_name", "text"),
    Attribute.BIRTH_YEAR: ("extract(year FROM birth_date)", "numeric"),
    Attribute.BIRTH_DATE: ("birth_date", "date"),
    Attribute.AGE: ("age", "int"),
    Attribute.TIER: ("tier", "text"),
    Attribute.DISTRICT: ("home_district", "text"),
    Attribute.POSTCODE: ("postcode", "text"),
    Attribute.LAST_UPDATED: ("c.recorded_at", "timestamptz"),
}
_LIVES_IN: Final = "holder_id IN (SELECT m.holder_id FROM household_member m WHERE m.household_id = ANY({}::uuid[]) AND m.to_on IS NULL)"
_THERE: Final = "erased_at IS NULL AND merged_into IS NULL"
_ORDERS: Final = {
    Order.SURNAME: "name_sort_key",
    Order.AGE: "age",
    Order.TIER: "tier",
    Order.SUBDISTRICT: "subdistrict",
    Order.LAST_UPDATED: "c.recorded_at",
}


class _Args:
    """The arguments of a statement; each gives its placeholder."""

    def __init__(self, *values: Any) -> None:
        self.values = list(values)

    def place(self, value: Any) -> str:
        self.values.append(value)
        return f"${len(self.values)}"


async def by_ids(tx: ReadTx, attribute: Attribute, indexes: Sequence[bytes], reaches: Sequence[Reach]) -> Mapping[bytes, UUID]:
    """The holders within all of the reaches who have these blind indexes."""
    column, kind = _COLUMNS[attribute]
    args = _Args(list(indexes))
    rows = await tx.fetch(
        f"SELECT {column} AS found, holder_id FROM card_holder WHERE {column} = ANY($1::{kind}[]) AND {_THERE} AND {_within(reaches, args)}",
        *args.values,
    )
    return {row["found"]: row["holder_id"] for row in rows}


async def ids(
    tx: ReadTx, node: Node, reaches: Sequence[Reach], index_of: IndexOf, *, sort: Sequence[tuple[Order, bool]] = (), limit: int
) -> list[UUID]:
    """The holders whom the filter finds within all of the reaches, sorted, then by id."""
    args = _Args()
    where = f"{_condition(node, index_of, args)} AND {_THERE} AND {_within(reaches, args)}"
    order = [f"{_ORDERS[by]} {'DESC' if descending else 'ASC'}" for by, descending in sort]
    rows = await tx.fetch(
        f"SELECT holder_id FROM card_holder c WHERE {where} ORDER BY {', '.join([*order, 'holder_id'])} LIMIT {limit:d}", *args.values
    )
    return [row["holder_id"] for row in rows]


async def of_those(tx: ReadTx, holder_ids: Sequence[UUID], node: Node, reaches: Sequence[Reach], index_of: IndexOf) -> set[UUID]:
    """Those of the holders whom the filter finds within all of the reaches."""
    args = _Args(list(holder_ids))
    where = f"{_condition(node, index_of, args)} AND {_THERE} AND {_within(reaches, args)}"
    rows = await tx.fetch(f"SELECT holder_id FROM card_holder c WHERE holder_id = ANY($1::uuid[]) AND {where}", *args.values)
    return {row["holder_id"] for row in rows}


async def rows(tx: ReadTx, holder_ids: Sequence[UUID]) -> dict[UUID, Any]:
    """The rows of the holders, each with `registered_at`."""
    found = await tx.fetch(
        f"""SELECT c.*, h.recorded_at AS registered_at
              FROM (SELECT * FROM {WITH_KEYS} WHERE holder_id = ANY($1::uuid[]) AND {_THERE}) AS c
              LEFT JOIN card_holder_history h ON h.holder_id = c.holder_id AND h.version = 1""",
        list(holder_ids),
    )
    return {row["holder_id"]: row for row in found}


async def within(tx: ReadTx, holder_ids: Sequence[UUID], reaches: Sequence[Reach]) -> set[UUID]:
    """Those of the holders within all of the reaches."""
    args = _Args(list(holder_ids))
    where = f"{_THERE} AND {_within(reaches, args)}"
    found = await tx.fetch(f"SELECT holder_id FROM card_holder WHERE holder_id = ANY($1::uuid[]) AND {where}", *args.values)
    return {row["holder_id"] for row in found}


async def alive(tx: ReadTx, holder_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the holders who live."""
    found = await tx.fetch(
        f"SELECT holder_id FROM card_holder WHERE holder_id = ANY($1::uuid[]) AND status = 'ALIVE' AND {_THERE}", list(holder_ids)
    )
    return {row["holder_id"] for row in found}


def _within(reaches: Sequence[Reach], args: _Args) -> str:
    conditions = []
    for reach in reaches:
        condition, values = reach_sql(reach, len(args.values) + 1)
        args.values.extend(values)
        conditions.append(condition)
    return " AND ".join(conditions) or "false"


def _condition(node: Node, index_of: IndexOf, args: _Args) -> str:
    match node:
        case Term():
            return _term(node, index_of, args)
        case Joined():
            parts = [_condition(part, index_of, args) for part in node.parts]
            return f"({(' AND ' if node.every else ' OR ').join(parts)})"
        case Negated():
            return f"NOT {_condition(node.part, index_of, args)}"


def _term(term: Term, index_of: IndexOf, args: _Args) -> str:
    special: Callable[[Term, _Args], str] | None = _SPECIAL.get(term.attribute)
    if special is not None:
        return special(term, args)
    column, kind = _COLUMNS[term.attribute]
    if term.operator in _SIGNS:
        return f"{column} {_SIGNS[term.operator]} {args.place(term.values[0])}::{kind}"
    values = [index_of(value) for value in term.values] if kind == "bytea" else list(term.values)
    return f"{column} = ANY({args.place(values)}::{kind}[])"


def _province(term: Term, args: _Args) -> str:
    # As for reach: a range can use the index of the district.
    ranges = [f"home_district BETWEEN {args.place(code)} AND {args.place(f'{code}999999')}" for code in term.values]
    return f"({' OR '.join(ranges)})"


def _subdistrict(term: Term, args: _Args) -> str:
    districts = sorted({code[:4] for code in term.values})
    return f"(home_district = ANY({args.place(districts)}::text[]) AND subdistrict = ANY({args.place(list(term.values))}::text[]))"


def _household(term: Term, args: _Args) -> str:
    return _LIVES_IN.format(args.place(list(term.values)))


_SPECIAL: Final[Mapping[Attribute, Callable[[Term, _Args], str]]] = {
    Attribute.PROVINCE: _province,
    Attribute.SUBDISTRICT: _subdistrict,
    Attribute.HOUSEHOLD: _household,
}
