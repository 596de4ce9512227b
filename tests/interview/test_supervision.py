"""Supervision: pace against the window, the days of an officer, interviews that look wrong, and what a person may not see."""

from dataclasses import replace
from datetime import date

import pytest

from services.interview.http import supervision
from services.interview.rules.policy import Policy
from services.interview.rules.supervision import Verdict, pace_of, supervision_on
from shared.auth import Level
from tests.interview import world

OF_WINDOW = Policy.of("amended", 1, world.AMENDED).visit_window  # 1 March to 31 May
NUMBERS = supervision_on(date(2018, 3, 1))


@pytest.mark.parametrize(
    ("today", "remaining", "made", "told"),
    [
        ("2018-02-20", 92, 0, (92, 1.0, 7, Verdict.ON_PACE)),  # before the window nobody is late
        ("2018-03-01", 92, 1, (92, 1.0, 1, Verdict.ON_PACE)),  # within it only its own days count
        ("2018-05-22", 100, 63, (10, 10.0, 7, Verdict.ON_PACE)),
        ("2018-05-22", 100, 62, (10, 10.0, 7, Verdict.BEHIND)),
        ("2018-05-22", 100, 84, (10, 10.0, 7, Verdict.AHEAD)),
        ("2018-05-31", 0, 0, (1, 0.0, 7, Verdict.AHEAD)),
        ("2018-06-01", 1, 70, (0, None, 7, Verdict.BEHIND)),
    ],
)
def test_pace_against_the_window(today, remaining, made, told):
    pace = pace_of(OF_WINDOW, date.fromisoformat(today), remaining, made, NUMBERS)
    assert (pace.days_left, pace.needed_a_day, pace.counted_days, pace.verdict) == told


async def district(interview, count=3, **more):
    """So many who stated the wish in February, with one officer of BAAC, on 20 March."""
    people = await interview.people(count, **more)
    for person in people:
        await interview.made("/v1/intents", world.wish(person.subject))
    interview.on("2018-03-20")
    officer = await interview.officer()
    await interview.made("/v1/districts/8101/assignments")
    return people, officer


def took(minutes, km=None, day="2018-03-20", hour=9):
    times = {"started_at": f"{day}T{hour:02}:00:00+07:00", "ended_at": f"{day}T{hour:02}:{minutes:02}:00+07:00"}
    return times if km is None else {**times, "travelled_km": km}


def other_person(**person):
    return world.interview("")["person"] | person


async def test_caseload_pace_and_days_are_told_within_reach(interview):
    people, officer = await district(interview)
    ao = interview.ao(officer)
    first = await interview.made("/v1/interviews", world.interview(people[0].subject, visit=took(40, 12.5)), ao)
    attempt = {"holder_id": people[1].subject, "visited_on": "2018-03-20", "reason": "NOT_AT_HOME", "travelled_km": 3}
    await interview.made("/v1/visit-attempts", attempt, ao)
    # Put right afterwards: no second interview.
    revision = world.interview_answers(visit=took(45, 12.5)) | {"reason": "เวลาผิด"}
    await interview.made(f"/v1/interviews/{first['interview_id']}/revisions", revision, ao)
    for who in (interview.chief(), interview.committee()):
        (work,) = (await interview.get("/v1/supervision/officers", who, district="8101")).json()["items"]
        told = {name: work[name] for name in ("officer_id", "caseload", "interviewed", "remaining", "made", "days_left", "verdict")}
        assert told == {
            "officer_id": officer,
            "caseload": 3,
            "interviewed": 1,
            "remaining": 2,
            "made": 1,
            "days_left": 73,
            "verdict": "AHEAD",
        }
        assert (work["needed_a_day"], work["made_a_day"]) == (0.03, 0.14)
    days = (await interview.get(f"/v1/supervision/officers/{officer}/days", interview.chief())).json()["items"]
    assert [(one["day"], one["interviews"], one["attempts"], one["subdistricts"], one["travelled_km"]) for one in days] == [
        ("2018-03-20", 1, 1, ["810101"], 15.5)
    ]
    assert (days[0]["first_at"], days[0]["last_at"]) == ("2018-03-20T02:00:00Z", "2018-03-20T02:40:00Z")
    strange = interview.chief("9001")
    assert (await interview.get(f"/v1/supervision/officers/{officer}/days", strange)).status_code == 404
    assert (await interview.get("/v1/supervision/summary", strange)).json()["work"]["officers"] == 0


async def test_interviews_too_short_too_many_and_alike_are_told_without_the_answers(interview):
    people, officer = await district(interview, 5)
    ao = interview.ao(officer)
    differing = [
        world.interview(people[0].subject, visit=took(30)),
        # Copied, with other spaces and capitals, another day's menu and another debt: alike all the same.
        world.interview(people[1].subject, visit=took(4), abilities={"skills": [" Weaving"], "readiness": "READY"}, debts=[]),
        world.interview(people[2].subject, visit=took(30), person=other_person(income_now_baht=21000)),
        # Of this one only the person is as of the first two.
        world.interview(people[3].subject, visit=took(30), abilities={"skills": [], "readiness": "NOT_READY"}),
    ]
    ids = [(await interview.made("/v1/interviews", body, ao))["interview_id"] for body in differing]
    short = (await interview.get("/v1/supervision/suspicions", interview.chief(), kind="TOO_SHORT")).json()["items"]
    assert [(one["interview_ids"], one["minutes"], one["threshold"]) for one in short] == [([ids[1]], 4.0, 10)]
    answer = await interview.get("/v1/supervision/suspicions", interview.chief(), kind="ALIKE")
    assert [(one["part"], one["count"], one["interview_ids"]) for one in answer.json()["items"]] == [
        ("PERSON", 3, sorted([ids[0], ids[1], ids[3]])),
        ("WHOLE", 2, sorted(ids[:2])),
    ]
    assert "28000" not in answer.text
    assert "6111" not in answer.text
    one_by_one, cursor = [], None
    while True:
        query = {"kind": "ALIKE", "limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await interview.get("/v1/supervision/suspicions", interview.chief(), **query)).json()
        one_by_one += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break
    assert one_by_one == answer.json()["items"]
    figures = (await interview.get("/v1/supervision/summary", interview.chief(), district="8101")).json()
    assert {one["kind"]: (one["suspicions"], one["interviews"]) for one in figures["suspicions"]} == {
        "TOO_SHORT": (1, 1),
        "TOO_MANY": (0, 0),
        "ALIKE": (2, 5),
    }
    assert "[R]" in figures["numbers"]["reference"]
    # A revision that puts it right ends the suspicion; the first writing stays what it was.
    right = world.interview_answers(visit=took(25), person=other_person(occupation="9211")) | {"reason": "ลอกมาผิดราย"}
    await interview.made(f"/v1/interviews/{ids[1]}/revisions", right, ao)
    for kind in ("TOO_SHORT", "ALIKE"):
        assert (await interview.get("/v1/supervision/suspicions", interview.chief(), kind=kind)).json()["items"] == []


async def test_more_interviews_a_day_than_can_be(interview, monkeypatch):
    """By numbers of which one a day is the most."""
    monkeypatch.setattr(supervision, "supervision_on", lambda day: replace(supervision_on(day), interviews_a_day_max=1))
    people, officer = await district(interview, 2)
    ids = [
        (await interview.made("/v1/interviews", world.interview(person.subject), interview.ao(officer)))["interview_id"]
        for person in people
    ]
    (found,) = (await interview.get("/v1/supervision/suspicions", interview.chief(), kind="TOO_MANY")).json()["items"]
    told = (found["officer_id"], found["day"], found["count"], found["threshold"], found["interview_ids"])
    assert told == (officer, "2018-03-20", 2, 1, sorted(ids))


@pytest.mark.parametrize("minutes", [0, 24 * 60 + 1])
async def test_an_interview_ends_after_it_began_and_within_a_day(interview, minutes):
    people, officer = await district(interview, 1)
    ended = {0: "2018-03-20T09:00:00+07:00"}.get(minutes, "2018-03-21T09:01:00+07:00")
    visit = {"started_at": "2018-03-20T09:00:00+07:00", "ended_at": ended}
    answer = await interview.post("/v1/interviews", world.interview(people[0].subject, visit=visit), interview.ao(officer))
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [("visit.ended_at", "moment_range")]


async def test_who_reads_the_country_names_a_district(interview):
    await district(interview, 1)
    ministry = interview.caller(Level.COUNTRY, "")
    for path, query in (("summary", {}), ("suspicions", {"kind": "ALIKE"})):
        refused = await interview.get(f"/v1/supervision/{path}", ministry, **query)
        assert refused.json()["errors"][0]["field"] == "district"
        assert (await interview.get(f"/v1/supervision/{path}", ministry, district="8101", **query)).status_code == 200
    assert len((await interview.get("/v1/supervision/officers", ministry)).json()["items"]) == 1
