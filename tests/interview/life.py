"""What a person's case must come to, told apart from the service: docs/measure.md 2, 4 and 5 in a few lines.

Each deed gives `Then`, the person after it and the events that must be published; or SAME (taken, and nothing changes), or REFUSED.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

SAME, REFUSED, ANY = "SAME", "REFUSED", "ANY"

WALK_IN_TO, VISITS_FROM, VISITS_TO = date(2018, 2, 28), date(2018, 3, 1), date(2018, 5, 31)
ROUND_FROM = {"JUNE": date(2018, 6, 1), "SEPTEMBER": date(2018, 9, 1), "AD_HOC": date(2018, 1, 1)}
ATTEMPTS_MIN = 3

BEFORE_WISH = {"ELIGIBLE", "VISIT_DUE", "VISITED", "NOT_FOUND"}
OWN_WORD = {"WITHDRAWN", "REFUSED", "SUFFICIENCY"}
IN_PLAN = {"PLAN_AGREED", "REFERRED", "IN_DEVELOPMENT"}
DEVELOPED = {"INTERVIEWED", *IN_PLAN, "COMPLETED", "DROPPED", "FOLLOWED_UP"}
AT_AN_END = {"CLOSED", "DECEASED", "MERGED"}
LACKS_OFFICER = {"DECLARED", "VISIT_DUE", "VISITED", *DEVELOPED}

# Who may do what: the beginnings of the users' names, by what DOMAIN gives each duty to.
MAY = {
    "wish": ("chief", "intake", "ao"),
    "approve": ("chief",),
    "list": ("chief", "ao"),
    "visit": ("chief", "ao"),
    "assign": ("chief", "moi"),
    "interview": ("ao",),
    "follow": ("chief", "ao"),
    "decide": ("committee", "province-committee"),
    "decide_in_district": ("committee", "province-committee", "chief"),
}
OF_COUNTRY = ("committee", "moi-country")


@dataclass(frozen=True)
class Person:
    """A card holder, and their case as far as it has come. `counted`: the wish was once valid; `entwined`: two ids are, or were, one person."""

    holder_id: str
    district: str
    to_visit: bool
    state: str = "ELIGIBLE"
    responsible: str = ""
    officer: str | None = None
    co: str | None = None
    wish: str | None = None
    stated_on: date | None = None
    counted: bool = False
    nothing_since: date | None = None
    attempts: int = 0
    interviews: int = 0
    answer: str | None = None
    september: bool = False
    before_death: str | None = None
    dead: bool = False
    erased: bool = False
    entwined: bool = False

    @property
    def has_case(self) -> bool:
        return self.state != "ELIGIBLE"

    @property
    def at(self) -> str:
        """The district that answers for the case."""
        return self.responsible or self.district

    @property
    def may_act(self) -> bool:
        return not self.dead and not self.erased

    def within(self, user: str, *districts: str) -> bool:
        """Whether the person is in the reach of the user."""
        if user in OF_COUNTRY:
            return True
        code = user.split("-", 1)[1] if not user.startswith("province-committee") else user.rsplit("-", 1)[1]
        if user.startswith("ao"):
            return self.has_case and self.officer == code
        return any(place.startswith(code) for place in (self.district, self.at, *districts))

    def as_stored(self) -> dict[str, Any]:
        """What the case's row must say; None where there is none."""
        return {
            "state": self.state,
            "home_district": self.district,
            "responsible_district": self.at,
            "officer_id": self.officer,
            "intent_status": self.wish,
            "attempts": self.attempts,
            "interviews": self.interviews,
        }


@dataclass(frozen=True)
class Then:
    """The person after a deed, and the events about them that must be published with it."""

    person: Person
    events: tuple[str, ...] = ()


def may(user: str, deed: str) -> bool:
    return user.startswith(MAY[deed])


def _declared(person: Person) -> Person:
    return replace(person, wish="VALID", counted=True, state="ASSIGNED" if person.officer else "DECLARED")


def state_wish(person: Person, today: date, wished: str | None = None, *, stated_on: date | None = None, approved: bool = False) -> Any:
    """A wish signed today (or on the late form's day) at a place in February, at home after."""
    stated_on = stated_on or today
    if not person.may_act:
        return REFUSED
    since = person.nothing_since
    same_day = person.state == "WITHDRAWN" and stated_on == today
    comes_back = person.state in OWN_WORD and since is not None and (stated_on > since or (same_day and stated_on == since))
    if person.wish is not None and not comes_back:
        return REFUSED if approved else (REFUSED if person.state == "DECEASED" else SAME)
    if person.state == "CLOSED":
        return REFUSED
    opened = not person.has_case
    at, officer = (wished, None) if wished and wished != person.at else (person.at, person.officer)
    routed = ("CaseRouted",) if opened or at != person.at else ()
    after = replace(person, responsible=at, officer=officer, co=person.co if officer else None, stated_on=stated_on)
    if stated_on > VISITS_TO:
        return Then(replace(after, wish="PENDING_DECISION", counted=False, state="PENDING_DECISION"), routed)
    withdrew = person.state == "WITHDRAWN"
    after = _declared(after)
    if withdrew and officer and person.interviews:
        after = replace(after, state="INTERVIEWED")
    return Then(after, (*routed, "IntentDeclared"))


def withdraw(person: Person, today: date) -> Any:
    if person.state not in {"PENDING_DECISION", "DECLARED", "ASSIGNED", *DEVELOPED}:
        return REFUSED
    after = replace(person, state="WITHDRAWN", wish="WITHDRAWN", nothing_since=today)
    return Then(after, ("IntentWithdrawn",) if person.wish == "VALID" else ())


def visit(person: Person, reason: str, today: date) -> Any:
    """A visit that brought no interview."""
    refuses = reason == "REFUSES"
    if not person.may_act or person.officer is None or person.state not in {"VISIT_DUE", "VISITED", "DECLARED", "ASSIGNED"}:
        return REFUSED
    if refuses and person.wish is not None:
        return REFUSED
    state = "VISITED" if person.state == "VISIT_DUE" else person.state
    after = replace(person, attempts=person.attempts + 1, state=state)
    if refuses:
        return Then(replace(after, state="REFUSED", nothing_since=today), ("VisitRefused",))
    return Then(after, ("VisitUnsuccessful",))


def interview(person: Person, answer: str, today: date, banks: set[str], *, states_wish: bool = False) -> Any:
    """An interview by the case's officer; of somebody who did not come in February the wish is stated with it, or is not wanted."""
    if not person.may_act or person.officer is None or not {person.officer, person.co} & banks:
        return REFUSED
    events: tuple[str, ...] = ("InterviewCompleted",)
    if person.wish == "VALID":
        if person.state != "ASSIGNED":
            return REFUSED
        state = "INTERVIEWED"
    else:
        if person.state not in {"VISIT_DUE", "VISITED"}:
            return REFUSED
        if states_wish:
            if not VISITS_FROM <= today <= VISITS_TO:
                return REFUSED
            person, state = replace(person, wish="VALID", counted=True, stated_on=today), "INTERVIEWED"
            events = ("IntentDeclared", "InterviewCompleted")
        elif answer == "DEVELOP":
            return REFUSED
        else:
            state = "VISITED"
    state = {"REFUSE": "REFUSED", "SUFFICIENT": "SUFFICIENCY"}.get(answer, state)
    nothing = today if state in OWN_WORD else person.nothing_since
    return Then(replace(person, state=state, interviews=person.interviews + 1, answer=answer, nothing_since=nothing), events)


def amend(person: Person, banks: set[str]) -> Any:
    """The interview written anew with the same answer."""
    if not person.may_act or person.state not in DEVELOPED | {"SUFFICIENCY", "REFUSED"} or not {person.officer, person.co} & banks:
        return REFUSED
    return Then(replace(person, interviews=person.interviews + 1), ("InterviewCompleted",))


def follow_up(person: Person, round_: str, today: date) -> Any:
    if not person.may_act or not person.interviews or person.officer is None or today < ROUND_FROM[round_]:
        return REFUSED
    if person.state not in DEVELOPED | {"SUFFICIENCY", "REFUSED", "WITHDRAWN"}:
        return REFUSED
    if round_ == "SEPTEMBER":
        done = "FOLLOWED_UP" if person.state in {"COMPLETED", "DROPPED"} else person.state
        person = replace(person, september=True, state=done)
    return Then(person, ("FollowUpRecorded",))


def decide(person: Person, kind: str, today: date) -> Any:  # noqa: PLR0911  # one line a kind
    """What a committee decides. ANY where the number of visits that count decides."""
    if not person.may_act or not person.has_case or person.state in AT_AN_END:
        return REFUSED
    decided = ("DecisionRecorded",)
    match kind:
        case "REASONABLE_CAUSE":
            return Then(person, decided)
        case "LATE_WISH_GRANTED" if person.wish == "PENDING_DECISION":
            return Then(_declared(person), (*decided, "IntentDeclared"))
        case "LATE_WISH_REFUSED" if person.wish == "PENDING_DECISION":
            return Then(replace(person, wish="REFUSED", state="CLOSED"), decided)
        case "CHOSE_NOTHING" if person.state == "INTERVIEWED":
            return Then(person, decided)
        case "NOT_INTERVIEWED" if today > VISITS_TO and person.wish == "VALID" and not person.interviews:
            return Then(person, decided)
        case "NOT_FOUND" if person.state == "VISITED" and person.attempts >= ATTEMPTS_MIN:
            return ANY
        # Only a wish that counted once can be given back.
        case "REINSTATE" if person.counted and person.wish in {"VALID", "WITHDRAWN"}:
            if person.state not in OWN_WORD:
                return Then(person, decided)
            after = _declared(person)
            return Then(replace(after, state="INTERVIEWED") if after.officer and after.interviews else after, decided)
    return REFUSED


def assign(person: Person, officer: str, district: str, banks: set[str]) -> Any:
    """One case to one officer, without a co-interviewer named."""
    if district != person.at or person.state not in LACKS_OFFICER | {"ASSIGNED", "SUFFICIENCY", "REFUSED"}:
        return REFUSED
    co = None if officer in banks else person.co
    if not {officer, co} & banks:
        return REFUSED
    state = "ASSIGNED" if person.state == "DECLARED" else person.state
    return Then(replace(person, officer=officer, co=co, state=state), ("AccountOfficerAssigned",))


def close(person: Person) -> Any:
    ended = person.state in {"REFUSED", "NOT_FOUND", "SUFFICIENCY", "WITHDRAWN", "FOLLOWED_UP"}
    return Then(replace(person, state="CLOSED")) if ended else REFUSED


def listed(person: Person) -> Then:
    """On the district's list of home visits."""
    return Then(replace(person, state="VISIT_DUE"), ("CaseRouted", "HomeVisitDue"))


def moved(person: Person, district: str) -> Then:
    after = replace(person, district=district)
    if not person.has_case or district == person.district:
        return Then(replace(after, responsible=person.responsible if person.has_case else ""))
    if district == person.at:
        return Then(after, ("CaseRouted",))
    state = "DECLARED" if person.state == "ASSIGNED" else person.state
    return Then(replace(after, responsible=district, officer=None, co=None, state=state), ("CaseRouted",))


def died(person: Person) -> Then:
    ended = person.has_case and person.state not in AT_AN_END
    after = replace(person, dead=True, before_death=person.state if ended else None)
    return Then(replace(after, state="DECEASED") if ended else after)


def alive_again(person: Person) -> Then:
    """Where the case stood before: who had withdrawn then did so on the day of that word, and may come back on any later one."""
    after = replace(person, dead=False, before_death=None)
    if person.before_death is None:
        return Then(after)
    waits = person.before_death == "ASSIGNED" and person.officer is None
    return Then(replace(after, state="DECLARED" if waits else person.before_death))


def erased(person: Person) -> Then:
    closes = person.has_case and person.state not in AT_AN_END
    return Then(replace(person, erased=True, state="CLOSED" if closes else person.state))


def planned(person: Person, fact: str, today: date) -> Then:
    """What plan says moves the case where it fits, and nothing else; a recommendation, an outcome and a plan not wanted move none."""
    steps = {
        "agreed": ({"INTERVIEWED", "SUFFICIENCY", "PLAN_AGREED", "COMPLETED", "DROPPED", "FOLLOWED_UP"}, "PLAN_AGREED"),
        "referred": ({"PLAN_AGREED"}, "REFERRED"),
        "accepted": ({"REFERRED", "IN_DEVELOPMENT"}, "IN_DEVELOPMENT"),
        "completed": (IN_PLAN, "COMPLETED"),
        "dropped": (IN_PLAN, "DROPPED"),
        "content": ({"VISITED", "INTERVIEWED"}, "SUFFICIENCY"),
    }
    fits, state = steps.get(fact, (set(), ""))
    if person.erased:
        return Then(person)
    if person.state in fits:
        nothing = today if state in OWN_WORD else person.nothing_since
        person = replace(person, state=state, nothing_since=nothing)
    if fact in {"completed", "dropped"} and person.state in {"COMPLETED", "DROPPED"} and person.september:
        person = replace(person, state="FOLLOWED_UP")
    return Then(person)
