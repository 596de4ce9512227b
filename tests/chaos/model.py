"""What payments must come to, in plain Python: nothing of the service is imported. Months are numbers of 2018, money is satang."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date

SATANG = {"UP_TO_30000": 20_000, "OVER_30000": 10_000}
FIRST_MONTH, LAST_MONTH, JUNE = 3, 12, 6
TO_BE_PAID, CAME_BACK = {"DUE", "FAILED", "HELD", "RETURNED"}, {"FAILED", "RETURNED"}
PAID_OR_OUT, RELEASED = {"SETTLED", "INSTRUCTED", "UNKNOWN"}, {"OUT", "CLOSED"}
# What an answer makes of an attempt; what changes nothing; all else contradicts.
BECOMES = {
    ("OPEN", "SETTLED"): "SETTLED",
    ("OPEN", "FAILED"): "FAILED",
    ("OPEN", "RETURNED"): "RETURNED",
    ("SETTLED", "RETURNED"): "RETURNED",
}
BECOMES |= {("OPEN", "UNKNOWN_INSTRUCTION"): "FAILED"}
SAME = {("SETTLED", "SETTLED"), ("FAILED", "FAILED"), ("FAILED", "UNKNOWN_INSTRUCTION"), ("RETURNED", "SETTLED"), ("RETURNED", "RETURNED")}
# Which facts stop an allowance and which reinstate it, from which month; of one day a person's own word comes first, a committee's grant last.
TURNS = {
    "WISH": lambda on, _: (on, 0, True, on.month + 1),
    "WITHDRAWN": lambda on, _: (on, 0, False, max(JUNE, on.month + 1)),
    "STOPPED": lambda on, more: (on, 1, False, max(more["effective"] or 0, JUNE if "NOT_" in more["decision"][:4] else on.month + 1)),
    "REINSTATED": lambda on, more: (on, 2, True, more["effective"] or on.month + 1),
}

Key = tuple[str, int]
"""Whose month."""


@dataclass
class Owed:
    """One benefit month of a person, once it was on a list."""

    satang: int
    state: str = "DUE"
    attempts: int = 0
    disputed: bool = False


@dataclass
class Line:
    """One attempt to pay it; `asked` and `reference` are the bank's business."""

    attempt: int
    satang: int
    bank: str | None
    district: str
    state: str = "OPEN"
    asked: bool = False
    reference: str | None = None


@dataclass
class Person:
    """What is known of a person, and what was owed to them."""

    tier: str = ""
    district: str = ""
    bank: str | None = None
    wish: date | None = None
    turns: list[tuple[date, int, bool, int]] = field(default_factory=list)
    interview: tuple[date, bool] | None = None
    dead: date | None = None
    missed: list[tuple[date, int]] = field(default_factory=list)
    grants: list[tuple[date, int]] = field(default_factory=list)
    corrections: dict[int, str] = field(default_factory=dict)
    owed: dict[int, Owed] = field(default_factory=dict)

    def told(self, kind: str, on: date, more: dict) -> None:
        """A fact of that day."""
        if self.wish and self.owed and self.tier != more["tier"]:
            self.corrections.setdefault(max(self.owed) + 1, self.tier)
        self.tier, self.district, self.bank = more["tier"], more["district"], more.get("bank", self.bank)
        if kind == "WISH" and self.wish is None:
            self.wish = on
        elif kind in TURNS:
            self.turns.append(TURNS[kind](on, more))
            self.grants += [(on, more["effective"])] if kind == "REINSTATED" and more["effective"] else []
        elif kind == "INTERVIEWED":
            self.interview = (on, more["refuses"])
        elif kind == "DEAD":
            self.dead = on
        elif kind == "ALIVE":
            paid = {month for month, owed in self.owed.items() if owed.state in PAID_OR_OUT}
            self.missed += [(on, month) for month in range(more["wrong"].month + 1, on.month + 1) if month not in paid]
            self.dead = None

    def payable(self) -> dict[int, int]:
        """The months to pay, with their amounts."""
        if self.wish is None:
            return {}
        every = range(max(FIRST_MONTH, self.wish.month + 1), LAST_MONTH + 1)
        due, stopped = set(every), False
        no = [(self.interview[0], 1, False, self.interview[0].month + 1)] if self.interview and self.interview[1] else []
        for day, _, reinstates, month in sorted([*self.turns, *no]):
            after = {one for one in every if (one in due or one >= month if reinstates else one in due and one < month)}
            if day >= self.wish and after != due and (stopped or not reinstates):
                due, stopped = after, not reinstates
        lost = {month for again, month in self.missed if not any(day >= again and since <= month for day, since in self.grants)}
        return {month: SATANG[self.tier_at(month)] for month in due - lost if self.dead is None or month <= self.dead.month}

    def tier_at(self, month: int) -> str:
        """What was on a list before a correction keeps its tier."""
        return next((before for since, before in sorted(self.corrections.items()) if month < since), self.tier)


@dataclass
class Run:
    """A run: OUT from its release to its closing."""

    month: int
    by: str
    failed_only: bool
    status: str = "PROPOSED"
    approved: tuple[str, ...] = ()
    asked: bool = False
    lines: dict[Key, Line] = field(default_factory=dict)

    def after(self, click: str, by: str, *, short: bool) -> "Run | None":
        """The run after somebody's click, or None where it must be refused."""
        before_release = self.status in {"PROPOSED", "APPROVED"}
        if click == "approve" and self.status == "PROPOSED" and by != self.by and not short:
            return replace(self, status="APPROVED", approved=(by,))
        if click == "cancel" and (self.status == "CANCELLED" or (before_release and not self.asked)):
            return replace(self, status="CANCELLED")
        if click == "release" and (self.asked or self.status == "APPROVED"):
            return replace(self, asked=True)
        if click == "close" and (self.status == "CLOSED" or (self.status == "OUT" and not self.open())):
            return replace(self, status="CLOSED")
        again = click == "approve" and by in self.approved and before_release
        return self if again or (click == "ask" and self.status == "OUT") or (click == "recall" and self.status in RELEASED) else None

    def open(self) -> list[Key]:
        return [key for key, line in self.lines.items() if line.state == "OPEN"]


@dataclass
class Model:
    """Everybody, every run, the money of each benefit month, who is on hold (by whom, lifted by whom), which two may be one, what banks said."""

    persons: dict[str, Person] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    ceilings: dict[int, int] = field(default_factory=dict)
    holds: dict[tuple[str, str, str], tuple[str, str | None]] = field(default_factory=dict)
    pairs: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    instructed: dict[str, tuple[Run, Key]] = field(default_factory=dict)
    heard: set[tuple] = field(default_factory=set)

    def told(self, kind: str, holder: str, on: date, more: dict) -> None:
        """A fact about a person."""
        self.persons.setdefault(holder, Person()).told(kind, on, more)
        if kind == "REPORTED_DEAD":
            self.holds.setdefault((holder, "DEATH_PENDING", more["report"]), ("policy", None))
        if kind == "SUSPECTED":
            self.pairs[more["pair"]] = (holder, more["other"], more["open"])

    def hold_by_policy(self) -> None:
        """As each list and each release begins."""
        for (holder, cause, subject), (by, lifted) in self.holds.items():
            decided = not self.pairs[subject][2] if cause == "SUSPECTED_DUPLICATE" else self.persons[holder].dead is not None
            if by == "policy" and lifted is None and decided:
                self.holds[holder, cause, subject] = (by, "registry")
        for pair, (*two, is_open) in self.pairs.items():
            first, later = sorted(two, key=lambda one: (self.persons[one].wish or date.max, one))
            if is_open and self.persons[first].payable().keys() & self.persons[later].payable().keys():
                self.holds.setdefault((later, "SUSPECTED_DUPLICATE", pair), ("policy", None))

    def waits(self, holder: str, month: int, bank: str | None) -> bool:
        """Whether a month that is due cannot be paid by that bank for now."""
        on_hold = any(one == holder and lifted is None for (one, _, _), (_, lifted) in self.holds.items())
        owed = self.persons[holder].owed.get(month)
        return on_hold or bank is None or bank != self.persons[holder].bank or (owed is not None and owed.disputed)

    def listed(self, run: Run) -> dict[Key, Line]:
        """The lines of a list that is drawn up now."""
        found = {}
        for holder, one in self.persons.items():
            for month, satang in one.payable().items():
                owed = one.owed.get(month) or (None if run.failed_only else Owed(satang))
                if owed and month <= run.month and owed.state in (CAME_BACK if run.failed_only else TO_BE_PAID):
                    state = "HELD" if self.waits(holder, month, one.bank) else "OPEN"
                    found[holder, month] = Line(owed.attempts + 1, owed.satang, one.bank, one.district, state)
        return found

    def released(self, run: Run) -> dict[Key, Line]:
        """The lines of the run as a release makes them now: held is what may not be paid any more, or for now."""
        found = dict(run.lines)
        for (holder, month), line in ((key, run.lines[key]) for key in run.open()):
            held = month not in self.persons[holder].payable() or self.waits(holder, month, line.bank)
            found[holder, month] = replace(line, state="HELD") if held else replace(line, district=self.persons[holder].district)
        return found

    def follow(self, run: Run, instructions: dict[Key, str]) -> None:
        """Let what is owed follow the lines of a run that was drawn up, cancelled, released (`instructions` by their ids) or asked about."""
        for (holder, month), line in run.lines.items():
            owed = self.persons[holder].owed.setdefault(month, Owed(line.satang))
            if run.status == "CANCELLED":
                line.state, owed.attempts = "CANCELLED", line.attempt
            elif run.status == "OUT" and line.state in {"OPEN", "HELD"}:
                owed.state, owed.attempts = "HELD" if line.state == "HELD" else "UNKNOWN" if line.asked else "INSTRUCTED", line.attempt
                self.instructed |= {instructions[holder, month]: (run, (holder, month))} if line.state == "OPEN" and instructions else {}

    def answered(self, via: str, bank: str, instruction: str, status: str, satang: int, reference: str, *rest: object) -> None:
        """A bank's answer; the same one twice is one."""
        told = (via, bank, instruction, status, satang, reference, *rest)
        if told in self.heard or instruction not in self.instructed:
            return
        self.heard.add(told)
        run, (holder, month) = self.instructed[instruction]
        line, owed = run.lines[holder, month], self.persons[holder].owed[month]
        wrong = not line.asked if status == "UNKNOWN_INSTRUCTION" else satang != line.satang
        if bank != via or line.bank != via or wrong:
            return
        twice = (line.state, status) == ("SETTLED", "SETTLED") and reference != line.reference
        if (line.state, status) in BECOMES:
            line.state = owed.state = BECOMES[line.state, status]
            line.reference = reference
        elif twice or (line.state, status) not in SAME:
            owed.disputed = True

    def lines(self, state: str, *statuses: str) -> list[tuple[str, int, int]]:
        """Whose month and how much, of the lines in that state of runs in those."""
        found = [(key, line) for run in self.runs.values() if run.status in statuses for key, line in run.lines.items()]
        return sorted((*key, line.satang) for key, line in found if line.state == state)

    def money(self, month: int) -> tuple[int, int]:
        """What is committed and what is spent of a benefit month: the open and the settled lines of what was approved."""
        of = [self.lines(state, "APPROVED", *RELEASED) for state in ("OPEN", "SETTLED")]
        return sum(satang for _, one, satang in of[0] if one == month), sum(satang for _, one, satang in of[1] if one == month)

    def short(self, run: Run) -> bool:
        """Whether an envelope has not as much free as the run needs of it."""
        needs: Counter[int] = Counter()
        for key in run.open():
            needs[key[1]] += run.lines[key].satang
        return any(satang > self.ceilings.get(month, 0) - sum(self.money(month)) for month, satang in needs.items())

    def overpaid(self) -> list[tuple[str, int, int]]:
        """What was paid for months that are not payable."""
        return [one for one in self.lines("SETTLED", *RELEASED) if one[1] not in self.persons[one[0]].payable()]

    def ledger(self) -> dict[str, int]:
        """The balances of the accounts."""
        out, paid = (sum(one[2] for one in self.lines(state, *RELEASED)) for state in ("OPEN", "SETTLED"))
        over = sum(one[2] for one in self.overpaid())
        return {"ALLOWANCE": out + paid - over, "IN_TRANSIT": -out, "TREASURY": -paid, "RECOVERABLE": over}
