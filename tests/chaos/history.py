"""A history from a seed: what happens on which day, who clicks what, what banks do, and what is killed in the middle of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from deploy.local.bank_simulator.fate import Misbehaviour
from shared.contracts import Event
from shared.ids import same_id
from tests.chaos.told import events_of

BANKS = ("BAAC", "GSB", "KTB")
TIERS = ("UP_TO_30000", "OVER_30000")
SUBDISTRICTS = ("810101", "810102", "810201", "800101")
STOPS = ("NOT_INTERVIEWED", "NOT_FOUND", "CHOSE_NOTHING", "DID_NOT_DEVELOP", "DID_NOT_WORK")
MAKER, CHECKER, SECOND, STRANGER = "maker", "checker", "second", "stranger"
LAST_WISH = date(2018, 5, 31)
_KINDS = ("PAYEE", "WISH", "WITHDRAWN", "INTERVIEWED", "INTERVIEWED", "STOPPED", "REINSTATED", "MOVED", "REPORTED_DEAD", "DEAD")
_KNOWN_LATER = {"WISH": 0, "REPORTED_DEAD": 0, "DEAD": 40}
"""By how many days at most payments hears of it later."""
SERVICE, RELAY, KAFKA, POSTGRES = "service", "relay", "kafka", "postgres"
EVERYTHING = (*4 * (SERVICE,), *2 * (RELAY,), *2 * (POSTGRES,), KAFKA)
"""What is killed, how often for one of the others."""


@dataclass(frozen=True)
class Fact:
    """What is told of a person; `events` say it to payments."""

    kind: str
    holder: str
    on: date
    more: dict[str, Any]
    events: tuple[Event, ...] = field(repr=False)


@dataclass(frozen=True)
class Click:
    """Somebody wants something of the newest run; two of one `key` are one request that was sent twice."""

    kind: str
    by: str
    key: str
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Money:
    """Money for benefit months: proposed by one, decided by others at once."""

    kind: str
    months: tuple[int, ...]
    satang: int
    deciders: tuple[str, ...]


@dataclass(frozen=True)
class Sabotage:
    """SIGKILL so long after the step began; started again after so long. Of a patient one the broker finds out itself that it is gone."""

    what: str
    after_ms: int
    down_ms: int
    patient: bool = False


@dataclass(frozen=True)
class Step:
    """What happens at once on one day. `post`: banks are up and bring what was late. Afterwards all becomes quiet."""

    day: date
    facts: tuple[Fact, ...] = ()
    clicks: tuple[Click, ...] = ()
    money: Money | None = None
    hold: tuple[str, str] | None = None
    lift: tuple[str, str] | None = None
    post: bool = False
    sabotage: tuple[Sabotage, ...] = ()

    def __str__(self) -> str:
        parts = [f"{one.kind} {one.holder[:8]} {one.on:%d.%m.} {_short(one.more)}".rstrip() for one in self.facts]
        parts += [f"{one.by} {one.kind} {one.key} {_short(one.more)}".rstrip() for one in self.clicks]
        parts += [f"{self.money}"] if self.money else []
        parts += [f"{name} {who[1]} of {who[0][:8]}" for name, who in (("hold", self.hold), ("lift", self.lift)) if who]
        parts += ["post"] if self.post else []
        parts += [f"SIGKILL {one.what} after {one.after_ms} ms, down {one.down_ms} ms" for one in self.sabotage]
        return f"{self.day}: " + "; ".join(parts)


def _short(more: dict[str, Any]) -> str:
    return " ".join(
        f"{name}={str(value)[:8]}" for name, value in more.items() if name not in {"version", "payee_version", "subdistrict", "previous"}
    )


@dataclass
class _Person:
    """What the generator knows of a person, to tell facts that can be."""

    holder: UUID
    tier: str
    subdistrict: str
    version: int = 1
    payees: int = 0
    revision: int = 0
    wishes: int = 0
    dead: date | None = None
    reported: bool = False
    paired: bool = False
    days: set[date] = field(default_factory=set)


@dataclass
class Teller:
    """Makes the steps of one seed."""

    random: Random
    months: int
    sabotage: Sequence[str]
    day: date = date(2018, 2, 1)
    people: list[_Person] = field(default_factory=list)
    pairs: dict[tuple[int, int], int] = field(default_factory=dict)
    keys: int = 0

    def steps(self) -> Iterator[Step]:
        """The history."""
        for step in self._plain_steps():
            yield replace(step, sabotage=self._sabotage(step))

    def _sabotage(self, step: Step) -> tuple[Sabotage, ...]:
        busy = bool(step.clicks or step.facts or step.post)
        if not self.sabotage or not busy or self.random.random() > 0.4:
            return ()
        first = self._kill(0)
        return (first, self._kill(first.after_ms)) if self.random.random() < 0.2 else (first,)

    def _kill(self, not_before_ms: int) -> Sabotage:
        after = self.random.choice((self.random.randint(0, 60), self.random.randint(0, 700), self.random.randint(0, 3000)))
        down = self.random.choice((0, 0, self.random.randint(0, 1500)))
        return Sabotage(self.random.choice(self.sabotage), not_before_ms + after, down, self.random.random() < 0.05)

    def _plain_steps(self) -> Iterator[Step]:
        self._meet(self.random.randint(8, 14))
        yield Step(self.day, facts=tuple(self._first_facts()))
        opened = tuple(range(3, 3 + self.months))
        yield self._next(money=Money("OPENING", opened, self.random.randint(3, 30) * 10_000, (MAKER, CHECKER, SECOND)))
        yield self._next(facts=self._some_facts(calm=True))
        for month in range(3, 3 + self.months):
            self.day = max(self.day, date(2018, month, 1))
            yield from self._month(month)

    def _month(self, month: int) -> Iterator[Step]:
        yield from self._meanwhile()
        yield self._next(facts=self._some_facts(calm=False), clicks=self._proposals(month, "REGULAR"))
        yield from self._meanwhile()
        yield self._next(clicks=self._bag())
        yield self._next(facts=self._some_facts(calm=False), clicks=self._bag())
        yield self._next(money=Money("RAISE", (month,), 400_000, (CHECKER, SECOND)))
        yield self._next(clicks=(self._click("propose", MAKER, month=month, takes="REGULAR"),))
        yield self._next(clicks=(self._click("approve", CHECKER),))
        yield self._next(facts=self._some_facts(calm=False), clicks=(*self._twice("release", CHECKER), self._click("cancel", SECOND)))
        yield from self._meanwhile()
        if self.random.random() < 0.5:
            yield self._next(clicks=(self._click("recall", CHECKER, bank=self.random.choice((None, *BANKS))),))
        yield self._next(post=True)
        yield self._next(clicks=(self._click("close", CHECKER),))
        yield self._next(clicks=self._twice("ask", MAKER))
        yield self._next(facts=self._some_facts(calm=False), post=True)
        yield self._next(clicks=(*self._twice("close", CHECKER), self._click("close", SECOND)))
        if self.random.random() < 0.6:
            yield self._next(facts=self._some_facts(calm=False), clicks=self._proposals(month, "FAILED_ONLY"))
            yield self._next(clicks=(self._click("approve", SECOND),))
            yield self._next(clicks=(*self._twice("release", CHECKER),))
            yield self._next(post=True)
            yield self._next(clicks=(self._click("ask", MAKER),))
            yield self._next(clicks=(self._click("close", CHECKER),))

    def _meanwhile(self) -> Iterator[Step]:
        """What may happen at any time, while no list is drawn up or released."""
        for _ in range(self.random.randint(0, 2)):
            someone = str(self.random.choice(self.people).holder)
            match self.random.randint(0, 5):
                case 0:
                    yield self._next(hold=(someone, self.random.choice((MAKER, CHECKER))))
                case 1:
                    yield self._next(lift=(someone, self.random.choice((MAKER, CHECKER, SECOND))))
                case 2:
                    two = tuple(self.random.sample(range(3, 3 + self.months), 2)) if self.months > 1 else (3, 4)
                    yield self._next(money=Money("TRANSFER", two, self.random.randint(1, 8) * 10_000, (SECOND, CHECKER)))
                case _:
                    yield self._next(facts=self._some_facts(calm=True))

    def _next(self, **more: Any) -> Step:
        step = Step(self.day, **more)
        self.day += timedelta(days=self.random.choice((1, 1, 2)))
        # Facts are made before their step: they are of this day.
        return step

    def _click(self, kind: str, by: str, **more: Any) -> Click:
        self.keys += 1
        return Click(kind, by, f"k{self.keys}", more)

    def _twice(self, kind: str, by: str, **more: Any) -> tuple[Click, Click]:
        """A double click: the same request twice, or two requests."""
        one = self._click(kind, by, **more)
        return one, one if self.random.random() < 0.5 else self._click(kind, by, **more)

    def _proposals(self, month: int, kind: str) -> tuple[Click, ...]:
        return (
            *self._twice("propose", MAKER, month=month, takes=kind),
            *((self._click("propose", STRANGER, month=month, takes=kind),) if self.random.random() < 0.3 else ()),
        )

    def _bag(self) -> tuple[Click, ...]:
        """Clicks at once, by those who may and those who may not."""
        clicks = [
            self._click("approve", self.random.choice((MAKER, CHECKER, SECOND, STRANGER)), wrong_list=self.random.random() < 0.1)
            for _ in range(2)
        ]
        clicks += [self._click("release", self.random.choice((CHECKER, SECOND, STRANGER))) for _ in range(self.random.randint(0, 2))]
        clicks += [self._click("cancel", SECOND)] if self.random.random() < 0.25 else []
        clicks += [self.random.choice(clicks)] if self.random.random() < 0.4 else []
        self.random.shuffle(clicks)
        return tuple(clicks)

    def _meet(self, how_many: int) -> None:
        for _ in range(how_many):
            holder = UUID(int=self.random.getrandbits(128), version=4)
            self.people.append(_Person(holder, self.random.choice(TIERS), self.random.choice(SUBDISTRICTS)))

    def _first_facts(self) -> Iterator[Fact]:
        for one in self.people:
            yield self._fact(one, "REGISTERED", date(2018, 1, 20))
            if self.random.random() < 0.9:
                yield self._payee(one)
            if self.random.random() < 0.85:
                yield self._wish(one)

    def _fact(self, one: _Person, kind: str, on: date | None = None, **more: Any) -> Fact:
        day = on or self.day
        told = {"tier": one.tier, "subdistrict": one.subdistrict, "district": one.subdistrict[:4], "version": one.version, **more}
        events = events_of(kind, one.holder, day, told, self.day)
        if kind == "REPORTED_DEAD":
            told["report"] = str(events[0].id)
        return Fact(kind, str(one.holder), day, told, events)

    def _payee(self, one: _Person) -> Fact:
        one.payees += 1
        return self._fact(one, "PAYEE", bank=self.random.choice(BANKS), payee_version=one.payees)

    def _wish(self, one: _Person) -> Fact:
        one.wishes += 1
        one.days.add(self.day)
        return self._fact(one, "WISH", intent=same_id("intent", one.holder, one.wishes))

    def _some_facts(self, *, calm: bool) -> tuple[Fact, ...]:
        """Facts of different persons; the calm ones are those of which it matters what was on a list before."""
        several = self.random.sample(self.people, self.random.randint(0, len(self.people) // 3))
        facts = [self._calm_fact(one) if calm and self.random.random() < 0.5 else self._any_fact(one) for one in several]
        return tuple(one for one in facts if one is not None)

    def _free_day(self, one: _Person, back: int) -> date | None:
        """A day up to today on which nothing else is known of the person."""
        days = [self.day - timedelta(days=n) for n in range(back + 1)]
        free = [day for day in days if day not in one.days and day >= date(2018, 2, 1)]
        if not free:
            return None
        day = self.random.choice(free)
        one.days.add(day)
        return day

    def _any_fact(self, one: _Person) -> Fact | None:
        if one.dead is not None:
            return None
        kind = self.random.choice(_KINDS)
        if kind in {"PAYEE", "MOVED"}:
            return self._payee(one) if kind == "PAYEE" else self._moves(one)
        day = self._free_day(one, _KNOWN_LATER.get(kind, 9))
        if day is None or (kind == "WISH" and day > LAST_WISH) or (kind == "DEAD" and (one.reported or one.paired)):
            return None
        if kind in {"WISH", "DEAD"}:
            return self._wish(one) if kind == "WISH" else self._dies(one, day)
        return self._fact(one, kind, day, **self._said(one, kind))

    def _said(self, one: _Person, kind: str) -> dict[str, Any]:
        """What more is told of some kinds."""
        effective = self.random.choice((None, None, self.random.randint(3, 8)))
        match kind:
            case "INTERVIEWED":
                one.revision += 1
                answer = self.random.choice(("DEVELOP", "DEVELOP", "REFUSE", "SUFFICIENT"))
                return {"answer": answer, "revision": one.revision, "refuses": answer != "DEVELOP"}
            case "STOPPED":
                return {"decision": self.random.choice(STOPS), "effective": effective}
            case "REINSTATED":
                return {"decision": "REINSTATE", "effective": effective}
            case "REPORTED_DEAD":
                one.reported = True
        return {}

    def _moves(self, one: _Person) -> Fact:
        one.version, before = one.version + 1, one.subdistrict
        one.subdistrict = self.random.choice(SUBDISTRICTS)
        return self._fact(one, "MOVED", previous=before)

    def _dies(self, one: _Person, day: date) -> Fact:
        one.version, one.dead = one.version + 1, day
        return self._fact(one, "DEAD", day)

    def _calm_fact(self, one: _Person) -> Fact | None:
        if one.dead is not None:
            one.version, wrong, one.dead = one.version + 1, one.dead, None
            one.days.add(self.day)
            return self._fact(one, "ALIVE", wrong=wrong)
        match self.random.randint(0, 3):
            case 0 if one.reported:
                day = self._free_day(one, 20)
                return day and self._dies(one, day)
            case 0 | 1:
                one.version += 1
                one.tier = self.random.choice(TIERS)
                return self._fact(one, "TIER")
            case _:
                return self._suspicion(one)

    def _suspicion(self, one: _Person) -> Fact | None:
        other = self.random.choice(self.people)
        if other is one or other.dead:
            return None
        key = tuple(sorted((self.people.index(one), self.people.index(other))))
        version = self.pairs[key] = self.pairs.get(key, 0) + 1
        one.paired = other.paired = True
        pair = same_id("pair", *sorted((str(one.holder), str(other.holder))))
        return self._fact(one, "SUSPECTED", other=str(other.holder), pair=str(pair), open=version % 2 == 1, pair_version=version)


@dataclass(frozen=True)
class History:
    """A seed's steps, how its banks are, and whether the relay is a process of its own."""

    seed: int
    steps: tuple[Step, ...]
    manners: Misbehaviour
    relay_apart: bool

    def __str__(self) -> str:
        house = "the relay is a process of its own" if self.relay_apart else "one process"
        return "\n".join([f"seed {self.seed}: {house}; {self.manners}", *(f"{number:3} {step}" for number, step in enumerate(self.steps))])


def history(seed: int, months: int = 2, sabotage: Sequence[str] = EVERYTHING) -> History:
    """The history of the seed."""
    random = Random(seed)
    shares = {name: random.choice((0.0, 0.05, 0.15, 0.3)) for name in _MANNERS}
    apart = random.random() < 0.5
    return History(seed, tuple(Teller(random, months, sabotage).steps()), Misbehaviour(**shares), apart)


# What a bank may do without paying one instruction twice, or one that it denies.
_MANNERS = (
    "late",
    "lost",
    "doubled",
    "reordered",
    "refused",
    "returned",
    "spent",
    "down",
    "contradicted",
    "misquoted",
    "misnamed",
    "malformed",
)
