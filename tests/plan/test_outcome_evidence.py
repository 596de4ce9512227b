"""What shows an outcome, by its kind; who was at the sessions of a course; and what plan says of who did not develop."""

from datetime import date

import pytest

from shared.contracts.interview import DecisionKind
from shared.contracts.plan import EvidenceKind
from tests.plan import story
from tests.plan.story import JOB, TECHNICIAN, person
from tests.plan.test_prescriptions import agree, amend
from tests.plan.test_seats import offered

ONE = person(1)
LOAN, DEBT = "D3-GSB-CARD-HOLDER-LOAN", "D3-FPO-DEBT-MEDIATION"
SAVING, HOME, LAND = "D4-NSF-RETIREMENT-SAVING", "D4-GHB-HOUSING-LOAN", "D4-ALRO-FARMLAND"
COURSE = {"kind": "TRAINING", "hours": 60, "certificate_no": "ชช. ๑/๒๕๖๑", "test_percent": 80, "kit": "ชุดเครื่องมือ", "kit_value_baht": 3500}
POST = {"kind": "JOB", "employer": "ร้าน", "starts_on": "2018-04-02", "monthly_wage_baht": 9000}
SHOWN = [
    (TECHNICIAN, "TRAINING_PASSED", COURSE),
    (JOB, "JOB_PLACED", {"kind": "JOB", "employer": "ร้านช่างสมบูรณ์", "starts_on": "2018-03-29", "monthly_wage_baht": 9300}),
    (LOAN, "GRANTED", {"kind": "LOAN", "amount_baht": 50000, "purpose": "ซื้อรถเข็น", "bank": "ธนาคารออมสิน"}),
    (DEBT, "GRANTED", {"kind": "DEBT_SETTLED", "owed_baht": 30000, "settled_for_baht": 20000}),
    (DEBT, "GRANTED", {"kind": "DEBT_REFINANCED", "owed_baht": 30000, "refinanced_baht": 30000, "bank": "ธนาคารออมสิน"}),
    (DEBT, "NOT_GRANTED", {"kind": "DEBT_NO_AGREEMENT", "owed_baht": 30000, "because": "เจ้าหนี้ไม่มาเจรจา"}),
    (SAVING, "GRANTED", {"kind": "SAVING", "fund": "กอช.", "member_since": "2018-03-29", "monthly_saving_baht": 50}),
    (HOME, "GRANTED", {"kind": "HOME", "tenure": "OWNED", "subdistrict": "810101"}),
    (LAND, "GRANTED", {"kind": "LAND_ALLOTTED", "square_wa": 400, "subdistrict": "810101", "document_no": "ส.ป.ก. ๔-๐๑"}),
    (LAND, "NOT_GRANTED", {"kind": "LAND_REFUSED", "because": "ไม่มีที่ดินว่าง"}),
]


def test_every_kind_of_evidence_is_shown_below():
    assert {EvidenceKind(details["kind"]) for _, _, details in SHOWN} == set(EvidenceKind)


async def _taken_in(plan, *codes):
    await plan.bring(*story.beginning(ONE), story.interviewed(ONE, lines=story.menu(*codes)))
    referrals = await plan.referrals_of(ONE)
    for one in referrals:
        answer = await plan.post(f"/v1/referrals/{one['referral_id']}/reports", {"step": "STARTED", "on": "2018-03-26"})
        assert answer.status_code == 201, answer.text
    return referrals


async def outcome(plan, referral, code, status=201, **more):
    path = f"/v1/referrals/{referral['referral_id']}/outcomes"
    answer = await plan.post(path, {"outcome": code, **more}, plan.agency(referral["agency"]))
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.parametrize(("programme", "code", "details"), SHOWN, ids=[details["kind"] for _, _, details in SHOWN])
async def test_each_kind_is_kept_sealed_and_only_its_name_and_the_first_day_of_a_job_are_told(plan, programme, code, details):
    [one] = await _taken_in(plan, programme)
    await outcome(plan, one, code, details=details)
    [kept] = (await plan.get(f"/v1/referrals/{one['referral_id']}", plan.agency(one["agency"]))).json()["evidence"]
    assert {name: kept["details"][name] for name in details} == details
    [told] = await plan.outbox("ReferralOutcomeRecorded")
    assert told["data"]["evidence_kind"] == details["kind"]
    first_day = told["data"].pop("job_starts_on")
    assert first_day == (details["starts_on"] if details["kind"] == "JOB" else None)
    async with plan.db.reading() as tx:
        rows = str([dict(row) for row in await tx.fetch("SELECT * FROM referral_evidence")]) + str(told)
    assert not [value for value in details.values() if isinstance(value, str) and value != details["kind"] and value in rows]
    await plan.bring(story.erased(ONE))
    assert (await plan.get(f"/v1/referrals/{one['referral_id']}")).json()["evidence"] == []


@pytest.mark.parametrize(
    ("programme", "code", "details", "field"),
    [
        (TECHNICIAN, "TRAINING_PASSED", POST, "details.kind"),
        (TECHNICIAN, "DID_NOT_START", COURSE, "details.kind"),
        (TECHNICIAN, "TRAINING_PASSED", {**COURSE, "hours": 59}, "details.hours"),
        (TECHNICIAN, "TRAINING_PASSED", {**COURSE, "kit_value_baht": 3400}, "details.kit_value_baht"),
        (TECHNICIAN, "TRAINING_PASSED", {**COURSE, "test_percent": 101}, "details.test_percent"),
        (TECHNICIAN, "TRAINING_PASSED", {"kind": "LOTTERY"}, "details.kind"),
        (SAVING, "GRANTED", {"kind": "HOME", "tenure": "OWNED", "subdistrict": "810101"}, "details.kind"),
        (SAVING, "GRANTED", {"kind": "SAVING", "fund": "กอช.", "member_since": "2561-03-29"}, "details.member_since"),
        (JOB, "JOB_PLACED", {**POST, "starts_on": "2561-04-02"}, "details.starts_on"),
        (DEBT, "GRANTED", {"kind": "DEBT_SETTLED", "owed_baht": 30000, "settled_for_baht": 30001}, "details.settled_for_baht"),
    ],
)
async def test_what_does_not_show_the_outcome_is_refused_by_field(plan, programme, code, details, field):
    [one] = await _taken_in(plan, programme)
    refused = await outcome(plan, one, code, 422, details=details)
    assert refused["errors"][0]["field"] == field
    assert await plan.outbox("ReferralOutcomeRecorded") == []


async def test_an_outcome_may_be_shown_later_and_put_right_and_once_more_changes_nothing(plan):
    [one] = await _taken_in(plan, TECHNICIAN)
    path, right = f"/v1/referrals/{one['referral_id']}", {**COURSE, "certificate_no": "ชช. ๒/๒๕๖๑"}
    for details in (None, COURSE, COURSE, right, None):
        await outcome(plan, one, "TRAINING_PASSED", recorded_on="2018-04-02", details=details)
    found = (await plan.get(path)).json()
    assert (found["status"], found["outcome"], found["version"]) == ("CLOSED", "TRAINING_PASSED", one["version"] + 4)
    assert [kept["details"]["certificate_no"] for kept in found["evidence"]] == ["ชช. ๑/๒๕๖๑", "ชช. ๒/๒๕๖๑"]
    assert [event["data"]["evidence_kind"] for event in await plan.outbox("ReferralOutcomeRecorded")] == [None, "TRAINING", "TRAINING"]
    assert len(await plan.outbox("PlanCompleted")) == 1
    wrong = await outcome(plan, one, "TRAINING_PASSED", 422, recorded_on="2018-04-02", details={**COURSE, "hours": 59})
    assert wrong["errors"][0]["field"] == "details.hours"
    await plan.bring(story.erased(ONE))
    await outcome(plan, one, "TRAINING_PASSED", recorded_on="2018-04-02", details=COURSE)
    assert (await plan.get(path)).json()["evidence"] == []


async def test_attendance_is_counted_and_put_right(plan):
    course, job = await _taken_in(plan, TECHNICIAN, JOB)

    async def attend(referral, *sessions, status=200, who="DSD"):
        answer = await plan.post(f"/v1/referrals/{referral['referral_id']}/attendance", {"sessions": list(sessions)}, plan.agency(who))
        assert answer.status_code == status, answer.text
        return answer.json()

    day = {"on": "2018-03-27", "minutes": 180}
    kept = await attend(course, day, {**day, "session_no": 2}, {"on": "2018-03-28", "minutes": 360, "present": False})
    assert (len(kept["sessions"]), kept["minutes_attended"]) == (3, 360)
    assert (await attend(course, {"on": "2018-03-28", "minutes": 360}))["minutes_attended"] == 720
    for wrong in ({"on": "2018-03-25", "minutes": 180}, {"on": "2018-04-03", "minutes": 180}):
        assert (await attend(course, wrong, status=422))["errors"][0]["field"] == "sessions.0.on"
    twice = await attend(course, day, {**day, "present": False}, status=422)
    assert twice["errors"][0]["field"] == "sessions.1.session_no"
    await attend(job, day, status=422, who="DOE")
    await attend(course, day, status=404, who="DOE")
    await outcome(plan, course, "TRAINING_PASSED", recorded_on="2018-03-29", details=COURSE)
    detail = (await plan.get(f"/v1/referrals/{course['referral_id']}")).json()
    assert (detail["attendance"]["minutes_attended"], detail["evidence"][0]["flag"]) == (720, "HOURS_NOT_ATTENDED")
    whole = [{"on": "2018-03-29", "session_no": number, "minutes": 720} for number in (1, 2, 3, 4)]
    assert (await attend(course, *whole))["minutes_attended"] == 60 * 60
    assert (await plan.get(f"/v1/referrals/{course['referral_id']}")).json()["evidence"][0]["flag"] is None


async def test_an_ended_plan_goes_on_by_a_further_agreement_and_its_next_end_is_told_again(plan):
    [course] = await _taken_in(plan, TECHNICIAN)
    await outcome(plan, course, "TRAINING_PASSED", recorded_on="2018-03-29")
    plan.on("2018-05-14")
    before = await plan.plan_of(ONE)
    early = await amend(plan, ONE, {"line_no": 1}, JOB, agreed_on="2018-03-28")
    assert (early.status_code, early.json()["errors"][0]["allowed"]) == (422, "≥ 2018-03-29")
    nothing_new = await amend(plan, ONE, {"line_no": 1}, agreed_on="2018-05-14")
    assert (nothing_new.status_code, nothing_new.json()["errors"][0]["code"]) == (422, "nothing_changed")
    further = await amend(plan, ONE, {"line_no": 1}, JOB, agreed_on="2018-05-14")
    assert further.status_code == 201, further.text
    found = await plan.plan_of(ONE)
    assert [found[name] for name in ("status", "agreement_version", "completed_on", "succeeded")] == ["REFERRED", 2, None, None]
    assert found["history"][-1]["from_status"] == before["status"] == "COMPLETED"
    [_, job] = found["referrals"]
    await outcome(plan, job, "JOB_DID_NOT_COME", recorded_on="2018-05-14")
    ends = [event["data"] for event in await plan.outbox("PlanCompleted")]
    assert [(one["succeeded"], one["failed"], one["dropped"]) for one in ends] == [(1, 0, False), (1, 1, False)]
    assigned = [event["data"]["version"] for event in await plan.outbox("PlanAssigned")]
    assert assigned[0] < ends[0]["version"] < assigned[1] < ends[1]["version"]
    [failure] = await plan.outbox("DevelopmentFailed")
    assert failure["data"]["failure"] == "DID_NOT_WORK"
    # What a committee stopped goes on after a reinstatement alone.
    stop = story.decided(ONE, DecisionKind.DID_NOT_WORK)
    await plan.bring(stop)
    again = ({"line_no": 1}, {"line_no": 2}, JOB)
    refused = await amend(plan, ONE, *again, agreed_on="2018-05-14")
    assert (refused.status_code, refused.json()["decision_id"]) == (409, str(stop.data.decision_id))
    await plan.bring(story.decided(ONE, DecisionKind.REINSTATE, date(2018, 5, 14)))
    # A line that no agency takes ends the plan where it stood: not who was taken in is in development.
    assert (await amend(plan, ONE, *again, agreed_on="2018-05-14")).status_code == 201
    *_, last = await plan.referrals_of(ONE)
    given_up = await plan.post(f"/v1/referrals/{last['referral_id']}/giving-up", {"reason": "ไม่มีที่รับ"}, plan.officer())
    assert (given_up.status_code, (await plan.plan_of(ONE))["status"]) == (200, "COMPLETED")
    for ending in (story.withdrawn(ONE, date(2018, 5, 14)), story.died(ONE)):
        await plan.bring(ending)
        gone = await amend(plan, ONE, {"line_no": 1}, {"line_no": 2}, {"line_no": 3}, JOB, agreed_on="2018-05-14")
        assert (gone.status_code, gone.json()["plan_status"]) == (409, "COMPLETED")


async def test_no_session_is_before_the_first_day_of_the_offering(plan):
    await plan.bring(*story.beginning(ONE), story.interviewed(ONE))
    here = await offered(plan, "กระบี่", 1)  # from 7 May on
    assert (await agree(plan, ONE, (TECHNICIAN, {"offering_id": str(here)}))).status_code == 201
    plan.on("2018-05-09")
    [course] = await plan.referrals_of(ONE)
    await plan.post(f"/v1/referrals/{course['referral_id']}/reports", {"step": "STARTED", "on": "2018-05-02"})
    path = f"/v1/referrals/{course['referral_id']}/attendance"
    early = await plan.post(path, {"sessions": [{"on": "2018-05-04", "minutes": 360}]}, plan.agency("DSD"))
    assert (early.status_code, early.json()["errors"][0]["allowed"]) == (422, "2018-05-07..2018-05-09")
    assert (await plan.post(path, {"sessions": [{"on": "2018-05-07", "minutes": 360}]}, plan.agency("DSD"))).status_code == 200


@pytest.mark.parametrize(
    ("course_ends", "job_ends", "failure"),
    [
        ("DID_NOT_START", "JOB_DID_NOT_COME", "DID_NOT_DEVELOP"),
        ("TRAINING_PASSED", "JOB_DID_NOT_COME", "DID_NOT_WORK"),
        ("TRAINING_PASSED", "JOB_TOO_OLD", None),
        ("TRAINING_FAILED", "JOB_PLACED", None),
    ],
)
async def test_plan_says_with_the_facts_who_did_not_develop(plan, course_ends, job_ends, failure):
    course, job = await _taken_in(plan, TECHNICIAN, JOB)
    await outcome(plan, course, course_ends, recorded_on="2018-03-30")
    await outcome(plan, job, job_ends, recorded_on="2018-04-02")
    told = [event["data"] for event in await plan.outbox("DevelopmentFailed")]
    assert [one["failure"] for one in told] == ([] if failure is None else [failure])
    for one in told:
        assert one["failed_on"] == "2018-04-02"
        assert [(line["line_no"], line["agency"], line["outcome"], line["ended_on"]) for line in one["lines"]] == [
            (1, "DSD", course_ends, "2018-03-30"),
            (2, "DOE", job_ends, "2018-04-02"),
        ]
