"""The life of plans as a machine: any deed by anybody, against what the model of `life` says must come of it.

A refusal changes nothing and is told in both languages; of what is taken every plan, review, referral and seat is as the model has it; at the
end of each life the service's invariants hold.
"""

import asyncio
import re
from collections import Counter
from datetime import date, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from deploy.local.users import development_user
from services.plan.domain import plan_id_of
from tests.plan import story
from tests.plan.life import JOB, MEDIATION, SHAPES, TECHNICIAN, Model
from tests.plan.story import NOW, person
from tests.plan.test_seats import offered

PEOPLE, SEATS = 3, 1
AGENCY = {TECHNICIAN: "DSD", JOB: "DOE", MEDIATION: "FPO"}
SPECIALIST = {"D1": "specialist-work", "D2": "specialist-training", "D3": "specialist-finance"}
OUTCOMES = {
    (TECHNICIAN, True): "TRAINING_PASSED",
    (TECHNICIAN, False): "TRAINING_FAILED",
    (JOB, True): "JOB_PLACED",
    (JOB, False): "JOB_NO_SKILL",
    (MEDIATION, True): "GRANTED",
    (MEDIATION, False): "NOT_GRANTED",
}
OWN = f"ao-{story.OFFICER}"
OFFICERS, ANSWERING, TAKING_IN = ("ao",), ("specialist", "agency"), ("agency",)
THAI = re.compile(r"[ก-๛]{3}")
NUMBER = st.integers(0, PEOPLE - 1)
DIMENSION = st.sampled_from(["D1", "D2", "D3"])
OTHERS = [
    "chief-8101",
    f"ao-{story.OTHER_OFFICER}",
    "specialist-work-81",
    "specialist-finance-81",
    "specialist-finance-83",
    "agency-DSD",
    "governor-81",
]
WHO = st.sampled_from(["right"] * 12 + OTHERS)
SENT = {"CREATED": "SENT", "RECEIVED": "SENT", "ACCEPTED": "ACCEPTED", "STARTED": "ACCEPTED", "CLOSED": "CLOSED"}


class PlanLife(RuleBasedStateMachine):
    """What may happen, to anybody of the three."""

    plan = loop = came = None

    def run(self, call):
        """The result of what happens on the session's loop."""
        return asyncio.run_coroutine_threadsafe(call, self.loop).result()

    @initialize(stage=st.integers(0, 3))
    def begin(self, stage):
        """Three plans wait for an agreement; or specialists are asked, two want the last seat, or one is on the second of three steps, one goes on after a training and one was wrongly dead."""
        self.run(self._begin())
        if stage == 1:
            for number, dimension in ((0, "D2"), (1, "D3")):
                self.ask(number, "right", dimension)
                self.review(number, "right", dimension, "taking")
            self.decline(2, "right", really=True)
        for number in (0, 1) if stage > 1 else ():
            self.agree(number, "right", "seat" if number else ("two at once" if stage == 2 else "three steps"))
        if stage == 2:
            self.agency_reports(0, "right", 0, "acceptance")
            self.hear(2, "withdraw")
            self.hear(2, "wish")
        if stage > 2:
            self.agency_reports(0, "right", 0, "good")
            self.hear(2, "die")
            self.hear(2, "rise")
            self.agency_reports(1, "right", 0, "good")
            self.amend(1, "right", drops=False, adds_job=True)

    async def _begin(self):
        await self.plan.empty()
        await self.plan.service.on_start()
        self.model, self.revisions, self.versions, self.day = Model(PEOPLE, SEATS), Counter(), Counter(), date(2018, 2, 6)
        self.reviews, self.tokens = {}, {}
        people = [person(number) for number in range(PEOPLE)]
        await self.plan.bring(
            *story.beginning(*people), *(story.declared(one) for one in people), *(story.interviewed(one) for one in people)
        )
        self.here = str(await offered(self.plan, "กระบี่", SEATS))

    def caller(self, user):
        if user not in self.tokens:
            one = development_user(user)
            self.tokens[user] = self.plan.issuer.issue(one.name, one.scopes, one.reach, one.officer_id, employer=one.employer)
        return {"Authorization": f"Bearer {self.tokens[user]}"}

    def deed(self, deed, number, who, right, may, path, body, expected, **more):
        """Let the user call; `expected` does it in the model, and says whether it is taken."""
        user = right if who == "right" else who
        answer = self.run(self.plan.post(path, body, self.caller(user), **more))
        told = f"{deed} by {user}: {answer.status_code} {answer.text[:300]}"
        if not user.startswith(may):
            assert answer.status_code == 403, told
        elif user != right:
            assert answer.status_code == 404, told
        else:
            taken = expected()
            assert (answer.status_code < 300) is taken, told
            self.came[deed, "taken" if taken else "refused"] += 1
        if answer.status_code >= 300:
            assert answer.status_code < 500, told
            assert THAI.search(answer.json()["detail_th"]), told
        self.compare(told, number)

    def path(self, number, what):
        return f"/v1/plans/{plan_id_of(person(number))}/{what}"

    def as_own_officer(self, deed, number, who, what, body, expected, **more):
        return self.deed(deed, number, who, OWN, OFFICERS, self.path(number, what), body, expected, **more)

    # The first stage

    @rule(number=NUMBER, answer=st.sampled_from(["DEVELOP"] * 3 + ["REFUSE"]), asks=st.booleans(), signed=st.booleans())
    def interview(self, number, answer, asks, signed):
        one = self.model.people[number]
        if one.dead or one.withdrawn:
            return
        self.revisions[number] += 1
        facts = {"answer": answer, "specialist_asked": asks, "problems": ("D2", "D3"), "revision": 1 + self.revisions[number]}
        lines = story.menu(TECHNICIAN, JOB, signed=signed) if answer == "DEVELOP" else ()
        self.run(self.plan.bring(story.interviewed(person(number), lines=lines, **facts)))
        self.model.interview(number, answer=answer, asks=asks, signed=signed)
        self.compare(f"interview of {number}: {facts}", number)

    # The second stage

    @rule(number=NUMBER, who=WHO, dimension=DIMENSION)
    def ask(self, number, who, dimension):
        body = {"dimension": dimension, "question": "ควรเริ่มจากอะไร"}
        self.as_own_officer("ask", number, who, "specialist-reviews", body, lambda: self.model.ask(number, dimension))

    @precondition(lambda self: any(one.reviews for one in self.model.people))
    @rule(number=NUMBER, who=WHO, dimension=DIMENSION, act=st.sampled_from(["taking", "opinion", "withdrawal"]))
    def review(self, number, who, dimension, act):
        review_id = self.reviews.get((number, dimension))
        if review_id is None:
            return
        path = f"/v1/specialist-reviews/{review_id}/{act}"
        if act == "withdrawal":
            self.deed(
                "withdraw review",
                number,
                who,
                OWN,
                OFFICERS,
                path,
                {"reason": "NOT_NEEDED"},
                lambda: self.model.withdraw_review(number, dimension),
            )
            return
        right = f"{SPECIALIST[dimension]}-81"
        if act == "taking":
            self.deed("take", number, who, right, ANSWERING, path, None, lambda: self.model.take(number, dimension, right))
        else:
            body = {"opinion": "AS_RECOMMENDED", "words": "เหมาะสม"}
            self.deed("give", number, who, right, ANSWERING, path, body, lambda: self.model.give(number, dimension, right))

    # The third stage

    @rule(number=NUMBER, who=WHO, shape=st.sampled_from(list(SHAPES)))
    def agree(self, number, who, shape):
        lines = [
            {"programme_code": code, "step_no": step, **({"offering_id": self.here} if seat else {})} for code, step, seat in SHAPES[shape]
        ]
        # None of it was recommended, which asks for a reason.
        body = {"lines": lines, "side_by_side": shape == "side by side", "other_choice": "PERSON_PREFERS", **self.signed()}
        self.as_own_officer("agree", number, who, "agreement", body, lambda: self.model.agree(number, shape))

    @precondition(lambda self: any(one.agreed for one in self.model.people))
    @rule(number=NUMBER, who=WHO, drops=st.booleans(), adds_job=st.booleans())
    def amend(self, number, who, drops, adds_job):
        one = self.model.people[number]
        if not one.agreed:
            return
        out = [line for line in one.in_force if line.sent != "DONE"][:1] if drops else []
        stays = [line for line in one.in_force if line not in out]
        lines = [{"line_no": one.lines.index(line) + 1} for line in stays]
        if adds_job:
            lines.append({"programme_code": JOB, "step_no": self.model.last_step(number, stays)})
        version = self.shown(number)["version"]
        body = {"lines": lines, "reason": "เปลี่ยนใจ", "other_choice": "PERSON_PREFERS", **self.signed()}
        before = one.status
        seen = {"If-Match": f'"{version}"'}
        self.as_own_officer(
            "amend", number, who, "amendments", body, lambda: self.model.amend(number, drops=drops, adds_job=adds_job), headers=seen
        )
        self.came["amend", before, one.status] += 1

    @rule(number=NUMBER, who=WHO, really=st.sampled_from([False, False, True]))
    def decline(self, number, who, really):
        if not really:
            return
        body = {"declined_on": str(NOW.date()), "reason": "พอแล้ว"}
        self.as_own_officer("decline", number, who, "decline", body, lambda: self.model.decline(number))

    def signed(self):
        return {"holder_signed": True, "officer_signed": True, "agreed_on": str(NOW.date())}

    # Agencies; the rest of their steps has room here.

    @precondition(lambda self: any(line.sent for one in self.model.people for line in one.lines))
    @rule(number=NUMBER, who=WHO, line=st.integers(0, 3), act=st.sampled_from(["acceptance", "good", "bad", "did not start"]))
    def agency_reports(self, number, who, line, act):
        one = self.model.people[number]
        sent = [line_no for line_no, found in enumerate(one.lines, start=1) if found.sent and found.sent != "DONE"]
        if not sent:
            return
        line_no = sent[line % len(sent)]
        code = one.lines[line_no - 1].code
        [referral] = [found for found in self.shown(number)["referrals"] if found["line_no"] == line_no and found["current"]]
        path, right = f"/v1/referrals/{referral['referral_id']}", f"agency-{AGENCY[code]}"
        if act == "acceptance":
            self.deed("accept", number, who, right, TAKING_IN, f"{path}/acceptance", {}, lambda: self.model.accept(number, line_no))
            return
        outcome = "DID_NOT_START" if act == "did not start" else OUTCOMES[code, act == "good"]
        said = {"good": act == "good", "started": act != "did not start"}
        self.deed(
            "outcome",
            number,
            who,
            right,
            TAKING_IN,
            f"{path}/outcomes",
            {"outcome": outcome},
            lambda: self.model.outcome(number, line_no, **said),
        )

    # Wishes and life

    @rule(number=NUMBER, fact=st.sampled_from(["withdraw", "wish", "wish", "die", "rise", "rise"]))
    def hear(self, number, fact):
        one, holder = self.model.people[number], person(number)
        if {"withdraw": one.withdrawn or one.dead, "wish": not one.withdrawn or one.dead, "die": one.dead, "rise": not one.dead}[fact]:
            return
        self.day += timedelta(days=1)
        self.versions[number] += 1
        version = 10 + self.versions[number]
        event = {
            "withdraw": lambda: story.withdrawn(holder, self.day),
            "wish": lambda: story.declared(holder, self.day),
            "die": lambda: story.died(holder, version=version),
            "rise": lambda: story.alive_again(holder, version=version),
        }[fact]()
        self.run(self.plan.bring(event))
        getattr(self.model, fact)(number)
        self.came[fact, "taken"] += 1
        self.compare(f"{fact} of {number}", number)

    # What must be so

    def shown(self, number):
        return self.run(self.plan.get(f"/v1/plans/{plan_id_of(person(number))}")).json()

    def compare(self, told, touched=None):
        """The plan that was touched, and those of which a line has a seat or waits, are as the model has them; all, where none is named."""
        with_places = {number for number, _ in self.model.seated + self.model.queue}
        for number in range(PEOPLE) if touched is None else sorted(with_places | {touched}):
            one = self.model.people[number]
            found = self.shown(number)
            assert found["status"] == one.status, f"{told}: {number} {found['status']} {one}"
            waiting = {review["dimension"]: review for review in found["specialist_reviews"] if review["status"] in {"ASKED", "TAKEN"}}
            assert {name: review["taken_by"] for name, review in waiting.items()} == one.reviews, f"{told}: {number}"
            self.reviews.update({(number, review["dimension"]): review["review_id"] for review in found["specialist_reviews"]})
            lines = [(line["programme_code"], line["step_no"], line["in_force"]) for line in found["lines"]]
            assert lines == [(line.code, line.step, line.in_force) for line in one.lines], f"{told}: {number}"
            sent = {row["line_no"]: "DONE" if row["outcome_final"] else SENT[row["status"]] for row in found["referrals"]}
            assert sent == {line_no: line.sent for line_no, line in enumerate(one.lines, start=1) if line.sent}, f"{told}: {number} {one}"
            places = [line["seat"] and (line["seat"]["seated"], line["seat"]["place"]) for line in found["lines"]]
            assert places == [self.model.place(number, line_no) for line_no in range(1, len(one.lines) + 1)], f"{told}: {number}"

    def teardown(self):
        if self.loop is not None and hasattr(self, "model"):
            self.compare("in the end")
            assert self.run(self.plan.broken_invariants()) == []


async def test_whatever_is_done_to_plans_they_stand_as_the_model_says(plan):
    came = Counter()
    machine = type("PlanLifeHere", (PlanLife,), {"plan": plan, "loop": asyncio.get_running_loop(), "came": came})
    bounds = settings(
        max_examples=25, stateful_step_count=20, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=bounds)
    # Each deed was taken by somebody at some time: else the machine proved little.
    deeds = {"ask", "take", "give", "withdraw review", "agree", "amend", "decline", "accept", "outcome", "withdraw", "wish", "die", "rise"}
    assert {(deed, "taken") for deed in deeds} <= came.keys(), came
    assert came["amend", "COMPLETED", "REFERRED"], came
