"""What the actors of the year know between them: who lives where, who is whose officer, what can be chosen."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from deploy.local.year.office import Office
from deploy.local.year.people import Person
from deploy.local.year.progress import Progress

AT_ONCE_MAX: Final = 400
PAGE_MAX: Final = 200
INTERVIEWED: Final = frozenset(
    {"INTERVIEWED", "PLAN_AGREED", "SUFFICIENCY", "REFERRED", "IN_DEVELOPMENT", "COMPLETED", "DROPPED", "FOLLOWED_UP"}
)
IN_CARE: Final = frozenset({"DECLARED", "VISIT_DUE", "VISITED", *INTERVIEWED})
"""States in which a case should have an account officer."""

T = TypeVar("T")


@dataclass
class Case:
    """A case as its district sees it."""

    case_id: str
    holder_id: str
    person: Person
    state: str
    district: str
    officer_id: str
    intent_id: str | None = None

    @property
    def officer(self) -> str:
        """The development user of the account officer."""
        return f"ao-{self.officer_id}"


@dataclass
class Country:
    """The played country from outside."""

    office: Office
    progress: Progress
    people: Mapping[str, Sequence[Person]]
    devices: Path
    holder_of: dict[str, str] = field(default_factory=dict)
    person_of: dict[str, Person] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    programmes: list[dict[str, Any]] = field(default_factory=list)
    intents: dict[str, str] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)

    def everybody(self) -> list[Person]:
        """All people, by district."""
        return [person for district in self.people.values() for person in district]

    async def each(self, what: str, items: Sequence[T], act: Callable[[T], Awaitable[Any]]) -> None:
        """Let many act, some hundreds at once; the first refusal that was not expected ends the year."""
        if not items:
            return
        self.progress.begin(what, len(items))
        for start in range(0, len(items), AT_ONCE_MAX):
            some = items[start : start + AT_ONCE_MAX]
            await asyncio.gather(*(act(item) for item in some))
            self.progress.step(len(some))

    async def pages(self, user: str, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every item of a list."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await self.office.get(user, path, limit=PAGE_MAX, cursor=cursor, **query)
            found.extend(page["items"])
            cursor = page.get("next_cursor")
            if not cursor:
                return found

    async def cases(self, states: Iterable[str]) -> list[Case]:
        """Every case in one of the states that has an officer and whose person lives."""
        return [
            Case(
                row["case_id"],
                row["holder_id"],
                self.person_of[row["holder_id"]],
                row["state"],
                row["responsible_district"],
                row["officer_id"],
                self.intents.get(row["holder_id"]),
            )
            for row in await self._cases_of_the_living(states)
            if row["officer_id"]
        ]

    async def districts_without_officer(self) -> list[str]:
        """Districts with a case that waits for an account officer."""
        return sorted({row["responsible_district"] for row in await self._cases_of_the_living(IN_CARE) if not row["officer_id"]})

    async def _cases_of_the_living(self, states: Iterable[str]) -> list[dict[str, Any]]:
        """Cases in the states, as the ministry of interior sees them."""
        lists = await asyncio.gather(*(self.pages("moi-country", "/interview/v1/cases", state=state) for state in sorted(states)))
        return [row for rows in lists for row in rows if row["holder_id"] not in self.dead]
