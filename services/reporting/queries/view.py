"""Whose figures are asked for, and on which day: reach and area as one SQL condition."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.reporting.errors import PolicyNotHere
from shared.auth import Level, Reach, reach_sql
from shared.db import ReadTx
from shared.errors import NotFound
from shared.thai.areas import UnknownArea, area_name


@dataclass(frozen=True)
class PolicyCopy:
    """The newest policy set that has arrived."""

    profile: str
    version: int
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class View:
    """What a caller looks at: `reach` is the caller's, `area` (empty, 2 or 4 digits) narrows it; `today` is the day for rules that ask for one."""

    reach: Reach
    area: str
    today: date
    policy: PolicyCopy | None
    sees_persons: bool = True
    """Whether the caller may see persons; others are told no small count, nor what would give one away."""

    def where(
        self, first_arg: int, district: str, *, officer: str | None = "p.officer_id", bank: str | None = None, agency: str | None = None
    ) -> tuple[str, list[Any]]:
        """The condition on the columns that say where a figure counts and whose it is; arguments begin at `$first_arg`."""
        mine, args = reach_sql(self.reach, first_arg, home=district, responsible=None, officer=officer, bank=bank, agency=agency)
        inside, more = reach_sql(area_reach(self.area), first_arg + len(args), home=district, responsible=None)
        return f"({mine} AND {inside})", [*args, *more]

    @property
    def whole_country(self) -> bool:
        """Whether published figures of the country may stand beside these."""
        return self.reach.level is Level.COUNTRY and not self.area

    def rule(self) -> PolicyCopy:
        """The policy. Raises PolicyNotHere."""
        if self.policy is None:
            raise PolicyNotHere
        return self.policy


def area_reach(area: str) -> Reach:
    """The reach that an area stands for: the country for an empty code, else the province or the district."""
    if not area:
        return Reach.country()
    return Reach(Level.PROVINCE if len(area) == 2 else Level.DISTRICT, area)


def area_seen(reach: Reach, asked: str | None) -> str:
    """The area that the answer is about: the asked one, or all of the caller's. Raises NotFound for one out of reach."""
    if reach.level not in {Level.PROVINCE, Level.DISTRICT}:
        return asked or ""
    if asked is None:
        return reach.code
    if not asked.startswith(reach.code):
        raise NotFound
    return asked


def area_words(code: str) -> tuple[str, str]:
    """The name of an area in Thai and English; its code where none is known."""
    try:
        return area_name(code)
    except UnknownArea:
        return code, code


async def newest_policy(tx: ReadTx) -> PolicyCopy | None:
    """The policy set that was published last."""
    row = await tx.fetchrow("SELECT profile, version, parameters FROM policy ORDER BY published_on DESC, version DESC, profile LIMIT 1")
    return None if row is None else PolicyCopy(**dict(row))
