"""Who did not develop comes before the committee with the facts; who loses the allowance may appeal within the clock, and is paid again."""

from datetime import date
from uuid import UUID

from services.interview.rules.appeals import paid_again_from
from shared.auth import Level
from shared.clock import noon
from shared.contracts import Event
from shared.contracts.common import Dimension
from shared.contracts.plan import DevelopmentFailed, EndedLine, Failure
from tests.interview import world
from tests.interview.test_consumers import plan_facts
from tests.interview.test_interviews import interviewed, menu

FAILED_ON = date(2018, 6, 4)
GROUNDS = {"received_on": "2018-06-25", "grounds": "ป่วยระหว่างอบรม มีใบรับรองแพทย์"}


def failed(holder_id):
    holder_id = UUID(str(holder_id))
    [*_, completed] = plan_facts(holder_id, dropped=True)
    line = EndedLine(
        line_no=1,
        dimension=Dimension.D2,
        programme_code="D2-TRAIN",
        agency="DSD",
        attempts=2,
        outcome="DID_NOT_START",
        closed_reason=None,
        ended_on=FAILED_ON,
    )
    fact = DevelopmentFailed(
        holder_id=holder_id, plan_id=completed.data.plan_id, failure=Failure.DID_NOT_DEVELOP, failed_on=FAILED_ON, lines=(line,)
    )
    return Event.of(fact, subject=holder_id, time=noon(FAILED_ON))


async def stopped(interview):
    """A person who did not develop, and the decision of 20 June that stops the allowance."""
    person, officer = await interviewed(interview, menu=menu())
    await interview.bring(*plan_facts(person.subject, dropped=True), failed(person.subject))
    interview.on("2018-06-10")
    stop = world.follow_up(person.subject, recommendation="STOP", reasonable_cause=False)
    await interview.made("/v1/follow-ups", stop, interview.ao(officer))
    [listed] = (await interview.get("/v1/development-failures", interview.committee(), state="OPEN")).json()["items"]
    assert (listed["failure"], listed["failed_on"], listed["reasonable_cause"]) == ("DID_NOT_DEVELOP", "2018-06-04", False)
    assert [(line["outcome"], line["attempts"]) for line in listed["lines"]] == [("DID_NOT_START", 2)]
    interview.on("2018-06-20")
    ruling = world.decision(person.subject, "DID_NOT_DEVELOP")
    decided = await interview.made("/v1/decisions", ruling, interview.committee())
    assert (await interview.get("/v1/development-failures", interview.committee(), state="OPEN")).json()["items"] == []
    [row] = (await interview.get("/v1/development-failures", state="DECIDED")).json()["items"]
    assert (row["decision_id"], row["decision"]) == (decided["decision_id"], "DID_NOT_DEVELOP")
    return person, decided["decision_id"]


async def test_a_granted_appeal_reinstates_from_the_first_month_that_was_taken_away(interview):
    person, decision_id = await stopped(interview)
    assert (await interview.get("/v1/development-failures", interview.committee("90"))).json()["items"] == []
    interview.on("2018-06-25")
    path = f"/v1/decisions/{decision_id}/appeals"
    assert (await interview.post(path, GROUNDS, interview.committee("90"))).status_code == 404
    appeal = await interview.made(path, GROUNDS)
    assert (appeal["due_on"], appeal["granted"], appeal["grounds"]) == ("2018-07-25", None, GROUNDS["grounds"])
    assert (await interview.post(path, GROUNDS)).json()["appeal_id"] == appeal["appeal_id"]  # one decision has one appeal
    listed = (await interview.get("/v1/appeals", decided="false")).json()["items"]
    assert ([one["appeal_id"] for one in listed], "grounds" in listed[0]) == ([appeal["appeal_id"]], False)
    interview.on("2018-07-26")
    assert len((await interview.get("/v1/appeals", overdue="true")).json()["items"]) == 1
    ruling = {
        "granted": True,
        "committee": "MONITORING_COMMITTEE",
        "decided_on": "2018-07-26",
        "reference": "คอต./๑",
        "reason": "มีเหตุอันสมควร",
    }
    decide = f"/v1/appeals/{appeal['appeal_id']}/decision"
    own = await interview.post(decide, ruling | {"committee": "PROVINCIAL_COMMITTEE"}, interview.committee())
    assert own.json()["type"].endswith("decider-is-proposer")
    assert (await interview.post(decide, ruling)).status_code == 403  # the district is no committee
    above = interview.caller(Level.COUNTRY, "", name="committee")
    settled = await interview.made(decide, ruling, above)
    assert (settled["granted"], settled["reference"]) == (True, "คอต./๑")
    assert (await interview.post(decide, ruling, above)).json()["type"].endswith("appeal-is-decided")
    told = (await interview.outbox("DecisionRecorded", subject=person.subject))[-1].data
    assert (told.kind, told.effective_month, str(told.decision_id)) == ("REINSTATE", "2018-07", settled["reinstated_by"])
    assert (await interview.get("/v1/appeals", overdue="true")).json()["items"] == []


async def test_an_appeal_that_comes_too_late_or_against_no_stop_is_refused(interview):
    person, decision_id = await stopped(interview)
    interview.on("2018-07-20")
    path = f"/v1/decisions/{decision_id}/appeals"
    future = await interview.post(path, {**GROUNDS, "received_on": "2018-07-21"})
    assert (future.status_code, future.json()["errors"][0]["field"]) == (422, "received_on")
    early = (await interview.post(path, {**GROUNDS, "received_on": "2018-06-19"})).json()["errors"][0]
    assert (early["field"], early["allowed"]) == (
        "received_on",
        "≥ 2018-06-20",
    )  # that of the decision: else the right appeal could not be taken
    late = await interview.post(path, {**GROUNDS, "received_on": "2018-07-06"})
    assert (late.status_code, late.json()["type"].rsplit(":", 1)[-1], late.json()["last_day"]) == (409, "too-late", "2018-07-05")
    cause = world.decision(person.subject, "REASONABLE_CAUSE", "2018-07-20")
    other = await interview.made("/v1/decisions", cause, interview.committee())
    refused = await interview.post(f"/v1/decisions/{other['decision_id']}/appeals", GROUNDS)
    assert refused.json()["type"].endswith("not-appealable")
    in_time = await interview.made(path, {**GROUNDS, "received_on": "2018-07-05"})
    rejected = {
        "granted": False,
        "committee": "MONITORING_COMMITTEE",
        "decided_on": "2018-07-20",
        "reference": "คอต./๒",
        "reason": "ไม่มีเหตุอันสมควร",
    }
    above = interview.caller(Level.COUNTRY, "", name="committee")
    decide = f"/v1/appeals/{in_time['appeal_id']}/decision"
    before = (await interview.post(decide, rejected | {"decided_on": "2018-07-04"}, above)).json()["errors"][0]
    assert (before["field"], before["allowed"]) == ("decided_on", "≥ 2018-07-05")
    settled = await interview.made(decide, rejected, above)
    assert (settled["granted"], settled["reinstated_by"]) == (False, None)
    assert [fact.data.kind for fact in await interview.outbox("DecisionRecorded", subject=person.subject)] == [
        "DID_NOT_DEVELOP",
        "REASONABLE_CAUSE",
    ]


def test_the_month_after_the_stop_is_paid_again():
    assert paid_again_from(date(2018, 6, 20), None) == "2018-07"
    assert paid_again_from(date(2018, 12, 3), None) == "2019-01"
    assert paid_again_from(date(2018, 6, 20), "2018-09") == "2018-09"
