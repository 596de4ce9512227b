"""Every operation: without a token, without its scope, out of reach, with a bad body; and the OpenAPI page."""

import re

import pytest

from services.interview.papers.reference import reference_of
from shared.auth import Level
from shared.ids import new_id
from shared.signatures import SigningKeys
from tests.interview import world
from tests.interview.conftest import CHIEF
from tests.interview.test_duties import FEBRUARY, GUIDELINE, MEMBER, TASK
from tests.interview.test_interviews import interviewed
from tests.interview.test_slips import VERIFICATION

STRANGE = str(new_id())
RULING = {"decided_on": "2018-03-20", "reference": "1"}
ABOUT_NOBODY = {
    "/v1/decisions/{decision_id}/appeals",  # of who lost the allowance; tests/interview/test_appeals.py
    "/v1/appeals/{appeal_id}/decision",
    "/v1/diagnoses/proposals",  # stores nothing and knows no person; tests/interview/test_diagnosis.py
    "/v1/devices",  # an account officer's own; tests/interview/test_offline.py
    "/v1/sync",
}
SUPERVISED = ("/v1/supervision/officers", "/v1/supervision/suspicions?kind=ALIKE", "/v1/spot-checks", "/v1/supervision/spot-check-shares")
TEAM = {
    "order_no": "1",
    "ordered_on": "2018-03-20",
    "head_id": STRANGE,
    "members": [{"officer_id": STRANGE, "duty": "ACCOUNT_OFFICER"}],
}
PLACE = {"subdistrict": "810101", "name": "หอประชุม", "opens_on": "2018-02-01", "closes_on": "2018-02-28", "capacity_per_day": 300}


def posts(person, case):
    """Path and a good body of every POST, about one person."""
    case_id, holder_id = case["case_id"], person.subject
    return [
        ("/v1/officers", {"district": "8101", "employer": "BAAC", "staff_no": "1"}),
        (f"/v1/officers/{case['officer_id']}/departure", {"reason": "x"}),
        (f"/v1/officers/{case['officer_id']}/changes", {"languages": ["sou"], "caseload_max": 9, "subdistricts": ["810101"]}),
        (f"/v1/officers/{case['officer_id']}/absences", {"from_on": "2018-03-20", "to_on": "2018-03-21", "kind": "LEAVE"}),
        (f"/v1/officers/{case['officer_id']}/absences/{STRANGE}/end", {"to_on": "2018-03-20"}),
        (f"/v1/officers/{case['officer_id']}/handover", {"reason": "x"}),
        ("/v1/districts/8101/team-appointments", TEAM),
        ("/v1/districts/8101/roster", {"officer_id": STRANGE, "duty": "ACCOUNT_OFFICER", "from_on": "2018-03-20", "to_on": "2018-03-21"}),
        (f"/v1/roster/{STRANGE}/cancellation", None),
        ("/v1/assignments", None),
        ("/v1/meeting-places", PLACE),
        (f"/v1/meeting-places/{STRANGE}/changes", {name: value for name, value in PLACE.items() if name != "subdistrict"}),
        (f"/v1/meeting-places/{STRANGE}/tickets", None),
        (f"/v1/meeting-places/{STRANGE}/calls", {"counter": "1"}),
        (f"/v1/meeting-places/{STRANGE}/closings", {"day": "2018-02-14", "paper_count": 0}),
        (f"/v1/meeting-places/{STRANGE}/reopenings", {"day": "2018-02-14", "reason": "x"}),
        (f"/v1/tickets/{STRANGE}/service", None),
        (f"/v1/tickets/{STRANGE}/departure", None),
        ("/v1/intents", world.wish(holder_id)),
        ("/v1/late-forms", world.wish(holder_id, reason="x")),
        (f"/v1/late-forms/{STRANGE}/approval", None),
        (f"/v1/late-forms/{STRANGE}/refusal", {"reason": "x"}),
        (f"/v1/intents/{case['slip']['intent_id']}/withdrawal", {"withdrawn_on": "2018-03-20", "reason": "x"}),
        ("/v1/districts/8101/home-visit-list", None),
        ("/v1/districts/8101/home-visit-sweeps", None),
        ("/v1/districts/8101/assignments", None),
        (f"/v1/cases/{case_id}/assignment", {"officer_id": STRANGE}),
        (f"/v1/cases/{case_id}/closure", {"reason": "x"}),
        ("/v1/interviews", world.interview(holder_id)),
        (VERIFICATION, {"reference": reference_of(case["slip"]["slip_no"], SigningKeys.from_text(world.SIGNING_KEYS))}),
        (f"/v1/interviews/{STRANGE}/revisions", {**world.interview_answers(), "reason": "xxx"}),
        (f"/v1/cases/{case_id}/interview-draft/completion", {}),
        ("/v1/visit-attempts", {"case_id": case_id, "visited_on": "2018-03-20", "reason": "ILL"}),
        ("/v1/follow-ups", world.follow_up(holder_id)),
        ("/v1/districts/8101/follow-up-sweeps", {"round": "JUNE"}),
        ("/v1/decisions", world.decision(holder_id, "NOT_FOUND", "2018-03-20")),
        ("/v1/districts/8101/not-interviewed-decisions", RULING),
        (f"/v1/devices/{STRANGE}/revocation", {"reason": "x"}),
        ("/v1/districts/8101/spot-checks", {"from": "2018-03-01", "to": "2018-03-20", "count": 1}),
        (f"/v1/spot-checks/{STRANGE}/results", world.spot_check("2018-03-20")),
        (f"/v1/spot-checks/{STRANGE}/assignment", {"officer_id": STRANGE}),
        (f"/v1/late-forms/{STRANGE}/withdrawal", {"reason": "x"}),
        *duties(case["officer_id"]),
        *complaints(holder_id),
    ]


def complaints(holder_id):
    """As `posts`, of complaints."""
    path = f"/v1/complaints/{STRANGE}"
    return [
        ("/v1/complaints", {"holder_id": holder_id, "category": "AMOUNT", "channel": "WALK_IN", "text": "x"}),
        (f"{path}/handling", None),
        (f"{path}/answer", {"text": "x"}),
        (f"{path}/closure", {"satisfied": True}),
        ("/v1/districts/8101/complaint-sweeps", None),
    ]


def duties(officer_id):
    """As `posts`, of what is done beside the cases."""
    return [
        ("/v1/provinces/81/guidelines", GUIDELINE),
        (f"/v1/guidelines/{STRANGE}/versions", GUIDELINE),
        (f"/v1/districts/8101/guidelines/{STRANGE}/acknowledgement", {"version": 1}),
        ("/v1/districts/8101/team-variants", {"differs_in": "OTHER", "what": "x", "reason": "x", "from_day": "2018-02-01"}),
        (f"/v1/team-variants/{STRANGE}/end", {"to_day": "2018-04-30"}),
        ("/v1/districts/8101/rehearsals", {"on_day": "2018-01-25", "place": "x", "officer_ids": [officer_id], "practised": ["x"]}),
        ("/v1/districts/8101/publicity", {"on_day": "2018-01-25", "channel": "POSTER", "area": "x", "people_reached": 1}),
        ("/v1/districts/8101/methods", {"on_day": "2018-01-25", "title": "x", "steps": ["x"]}),
        ("/v1/provinces/81/agency-tasks", TASK),
        (f"/v1/agency-tasks/{STRANGE}/answers", {"state": "ACCEPTED"}),
        ("/v1/provinces/81/committee-members", MEMBER),
        (f"/v1/committee-members/{STRANGE}/end", {"to_day": "2018-04-30"}),
        ("/v1/districts/8101/releases", {"addressee": "MOF", **FEBRUARY}),
        ("/v1/provinces/81/releases", {"addressee": "MOF", **FEBRUARY}),
        (f"/v1/releases/{STRANGE}/receipt", {"reference": "x"}),
    ]


async def test_every_post_is_tried_here(interview):
    person, _ = await interviewed(interview)
    tried = {_template(path) for path, _ in posts(person, await interview.case(person.subject))}
    document = interview.service.app.openapi()
    assert tried | ABOUT_NOBODY == {path for path, methods in document["paths"].items() if "post" in methods and "operations" not in path}


def _template(path):
    path = re.sub(r"/districts/\d{4}", "/districts/{district}", path)
    path = re.sub(r"/spot-checks/[0-9a-f-]{36}", "/spot-checks/{check_id}", path)
    path = re.sub(r"/late-forms/[0-9a-f-]{36}", "/late-forms/{form_id}", path)
    path = re.sub(r"/meeting-places/[0-9a-f-]{36}", "/meeting-places/{place_id}", path)
    path = re.sub(r"/absences/[0-9a-f-]{36}", "/absences/{absence_id}", re.sub(r"/roster/[0-9a-f-]{36}", "/roster/{entry_id}", path))
    path = re.sub(r"/provinces/\d{2}", "/provinces/{province}", path)
    path = re.sub(
        r"/(agency-task|committee-member|team-variant)s/[0-9a-f-]{36}", lambda found: f"/{found[1]}s/{{{found[1].split('-')[1]}_id}}", path
    )
    return re.sub(
        r"/(intents|cases|officers|interviews|devices|tickets|guidelines|complaints|releases)/[0-9a-f-]{36}",
        lambda found: f"/{found[1]}/{{{found[1][:-1]}_id}}",
        path,
    )


async def test_what_is_out_of_reach_is_not_there(interview):
    person, _ = await interviewed(interview)
    for path, body in posts(person, await interview.case(person.subject)):
        for who in (
            interview.caller(code="9001", scopes=CHIEF),
            interview.caller(Level.BANK, "KTB", CHIEF),
            interview.caller(Level.OFFICER, STRANGE, CHIEF),
        ):
            answer = await interview.post(path, body, who, headers={"If-Match": '"1"'})
            # Who is no head of a team may not decide, and is told so before anything is looked up.
            refused = 403 if path == "/v1/decisions" and who != interview.caller(code="9001", scopes=CHIEF) else 404
            assert answer.status_code == refused, (path, answer.text)


async def test_each_operation_needs_its_scope_and_a_token(interview):
    person, _ = await interviewed(interview)
    for path, body in posts(person, await interview.case(person.subject)):
        wrong = await interview.post(path, body, interview.caller(scopes=("plan.plans:write",)))
        assert (wrong.status_code, wrong.json()["needed_scope"].split(".")[0]) == (403, "interview"), path
        assert (await interview.client.post(path, json=body)).status_code == 401


async def test_bad_bodies_and_missing_keys_are_refused(interview):
    person, _ = await interviewed(interview)
    for path, body in posts(person, await interview.case(person.subject)):
        if body is not None:
            for bad in ({}, {**body, "no_such_field": 1}, {name: [] for name in body}):
                answer = await interview.post(path, bad, interview.chief())
                assert answer.status_code == 422, (path, bad, answer.text)
                assert answer.json()["errors"], path
        if path == VERIFICATION:  # creates nothing
            continue
        keyless = await interview.client.post(path, json=body, headers=interview.chief())
        assert keyless.json()["errors"][0]["field"] == "Idempotency-Key", path


async def test_reads_are_within_reach(interview):
    person, _ = await interviewed(interview)
    case = await interview.case(person.subject)
    interview_id = (await interview.outbox("InterviewCompleted"))[0].data.interview_id
    for path in (f"/v1/cases/{case['case_id']}", f"/v1/intents/{case['slip']['intent_id']}", f"/v1/interviews/{interview_id}"):
        assert (await interview.get(path)).status_code == 200
        assert (await interview.get(path, interview.caller(code="9001"))).status_code == 404
        assert (await interview.get(path, interview.caller(scopes=()))).status_code == 403
    for path in (
        "/v1/districts/8101/home-visits",
        "/v1/districts/8101/not-interviewed",
        "/v1/follow-ups",
        "/v1/follow-ups-due?round=JUNE",
        *SUPERVISED,
    ):
        assert (await interview.get(path, interview.caller(code="9001"))).json()["items"] == []


async def test_a_case_answers_with_its_version_as_etag(interview):
    person, _ = await interviewed(interview)
    case = await interview.case(person.subject)
    path = f"/v1/cases/{case['case_id']}"
    answer = await interview.get(path)
    assert answer.headers["etag"] == f'"{case["version"]}"'
    assert (await interview.client.get(path, headers={**interview.caller(), "If-None-Match": answer.headers["etag"]})).status_code == 304


@pytest.mark.parametrize("path", ["/v1/cases", "/v1/officers", "/v1/meeting-places", "/v1/follow-ups", "/v1/decisions"])
async def test_damaged_cursors_are_refused(interview, path):
    assert (await interview.get(path, cursor="nonsense")).json()["errors"][0]["field"] == "cursor"


def test_every_operation_is_described_in_both_languages(interview):
    document = interview.service.app.openapi()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if path.startswith("/v1/"):
                assert re.search("[ก-๙]", operation["description"]), (method, path)
                assert "Scope: `" in operation["description"] or path.startswith("/v1/complaint-status/"), (method, path)
    bodies = [name for name in document["components"]["schemas"] if name.endswith("In") and name not in {"MoveIn", "DeathIn"}]
    assert [name for name in bodies if not document["components"]["schemas"][name].get("examples")] == []
