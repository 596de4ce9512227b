"""What must come of what is done to a plan, told apart from the service: a small model of people, their lines, reviews and one offering's seats."""

from dataclasses import dataclass, field

TECHNICIAN, JOB, MEDIATION = "D2-DSD-TECHNICIAN", "D1-DOE-DOMESTIC-JOB", "D3-FPO-DEBT-MEDIATION"
WAITING, RUNNING = {"RECOMMENDED", "AT_SPECIALIST"}, {"REFERRED", "IN_DEVELOPMENT"}
ENDED = {"COMPLETED", "DROPPED"}
OPEN = WAITING | RUNNING
# What both sign, by name: programme, step, whether with the offering.
SHAPES = {
    "training": [(TECHNICIAN, 1, False)],
    "seat": [(TECHNICIAN, 1, True)],
    "two at once": [(TECHNICIAN, 1, True), (JOB, 1, False)],
    "three steps": [(MEDIATION, 1, False), (TECHNICIAN, 2, True), (JOB, 3, False)],
    "side by side": [(MEDIATION, 1, False), (JOB, 2, False)],
}


@dataclass
class Line:
    """A line that was signed; `sent` is None, SENT, ACCEPTED, DONE or CLOSED (with what of)."""

    code: str
    step: int
    seat: bool = False
    in_force: bool = True
    sent: str | None = None
    good: bool = False
    closed_by: str | None = None


@dataclass
class Person:
    """A card holder's plan as it must be by now."""

    status: str = "RECOMMENDED"
    before_death: str | None = None
    before_withdrawal: str | None = None
    dead: bool = False
    withdrawn: bool = False
    agreed: bool = False
    side_by_side: bool = False
    lines: list[Line] = field(default_factory=list)
    reviews: dict[str, str | None] = field(default_factory=dict)
    asked_in_interview: set[str] = field(default_factory=set)

    @property
    def in_force(self):
        return [line for line in self.lines if line.in_force]


class Model:
    """The people and the seats; every method does what the measure says, or says that it is refused (False)."""

    def __init__(self, people: int, seats: int):
        self.people = [Person() for _ in range(people)]
        self.seats, self.seated, self.queue = seats, [], []

    # Seats

    def ask_seat(self, number, line_no):
        if self.people[number].lines[line_no - 1].seat:
            (self.seated if len(self.seated) < self.seats else self.queue).append((number, line_no))

    def give_up(self, number, line_nos=None):
        def own(place):
            return place[0] == number and (line_nos is None or place[1] in line_nos)

        self.seated = [place for place in self.seated if not own(place)]
        self.queue = [place for place in self.queue if not own(place)]
        while self.queue and len(self.seated) < self.seats:
            self.seated.append(self.queue.pop(0))

    def place(self, number, line_no):
        place = (number, line_no)
        return (True, None) if place in self.seated else (False, self.queue.index(place) + 1) if place in self.queue else None

    # The three stages

    def interview(self, number, *, answer, asks, signed):
        one = self.people[number]
        if one.agreed or one.status not in WAITING | {"DECLINED"}:
            return
        if answer != "DEVELOP":
            self._cut(number, "DECLINED")
            return
        one.status = "RECOMMENDED"
        for dimension in ("D2", "D3") if asks else ():
            if dimension not in one.reviews and dimension not in one.asked_in_interview:
                one.reviews[dimension] = None
                one.asked_in_interview.add(dimension)
        self._back(one)
        if signed and not asks and not {"D1", "D2"} & one.reviews.keys():
            self._sign(number, [Line(TECHNICIAN, 1), Line(JOB, 1)], side_by_side=False)

    def ask(self, number, dimension):
        one = self.people[number]
        if one.status not in OPEN or dimension in one.reviews:
            return False
        one.reviews[dimension] = None
        self._back(one)
        return True

    def take(self, number, dimension, who):
        one = self.people[number]
        if one.reviews.get(dimension, "") is not None:
            return False
        one.reviews[dimension] = who
        return True

    def give(self, number, dimension, who):
        one = self.people[number]
        if one.reviews.get(dimension) != who:
            return False
        del one.reviews[dimension]
        self._back(one)
        return True

    def withdraw_review(self, number, dimension):
        one = self.people[number]
        if dimension not in one.reviews:
            return False
        del one.reviews[dimension]
        self._back(one)
        return True

    def agree(self, number, shape):
        one = self.people[number]
        wanted = [Line(*given) for given in SHAPES[shape]]
        if one.status not in WAITING or {line.code[:2] for line in wanted} & one.reviews.keys():
            return False
        self._sign(number, wanted, side_by_side=shape == "side by side")
        return True

    def amend(self, number, *, drops, adds_job):
        """The first line in force that is not done is left out, a job is added, or both; what has ended goes on with what is added."""
        one = self.people[number]
        open_lines = [line for line in one.in_force if line.sent != "DONE"]
        out = open_lines[:1] if drops else []
        stays = [line for line in one.in_force if line not in out]
        may = one.status in RUNNING or (one.status in ENDED and not one.dead and not one.withdrawn)
        if not may or not (out or adds_job) or not (stays or adds_job):
            return False
        if adds_job and ("D1" in one.reviews or any(line.code == JOB and line.sent != "DONE" for line in stays)):
            return False
        for line in out:
            line.in_force = False
            if line.sent in {"SENT", "ACCEPTED"}:
                line.sent, line.closed_by = "CLOSED", "AMENDED"
        self.give_up(number, {one.lines.index(line) + 1 for line in out})
        if adds_job:
            one.lines.append(Line(JOB, self.last_step(number, stays)))
        one.side_by_side = False
        one.status = "REFERRED" if one.status in ENDED else one.status
        self._go_on(one)
        return True

    @staticmethod
    def last_step(number, stays):
        return max((line.step for line in stays), default=1)

    def decline(self, number):
        if self.people[number].status not in WAITING:
            return False
        self._cut(number, "DECLINED")
        return True

    # Agencies

    def accept(self, number, line_no):
        line = self.people[number].lines[line_no - 1]
        if line.sent == "CLOSED":
            return False
        if line.sent == "SENT":
            line.sent = "ACCEPTED"
            self.people[number].status = "IN_DEVELOPMENT"
        return True

    def outcome(self, number, line_no, *, good, started=True):
        one = self.people[number]
        line = one.lines[line_no - 1]
        if line.sent not in {"SENT", "ACCEPTED"}:
            return False
        line.sent, line.good = "DONE", good
        one.status = "IN_DEVELOPMENT"
        if not started:
            self.give_up(number, {line_no})
        self._go_on(one)
        return True

    # What life and wishes bring

    def withdraw(self, number):
        one = self.people[number]
        one.withdrawn = True
        if one.status in OPEN | {"DECLINED"}:
            one.before_withdrawal = one.status
            self._cut(number, "WITHDRAWN")

    def wish(self, number):
        one = self.people[number]
        one.withdrawn = False
        if one.status == "WITHDRAWN" and not one.agreed:
            one.status = "RECOMMENDED"
        elif one.status == "WITHDRAWN":
            one.status = one.before_withdrawal
            self._lines_again(number, "WITHDRAWN")

    def die(self, number):
        one = self.people[number]
        one.dead = True
        if one.status in OPEN | {"DECLINED", "WITHDRAWN"}:
            one.before_death = one.status
            self._cut(number, "CLOSED")

    def rise(self, number):
        one = self.people[number]
        one.dead = False
        if one.status != "CLOSED":
            return
        one.status = "RECOMMENDED" if one.before_death in WAITING else one.before_death
        self._lines_again(number, "CLOSED")

    def _lines_again(self, number, closed_by):
        one = self.people[number]
        for line in one.lines:
            if line.closed_by == closed_by:
                line.sent, line.closed_by = ("ACCEPTED" if line.good else "SENT"), None
        for line_no, line in enumerate(one.lines, start=1):
            if one.status in RUNNING and line.in_force and line.sent != "DONE":
                self.ask_seat(number, line_no)

    def _sign(self, number, lines, *, side_by_side):
        one = self.people[number]
        one.lines, one.side_by_side, one.agreed, one.status = lines, side_by_side, True, "REFERRED"
        for line_no in range(1, len(lines) + 1):
            self.ask_seat(number, line_no)
        self._go_on(one)

    def _cut(self, number, status):
        one = self.people[number]
        one.status = status
        one.reviews.clear()
        for line in one.lines:
            if line.sent in {"SENT", "ACCEPTED"}:
                # What the line was is kept apart for who is alive after all: `good` says that it had been accepted.
                line.good, line.sent, line.closed_by = line.sent == "ACCEPTED", "CLOSED", status
        self.give_up(number)

    def _go_on(self, one):
        for line in one.in_force:
            earlier = [other for other in one.in_force if other.step < line.step and other.sent != "DONE"]
            if line.sent is None and (one.side_by_side or not earlier):
                line.sent = "SENT"
        if all(line.sent == "DONE" for line in one.in_force):
            one.status = "COMPLETED" if any(line.good for line in one.in_force) else "DROPPED"
            one.reviews.clear()

    @staticmethod
    def _back(one):
        if one.status in WAITING:
            one.status = "AT_SPECIALIST" if one.reviews else "RECOMMENDED"
