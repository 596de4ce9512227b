"""Plays a history on the real house and in the model, and compares the two wherever all is quiet."""

import asyncio
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import httpx

from shared.bus.kafka import KafkaSettings
from shared.clock import BANGKOK, monotonic
from shared.contracts import Event
from shared.contracts.dev import CLOCK, ClockSet
from tests.chaos import look
from tests.chaos.banks import Banks, Told
from tests.chaos.history import MAKER, STRANGER, Click, History, Money, Step
from tests.chaos.house import House
from tests.chaos.model import Model, Run
from tests.chaos.office import POLL_SECONDS, Disagreement, Office

QUIET_SECONDS_MAX = 300
PATHS = {
    "approve": "approval",
    "release": "release",
    "cancel": "cancellation",
    "close": "close",
    "ask": "status-requests",
    "recall": "recalls",
}

Ends = set[tuple[str, tuple[str, ...], bool]]


@dataclass
class Play:
    """One history on the way."""

    house: House
    history: History
    model: Model = field(default_factory=Model)
    newest: str = ""
    steps: int = 0

    def __post_init__(self) -> None:
        kafka = KafkaSettings(self.house.broker.bootstrap)
        self.office = Office(self.house)
        self.banks = Banks(kafka, self.history.seed, self.history.manners)
        self.post = Told(kafka)

    async def play(self) -> None:
        """All of it. Raises Disagreement, naming the step."""
        async with self.house.open(relay_apart=self.history.relay_apart):
            self.banks.open()
            try:
                for number, step in enumerate(self.history.steps):
                    await self._told(step, number)
                    self.steps += 1
                await look.all_topics(self.house.broker.bootstrap, self.banks)
            finally:
                await self.banks.close()
                await self.post.close()

    async def _told(self, step: Step, number: int) -> None:
        try:
            await self._step(step, number)
        except (AssertionError, ExceptionGroup) as error:
            what = "\n".join(str(one) for one in getattr(error, "exceptions", (error,)))
            raise Disagreement(f"seed {self.history.seed}, step {number} ({step}):\n{what}") from error

    async def _step(self, step: Step, number: int) -> None:
        await self._day(step.day)
        # What is known after each fact: what is done at the same time may have seen any of these.
        seen = [deepcopy(self.model)]
        for fact in step.facts:
            self.model.told(fact.kind, fact.holder, fact.on, fact.more)
            seen.append(deepcopy(self.model))
        if step.post:
            self.banks.bring()
        events = [event for fact in step.facts for event in fact.events]
        sabotage = [asyncio.create_task(self.house.sabotage(plan)) for plan in step.sabotage]
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._tell(events))
                clicks = group.create_task(self._click_all(step.clicks))
                group.create_task(self._money(step.money, number))
                group.create_task(self._hold(step, number))
        finally:
            # What was killed is up again before anything else, also before the next history.
            await asyncio.gather(*sabotage)
        await self._quiet()
        self.house.cut_off.clear()
        await self._follow(step.clicks, clicks.result(), seen)
        for via, data in self.banks.said():
            self.model.answered(
                via, data.bank, data.instruction_id, data.status, data.amount_satang, data.bank_reference, data.reason_code, data.value_date
            )
        await look.compare(self.model, self.office, self.house, self.banks)

    # --- what is done

    async def _day(self, day: date) -> None:
        moment = datetime(day.year, day.month, day.day, 9, tzinfo=BANGKOK)
        event = Event.of(ClockSet(moment=moment), subject="clock", time=moment)
        await self.post.send([(CLOCK, "clock", event.to_bytes())])
        began = monotonic()
        while (await self._readiness() or {}).get("business_date") != day.isoformat():
            self._waiting_since(began, f"the day {day}")
            await asyncio.sleep(POLL_SECONDS)

    async def _tell(self, events: Sequence[Event]) -> None:
        await self.post.send([(topic, event.subject, event.to_bytes()) for event in events for topic in event.topics])

    async def _click_all(self, clicks: Sequence[Click]) -> list[tuple[bool, Any]]:
        list_hash = ""
        if self.newest:
            list_hash = (await self.office.get(f"/v1/runs/{self.newest}"))["list_hash"] or ""
        return list(await asyncio.gather(*(self._click(one, list_hash) for one in clicks)))

    async def _click(self, click: Click, list_hash: str) -> tuple[bool, Any]:
        if click.kind == "propose":
            body = {"month": f"2018-{click.more['month']:02d}", "kind": click.more["takes"]}
            return await self.office.post("/v1/runs", click.by, click.key, body)
        if not self.newest:
            return False, None
        body = None
        match click.kind:
            case "approve":
                body = {"list_hash": "0" * 64 if click.more.get("wrong_list") else list_hash}
            case "cancel":
                body = {"reason": "chaos"}
            case "recall":
                body = {"reason": "chaos", "bank": click.more["bank"]}
        return await self.office.post(f"/v1/runs/{self.newest}/{PATHS[click.kind]}", click.by, click.key, body)

    async def _money(self, money: Money | None, number: int) -> None:
        """One proposes, and all the others decide at once; one of them wins, if there is the money."""
        if money is None:
            return
        purses = [{"source": "WELFARE_FUND", "month": f"2018-{month:02d}"} for month in money.months]
        body: dict[str, Any] = {"kind": money.kind, "reason": "chaos", "document": "1/2561"}
        match money.kind:
            case "OPENING":
                body["envelopes"] = [{**one, "amount_satang": money.satang} for one in purses]
            case "RAISE":
                body["envelope"] = {**purses[0], "amount_satang": money.satang}
            case _:
                body |= {"giver": purses[0], "receiver": purses[1], "amount_satang": money.satang}
        free = [self.model.ceilings.get(month, 0) - sum(self.model.money(month)) for month in money.months]
        allowed = money.kind != "TRANSFER" or free[0] >= money.satang
        done, proposal = await self.office.post("/v1/envelope-proposals", MAKER, f"money-{number}", body)
        if done is not allowed:
            raise Disagreement(f"{money} was {'proposed' if done else 'refused'}: {proposal}, free {free}")
        if not done:
            return
        path = f"/v1/envelope-proposals/{proposal['proposal_id']}/approval"
        deciders = (MAKER, STRANGER, *money.deciders, money.deciders[0])
        decided = await asyncio.gather(
            *(self.office.post(path, who, f"decide-{number}-{turn}", {"reason": "checked"}) for turn, who in enumerate(deciders))
        )
        won = [who for who, (done, _) in zip(deciders, decided, strict=True) if done]
        if len(won) != 1 or won[0] in {MAKER, STRANGER}:
            raise Disagreement(f"{money} was decided by {won}: {decided}")
        for month in money.months:
            sign = -1 if money.kind == "TRANSFER" and month == money.months[0] else 1
            self.model.ceilings[month] = self.model.ceilings.get(month, 0) + sign * money.satang

    async def _hold(self, step: Step, number: int) -> None:
        """Put somebody on hold, or lift the first hold of somebody that stands; not by who placed it."""
        if step.hold is not None:
            holder, by = step.hold
            done, answer = await self.office.post(
                "/v1/holds", by, f"hold-{number}", {"holder_id": holder, "cause": "UNDER_REVIEW", "reason": "chaos"}
            )
            if not done:
                raise Disagreement(f"a hold was refused: {answer}")
            key = (holder, "UNDER_REVIEW", holder)
            if key not in self.model.holds or self.model.holds[key][1] is not None:
                self.model.holds[key] = (by, None)
        if step.lift is not None:
            holder, by = step.lift
            standing = [one for one in await self.office.pages("/v1/holds", stands="true") if one["holder_id"] == holder]
            for one in sorted(standing, key=lambda one: (one["cause"], one["subject"]))[:1]:
                key = (holder, one["cause"], one["subject"])
                placed_by, _ = self.model.holds[key]
                path, version = f"/v1/holds/{one['hold_id']}/lifting", one["version"]
                done, answer = await self.office.post(path, by, f"lift-{number}", {"reason": "chaos"}, version)
                if done is not (by != placed_by):
                    raise Disagreement(f"{by} lifted {key} of {placed_by}: {done} {answer}")
                self.model.holds[key] = (placed_by, by if done else None)

    # --- until it is quiet

    async def _readiness(self) -> dict[str, Any] | None:
        await self.house.check()
        try:
            return (await self.house.http.get(f"{self.house.address}/readyz")).json()
        except (httpx.TransportError, ValueError):
            return None

    async def _quiet(self) -> None:
        """Twice in a row nothing is on its way: no outbox row, no lag, no open job, nothing that a bank has to read or say."""
        began, quiet = monotonic(), 0
        while quiet < 2:
            state = await self._readiness()
            idle = await self.banks.idle()
            calm = idle and state is not None and state.get("ready") and state["consumer_lag"] == 0
            quiet = quiet + 1 if calm and not state["outbox_waiting"] and not state["jobs_open"] else 0
            if not quiet and state is not None and state.get("jobs_open") and self.house.cut_off:
                await self.house.leases_run_out()
            self._waiting_since(began, f"quiet: banks idle {idle}, {state}")
            await asyncio.sleep(POLL_SECONDS)

    def _waiting_since(self, began: float, what: str) -> None:
        if monotonic() - began > QUIET_SECONDS_MAX:
            raise Disagreement(f"waited too long for {what}\n{self.house.log_tail()}")

    # --- what the model makes of it

    async def _follow(self, clicks: Sequence[Click], answers: Sequence[tuple[bool, Any]], seen: Sequence[Model]) -> None:
        pairs = list(zip(clicks, answers, strict=True))
        proposals = [(click, *answer) for click, answer in pairs if click.kind == "propose"]
        if proposals:
            await self._proposed(proposals, seen)
        elif pairs and self.newest:
            await self._clicked([(click, done) for click, (done, _) in pairs], seen)

    async def _proposed(self, proposals: Sequence[tuple[Click, bool, Any]], seen: Sequence[Model]) -> None:
        first = proposals[0][0]
        month, failed_only = first.more["month"], first.more["takes"] == "FAILED_ONLY"
        last = max((run.month for run in self.model.runs.values() if run.status in {"OUT", "CLOSED"}), default=0)
        waiting = any(run.status in {"PROPOSED", "APPROVED"} for run in self.model.runs.values())
        allowed = not waiting and (month == last if failed_only else month >= last)
        made = {answer["run_id"] for _, done, answer in proposals if done}
        if len(made) != int(allowed) or any(done for click, done, _ in proposals if click.by == STRANGER):
            raise Disagreement(f"runs {made} of {month} were made, {allowed=}: {proposals}")
        if not made:
            return
        [self.newest] = made
        run = Run(month, MAKER, failed_only)
        shown = await self.office.get(f"/v1/runs/{self.newest}")
        if (shown["status"], shown["proposed_by"]) != ("PROPOSED", MAKER):
            raise Disagreement(f"the run is {shown}")
        for one in (*seen, self.model):
            one.hold_by_policy()
        lists = [one.listed(run) for one in seen]
        run.lines, _ = await look.lines(self.office, self.newest)
        for key in {*run.lines, *(key for one in lists for key in one)}:
            if run.lines.get(key) not in [one.get(key) for one in lists]:
                raise Disagreement(f"{key} is listed as {run.lines.get(key)}, should be {[one.get(key) for one in lists]}")
        self.model.runs[self.newest] = run
        self.model.follow(run, {})

    async def _clicked(self, clicks: Sequence[tuple[Click, bool]], seen: Sequence[Model]) -> None:
        run = self.model.runs[self.newest]
        shown = await self.office.get(f"/v1/runs/{self.newest}")
        status, approved = look.status_of(shown), look.approvers_of(shown)
        asked = run.asked or any(click.kind == "release" and done for click, done in clicks)
        ends = possible_ends(run, clicks, short=self.model.short(run))
        # What may be released is, before all is quiet.
        ends = {("OUT" if end[0] == "APPROVED" and end[2] else end[0], *end[1:]) for end in ends}
        if (status, approved, asked) not in ends:
            raise Disagreement(f"from {run.status} {run.approved} {run.asked} by {clicks} to {(status, approved, asked)}, possible: {ends}")
        before, run.status, run.approved, run.asked = run.status, status, approved, asked
        if status == "CANCELLED" and before != "CANCELLED":
            self.model.follow(run, {})
        if status == "OUT" and before in {"PROPOSED", "APPROVED"}:
            await self._released(run, seen)
        if any(click.kind == "ask" and done for click, done in clicks):
            for key in run.open():
                run.lines[key].asked = True
            self.model.follow(run, {})

    async def _released(self, run: Run, seen: Sequence[Model]) -> None:
        for one in (*seen, self.model):
            one.hold_by_policy()
        lists = [one.released(run) for one in seen]
        found, ids = await look.lines(self.office, self.newest)
        for key, line in found.items():
            # What the bank answered meanwhile comes later.
            now = look.as_released(line)
            if now not in [one.get(key) for one in lists]:
                raise Disagreement(f"{key} was released as {now}, should be {[one.get(key) for one in lists]}")
            found[key] = now
        if found.keys() != run.lines.keys():
            raise Disagreement(f"other lines were released: {found.keys() ^ run.lines.keys()}")
        run.lines = found
        self.model.follow(run, ids)


def possible_ends(run: Run, clicks: Sequence[tuple[Click, bool]], *, short: bool) -> Ends:
    """How the run may stand after the clicks in any order that gives just these answers; its release, once asked for, is done at any moment."""
    found: Ends = set()
    now = [run]
    if run.status == "APPROVED" and run.asked:
        now.append(Run(run.month, run.by, run.failed_only, "OUT", run.approved, asked=True, lines=run.lines))
    if not clicks:
        return {(one.status, one.approved, one.asked) for one in now}
    for one in now:
        for number, (click, done) in enumerate(clicks):
            may = click.by != STRANGER and not click.more.get("wrong_list")
            after = one.after(click.kind, click.by, short=short) if may else None
            if (after is not None) is done:
                found |= possible_ends(after or one, [*clicks[:number], *clicks[number + 1 :]], short=short)
    return found
