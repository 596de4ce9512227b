"""Officers' details and absences, teams, rosters, and where and when a meeting place is open."""

import pytest

from shared.auth import Level
from shared.ids import new_id
from tests.interview import world

GOVERNOR_SCOPES = ("interview.teams:write", "interview.teams:read")
TEAM = "/v1/districts/8101/team-appointments"
ROSTER = "/v1/districts/8101/roster"
PLACE = {
    "subdistrict": "810101",
    "name": "หอประชุม",
    "opens_on": "2018-02-01",
    "closes_on": "2018-02-28",
    "capacity_per_day": 300,
    "tell": "NOBODY",
}


def slug(answer):
    return answer.json()["type"].rsplit(":", 1)[-1]


def problem(answer):
    [error] = answer.json()["errors"]
    return error["field"], error.get("allowed")


def governor(interview, province="81"):
    return interview.caller(Level.PROVINCE, province, GOVERNOR_SCOPES)


async def test_what_is_known_of_an_officer_is_changed_by_version_and_its_history_kept(interview):
    body = {
        "district": "8101",
        "employer": "BAAC",
        "staff_no": "B-1",
        "languages": ["mfa"],
        "caseload_max": 200,
        "subdistricts": ["810101"],
    }
    made = await interview.made("/v1/officers", body, interview.chief())
    path = f"/v1/officers/{made['officer_id']}"
    change = {"languages": ["mfa", "sou"], "caseload_max": None, "subdistricts": ["810102"]}
    assert problem(await interview.post(f"{path}/changes", change, interview.chief())) == ("If-Match", '"<version>"')
    for field, value in (
        ("languages", ["xxx"]),
        ("caseload_max", -1),
        ("subdistricts", ["999999"]),
        ("subdistricts", ["810101", "810101"]),
    ):
        wrong = await interview.post(f"{path}/changes", change | {field: value}, interview.chief(), headers={"If-Match": '"1"'})
        assert wrong.status_code == 422, wrong.text
        assert wrong.json()["errors"][0]["field"].startswith(field)
    far = await interview.post(f"{path}/changes", change | {"subdistricts": ["900101"]}, interview.chief(), headers={"If-Match": '"1"'})
    assert problem(far) == ("subdistricts", "81xxxx")
    changed = await interview.post(f"{path}/changes", change, interview.chief(), headers={"If-Match": '"1"'})
    assert (changed.json()["languages"], changed.json()["caseload_max"], changed.headers["etag"]) == (["mfa", "sou"], None, '"2"')
    assert (await interview.post(f"{path}/changes", change, interview.chief(), headers={"If-Match": '"1"'})).status_code == 412

    absence = {"from_on": "2018-02-14", "to_on": "2018-02-20", "kind": "TRAINING"}
    away = await interview.made(f"{path}/absences", absence, interview.chief())
    overlapping = await interview.post(f"{path}/absences", absence | {"from_on": "2018-02-20", "to_on": "2018-02-21"}, interview.chief())
    assert (slug(overlapping), overlapping.json()["to_on"]) == ("absences-overlap", "2018-02-20")
    end = f"{path}/absences/{away['absence_id']}/end"
    late = await interview.post(end, {"to_on": "2018-02-21"}, interview.chief(), headers={"If-Match": '"1"'})
    assert problem(late) == ("to_on", "2018-02-14..2018-02-20")
    ended = await interview.post(end, {"to_on": "2018-02-15"}, interview.chief(), headers={"If-Match": '"1"'})
    assert (ended.json()["to_on"], ended.headers["etag"]) == ("2018-02-15", '"2"')
    assert (await interview.post(end, {"to_on": "2018-02-14"}, interview.chief(), headers={"If-Match": '"1"'})).status_code == 412
    assert [one["to_on"] for one in (await interview.get(f"{path}/absences")).json()["items"]] == ["2018-02-15"]

    history = (await interview.get(f"{path}/history")).json()["items"]
    assert [(one["version"], one["what"], one["by"]) for one in history] == [
        (1, "REGISTERED", "chief-8101"),
        (2, "CHANGED", "chief-8101"),
        (3, "ABSENCE_RECORDED", "chief-8101"),
        (4, "ABSENCE_ENDED", "chief-8101"),
    ]
    assert (history[1]["details"]["before"]["caseload_max"], history[1]["details"]["after"]["caseload_max"]) == (200, None)
    for part in ("", "/history", "/absences"):
        assert (await interview.get(path + part, interview.chief("9001"))).status_code == 404
        assert (await interview.get(path + part, interview.ao(made["officer_id"]))).status_code == 200


async def test_a_governor_appoints_and_a_later_order_replaces_the_team(interview):
    head, clerk, bank = await interview.officer("DISTRICT_OFFICE"), await interview.officer("LABOUR"), await interview.officer()
    neighbour, stranger = await interview.officer("GSB", "8102"), await interview.officer("GSB", "9001")

    def order(number, *members, head_id=head):
        return {
            "order_no": number,
            "ordered_on": "2018-02-01",
            "head_id": head_id,
            "members": [{"officer_id": one, "duty": duty} for one, duty in members],
        }

    good = [(clerk, "ACCOUNT_OFFICER"), (clerk, "INTAKE"), (neighbour, "CO_INTERVIEWER")]
    for wrong, field, allowed in (
        (order("1", *good, head_id=bank), "head_id", "DISTRICT_OFFICE of 8101"),
        (order("1", *good, (neighbour, "INTAKE")), "members.3.officer_id", "8101"),
        (order("1", *good, (clerk, "CO_INTERVIEWER")), "members.3.officer_id", "BAAC, GSB of 81xx"),
        (order("1", *good, (stranger, "CO_INTERVIEWER")), "members.3.officer_id", "BAAC, GSB of 81xx"),
        (order("1", (clerk, "INTAKE")), "members", "1 ACCOUNT_OFFICER"),
        (order("1", *good, good[0]), "members", "each once"),
        ({**order("1", *good), "ordered_on": "2018-02-15"}, "ordered_on", "2017-02-13..2018-02-14"),
    ):
        assert problem(await interview.post(TEAM, wrong, governor(interview))) == (field, allowed)
    assert (await interview.post(TEAM, order("1", *good), governor(interview, "90"))).status_code == 404
    assert (await interview.get("/v1/districts/8101/team")).status_code == 404
    first = await interview.made(TEAM, order("1", *good), governor(interview))
    assert (first["version"], len(first["members"])) == (1, 3)
    assert slug(await interview.post(TEAM, order("1", *good), governor(interview))) == "order-known"
    second = order("2", (bank, "ACCOUNT_OFFICER"))
    assert (await interview.post(TEAM, second, governor(interview), headers={"If-Match": '"0"'})).status_code == 412
    assert (await interview.post(TEAM, second, governor(interview), headers={"If-Match": '"1"'})).status_code == 201
    assert (await interview.get("/v1/districts/8101/team")).json()["order_no"] == "2"
    assert [team["order_no"] for team in (await interview.get(TEAM)).json()["items"]] == ["2", "1"]
    assert (await interview.get(TEAM, interview.chief("8102"))).status_code == 404

    # Only account officers of the team that stands take cases.
    (person,) = await interview.people()
    interview.on("2018-03-01")
    await interview.made("/v1/districts/8101/home-visit-list")
    await interview.made("/v1/districts/8101/assignments")
    assert (await interview.case(person.subject))["officer_id"] == bank


async def test_the_chief_puts_officers_on_the_roster_where_and_when_they_can_serve(interview):
    head, clerk, bank = await interview.officer("DISTRICT_OFFICE"), await interview.officer("LABOUR"), await interview.officer()
    here, there = [(await interview.made("/v1/meeting-places", PLACE, interview.chief()))["place_id"] for _ in range(2)]
    elsewhere = (await interview.made("/v1/meeting-places", PLACE | {"subdistrict": "810201"}, interview.chief("8102")))["place_id"]
    members = [{"officer_id": clerk, "duty": "INTAKE"}, {"officer_id": bank, "duty": "ACCOUNT_OFFICER"}]
    await interview.made(TEAM, {"order_no": "1", "ordered_on": "2018-02-01", "head_id": head, "members": members}, governor(interview))
    await interview.made(
        f"/v1/officers/{clerk}/absences", {"from_on": "2018-02-10", "to_on": "2018-02-11", "kind": "LEAVE"}, interview.chief()
    )

    def serves(officer_id=clerk, duty="INTAKE", place_id=here, from_on="2018-02-01", to_on="2018-02-07"):
        body = {"officer_id": officer_id, "duty": duty, "from_on": from_on, "to_on": to_on}
        return body if place_id is None else {**body, "place_id": place_id}

    for wrong, refusal in (
        (serves(place_id=elsewhere), "unknown-place"),
        (serves(officer_id=str(new_id())), "unknown-officer"),
        (serves(from_on="2018-02-05", to_on="2018-02-10"), "officer-absent"),
        (serves(bank), "not-to-be-appointed"),
        (serves(duty="CO_INTERVIEWER", place_id=None), "not-to-be-appointed"),
    ):
        assert slug(await interview.post(ROSTER, wrong, interview.chief())) == refusal
    assert problem(await interview.post(ROSTER, serves(from_on="2018-01-31"), interview.chief())) == ("from_on", "2018-02-01..2018-02-28")
    assert problem(await interview.post(ROSTER, serves(place_id=None), interview.chief())) == ("place_id", "INTAKE")
    assert (await interview.post(ROSTER, serves(), interview.chief("8102"))).status_code == 404

    entry = await interview.made(ROSTER, serves(), interview.chief())
    twice = await interview.post(ROSTER, serves(place_id=there, from_on="2018-02-07", to_on="2018-02-08"), interview.chief())
    assert (slug(twice), twice.json()["place_id"]) == ("serves-elsewhere", here)
    await interview.made(ROSTER, serves(bank, "ACCOUNT_OFFICER", None, "2018-03-01", "2018-04-30"), interview.chief())
    assert [one["officer_id"] for one in (await interview.get(ROSTER, on="2018-02-07")).json()["items"]] == [clerk]
    assert [one["officer_id"] for one in (await interview.get(ROSTER, interview.ao(bank))).json()["items"]] == [bank]
    assert (await interview.get(ROSTER, interview.chief("8102"))).json()["items"] == []
    off = f"/v1/roster/{entry['entry_id']}/cancellation"
    assert (await interview.post(off, who=interview.chief("8102"), headers={"If-Match": '"1"'})).status_code == 404
    assert (await interview.post(off, who=interview.chief(), headers={"If-Match": '"2"'})).status_code == 412
    assert (await interview.post(off, who=interview.chief(), headers={"If-Match": '"1"'})).json()["cancelled"] is True
    await interview.made(ROSTER, serves(place_id=there), interview.chief())


async def test_a_place_says_where_it_is_and_when_it_is_open(interview):
    open_ = {"latitude": 8.0592, "longitude": 98.9157, "weekdays": [5, 1, 3], "opens_at": "08:30", "closes_at": "16:30"}
    place = await interview.made("/v1/meeting-places", PLACE | open_, interview.chief())
    assert {name: place[name] for name in open_} == open_ | {"weekdays": [1, 3, 5]}
    changes = {name: value for name, value in PLACE.items() if name != "subdistrict"} | {"days": ["2018-02-05", "2018-02-06"]}
    changed = await interview.made(f"/v1/meeting-places/{place['place_id']}/changes", changes, interview.chief())
    assert (changed["days"], changed["weekdays"], changed["latitude"], changed["version"]) == (["2018-02-05", "2018-02-06"], None, None, 2)
    listed = (await interview.get("/v1/meeting-places", district="8101")).json()["items"]
    assert listed == [changed]
    first, second = await interview.outbox("MeetingPlaceAnnounced", subject=place["place_id"])
    assert (first.data.longitude, first.data.weekdays, first.data.opens_at) == (98.9157, (1, 3, 5), "08:30")
    assert second.data.days == (world.date(2018, 2, 5), world.date(2018, 2, 6))


@pytest.mark.parametrize(
    ("wrong", "field", "allowed"),
    [
        ({"latitude": 8.1}, "longitude", "latitude and longitude"),
        ({"opens_at": "08:30"}, "closes_at", "opens_at and closes_at"),
        ({"opens_at": "16:30", "closes_at": "08:30"}, "closes_at", "> 16:30"),
        ({"weekdays": [1], "days": ["2018-02-05"]}, "days", "weekdays or days"),
        ({"days": ["2018-03-05"]}, "days", "2018-02-01..2018-02-28"),
    ],
)
async def test_a_place_that_contradicts_itself_is_refused_with_what_is_allowed(interview, wrong, field, allowed):
    assert problem(await interview.post("/v1/meeting-places", PLACE | wrong, interview.chief())) == (field, allowed)


@pytest.mark.parametrize(("latitude", "longitude"), [(98.9, 8.05), (1.3, 103.8), (21.0, 100.0)])
async def test_a_place_outside_thailand_is_refused(interview, latitude, longitude):
    answer = await interview.post("/v1/meeting-places", PLACE | {"latitude": latitude, "longitude": longitude}, interview.chief())
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} <= {"latitude", "longitude"}
