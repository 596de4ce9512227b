"""March to May, “ไปหา”: home-visit lists, officers, interviews of all who stated the wish and of those visited."""

from datetime import date
from typing import Any, Final

from deploy.local.year import field
from deploy.local.year.country import Case, Country
from deploy.local.year.office import Office
from deploy.local.year.people import INTERVIEW_MISSED, IS_CONTENT, NEVER_FOUND, NOT_AT_HOME_FIRST_TIME, REFUSES_AT_HOME, Person
from deploy.local.year.specialists import offering_of
from deploy.local.year.wishes import PAPER

PLAY_DAYS: Final = (
    date(2018, 3, 8),
    date(2018, 3, 16),
    date(2018, 3, 26),
    date(2018, 4, 6),
    date(2018, 4, 18),
    date(2018, 4, 27),
    date(2018, 5, 11),
    date(2018, 5, 25),
)
OCCUPATIONS: Final = ("6111", "6210", "9211", "5223", "7115", "9112", "5131")
DIMENSIONS: Final = ("D1", "D2", "D3", "D4")
SIGNED_AT_ONCE: Final = 0.70
AGREES_LATER: Final = 0.95
ASKS_SPECIALIST: Final = 0.05
SECOND_LINE: Final = 0.35
HURRIED: Final = 0.03
BEGINS_A_DRAFT: Final = 0.01
AMENDED: Final = 0.005
FIELD_PROVINCE: Final = "81"
"""Krabi: its officers work without a network and bring what they did by their devices."""
AT_THE_DOOR: Final = 0.30
"""Of those who refuse at home, who do not let themselves be interviewed at all."""


async def list_and_assign(office: Office, country: Country) -> None:
    """Each chief has the list of home visits made, and gives every case an account officer."""

    async def visits(district: str) -> None:
        await office.post(f"chief-{district}", f"/interview/v1/districts/{district}/home-visit-list")

    await country.each("รายชื่อที่ต้องไปหา · home-visit lists", list(country.people), visits)
    await assign(office, country)


async def assign(office: Office, country: Country) -> None:
    """Every case without an officer gets one, a district in one call."""
    waiting = await country.districts_without_officer()

    async def act(district: str) -> None:
        await office.post(f"chief-{district}", f"/interview/v1/districts/{district}/assignments")

    await country.each("มอบหมาย AO · assignment", waiting, act)


async def interview(office: Office, country: Country, play_day: int) -> None:
    """Account officers meet those whose turn it is on this play day (0 to 7)."""
    today = PLAY_DAYS[play_day]
    turn = [
        case
        for case in await country.cases({"ASSIGNED", "DECLARED", "VISIT_DUE"})
        if _turn(case.person) == play_day and not case.person.does("interview missed", INTERVIEW_MISSED)
    ]
    with_network = [case for case in turn if not case.district.startswith(FIELD_PROVINCE)]
    without_network = [case for case in turn if case.district.startswith(FIELD_PROVINCE)]
    await country.each("สัมภาษณ์ · interviews", with_network, lambda case: _meet(office, country, case, today))
    await field.work(office, country, [(case, _visits(country, case, today)) for case in without_network], today)


def _turn(person: Person) -> int:
    return person.chance.among("interview day", len(PLAY_DAYS))


def _visits(country: Country, case: Case, today: date) -> list[tuple[str, dict[str, Any]]]:
    """What happens on the way to this person and there: visits that met nobody, and the interview; each the kind of operation and its form."""
    person, declared = case.person, case.intent_id is not None
    not_at_home = ("VISIT_ATTEMPT", _not_met(case, today, "NOT_AT_HOME"))
    if not declared and person.does("never found", NEVER_FOUND):
        return [not_at_home] * 3
    before = [not_at_home] if not declared and person.does("not at home", NOT_AT_HOME_FIRST_TIME) else []
    answer = _answer(person, declared=declared)
    if answer == "REFUSE" and person.does("refuses at the door", AT_THE_DOOR):
        return [*before, ("VISIT_ATTEMPT", _not_met(case, today, "REFUSES"))]
    return [*before, ("INTERVIEW", _form(country, case, today, answer, declared=declared))]


async def _meet(office: Office, country: Country, case: Case, today: date) -> None:
    for kind, form in _visits(country, case, today):
        if kind == "VISIT_ATTEMPT":
            await office.post(case.officer, "/interview/v1/visit-attempts", form)
        elif case.person.does("begins a draft", BEGINS_A_DRAFT):
            await _by_draft(office, case, form)
        else:
            done = await office.post(case.officer, "/interview/v1/interviews", form)
            if case.person.does("amended", AMENDED):
                await _put_right(office, case, done["interview_id"], form)


async def _put_right(office: Office, case: Case, interview_id: str, form: dict[str, Any]) -> None:
    person_answers = {**form["person"], "expenses_month_baht": form["person"]["expenses_month_baht"] + 500}
    right = {**{name: value for name, value in form.items() if name != "case_id"}, "person": person_answers, "reason": "ลงรายจ่ายผิด"}
    await office.post(case.officer, f"/interview/v1/interviews/{interview_id}/revisions", right)


async def _by_draft(office: Office, case: Case, form: dict[str, Any]) -> None:
    """The officer begins at the door, sees what the rules propose, and completes the form in the evening."""
    path = f"/interview/v1/cases/{case.case_id}/interview-draft"
    answers = {name: value for name, value in form.items() if name != "case_id"}
    begun = await office.put(case.officer, path, {"answers": {"visit": form["visit"], "person": form["person"]}})
    await office.post(
        case.officer, "/interview/v1/diagnoses/proposals", {"answers": {name: answers[name] for name in ("person", "debts", "abilities")}}
    )
    saved = await office.put(case.officer, path, {"answers": answers}, version=begun["version"])
    await office.post(case.officer, f"{path}/completion", {}, version=saved["version"])


def _not_met(case: Case, today: date, reason: str) -> dict[str, Any]:
    kilometres = _kilometres(case.person)
    return {"case_id": case.case_id, "visited_on": today.isoformat(), "reason": reason, "travelled_km": kilometres}


def _length(person: Person, today: date) -> dict[str, str]:
    """When the interview began and ended; some officers hurry."""
    minutes = 6 if person.does("is hurried", HURRIED) else 25 + person.chance.among("minutes", 30)
    hour = 9 + person.chance.among("hour", 7)
    return {name: f"{today}T{hour:02}:{minute:02}:00+07:00" for name, minute in (("started_at", 0), ("ended_at", minutes))}


def _kilometres(person: Person) -> int:
    return 1 + person.chance.among("kilometres", 25)


def _answer(person: Person, *, declared: bool) -> str:
    if person.does("is content", IS_CONTENT / 6 if declared else IS_CONTENT):
        return "SUFFICIENT"
    if not declared and person.does("refuses at home", REFUSES_AT_HOME):
        return "REFUSE"
    return "DEVELOP"


def _form(country: Country, case: Case, today: date, answer: str, *, declared: bool) -> dict[str, Any]:
    person = case.person
    chance = person.chance
    develops = answer == "DEVELOP"
    dimensions = sorted({DIMENSIONS[chance.among(f"dimension {n}", 4)] for n in range(2 if person.does("second line", SECOND_LINE) else 1)})
    menu = _menu(country, person, dimensions) if develops and person.does("signed at once", SIGNED_AT_ONCE) else []
    income = int(min(person.income_baht, 9_000_000))
    return {
        "case_id": case.case_id,
        "visit": {"interviewed_on": today.isoformat(), "place": "ที่ว่าการอำเภอ" if declared else "ที่บ้าน", **_length(person, today)}
        | ({} if declared else {"travelled_km": _kilometres(person)}),
        "person": {
            "education": "PRIMARY",
            "marital_status": "MARRIED",
            "household_size": 2 + chance.among("household", 5),
            "dependants": chance.among("dependants", 2),
            "occupation": OCCUPATIONS[chance.among("occupation", len(OCCUPATIONS))],
            "income_now_baht": income,
            "income_2559_baht": income,
            "expenses_month_baht": 2000 + chance.among("expenses", 4000),
            "land": {"tenure": "OWNED" if chance.of("land") < 0.4 else "NONE", "rai": chance.among("rai", 12)},
            "housing": "OWNED" if chance.of("housing") < 0.7 else "WITH_RELATIVES",
        },
        "debts": [{"kind": "INFORMAL", "creditor": "นายทุน", "amount_satang": 1_500_000, "wants_mediation": True}]
        if chance.of("debt") < 0.3
        else [],
        "abilities": {"skills": [], "readiness": "READY"},
        "diagnosis": {"problems": dimensions if develops else [], "approach": "SECOND_OCCUPATION" if develops else None},
        "wishes": {
            "answer": answer,
            "decline_reason": None if develops else ("ดำรงชีวิตพอเพียง" if answer == "SUFFICIENT" else "ไม่ประสงค์เข้าร่วม"),
            "dimensions": dimensions if develops else [],
            "states_wish": develops and not declared,
            "paper": PAPER if develops and not declared else None,
        },
        "menu": menu,
        "specialist_asked": develops and person.does("asks a specialist", ASKS_SPECIALIST),
    }


def _menu(country: Country, person: Person, dimensions: list[str]) -> list[dict[str, Any]]:
    lines = []
    for dimension in dimensions:
        fitting = [programme for programme in country.programmes if programme["dimension"] == dimension]
        chosen = fitting[person.chance.among(f"programme {dimension}", len(fitting))]
        lines.append({"dimension": dimension, "programme_code": chosen["code"], "holder_signed": True, "officer_signed": True})
    return lines


async def raise_overdue(office: Office, country: Country) -> None:
    """Chiefs have the visits named that were not made by the end of the visits: they rise to the governors."""
    waiting = sorted({case.district for case in await country.cases({"VISIT_DUE", "VISITED"})})

    async def act(district: str) -> None:
        await office.post(f"chief-{district}", f"/interview/v1/districts/{district}/home-visit-sweeps")

    await country.each("ค้างไปหา · overdue visits", waiting, act)


async def agree(office: Office, country: Country, today: date) -> None:
    """Account officers and people agree on what was recommended, where the interview had no signed menu."""
    open_plans = [
        plan
        for plan in await country.pages("moi-country", "/plan/v1/plans", status="RECOMMENDED")
        if plan["officer_id"]
        and plan["recommended"]
        and plan["holder_id"] not in country.dead | country.withdrawn
        and country.person_of[plan["holder_id"]].does("agrees later", AGREES_LATER)
    ]

    async def act(plan: dict[str, Any]) -> None:
        best = plan["recommended"][0]
        body = {
            "lines": [{"programme_code": best, "goal": "มีรายได้เพิ่มขึ้น", **await offering_of(country, plan, best, today)}],
            "holder_signed": True,
            "officer_signed": True,
            "agreed_on": today.isoformat(),
        }
        await office.post(f"ao-{plan['officer_id']}", f"/plan/v1/plans/{plan['plan_id']}/agreement", body)

    await country.each("ตกลงแผน · plans agreed", open_plans, act)
