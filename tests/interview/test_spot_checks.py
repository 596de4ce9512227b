"""Spot checks: a draw by officer that can be shown again, results by others only, and what follows on the case."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from services.interview.rules.spot_checks import allot
from shared.ids import same_id
from tests.interview import world
from tests.interview.test_supervision import district

SCOPE = ("interview.sealed-answers:read",)
DRAW = "/v1/districts/8101/spot-checks"
APRIL = "2018-04-10"


@given(st.lists(st.integers(0, 400), max_size=12), st.integers(1, 300))
def test_a_sample_is_shared_among_officers(loads, size):
    eligible = {same_id("officer", n): load for n, load in enumerate(loads)}
    taken = allot(eligible, size)
    assert sum(taken.values()) == min(size, sum(loads))
    assert all(0 < count <= eligible[officer] for officer, count in taken.items())
    if size >= len(loads):
        assert taken.keys() == {officer for officer, load in eligible.items() if load}


async def interviewed_district(interview, count=4):
    """Interviews of two officers by their own hands; a chief who had no part in them."""
    second = await interview.officer("GSB")
    people, first = await district(interview, count)
    officers = {}
    for person in people:
        officer = (await interview.case(person.subject))["officer_id"]
        await interview.made("/v1/interviews", world.interview(person.subject), interview.ao(officer))
        officers.setdefault(officer, []).append(person)
    assert officers.keys() == {first, second}
    interview.on(APRIL)
    return officers


async def checks(interview, **query):
    return (await interview.get("/v1/spot-checks", interview.chief(), **query)).json()["items"]


async def test_a_draw_takes_of_every_officer_nobody_twice_and_can_be_shown_again(interview):
    officers = await interviewed_district(interview, 6)
    body = {"from": "2018-03-01", "to": "2018-03-31", "count": 4, "seed": "drawn-by-lot-42"}
    draw = await interview.made(DRAW, body, interview.chief())
    assert (draw["eligible"], draw["drawn"], draw["seed"]) == (6, 4, "drawn-by-lot-42")
    shown = (await interview.get(f"/v1/spot-check-draws/{draw['draw_id']}", interview.chief())).json()
    assert {one["officer_id"] for one in shown["strata"] if one["drawn"]} == set(officers)
    drawn = {one["interview_id"] for one in shown["checks"]}
    for stratum in shown["strata"]:
        # Drawn again by hand, with the seed and the method that it names.
        people = officers[stratum["officer_id"]]
        async with interview.db.reading() as tx:
            ids = [str(await tx.fetchval("SELECT interview_id FROM interview WHERE holder_id = $1", one.data.holder_id)) for one in people]
        lots = sorted(ids, key=lambda one: hashlib.sha256(f"drawn-by-lot-42:{one}".encode()).digest())
        assert drawn & set(ids) == set(lots[: stratum["drawn"]])
    again = await interview.made(DRAW, {"from": "2018-03-01", "to": "2018-03-31", "share_percent": 100}, interview.chief())
    assert (again["eligible"], again["drawn"]) == (2, 2)
    nothing = await interview.post(DRAW, body, interview.chief())
    assert nothing.json()["type"].endswith("nothing-to-draw")
    assert (await interview.get(f"/v1/spot-check-draws/{draw['draw_id']}", interview.chief("9001"))).status_code == 404


async def test_a_result_is_recorded_by_another_and_what_differs_is_put_right(interview):
    await interviewed_district(interview, 2)
    await interview.made(DRAW, {"from": "2018-03-01", "to": "2018-03-31", "count": 2}, interview.chief())
    one, two = await checks(interview, status="OPEN")
    path, form = f"/v1/spot-checks/{one['check_id']}/results", world.spot_check()
    # Neither by a form that names who interviewed, nor with their own token, which does not find it.
    refused = await interview.post(path, {**form, "officer_id": one["officer_id"]}, interview.chief())
    assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[-1]) == (409, "own-interview"), refused.text
    assert refused.json()["officer_id"] == one["officer_id"]
    assert (await interview.post(path, form, interview.ao(one["officer_id"]))).status_code == 404
    answers = {**form["confirmed"], "debts": False}
    found = {**form, "officer_id": two["officer_id"], "confirmed": answers, "remarks": "ลูกชายบอกว่าไม่มีหนี้"}
    done = await interview.made(path, found, interview.chief())
    assert (done["result"], done["revision_due"]) == ("DIFFERS", True)
    again = await interview.post(path, form, interview.chief())
    assert (again.json()["type"].endswith("spot-check-settled"), again.json()["result"]) == (True, "DIFFERS")
    case = await interview.case(one["holder_id"])
    assert [(check["result"], check["revision_due"]) for check in case["spot_checks"]] == [("DIFFERS", True)]
    assert (case["history"][0]["step"], case["history"][0]["details"]["result"]) == ("SPOT_CHECKED", "DIFFERS")
    assert [check["check_id"] for check in await checks(interview, revision_due="true")] == [one["check_id"]]
    # The remarks are sealed, and read by their own scope.
    assert "ลูกชาย" not in str(await checks(interview))
    async with interview.db.reading() as tx:
        assert "ลูกชาย" not in str(await tx.fetch("SELECT * FROM spot_check_result"))
    remarks = f"/v1/spot-checks/{one['check_id']}/remarks"
    assert (await interview.get(remarks, interview.chief())).status_code == 403
    assert (await interview.get(remarks, interview.caller(scopes=SCOPE))).json()["remarks"] == "ลูกชายบอกว่าไม่มีหนี้"
    # The revision puts it right; the finding stays.
    revision = world.interview_answers(debts=[]) | {"reason": "แก้ตามผลการสุ่มตรวจ"}
    await interview.made(f"/v1/interviews/{one['interview_id']}/revisions", revision, interview.ao(one["officer_id"]))
    case = await interview.case(one["holder_id"])
    assert [(check["result"], check["revision_due"]) for check in case["spot_checks"]] == [("DIFFERS", False)]
    shares = (await interview.get("/v1/supervision/spot-check-shares", interview.chief())).json()["items"]
    told = {share["officer_id"]: (share["drawn"], share["differs"], share["differs_percent"], share["checked_percent"]) for share in shares}
    assert told == {one["officer_id"]: (1, 1, 100.0, 100.0), two["officer_id"]: (1, 0, None, 0.0)}


async def test_who_was_not_met_is_tried_again_and_a_case_that_moved_lapses(interview):
    officers = await interviewed_district(interview, 2)
    await interview.made(DRAW, {"from": "2018-03-01", "to": "2018-03-31", "count": 2}, interview.chief())
    one, two = await checks(interview, status="OPEN")
    not_met = {"checked_on": APRIL, "method": "HOME_VISIT", "person_met": False, "not_met_reason": "NOT_AT_HOME", "checker_signed": True}
    done = await interview.made(f"/v1/spot-checks/{one['check_id']}/results", not_met, interview.chief())
    assert (done["result"], done["result_no"], done["revision_due"]) == ("NOT_MET", 1, False)
    done = await interview.made(f"/v1/spot-checks/{one['check_id']}/results", world.spot_check(), interview.chief())
    assert (done["result"], done["result_no"]) == ("OK", 2)
    (person,) = [person for people in officers.values() for person in people if person.subject == two["holder_id"]]
    await interview.bring(world.moved(person, "900101", world.date(2018, 4, 9)))
    assert [check["status"] for check in await checks(interview)] == ["OK", "LAPSED"]
    lapsed = await interview.post(f"/v1/spot-checks/{two['check_id']}/results", world.spot_check(), interview.chief())
    assert lapsed.json()["type"].endswith("spot-check-lapsed")
    figures = (await interview.get("/v1/supervision/summary", interview.chief())).json()["spot_checks"]
    assert {name: figures[name] for name in ("drawn", "open", "ok", "lapsed", "differs_percent")} == {
        "drawn": 2,
        "open": 0,
        "ok": 1,
        "lapsed": 1,
        "differs_percent": 0.0,
    }


async def test_a_check_is_given_to_another_officer_of_the_team_who_alone_of_all_officers_finds_it(interview):
    officers = await interviewed_district(interview, 2)
    await interview.made(DRAW, {"from": "2018-03-01", "to": "2018-03-31", "count": 2}, interview.chief())
    one = (await checks(interview))[0]
    other, third, elsewhere = officers.keys() - {one["officer_id"]}, await interview.officer("GSB"), await interview.officer("GSB", "8102")
    path = f"/v1/spot-checks/{one['check_id']}"

    async def given(officer_id, who=None):
        answer = await interview.post(f"{path}/assignment", {"officer_id": officer_id}, who or interview.chief())
        return answer.json()["type"].rsplit(":", 1)[-1] if answer.is_error else answer.json()["given_to"]

    assert [await given(who) for who in (one["officer_id"], elsewhere)] == ["own-interview", "officer-of-another-district"]
    assert await given(third, interview.chief("8102")) == "not-found"
    assert [await given(*other), await given(third)] == [*other, third]
    # The case goes to the officer who was to check it: now it is their own.
    await interview.made(f"/v1/cases/{one['case_id']}/assignment", {"officer_id": third}, interview.chief())
    assert await given(third) == "own-case"
    refused = await interview.post(f"{path}/results", world.spot_check(), interview.ao(third))
    assert refused.json()["type"].endswith("own-case")
    assert await given(*other) == next(iter(other))
    for officer, found in ((*other, [one["check_id"]]), (third, []), (one["officer_id"], [])):
        listed = (await interview.get("/v1/spot-checks", interview.ao(officer))).json()["items"]
        assert [check["check_id"] for check in listed] == found
        assert (await interview.get(path, interview.ao(officer))).status_code == (200 if found else 404)
    assert (await interview.post(f"{path}/assignment", {"officer_id": third}, interview.ao(*other))).status_code == 404
    done = await interview.made(f"{path}/results", world.spot_check(), interview.ao(*other))
    assert (done["result"], (await checks(interview, status="OK"))[0]["checker_id"]) == ("OK", *other)
    assert await given(third) == "spot-check-settled"


async def test_a_form_that_contradicts_itself_is_refused(interview):
    await interviewed_district(interview, 2)
    await interview.made(DRAW, {"from": "2018-03-01", "to": "2018-03-31", "count": 1}, interview.chief())
    (one,) = await checks(interview)
    for change, field in (
        ({"not_met_reason": "MOVED"}, "not_met_reason"),
        ({"person_met": False, "not_met_reason": "MOVED"}, "confirmed"),
        ({"checker_signed": False}, "checker_signed"),
        ({"checked_on": "2018-03-19"}, "checked_on"),
        ({"checked_on": "2018-04-11"}, "checked_on"),
    ):
        answer = await interview.post(f"/v1/spot-checks/{one['check_id']}/results", world.spot_check() | change, interview.chief())
        assert [problem["field"] for problem in answer.json()["errors"]] == [field], answer.text
    days = await interview.post(DRAW, {"from": "2018-04-01", "to": "2018-04-11", "count": 1}, interview.chief())
    assert days.json()["errors"][0]["field"] == "to"


async def test_of_who_is_erased_no_finding_and_no_digest_is_left(interview):
    officers = await interviewed_district(interview, 2)
    await interview.made(DRAW, {"from": "2018-03-01", "to": "2018-03-31", "count": 2}, interview.chief())
    for one in await checks(interview):
        await interview.made(f"/v1/spot-checks/{one['check_id']}/results", world.spot_check(remarks="พบลูกสาว"), interview.chief())
    person = next(people[0] for people in officers.values())
    await interview.bring(world.erased(person, world.date(2018, 7, 2)))
    async with interview.db.reading() as tx:
        rows = await tx.fetch(
            "SELECT i.holder_id, i.alike_whole, r.answers, r.remarks_sealed, r.result FROM interview i JOIN spot_check s USING (interview_id) JOIN spot_check_result r USING (check_id)"
        )
    left = {
        str(row["holder_id"]): (row["alike_whole"] is None, row["answers"] == {}, row["remarks_sealed"] is None, row["result"])
        for row in rows
    }
    assert sorted(left.values()) == [(False, False, False, "OK"), (True, True, True, "OK")]
    assert left[person.subject] == (True, True, True, "OK")
