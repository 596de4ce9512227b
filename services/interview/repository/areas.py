"""Reach for what belongs to areas and not to persons. An officer's area is the district of their team, to read."""

from typing import Any, Final
from uuid import UUID

from shared.auth import Level, Reach, reach_sql

_TEAM: Final = "(SELECT o.district FROM officer o WHERE o.officer_id = ${0})"


def in_district(reach: Reach, first_arg: int, column: str) -> tuple[str, list[Any]]:
    """The condition on a column of district codes: the caller's area, or the district of the officer's team."""
    if reach.level is Level.OFFICER:
        return f"{column} = {_TEAM.format(first_arg)}", [UUID(reach.code)]
    return reach_sql(reach, first_arg, home=column, responsible=None, officer=None)


def in_province(reach: Reach, first_arg: int, column: str) -> tuple[str, list[Any]]:
    """The condition on a column of province codes: what a province lays down is for all of its districts and their officers."""
    match reach.level:
        case Level.COUNTRY:
            return "true", []
        case Level.PROVINCE | Level.DISTRICT:
            return f"{column} = left(${first_arg}, 2)", [reach.code]
        case Level.OFFICER:
            return f"{column} = left({_TEAM.format(first_arg)}, 2)", [UUID(reach.code)]
        case _:
            return "false", []
