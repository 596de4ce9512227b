"""Codes of forms against the lists that plan publishes: versions kept, retired and unknown codes refused, a list replaced in mid-year."""

from datetime import date

from shared.clock import noon
from shared.contracts import Event
from shared.contracts.plan import CodeListChanged, ListedCode, RetiredCode
from tests.interview import world
from tests.interview.test_interviews import assigned, menu

FIELD = "person.occupation"


def occupations(version, valid_from, codes, retired=()):
    data = CodeListChanged(
        name="occupation",
        version=version,
        label=f"2561-{version:02}",
        valid_from=valid_from,
        codes=tuple(ListedCode(code=code, title_th=f"อาชีพ {code}", title_en=code) for code in codes),
        retired=tuple(RetiredCode(code=code, becomes=becomes) for code, becomes in retired),
        approval_reference="คอต. 1",
    )
    return Event.of(data, subject=f"occupation-{version}", time=noon(date(2018, 1, 10)), identity=(version,))


FIRST = occupations(1, date(2018, 1, 1), ("6111", "6310"))
SECOND = occupations(2, date(2018, 3, 25), ("6111", "6115"), [("6310", ("6115",))])


def form(person, occupation, interviewed_on="2018-03-20", **more):
    asked = world.interview(person.subject, **more)
    return asked | {"person": asked["person"] | {"occupation": occupation}, "visit": asked["visit"] | {"interviewed_on": interviewed_on}}


async def shown(interview, answer):
    assert answer.status_code == 201, answer.text
    return (await interview.get(answer.headers["location"])).json()


async def test_without_a_list_any_code_is_taken_and_its_version_is_free(interview):
    person, _ = await assigned(interview)
    assert (await shown(interview, await interview.post("/v1/interviews", form(person, "WEAVER"))))["code_lists"]["occupation"] == "free"


async def test_an_unknown_code_is_refused_by_name_in_every_field(interview):
    await interview.bring(FIRST)
    person, _ = await assigned(interview)
    wrong = form(person, "9999")
    wrong["person"]["second_occupation"] = "6115"
    answer = await interview.post("/v1/interviews", wrong)
    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [
        (FIELD, "unknown_code"),
        ("person.second_occupation", "unknown_code"),
    ]
    kept = await shown(interview, await interview.post("/v1/interviews", form(person, "6310", menu=menu(training_code="SV-18-01"))))
    assert (kept["code_lists"]["occupation"], kept["code_lists"]["training"]) == ("1", "free")


async def test_a_list_is_replaced_in_mid_year(interview):
    await interview.bring(FIRST)
    person, _ = await assigned(interview)
    await interview.bring(SECOND, FIRST)
    interview.on("2018-03-26")
    late = await interview.post("/v1/interviews", form(person, "6310", "2018-03-26"))
    [problem] = late.json()["errors"]
    assert (problem["field"], problem["code"], problem["allowed"]) == (FIELD, "retired_code", "6115")
    # What was filled in on paper before the first day of the new list keeps the list of its day.
    old = await shown(interview, await interview.post("/v1/interviews", form(person, "6310", "2018-03-20")))
    assert old["code_lists"]["occupation"] == "1"
    amendment = {"reason": "แก้รหัสอาชีพ", **form(person, "6115", "2018-03-26")}
    amendment.pop("holder_id")
    new = await interview.post(f"/v1/interviews/{old['interview_id']}/revisions", amendment)
    assert (await shown(interview, new))["code_lists"]["occupation"] == "2"
    lists = {
        day: (await interview.get("/v1/forms/code-lists", on=day)).json()["items"] for day in ("2018-01-01", "2018-03-24", "2018-03-25")
    }
    assert {day: [one["version"] for one in of_day] for day, of_day in lists.items()} == {
        "2018-01-01": [1],
        "2018-03-24": [1],
        "2018-03-25": [2],
    }
    assert [code["code"] for code in lists["2018-03-25"][0]["codes"]] == ["6111", "6115"]
