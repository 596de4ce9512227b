"""What we ask the registry to tell people: its fate is seen on the case, and a meeting place is told to the people around it, once."""

from datetime import date
from uuid import UUID

import pytest

from services.interview.commands import ask_notices
from shared.auth import Level
from shared.clock import noon
from shared.contracts import Event
from shared.contracts.registry import NoticeStateChanged, NoticeStatus
from shared.ids import new_id, same_id
from tests.interview import world
from tests.interview.test_interviews import interviewed
from tests.interview.test_visits_and_officers import listed

PLACE = {
    "subdistrict": "810101",
    "name": "วัดแก้ว",
    "opens_on": "2018-02-01",
    "closes_on": "2018-02-28",
    "capacity_per_day": 300,
}


def became(request, status, version=2, reason=None, source="interview"):
    """What the registry says of a notice that was asked for."""
    data = NoticeStateChanged(
        notice_id=same_id("notice", request.data.notice_key),
        holder_id=UUID(request.subject),
        source=source,
        notice_key=request.data.notice_key,
        template=request.data.template,
        version=version,
        status=status,
        reason=reason,
    )
    return Event.of(data, subject=request.subject, time=noon(date(2018, 3, 2)), identity=(data.notice_id, version))


async def requested(interview, template):
    return [event for event in await interview.outbox("NoticeRequested") if event.data.template == template]


async def test_the_page_of_a_case_shows_what_became_of_its_notices(interview):
    one, other = await listed(interview, 2)
    requests = {event.subject: event for event in await requested(interview, "home-visit-due")}
    sent, failed = (
        became(requests[one.subject], *more) for more in ((NoticeStatus.SENT, 3), (NoticeStatus.FAILED, 4, "number-not-in-use"))
    )
    refused = became(requests[other.subject], NoticeStatus.REFUSED, 2, "no-consent")
    [asked] = (await interview.case(one.subject))["notices"]
    assert (asked["status"], asked["parameters"]) == ("REQUESTED", {"due_by": "2018-05-31"})
    await interview.bring(failed, refused, sent, became(requests[one.subject], NoticeStatus.DELIVERED, 9, source="payments"))
    await interview.bring(failed)
    shown = [(await interview.case(person.subject))["notices"][0] for person in (one, other)]
    assert [(notice["status"], notice["reason"]) for notice in shown] == [("FAILED", "number-not-in-use"), ("REFUSED", "no-consent")]
    listed_ = (await interview.get("/v1/notices")).json()["items"]
    assert {notice["holder_id"] for notice in listed_} == {one.subject, other.subject}
    assert (await interview.get("/v1/notices", interview.caller(code="9001"))).json()["items"] == []
    assert (await interview.get("/v1/notices", interview.caller(Level.OFFICER, str(new_id())))).json()["items"] == []
    await interview.bring(became(requests[other.subject], NoticeStatus.DELIVERED, 5))
    assert [notice["holder_id"] for notice in (await interview.get("/v1/notices")).json()["items"]] == [one.subject]
    assert len((await interview.get("/v1/notices", undelivered="false", limit=1)).json()["items"]) == 1


async def test_the_next_contact_is_shown_too(interview):
    person, _ = await interviewed(interview)
    interview.on("2018-06-10")
    await interview.made("/v1/follow-ups", world.follow_up(person.subject, next_on="2018-07-10"))
    [notice] = (await interview.case(person.subject))["notices"]
    assert (notice["template"], notice["parameters"], notice["status"]) == ("follow-up-due", {"contact_on": "2018-07-10"}, "REQUESTED")


async def test_those_around_who_have_stated_no_wish_hear_of_a_place_once(interview, monkeypatch):
    monkeypatch.setattr(ask_notices, "PEOPLE_AT_ONCE_MAX", 2)
    people = await interview.people(5)
    near = await interview.people(subdistrict="810102")
    await interview.people(subdistrict="810201")
    await interview.made("/v1/intents", world.wish(people[0].subject))
    await interview.bring(world.died(people[1], date(2018, 2, 1)), world.merged(people[2], people[0].subject, date(2018, 2, 1)))
    place = await interview.made("/v1/meeting-places", PLACE, interview.chief())
    assert await interview.run_jobs() == [{"asked": 2}]
    told = await requested(interview, "meeting-place")
    assert {event.subject for event in told} == {people[3].subject, people[4].subject}
    assert told[0].data.parameters == {"place": "วัดแก้ว", "from_day": "2018-02-01", "to_day": "2018-02-28"}
    assert told[0].data.expires_at.isoformat() == "2018-03-01T00:00:00+07:00"
    body = {name: value for name, value in PLACE.items() if name != "subdistrict"} | {"name": "วัดใหม่", "tell": "DISTRICT"}
    changed = await interview.made(f"/v1/meeting-places/{place['place_id']}/changes", body, interview.chief())
    assert (changed["version"], changed["name"], changed["subdistrict"]) == (2, "วัดใหม่", "810101")
    assert await interview.run_jobs() == [{"asked": 3}]
    again = (await requested(interview, "meeting-place"))[2:]
    assert {event.subject for event in again} == {people[3].subject, people[4].subject, near[0].subject}
    assert {event.data.parameters["place"] for event in again} == {"วัดใหม่"}
    assert len({event.data.notice_key for event in (*told, *again)}) == len({event.id for event in (*told, *again)}) == 5
    assert [event.data.version for event in await interview.outbox("MeetingPlaceAnnounced")] == [1, 2]
    stale = await interview.post(f"/v1/meeting-places/{place['place_id']}/changes", body, interview.chief(), headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert (await interview.post(f"/v1/meeting-places/{place['place_id']}/changes", body, interview.caller(code="9001"))).status_code == 404


async def test_a_killed_telling_goes_on_after_its_last_step(interview, monkeypatch):
    monkeypatch.setattr(ask_notices, "PEOPLE_AT_ONCE_MAX", 2)
    await interview.people(5)
    await interview.made("/v1/meeting-places", PLACE, interview.chief())
    steps, whole = [], ask_notices.tell_place

    async def cut_off(*args, **more):
        if len(steps) == 1:
            steps.append("killed")
            raise ConnectionResetError
        steps.append("done")
        return await whole(*args, **more)

    monkeypatch.setattr(ask_notices, "tell_place", cut_off)
    with pytest.raises(ConnectionResetError):
        await interview.run_jobs()
    async with interview.db.transaction() as tx:
        await tx.execute("UPDATE job SET lease_until = now() - interval '1 minute'")
    assert await interview.run_jobs() == [{"asked": 5}]
    told = await requested(interview, "meeting-place")
    assert len({event.subject for event in told}) == len(told) == 5


async def test_nobody_is_told_where_the_chief_says_so_and_a_name_must_fit_a_message(interview):
    await interview.people()
    await interview.made("/v1/meeting-places", PLACE | {"tell": "NOBODY", "name": "ว" * 80}, interview.chief())
    assert await interview.run_jobs() == []
    refused = (await interview.post("/v1/meeting-places", PLACE | {"name": "ว" * 61}, interview.chief())).json()
    assert (refused["errors"][0]["field"], refused["errors"][0]["allowed"]) == ("name", "≤ 60, or tell = NOBODY")
