"""Two who do something to one case at the same time: one of the outcomes that are allowed, whole, whoever was first.

Pairs of one subject are tested with it: two places and one wish (test_intake), a late form twice (test_late_forms), a revision twice
(test_revisions), a slip and the closing of its place's day (test_place_days), two who assign a district (test_assignment).
"""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from deploy.local.field_app.device import Device
from deploy.local.field_app.store import Store
from shared.auth import Level
from shared.ids import new_id
from tests.interview import world
from tests.interview.test_drafts import Desk, slug

TIMES = 4
DAY, ON = "2018-03-20", date(2018, 3, 20)
LATE = "2018-06-20"


@dataclass
class Case:
    """One person's case with its officer, another officer of the district, and whoever the person may turn out to be."""

    interview: Any
    person: Any
    officer: str
    other: str
    stays: Any = None
    case_id: str = ""
    intent_id: str | None = None
    appeal_id: str = ""
    device: Device | None = None

    async def ask(self, path, body=None, who=None):
        """`ok`, or by what name it was refused."""
        return told(await self.interview.post(path, body, who))

    async def hear(self, event):
        await self.interview.bring(event)
        return "heard"


def told(answer):
    assert answer.status_code < 500, answer.text
    return "ok" if answer.status_code < 300 else slug(answer)


# What the two may do.


async def interviews(case):
    return await case.ask("/v1/interviews", world.interview(case.person.subject), case.interview.ao(case.officer))


async def interviews_at_the_desk(case):
    return await case.ask("/v1/interviews", world.interview(case.person.subject, abilities={"readiness": "NOT_READY"}))


async def completes_draft(case):
    return told(await Desk(case.interview, case.case_id, case.officer).complete(1))


async def brings_batch(case):
    (result,) = await case.device.push()
    return result["outcome"]


async def withdraws(case):
    return await case.ask(f"/v1/intents/{case.intent_id}/withdrawal", {"withdrawn_on": DAY, "reason": "เปลี่ยนใจ"})


async def wishes(case):
    return await case.ask("/v1/intents", world.wish(case.person.subject, DAY, channel="HOME_VISIT"))


async def finds_nobody(case):
    return await case.ask("/v1/visit-attempts", {"holder_id": case.person.subject, "visited_on": DAY, "reason": "NOT_AT_HOME"})


async def is_refused(case):
    return await case.ask("/v1/visit-attempts", {"holder_id": case.person.subject, "visited_on": DAY, "reason": "REFUSES"})


async def assigns(case):
    return await case.ask(f"/v1/cases/{case.case_id}/assignment", {"officer_id": case.other})


async def hands_over(case):
    return await case.ask(f"/v1/officers/{case.officer}/handover", {"to_officer_id": case.other, "reason": "ลาคลอด"})


async def closes(case):
    return await case.ask(f"/v1/cases/{case.case_id}/closure", {"reason": "ครบถ้วน"})


async def grants(case):
    return await case.ask("/v1/decisions", world.decision(case.person.subject, "LATE_WISH_GRANTED", LATE), case.interview.committee())


async def grants_not(case):
    body = world.decision(case.person.subject, "LATE_WISH_REFUSED", LATE, reason="พ้นกำหนด")
    return await case.ask("/v1/decisions", body, case.interview.committee())


async def grants_appeal(case):
    ruling = {"granted": True, "committee": "MONITORING_COMMITTEE", "decided_on": DAY, "reference": "คอต./๑", "reason": "มีเหตุอันสมควร"}
    above = case.interview.caller(Level.COUNTRY, "", name="committee")
    return await case.ask(f"/v1/appeals/{case.appeal_id}/decision", ruling, above)


async def moves(case):
    return await case.hear(world.moved(case.person, "900101", ON))


async def dies(case):
    return await case.hear(world.died(case.person, ON))


async def is_erased(case):
    return await case.hear(world.erased(case.person, ON))


async def is_merged(case):
    return await case.hear(world.merged(case.person, case.stays.subject, ON))


# Where a case stands when they come.


async def case_that(interview, stands, officers):
    """A case on the day of the pair: `declared` in February, `interviewed`, `due` for a visit, `refused` at the door, `late` in June, or `appealed`."""
    interview.on("2018-02-14")
    person, stays = await interview.people(2, age=45 if stands in {"due", "refused"} else 70)
    case = Case(interview, person, *officers, stays)
    if stands in {"due", "refused"}:
        interview.on("2018-03-01")
        await interview.bring(world.moved(stays, "900101", date(2018, 2, 20)))  # no list of ours has them
        await interview.made("/v1/districts/8101/home-visit-list")
    else:
        day = LATE if stands == "late" else "2018-02-14"
        interview.on(day)
        await interview.made("/v1/intents", world.wish(person.subject, day))
    shown = await interview.case(person.subject)
    case.case_id, case.intent_id = shown["case_id"], shown["slip"] and shown["slip"]["intent_id"]
    if stands == "late":
        return case
    interview.on("2018-03-19")
    await interview.made(f"/v1/cases/{case.case_id}/assignment", {"officer_id": case.officer})
    if stands == "refused":
        body = {"holder_id": person.subject, "visited_on": "2018-03-19", "reason": "REFUSES"}
        await interview.made("/v1/visit-attempts", body)
    interview.on(DAY)
    if stands in {"interviewed", "appealed"}:
        await interview.made("/v1/interviews", world.interview(person.subject))
    if stands == "appealed":
        stop = world.decision(person.subject, "CHOSE_NOTHING", DAY)
        decided = await interview.made("/v1/decisions", stop, interview.committee())
        path = f"/v1/decisions/{decided['decision_id']}/appeals"
        case.appeal_id = (await interview.made(path, {"received_on": DAY, "grounds": "ป่วย"}))["appeal_id"]
    return case


async def with_device(case, folder):
    """The officer was with the person without a network."""

    async def token():
        return case.interview.ao(case.officer)["Authorization"].removeprefix("Bearer ")

    clock = case.interview.service.resources.clock.business_now
    case.device = Device(Store.open(folder / str(new_id()), "2561"), case.interview.client, token, clock)
    await case.device.register("แท็บเล็ต")
    await case.device.pull()
    case.device.do("INTERVIEW", world.interview(case.person.subject, DAY))


async def whole(case):
    """The state of the case; what is counted on it, stored beside it and published of it is the same."""
    shown, published = await case.interview.case(case.person.subject), await case.interview.published(case.person.subject)
    assert published.count("InterviewCompleted") == shown["interviews"]
    assert published.count("VisitUnsuccessful") + published.count("VisitRefused") == shown["attempts"]
    assert published.count("DecisionRecorded") == len(shown["decisions"])
    assert published.count("IntentWithdrawn") == (shown["state"] == "WITHDRAWN")
    steps = [entry["step"] for entry in shown["history"]]
    assert steps.count("INTERVIEWED") == shown["interviews"]
    return shown["state"]


@pytest.mark.parametrize(
    ("stands", "left", "right", "allowed"),
    [
        (
            "declared",
            interviews,
            interviews_at_the_desk,
            {("ok", "case-not-ready"): "INTERVIEWED", ("case-not-ready", "ok"): "INTERVIEWED"},
        ),
        ("declared", interviews, withdraws, {("ok", "ok"): "WITHDRAWN", ("case-not-ready", "ok"): "WITHDRAWN"}),
        ("interviewed", withdraws, withdraws, {("ok", "case-not-ready"): "WITHDRAWN", ("case-not-ready", "ok"): "WITHDRAWN"}),
        ("declared", moves, assigns, {("heard", "ok"): "DECLARED", ("heard", "not-found"): "DECLARED"}),
        ("declared", dies, interviews, {("heard", "ok"): "DECEASED", ("heard", "holder-deceased"): "DECEASED"}),
        ("declared", is_erased, interviews, {("heard", "ok"): "CLOSED", ("heard", "holder-erased"): "CLOSED"}),
        # Who stays lives in another district: the case goes there and waits for an officer.
        ("refused", is_merged, wishes, {("heard", "ok"): "DECLARED", ("heard", "holder-merged"): "MERGED"}),
        (
            "declared",
            brings_batch,
            interviews_at_the_desk,
            {("APPLIED", "case-not-ready"): "INTERVIEWED", ("CONFLICT", "ok"): "INTERVIEWED"},
        ),
        ("declared", hands_over, interviews, {("ok", "ok"): "INTERVIEWED", ("ok", "not-found"): "ASSIGNED"}),
        (
            "declared",
            completes_draft,
            interviews_at_the_desk,
            {("ok", "case-not-ready"): "INTERVIEWED", ("case-not-ready", "ok"): "INTERVIEWED"},
        ),
        ("declared", completes_draft, completes_draft, {("ok", "draft-ended"): "INTERVIEWED", ("draft-ended", "ok"): "INTERVIEWED"}),
        ("declared", completes_draft, withdraws, {("ok", "ok"): "WITHDRAWN", ("draft-ended", "ok"): "WITHDRAWN"}),
        ("declared", finds_nobody, finds_nobody, {("ok", "ok"): "ASSIGNED"}),
        ("due", is_refused, wishes, {("ok", "ok"): "ASSIGNED", ("refusal-is-withdrawal", "ok"): "ASSIGNED"}),
        ("refused", closes, wishes, {("ok", "case-not-ready"): "CLOSED", ("case-not-ready", "ok"): "ASSIGNED"}),
        (
            "appealed",
            grants_appeal,
            grants_appeal,
            {("ok", "appeal-is-decided"): "INTERVIEWED", ("appeal-is-decided", "ok"): "INTERVIEWED"},
        ),
        ("appealed", grants_appeal, dies, {("ok", "heard"): "DECEASED", ("holder-deceased", "heard"): "DECEASED"}),
        ("late", grants, grants, {("ok", "no-late-wish"): "DECLARED", ("no-late-wish", "ok"): "DECLARED"}),
        ("late", grants, grants_not, {("ok", "no-late-wish"): "DECLARED", ("no-late-wish", "ok"): "CLOSED"}),
    ],
    ids=lambda one: one.__name__ if callable(one) else one if isinstance(one, str) else "",
)
async def test_of_two_at_once_each_has_an_allowed_outcome_and_nothing_is_half(interview, tmp_path, stands, left, right, allowed):
    officers = [await interview.officer() for _ in range(2)]
    for turn in range(TIMES):
        case = await case_that(interview, stands, officers)
        if completes_draft in {left, right}:
            await Desk(interview, case.case_id, case.officer).save(world.interview_answers(DAY))
        if brings_batch in {left, right}:
            await with_device(case, tmp_path)
        first, second = (left, right) if turn % 2 == 0 else (right, left)
        came = await asyncio.gather(first(case), second(case))
        outcome = tuple(came if turn % 2 == 0 else reversed(came))
        assert outcome in allowed, outcome
        assert (outcome, await whole(case)) == (outcome, allowed[outcome])
        assert await interview.broken_invariants() == []
