"""The life of a case as a machine: any deed by anybody on any day, against what the model of `life` says must come of it.

A refusal changes nothing and is told in both languages; what is taken changes what the model says and publishes that; at any time the
service's invariants hold.
"""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from shared.clock import noon
from shared.contracts import Event
from shared.contracts.payments import EntitlementConfirmed, EntitlementReinstated, EntitlementStarted, EntitlementStopped, StopReason
from shared.contracts.plan import PlanDeclined
from shared.contracts.registry import HolderStatus
from shared.ids import new_id, same_id
from tests.interview import life, world
from tests.interview.case_life import DAYS, Ground
from tests.interview.life import ANY, REFUSED, SAME, Then
from tests.interview.test_consumers import allowance, plan_facts

OTHERS = [
    "chief-8101",
    "chief-8102",
    "chief-9001",
    "intake-8101",
    "own-ao",
    "other-ao",
    "committee",
    "province-committee-81",
    "province-committee-90",
    "governor-81",
    "moi-country",
    "agency-DSD",
    "bank-BAAC",
]
WHO = st.sampled_from(["right"] * len(OTHERS) + OTHERS)
PERSON = st.integers(0, 4)
OFFICER = st.integers(0, 3)
KINDS = ["REINSTATE", "LATE_WISH_GRANTED", "LATE_WISH_REFUSED", "NOT_FOUND", "NOT_INTERVIEWED", "CHOSE_NOTHING", "REASONABLE_CAUSE"]
FACTS = ["recommended", "agreed", "referred", "accepted", "outcome", "completed"]
MOVES = [("agreed", "PLAN_AGREED"), ("referred", "REFERRED"), ("completed", "COMPLETED"), ("content", "SUFFICIENCY")]
ALLOWANCE = {
    EntitlementStarted: {"intent_id": new_id(), "stated_on": date(2018, 2, 14), "policy_profile": "amended", "policy_version": 1},
    EntitlementConfirmed: {},
    EntitlementStopped: {"reason": StopReason.WITHDRAWN, "stop_month": "2018-06"},
    EntitlementReinstated: {"from_month": "2018-08"},
}
ANSWER = st.sampled_from(["DEVELOP", "DEVELOP", "REFUSE", "SUFFICIENT"])


class CaseLife(Ground):
    """What may happen, to anybody of the five."""

    @initialize(stage=st.integers(0, 6))
    def begin(self, stage):
        """Nobody has come yet; or some have stated the wish, have officers, are interviewed, have a plan, stated a wish in June, or it is September."""
        self.run(self._ground())
        for number in (0, 2, 3) if stage else ():
            self.state_wish(number, "right", None)
        if stage > 1:
            self.day_comes(2)
            self.list_visits("right", "8101")
            for district in ("8101", "8102"):
                self.assign_district("right", district)
        for number in (0, 3) if stage > 2 else ():
            self.hold_interview(number, "right", "DEVELOP", states_wish=False, by_draft=False)
        if stage > 2:
            self.visit(1, "right", "NOT_AT_HOME")
            self.payments_say(0, EntitlementStarted, known_before=False)
        if stage > 3:
            self.plan_says(0, "agreed")
            self.bring_late_form(1, "intake-8101", "right", approves=stage > 4)
        if stage > 4:
            self.day_comes(3)
            self.state_wish(4, "right", None)
        if stage > 5:
            for number, fact in ((0, "referred"), (0, "completed"), (0, "agreed"), (0, "referred"), (0, "completed"), (3, "content")):
                self.plan_says(number, fact)
            self.decide(2, "right", "NOT_INTERVIEWED")
            self.day_comes(2)

    @precondition(lambda self: self.day < len(DAYS) - 1)
    @rule(days=st.integers(1, 2))
    def day_comes(self, days):
        self.day = min(self.day + days, len(DAYS) - 1)
        self.interview.on(DAYS[self.day])

    @rule(number=PERSON, who=WHO, wished=st.sampled_from([None, None, "8101", "8102"]))
    def state_wish(self, number, who, wished):
        person = self.people[number]
        channel = "WALK_IN" if self.today <= life.WALK_IN_TO else "HOME_VISIT"
        body = world.wish(person.holder_id, str(self.today), channel=channel, **({"wished_district": wished} if wished else {}))

        def within(user):
            return person.entwined or person.within(user, *([wished] if wished else []))

        self.deed("wish", who, number, self.post("/v1/intents", body), life.state_wish(person, self.today, wished), within=within)

    @precondition(lambda self: self.day >= 2)
    @rule(number=PERSON, who=st.sampled_from(["intake-8101"] * 4 + OTHERS), approver=WHO, approves=st.booleans())
    def bring_late_form(self, number, who, approver, approves):
        """A form of 12 February is entered, and another person decides at once, or later."""
        person = self.people[number]
        if person.entwined:
            return
        day = date(2018, 2, 12)
        then = life.state_wish(person, self.today, stated_on=day, approved=True)
        waits = any(form == number for form, _ in self.forms)
        entered = SAME if isinstance(then, Then) and waits else then if then is REFUSED else ANY
        body = world.wish(person.holder_id, str(day), reason="น้ำท่วมเส้นทาง")
        form = self.deed("wish", who, number, self.post("/v1/late-forms", body), entered)
        if form is None:
            return
        assert self.run(self._row(person.holder_id)) == (person.as_stored() if person.has_case else None)  # nothing counts yet
        path = f"/v1/late-forms/{form['form_id']}"
        user, entered_by = self.caller(approver, "approve", person)[0], self.caller(who, "wish", person)[0]
        if not approves:
            body = {"reason": "ไม่มีลายมือชื่อ"}
            refused = self.deed(
                "approve", approver, number, self.post(f"{path}/refusal", body), REFUSED if user == entered_by else Then(person)
            )
        else:
            wanted = REFUSED if user == entered_by else then
            refused = self.deed("approve", approver, number, self.post(f"{path}/approval"), wanted)
        if refused is None:
            self.forms.append((number, form["form_id"]))

    @rule(number=PERSON, who=WHO)
    def withdraw(self, number, who):
        path = f"/v1/intents/{self.found('intent', number)}/withdrawal"
        person = self.people[number]
        if person.wish is None:
            return
        then = life.withdraw(person, self.today)
        self.deed("wish", who, number, self.post(path, {"withdrawn_on": str(self.today), "reason": "เปลี่ยนใจ"}), then)

    @rule(who=st.sampled_from(["right", "right", *OTHERS]), district=st.sampled_from(["8101", "8102"]))
    def list_visits(self, who, district):
        in_time = life.VISITS_FROM <= self.today <= life.VISITS_TO
        who = f"chief-{district}" if who == "right" else who
        due = [n for n, one in enumerate(self.people) if one.district == district and one.to_visit and not one.has_case and one.may_act]
        path = f"/v1/districts/{district}/home-visit-list"
        done = self.deed(
            "list", who, None, self.post(path), ANY if in_time else REFUSED, within=lambda user: user.endswith(f"chief-{district}")
        )
        if done is None:
            return
        assert done["cases"] >= sum(not self.people[n].entwined for n in due)
        for number in due:
            if not self.people[number].entwined:
                self.stands(number, life.listed(self.people[number]), "listed")

    @rule(who=st.sampled_from(["right", "right", *OTHERS]), district=st.sampled_from(["8101", "8102"]))
    def assign_district(self, who, district):
        who = f"chief-{district}" if who == "right" else who
        path = f"/v1/districts/{district}/assignments"
        done = self.deed("assign", who, None, self.post(path), ANY, within=lambda user: user in {f"chief-{district}", "moi-country"})
        if done is None:
            return
        own = set(self.officers[:3] if district == "8101" else self.officers[3:])
        for number, person in enumerate(self.people):
            if person.at == district and person.state in life.LACKS_OFFICER and person.officer is None and not person.entwined:
                self.given(number, own)

    def given(self, number, officers):
        """The person has one of the officers now, and somebody of a bank with them."""
        person = self.people[number]
        row = self.run(self._row(person.holder_id))
        officer, co = self.run(self._officers(person.holder_id))
        assert officer in officers, (person, row)
        assert {officer, co} & self.banks, (person, row)
        state = "ASSIGNED" if person.state == "DECLARED" else person.state
        self.stands(number, Then(replace(person, officer=officer, co=co, state=state)), "given an officer")

    @rule(number=PERSON, who=WHO, officer=OFFICER)
    def assign(self, number, who, officer):
        person, case_id = self.people[number], self.found("case", number)
        if not person.has_case:
            return
        then = life.assign(person, self.officers[officer], "8102" if officer == 3 else "8101", self.banks)
        self.deed("assign", who, number, self.post(f"/v1/cases/{case_id}/assignment", {"officer_id": self.officers[officer]}), then)

    @rule(giver=OFFICER, taker=OFFICER, who=st.sampled_from(["right", "right", *OTHERS]))
    def hand_over(self, giver, taker, who):
        district = "8102" if giver == 3 else "8101"
        who = f"chief-{district}" if who == "right" else who
        held = [n for n, one in enumerate(self.people) if one.officer == self.officers[giver] and not one.entwined]
        body = {"to_officer_id": self.officers[taker], "reason": "ลาคลอด"}
        wanted = REFUSED if giver == taker or 3 in {giver, taker} else ANY
        path = f"/v1/officers/{self.officers[giver]}/handover"
        done = self.deed(
            "assign", who, None, self.post(path, body), wanted, within=lambda user: user in {f"chief-{district}", "moi-country"}
        )
        if done is None:
            return
        for number in held:
            if self.people[number].state in {*life.LACKS_OFFICER, "ASSIGNED"}:
                self.given(number, {self.officers[taker]})

    @rule(number=PERSON, who=WHO, reason=st.sampled_from(["NOT_AT_HOME", "ILL", "REFUSES"]))
    def visit(self, number, who, reason):
        person = self.people[number]
        if not (person.has_case or person.entwined):
            return
        body = {"holder_id": person.holder_id, "visited_on": str(self.today), "reason": reason}
        self.deed("visit", who, number, self.post("/v1/visit-attempts", body), life.visit(person, reason, self.today))

    @rule(number=PERSON, who=WHO, answer=ANSWER, states_wish=st.booleans(), by_draft=st.booleans())
    def hold_interview(self, number, who, answer, states_wish, by_draft):
        person = self.people[number]
        if not (person.has_case or person.entwined):
            return
        states_wish = states_wish and answer == "DEVELOP"
        body = world.interview(person.holder_id, str(self.today), answer=answer)
        body = world.stating_wish(body) if states_wish else body
        then = life.interview(person, answer, self.today, self.banks, states_wish=states_wish)
        call = self.post("/v1/interviews", body)
        if by_draft and not person.entwined:
            path, seen = self.run(self._drafted(number, body))
            if seen is None:
                return
            call = self.completing(path, seen)
            self.snapshot = None
        self.deed("interview", who, number, call, then)

    def completing(self, path, seen):
        return lambda headers: self.interview.post(f"{path}/completion", {}, headers, headers={"If-Match": seen})

    @rule(number=PERSON, who=WHO)
    def amend(self, number, who):
        person = self.people[number]
        if person.answer is None:
            return
        day = self.run(self._interviewed_on(person.holder_id))
        body = {**world.interview_answers(str(day), answer=person.answer), "reason": "ลงรายได้ผิด"}
        path = f"/v1/interviews/{self.found('interview', number)}/revisions"
        then = life.amend(person, self.banks)
        # Who stated another wish since was not interviewed about it yet.
        then = REFUSED if person.stated_on and day < person.stated_on else then
        self.deed("interview", who, number, self.post(path, body), then)

    @rule(number=PERSON, who=WHO, round_=st.sampled_from(["JUNE", "SEPTEMBER", "AD_HOC"]))
    def follow_up(self, number, who, round_):
        person = self.people[number]
        if not (person.has_case or person.entwined):
            return
        body = world.follow_up(person.holder_id, round_, str(self.today))
        self.deed("follow", who, number, self.post("/v1/follow-ups", body), life.follow_up(person, round_, self.today))

    @rule(number=PERSON, who=WHO, kind=st.sampled_from(KINDS))
    def decide(self, number, who, kind):
        person = self.people[number]
        if not (person.has_case or person.entwined):
            return
        body = world.decision(person.holder_id, kind, str(self.today), reason="ตามมติ", reference=f"กบ {new_id()}")
        then = life.decide(person, kind, self.today)
        deed = "decide_in_district" if kind in {"NOT_FOUND", "NOT_INTERVIEWED"} else "decide"
        done = self.deed(deed, who, number, self.post("/v1/decisions", body), then)
        if done is not None and kind == "NOT_FOUND" and not person.entwined:
            self.stands(number, Then(replace(person, state="NOT_FOUND")), "not found")

    @rule(number=PERSON, who=WHO)
    def close(self, number, who):
        person, case_id = self.people[number], self.found("case", number)
        if person.has_case:
            self.deed("assign", who, number, self.post(f"/v1/cases/{case_id}/closure", {"reason": "ครบถ้วน"}), life.close(person))

    @rule(number=PERSON, kind=st.sampled_from(["VISIT_ATTEMPT", "INTERVIEW"]))
    def work_offline(self, number, kind):
        """The case's officer does it without a network, and brings it the same day."""
        person = self.people[number]
        if person.officer is None or person.entwined:
            return
        then = (
            life.visit(person, "ILL", self.today) if kind == "VISIT_ATTEMPT" else life.interview(person, "DEVELOP", self.today, self.banks)
        )
        told, before, after_seq = f"offline {kind} of {person} on {self.today}: {then}", self.everything(), self.run(self._last_event())
        (result,) = self.run(self._offline(person, kind))
        self.snapshot = None
        if isinstance(then, Then):
            assert result["outcome"] == "APPLIED", (told, result)
            assert self.run(self._published(after_seq, person.holder_id)) == sorted(then.events), told
            self.stands(number, then, told)
        else:
            assert result["outcome"] in {"CONFLICT", "REFUSED"}, (told, result)
            cases = {name: rows for name, rows in self.everything().items() if "offline" not in name and "sync" not in name}
            assert cases == {name: before[name] for name in cases}, told

    # What others say.

    @rule(number=PERSON, to=st.sampled_from(["810101", "810202", "900101"]))
    def move(self, number, to):
        person, base = self.people[number], self.base[number]
        if person.entwined or not person.may_act:
            return
        event = world.moved(base, to, self.today, self.version(number))
        self.base[number] = Event.of(base.data.model_copy(update={"subdistrict": to}), subject=base.subject, time=base.time)
        self.heard(number, event, life.moved(person, to[:4]))

    @rule(number=PERSON)
    def die_or_live(self, number):
        person, base = self.people[number], self.base[number]
        if person.entwined or person.erased:
            return
        if person.dead:
            self.heard(number, world.alive_again(base, self.today, self.version(number)), life.alive_again(person))
        else:
            self.heard(number, world.died(base, self.today, self.version(number)), life.died(person))

    @rule(number=PERSON, into=PERSON, for_good=st.booleans())
    def merge(self, number, into, for_good):
        """Two ids are one person: one case at most goes on. When it is put right at once, both cases are as they were."""
        person, stays = self.people[number], self.people[into]
        if number == into or any(one.entwined or not one.may_act for one in (person, stays)):
            return
        self.run(self.interview.bring(world.merged(self.base[number], stays.holder_id, self.today, self.version(number))))
        states = [row["state"] for one in (person, stays) if (row := self.run(self._row(one.holder_id)))]
        assert sum(state not in life.AT_AN_END for state in states) <= 1, (person, stays, states)
        self.snapshot = None
        if for_good or person.district != stays.district:
            self.people[number], self.people[into] = (replace(one, entwined=True) for one in (person, stays))
            return
        self.run(self.interview.bring(world.unmerged(self.base[number], self.today, self.version(number))))
        for who in (number, into):
            self.stands(who, Then(self.people[who]), f"{number} merged into {into} and back")

    @rule(number=PERSON)
    def erase(self, number):
        person = self.people[number]
        if not person.entwined and not person.erased:
            event = world.erased(self.base[number], self.today, self.version(number))
            event = replace(
                event, data=event.data.model_copy(update={"status": HolderStatus.DECEASED if person.dead else HolderStatus.ALIVE})
            )
            self.heard(number, event, life.erased(person))

    @rule(number=PERSON, fact=st.sampled_from([*FACTS, "dropped", "declined", "content"]))
    def plan_says(self, number, fact):
        person = self.people[number]
        if not person.has_case:
            return
        events = dict(zip(FACTS, plan_facts(person.holder_id), strict=True))
        events["dropped"] = plan_facts(person.holder_id, dropped=True)[-1]
        who = {"holder_id": UUID(person.holder_id), "plan_id": same_id("plan", person.holder_id), "interview_id": new_id()}
        for name in ("declined", "content"):
            no = PlanDeclined(**who, declined_on=self.today, sufficient=name == "content", reason="ไม่เลือก")
            events[name] = Event.of(no, subject=person.holder_id, time=noon(self.today))
        self.heard(number, replace(events[fact], time=noon(self.today)), life.planned(person, fact, self.today))
        self.came["plan", fact, self.people[number].state] += 1
        self.came["further", person.state, self.people[number].state] += fact == "agreed"

    @rule(number=PERSON, kind=st.sampled_from(list(ALLOWANCE)), known_before=st.booleans())
    def payments_say(self, number, kind, known_before):
        """An allowance is shown by the newest that was said of it, and moves no case; what is older than that changes nothing."""
        person, told = self.people[number], self.allowances.get(number)
        late = known_before and told is not None
        version = told[0] if late else 1 + (told[0] if told else 0)
        if not late:
            ends = ("STOPPED", "2018-06", "WITHDRAWN") if kind is EntitlementStopped else ("ACTIVE", None, None)
            self.allowances[number] = (version, *ends)
        before = {**self.everything(), "entitlement": None}
        self.heard(number, allowance(person.holder_id, kind, version, **ALLOWANCE[kind]), Then(person))
        assert self.run(self._allowance(person.holder_id)) == self.allowances[number]
        assert {**self.everything(), "entitlement": None} == before
        self.came["payments", kind.__name__] += 1

    def teardown(self):
        if self.loop is not None and hasattr(self, "people"):
            assert self.run(self.interview.broken_invariants()) == []


async def test_whatever_is_done_to_a_case_it_comes_to_what_the_measure_says(interview, interview_dsns, tmp_path):
    ground = {
        "interview": interview,
        "loop": asyncio.get_running_loop(),
        "owner": interview_dsns.owner,
        "folder": tmp_path,
        "came": Counter(),
    }
    machine = type("CaseLifeHere", (CaseLife,), ground)
    bounds = settings(
        max_examples=40,
        stateful_step_count=25,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=bounds)
    # Each deed was taken by somebody at some time, and what others say moved a case: else the machine proved little.
    assert {(deed, "taken") for deed in life.MAY} <= ground["came"].keys(), ground["came"]
    moved = {("plan", fact, state) for fact, state in MOVES} | {("payments", kind.__name__) for kind in ALLOWANCE}
    assert moved <= ground["came"].keys(), ground["came"]
    assert ground["came"]["further", "COMPLETED", "PLAN_AGREED"], ground["came"]
