"""The round of home visits: why each is due, what follows from a visit, who may close as not found, and what rises when it is not made."""

from datetime import date

import pytest

from services.interview.commands import raise_overdue_visits as raise_overdue_visits_command
from services.interview.domain import State
from services.interview.http import visits as visits_page
from services.interview.jobs import raise_overdue_visits
from services.interview.rules.dated import in_force
from services.interview.rules.policy import Policy
from services.interview.rules.visit_results import FILE, VisitResult, following
from shared.auth import Level
from shared.contracts.interview import NotMetReason
from tests.interview import world
from tests.interview.registry import registry_beside

LIST = "/v1/districts/8101/home-visit-list"
ASSIGN = "/v1/districts/8101/assignments"
ROUND = "/v1/districts/8101/home-visits"
SWEEP = "/v1/districts/8101/home-visit-sweeps"
MOVE = {"moved_on": "2018-03-02", "to_subdistrict": "900101"}
DEATH = {"deceased_on": "2018-03-02", "evidence": "ใบมรณบัตร"}
TELLING = {"MOVED": {"move": MOVE}, "DECEASED": {"death": DEATH}}


async def due(interview, count=1, **more):
    """People on the list of 5 March, each with an account officer."""
    people = await interview.people(count, **more)
    interview.on("2018-03-05")
    await interview.made(LIST)
    officer = await interview.officer()
    await interview.made(ASSIGN)
    return people, officer


async def attempt(interview, person, officer, reason, on="2018-03-05", **more):
    body = {"holder_id": person.subject, "visited_on": on, "reason": reason, **more}
    return await interview.made("/v1/visit-attempts", body, interview.ao(officer))


async def test_the_round_goes_by_subdistrict_and_says_why_each_is_due(interview):
    await interview.people(2, subdistrict="810103")
    people, officer = await due(interview, 1, subdistrict="810101", age=60)
    pages, cursor = [], None
    while cursor or not pages:
        page = (await interview.get("/v1/home-visits", interview.ao(officer), limit=2, **({"cursor": cursor} if cursor else {}))).json()
        pages, cursor = [*pages, page["items"]], page["next_cursor"]
    assert [[row["subdistrict"] for row in page] for page in pages] == [["810101", "810103"], ["810103"]]
    line = pages[0][0]
    assert line["holder_id"] == people[0].subject
    why = line["why"]
    assert (why["age"], why["age_max"], why["tier"], why["income_max_baht"]) == (60, 60, "UP_TO_30000", 30000)
    assert (why["no_wish_by"], why["policy_version"]) == ("2018-02-28", 1)
    assert "Aged 60 (not over 60)" in why["text_en"]
    assert "อายุ 60 ปี" in why["text_th"]
    interview.on("2018-03-06")
    await interview.people(1, subdistrict="810102")
    await interview.made(LIST)
    lists = (await interview.get("/v1/districts/8101/home-visit-lists")).json()["items"]
    assert [(one["listed_on"], one["cases"], one["made_by"], one["due_by"]) for one in lists] == [
        ("2018-03-05", 3, "DISTRICT-8101", "2018-05-31"),
        ("2018-03-06", 1, "DISTRICT-8101", "2018-05-31"),
    ]
    only = (await interview.get(ROUND, subdistrict="810102")).json()["items"]
    assert [row["listed_on"] for row in only] == ["2018-03-06"]
    stranger = interview.caller(code="9001")
    for path in (ROUND, "/v1/home-visits", "/v1/districts/8101/home-visit-lists", "/v1/home-visit-counts?by=OFFICER"):
        assert (await interview.get(path, stranger)).json()["items"] == [], path


async def test_the_round_is_walked_by_village_as_the_registry_tells_the_caller_and_nothing_of_it_is_kept(interview):
    people, officer = await due(interview, 6)
    there = await interview.people(1, subdistrict="810102")
    await interview.made(LIST)
    await interview.made(ASSIGN)
    await attempt(interview, people[5], officer, "REFUSES")
    villages = ["10", "9", None, "๒", "ท่าเรือ"]
    async with registry_beside(interview) as registry:
        registry.moo = {one.subject: moo for one, moo in zip(people, villages, strict=False)}
        walked = (await interview.get("/v1/home-visits/round", interview.ao(officer))).json()["items"]
        assert [(one["subdistrict"], one["moo"]) for one in walked] == [
            *(("810101", moo) for moo in ("๒", "9", "10", "ท่าเรือ", None)),
            ("810102", None),
        ]
        assert {one["holder_id"] for one in walked} == {one.subject for one in (*people[:5], *there)}
        assert [(path, purpose) for path, purpose, _ in registry.asked] == [("/v1/card-holders/villages", "ลำดับการไปหา")]
        assert (await interview.get("/v1/home-visits/round", interview.caller(code="9001"))).json() == {"items": []}
        assert len(registry.asked) == 1  # nobody to ask about
        registry.status = 500
        away = await interview.get("/v1/home-visits/round", subdistrict="810101")
        assert (away.status_code, away.json()["type"].rsplit(":", 1)[-1]) == (503, "neighbour-away")
    assert "ท่าเรือ" not in str(await interview.state())


async def test_a_round_that_nobody_walks_is_to_be_narrowed(interview, monkeypatch):
    monkeypatch.setattr(visits_page, "ROUND_VISITS_MAX", 1)
    await due(interview, 2)
    wide = await interview.get("/v1/home-visits/round")
    assert (wide.status_code, wide.json()["errors"][0]["field"], wide.json()["errors"][0]["code"]) == (422, "officer_id", "round_too_large")


@pytest.mark.parametrize(("reason", "told"), [*((reason, False) for reason in VisitResult), ("MOVED", True), ("DECEASED", True)])
async def test_each_result_has_its_next_step_state_and_word_to_the_registry(interview, reason, told):
    (person,), officer = await due(interview)
    done = await attempt(interview, person, officer, reason, **(TELLING[reason] if told else {}))
    rule = in_force(FILE, date(2018, 3, 5))["results"][reason]
    rule = rule | (rule["when_told"] if told else {})
    follows = done["next"]
    again_on = None if rule["again_after_days"] is None else f"2018-03-{5 + rule['again_after_days']:02}"
    assert (done["state"], follows["step"], follows["visit_again_on"]) == (rule["state"], rule["next_step"], again_on)
    assert (follows["counted"], follows["needed"]) == (int(rule["counts_towards_not_found"]), 3)
    assert (follows["text_th"], follows["text_en"]) == (rule["th"], rule["en"])
    published = (await interview.published(person.subject))[4:]
    assert published[0] == ("VisitRefused" if reason == "REFUSES" else "VisitUnsuccessful")
    assert published[1:] == ([follows["registry_is_told"]] if told else [])
    (line,) = (await interview.get(ROUND)).json()["items"]
    assert (line["last_result"], line["next_step"], line["visit_again_on"]) == (reason, rule["next_step"], again_on)


async def test_who_refused_at_the_door_may_state_the_wish_later_and_who_stated_it_withdraws_instead(interview):
    (person, declared), officer = await due(interview, 2)
    await attempt(interview, person, officer, "REFUSES")
    await interview.made("/v1/intents", world.wish(declared.subject, "2018-03-05", channel="HOME_VISIT"))
    body = {"holder_id": declared.subject, "visited_on": "2018-03-05", "reason": "REFUSES"}
    refused = await interview.post("/v1/visit-attempts", body)
    assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[-1]) == (409, "refusal-is-withdrawal")
    assert (await interview.case(declared.subject))["attempts"] == 0
    interview.on("2018-04-02")
    await interview.made("/v1/intents", world.wish(person.subject, "2018-04-02", channel="HOME_VISIT"))
    assert await interview.state_of(person.subject) == "ASSIGNED"


async def test_not_found_counts_only_visits_in_vain_and_needs_another_pair_of_eyes(interview):
    (person,), officer = await due(interview)
    chief = interview.chief()
    not_found = world.decision(person.subject, "NOT_FOUND", "2018-03-05")
    for reason, counted, step in (
        ("ILL", 0, "VISIT_AGAIN"),
        ("NOT_AT_HOME", 1, "VISIT_AGAIN"),
        ("MOVED", 2, "FIND_ADDRESS"),
    ):
        follows = (await attempt(interview, person, officer, reason))["next"]
        assert (follows["counted"], follows["step"]) == (counted, step)
    early = (await interview.post("/v1/decisions", not_found, chief)).json()
    assert (early["type"].rsplit(":", 1)[-1], early["attempts"], early["attempts_needed"]) == ("attempts-not-used-up", 2, 3)
    body = {"holder_id": person.subject, "visited_on": "2018-03-05", "reason": "NOT_AT_HOME"}
    last = await interview.made("/v1/visit-attempts", body, chief)
    assert (last["next"]["step"], last["next"]["visit_again_on"]) == ("PROPOSE_NOT_FOUND", None)
    same = await interview.post("/v1/decisions", not_found, chief)
    assert (same.status_code, same.json()["type"].rsplit(":", 1)[-1]) == (409, "decider-is-proposer")
    assert (await interview.made("/v1/decisions", not_found, interview.committee()))["state"] == "NOT_FOUND"
    final = (await interview.outbox("VisitUnsuccessful"))[-1].data
    assert (final.attempt_no, final.reason, final.final) == (4, "NOT_AT_HOME", True)


async def test_what_is_not_made_rises_to_officer_district_and_province_once_each(interview, monkeypatch):
    monkeypatch.setattr(raise_overdue_visits_command, "VISITS_AT_ONCE_MAX", 1)
    people, officer = await due(interview, 3)
    unassigned = (await interview.people())[0]
    await interview.made(LIST)
    visited, waiting, met = people
    await attempt(interview, visited, officer, "NOT_AT_HOME")
    interview.on("2018-03-20")
    await interview.made("/v1/interviews", world.interview(met.subject, answer="REFUSE"), interview.ao(officer))

    async def rise(day, *, by_district=False):
        before = len(await interview.outbox("HomeVisitOverdue"))
        interview.on(day)
        if by_district:
            assert (await interview.made(SWEEP))["cases"] == len(await interview.outbox("HomeVisitOverdue")) - before
        else:
            await raise_overdue_visits(interview.service.resources)
        return sorted((event.data.level, event.subject) for event in (await interview.outbox("HomeVisitOverdue"))[before:])

    both, all_three = {waiting.subject, unassigned.subject}, {waiting.subject, unassigned.subject, visited.subject}
    assert await rise("2018-04-30") == []
    assert await rise("2018-05-01", by_district=True) == sorted(("OFFICER", subject) for subject in both)
    assert await rise("2018-05-16") == []
    assert await rise("2018-05-17") == sorted(("DISTRICT", subject) for subject in all_three)
    assert await rise("2018-05-31", by_district=True) == []
    assert await rise("2018-06-01") == sorted(("PROVINCE", subject) for subject in all_three)
    assert await rise("2018-06-02") == []
    fact = (await interview.outbox("HomeVisitOverdue", subject=visited.subject))[0].data
    assert (fact.level, str(fact.due_by), str(fact.found_on), fact.district, fact.attempts) == (
        "DISTRICT",
        "2018-05-31",
        "2018-05-17",
        "8101",
        1,
    )

    governor = interview.caller(Level.PROVINCE, "81")
    risen = (await interview.get("/v1/home-visits", governor, level="PROVINCE")).json()["items"]
    assert {row["holder_id"] for row in risen} == all_three
    assert {row["holder_id"]: row["risen_to"] for row in risen}[waiting.subject] == ["OFFICER", "DISTRICT", "PROVINCE"]
    own = (await interview.get("/v1/home-visits", interview.ao(officer), level="OFFICER")).json()["items"]
    assert [row["holder_id"] for row in own] == [waiting.subject]
    counts = (await interview.get("/v1/home-visit-counts", governor, by="OFFICER")).json()["items"]
    assert counts == [
        {
            "group": group,
            "listed": listed,
            "not_visited": 1,
            "visited_in_vain": in_vain,
            "with_result": ended,
            "risen_to_officer": 1,
            "risen_to_district": 1 + in_vain,
            "risen_to_province": 1 + in_vain,
        }
        for group, listed, in_vain, ended in (("", 1, 0, 0), (officer, 3, 1, 1))
    ]
    (province,) = (await interview.get("/v1/home-visit-counts", governor, by="PROVINCE")).json()["items"]
    assert (province["group"], province["listed"], province["risen_to_officer"]) == ("81", 4, 2)


def test_the_table_of_results_is_whole_and_never_sends_anybody_after_the_last_day():
    policy = Policy.of("amended", 1, world.AMENDED)
    table = in_force(FILE, date(2018, 3, 1))["results"]
    assert set(table) == set(VisitResult) == {*NotMetReason, "REFUSES"}
    for result in VisitResult:
        for told in (False, True) if "when_told" in table[result] else (False,):
            last = following(policy, result, date(2018, 5, 30), told=told, counted_before=0)
            assert last.visit_again_on in {None, date(2018, 5, 31)}, result
            over = following(policy, result, date(2018, 5, 31), told=told, counted_before=0)
            assert over.visit_again_on is None
            assert (over.state is State.REFUSED) == (result is VisitResult.REFUSES)
            assert over.text_th
            assert over.text_en
