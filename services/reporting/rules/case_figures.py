"""The figures about cases, each said once: whom it counts, as a condition on a row of `counted_case`.

The sums that reports read and the lists behind them both come from here. What depends on the day or on the policy is no part of a condition: such a figure names the day that decides, and which days it counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.reporting.rules.income_bands import band_names
from shared.contracts.interview import FollowUpRound, JobStatus, Recommendation

_FIRST, _, _THIRD = band_names()


class Days(StrEnum):
    """Which days a figure counts, as they are on the day of the reading and under the policy of then."""

    WALK_IN_WINDOW = "walk-in window"
    PAST_DUE = "before today"
    TO_COME = "from today on"


@dataclass(frozen=True)
class CaseFigure:
    """Persons of whom `where` holds; with `day` (a column, null is no day) those whose day is one of `days`."""

    where: str
    day: str | None = None
    days: Days | None = None

    @property
    def condition(self) -> str:
        """SQL of whom it counts on any day: persons each once."""
        return f"stands AND ({self.where})"


def _declared(where: str) -> CaseFigure:
    return CaseFigure(where, "stated_on", Days.WALK_IN_WINDOW)


_YEAR: Final = {
    "card_holders": CaseFigure("registered"),
    "visit_group": CaseFigure("visit_group"),
    "declared": _declared("stated_on IS NOT NULL"),
    "declared_of_visit_group": _declared("visit_group AND stated_on IS NOT NULL"),
    "declared_in_all": CaseFigure("stated_on IS NOT NULL"),
    "left_for_home_visits": CaseFigure("due_by IS NOT NULL"),
    "visited": CaseFigure("visited"),
    "interviewed": CaseFigure("interviewed"),
    "planned": CaseFigure("planned"),
    "referred": CaseFigure("referred"),
    "in_development": CaseFigure("accepted"),
    "completed": CaseFigure("NOT dropped"),
    "dropped": CaseFigure("dropped"),
    "followed_june": CaseFigure("june_reached"),
    "followed_september": CaseFigure("september_reached"),
    "followed": CaseFigure("followed"),
    "rose_above_30000": CaseFigure(f"tier = 'UP_TO_30000' AND band_now <> '{_FIRST}'"),
    "above_100000": CaseFigure(f"tier = 'UP_TO_30000' AND band_now = '{_THIRD}'"),
}

_OF_GROUP: Final = "(visit_group OR due_by IS NOT NULL)"
_ENDED: Final = ("wished", "refused", "content", "deceased", "not_found")
_OPEN: Final = "due_by IS NOT NULL AND ended = 'none'"
_COVERAGE: Final = {
    "visit_group": CaseFigure(_OF_GROUP),
    "declared": CaseFigure(f"{_OF_GROUP} AND stated_on IS NOT NULL"),
    "due": CaseFigure("due_by IS NOT NULL"),
    "visited": CaseFigure(f"{_OF_GROUP} AND visited"),
    "interviewed": CaseFigure(f"{_OF_GROUP} AND interviewed"),
    **{ended: CaseFigure(f"due_by IS NOT NULL AND ended = '{ended}'") for ended in _ENDED},
    "overdue": CaseFigure(_OPEN, "due_by", Days.PAST_DUE),
    "open": CaseFigure(_OPEN, "due_by", Days.TO_COME),
    **{
        f"risen_to_{level.lower()}": CaseFigure(f"due_by IS NOT NULL AND '{level}' = ANY (risen_to)")
        for level in ("OFFICER", "DISTRICT", "PROVINCE")
    },
}

_RESULTS: Final = {
    "visit_group": CaseFigure("visit_group"),
    "declared": CaseFigure("visit_group AND ended = 'wished'"),
    **{ended: CaseFigure(f"visit_group AND ended = '{ended}'") for ended in _ENDED if ended != "wished"},
    # Who is on no list of visits (yet) has until the end of the visits.
    "overdue": CaseFigure("visit_group AND ended = 'none'", "due_by", Days.PAST_DUE),
    "open": CaseFigure("visit_group AND ended = 'none'", "due_by", Days.TO_COME),
    "moved": CaseFigure("visit_group AND moved"),
}


def _round(name: FollowUpRound) -> dict[str, CaseFigure]:
    own = name.value.lower()
    return {
        "expected": CaseFigure("expected"),
        "followed": CaseFigure(f"{own}_reached"),
        "not_reached": CaseFigure(f"NOT {own}_reached"),
        "missing": CaseFigure(f"expected AND {own}_reached IS NULL"),
        "overdue": CaseFigure(f"{own}_overdue AND {own}_reached IS NULL"),
        **{one.value.lower(): CaseFigure(f"{own}_job = '{one}'") for one in JobStatus},
        **{f"recommended_{one.value.lower()}": CaseFigure(f"{own}_advice = '{one}'") for one in Recommendation},
    }


def round_group(name: FollowUpRound) -> str:
    """The group of the figures of one round."""
    return f"follow-ups {name}"


RESULTS: Final = "visit-results"
PARTS: Final = frozenset(_RESULTS) - {"visit_group", "moved"}
"""The figures of RESULTS of which each person of the visit group is in exactly one."""

CASE_FIGURES: Final[Mapping[str, Mapping[str, CaseFigure]]] = {
    "year": _YEAR,
    "visit-coverage": _COVERAGE,
    RESULTS: _RESULTS,
    **{round_group(name): _round(name) for name in FollowUpRound},
}
"""By the report (of follow-ups also the round) and the figure."""


def stored_name(group: str, figure: str) -> str:
    """Under which name the figure's sums are kept."""
    return f"{group}/{figure}"
