"""Reach in SQL: one condition for lists, counts, exports and look-ups alike, so that what is out of reach is not there."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.auth.principal import Level, Principal, Reach
from shared.errors import NotFound


def reach_sql(
    reach: Reach,
    first_arg: int,
    *,
    home: str | None = "home_district",
    responsible: str | None = "responsible_district",
    officer: str | None = "officer_id",
    bank: str | None = None,
    agency: str | None = None,
    employer: str | None = None,
) -> tuple[str, list[Any]]:
    """The SQL condition of the reach and its arguments, whose placeholders begin at `$first_arg`.

    `home` and `responsible` are text columns of district codes, `officer` a uuid column, `bank`, `agency` and `employer` text columns;
    they are names from our own code, never from a request. A level that the table has no column for (None) gives `false`.
    The condition is in parentheses where it needs them; a NULL column is out of reach.
    """
    districts = [column for column in (home, responsible) if column]
    match reach.level:
        case Level.COUNTRY:
            return "true", []
        case Level.PROVINCE:
            # A range of text, unlike left(column, 2), can use the plain index of the column. No code is as long as the upper end.
            condition = f"BETWEEN ${first_arg} AND ${first_arg + 1}"
            return _any(districts, condition, [reach.code, f"{reach.code}999999"])
        case Level.DISTRICT:
            return _any(districts, f"= ${first_arg}", [reach.code])
        case Level.OFFICER:
            return _any([officer], f"= ${first_arg}", [UUID(reach.code)])
        case Level.BANK | Level.AGENCY | Level.EMPLOYER:
            column = {Level.BANK: bank, Level.AGENCY: agency, Level.EMPLOYER: employer}[reach.level]
            return _any([column], f"= ${first_arg}", [reach.code])


def require_area(principal: Principal, *district_codes: str | None) -> None:
    """Raise NotFound unless one of the districts (4 digits) is in the caller's area; officers, agencies, banks and employers have none."""
    if not any(principal.reach.includes_district(code) for code in district_codes):
        raise NotFound


def require_country(principal: Principal) -> None:
    """Raise NotFound unless the caller reaches the whole country: for what is no district's alone."""
    if principal.reach.level is not Level.COUNTRY:
        raise NotFound


def _any(columns: Sequence[str | None], condition: str, args: list[Any]) -> tuple[str, list[Any]]:
    terms = [f"{column} {condition}" for column in columns if column]
    if not terms:
        return "false", []
    return (f"({' OR '.join(terms)})" if len(terms) > 1 else terms[0]), args
