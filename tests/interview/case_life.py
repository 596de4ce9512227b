"""A case between people who do something to it and the model of `life`: what is asked, and what must come of it."""

import asyncio
import re
from datetime import date
from uuid import UUID

import orjson
from hypothesis.stateful import RuleBasedStateMachine

from deploy.local.field_app.device import Device
from deploy.local.field_app.store import Store
from deploy.local.users import development_user
from services.interview.tables import Base
from shared.contracts.common import Tier
from shared.ids import new_id
from tests.interview import life, world
from tests.interview.conftest import empty
from tests.interview.life import ANY, REFUSED, SAME, Person, Then

THAI = re.compile(r"[ก-๛]{3}")
DAYS = ["2018-02-14", "2018-02-20", "2018-03-10", "2018-04-12", "2018-05-25", "2018-06-10", "2018-07-02", "2018-09-10", "2018-10-05"]
WATCHED = {
    "CaseRouted",
    "IntentDeclared",
    "IntentWithdrawn",
    "InterviewCompleted",
    "VisitUnsuccessful",
    "VisitRefused",
    "HomeVisitDue",
    "AccountOfficerAssigned",
    "FollowUpRecorded",
    "DecisionRecorded",
}
# Devices and their packs are no part of a case; who is refused at the counter is counted without a name.
APART = {"device", "refused_intake", "sync_pack"}
_TABLES = sorted({table.name for table in Base.metadata.sorted_tables} - APART)
_EVERYTHING = " UNION ALL ".join(
    f"SELECT '{table}' AS name, array_agg(row ORDER BY row) AS rows FROM (SELECT (to_jsonb(t) - '{{seq,at}}'::text[])::text AS row FROM {table} t) r"
    for table in [*_TABLES, "outbox", "parked"]
)
"""Every row of the service, without numbers that only count and moments of writing: asked for in one go, as it is after each refusal."""


class Ground(RuleBasedStateMachine):
    """Five people in two districts, and four officers, one of whom is of no bank."""

    interview = loop = owner = folder = came = None

    def run(self, call):
        """The result of what happens on the session's loop."""
        return asyncio.run_coroutine_threadsafe(call, self.loop).result()

    async def _ground(self):
        await empty(self.owner)
        self.interview._tokens.clear()
        self.day = -1
        await self.interview.bring(world.policy(), world.programme())
        self.base, self.people, self.forms = [], [], []
        self.devices, self.versions, self.allowances, self.tokens, self.snapshot = {}, {}, {}, {}, None
        groups = [{}, {"subdistrict": "810102"}, {"age": 70}, {"tier": Tier.OVER_30000, "subdistrict": "810201"}, {"subdistrict": "810202"}]
        for more in groups:
            (event,) = await self.interview.people(**more)
            self.base.append(event)
            self.people.append(Person(event.subject, event.data.subdistrict[:4], event.data.visit_group))
        self.interview.on(DAYS[0])
        self.day = 0
        places = [("BAAC", "8101"), ("COMMUNITY_DEVELOPMENT", "8101"), ("GSB", "8101"), ("GSB", "8102")]
        self.officers = [await self.interview.officer(*place) for place in places]
        self.banks = {self.officers[0], *self.officers[2:]}

    @property
    def today(self):
        return date.fromisoformat(DAYS[self.day])

    def caller(self, who, deed, person):
        """The user's name, and the headers of their token."""
        officer = (person.officer if person else None) or self.officers[0]
        if who == "right":
            who = {"interview": "own-ao", "decide": "province-committee-81"}.get(deed, f"chief-{person.at if person else '8101'}")
            who = "committee" if deed == "decide" and person.at[:2] != "81" else who
        if who == "own-ao":
            who = f"ao-{officer}"
        elif who == "other-ao":
            who = f"ao-{next(one for one in self.officers if one != officer)}"
        if who not in self.tokens:
            user = development_user(who)
            self.tokens[who] = self.interview.issuer.issue(user.name, user.scopes, user.reach, user.officer_id)
        return who, {"Authorization": f"Bearer {self.tokens[who]}"}

    def deed(self, deed, who, number, call, then, *, within=None):
        """Let the user call; then the person must be as `then` says. Returns the answer when it was taken."""
        person = None if number is None else self.people[number]
        user, headers = self.caller(who, deed, person)
        reached = within(user) if within else person.entwined or person.within(user)
        wanted = ANY if person and person.entwined else then
        wanted = "FORBIDDEN" if not life.may(user, deed) else wanted if reached else "UNREACHED"
        before = None if isinstance(wanted, Then) else self.everything()
        after_seq = self.run(self._last_event())
        answer = self.run(call(headers))
        told = f"{deed} by {user} of {person} on {self.today}: {wanted}; {answer.status_code} {answer.text[:400]}"
        taken = answer.status_code < 300
        self.came[deed, "taken" if taken else "refused"] += 1
        if not taken:
            self.refused(answer, told)
        if wanted == "FORBIDDEN":
            assert answer.status_code == 403, told
            # A chief has the scope, and is told which kinds are คอจ.'s.
            assert "needed_scope" in answer.json() or answer.json()["type"].endswith("committee-required"), told
        elif wanted == "UNREACHED":
            assert answer.status_code == 404, told
        elif wanted == REFUSED:
            assert not taken, told
        elif wanted is not ANY:
            assert taken, told
        self.snapshot = None
        if wanted == SAME or not taken:
            assert self.everything() == before, told
            return None
        if isinstance(wanted, Then):
            assert self.run(self._published(after_seq, person.holder_id)) == sorted(wanted.events), told
            self.stands(number, wanted, told)
        return answer.json()

    def refused(self, answer, told):
        """The problem document is whole, and in both languages."""
        problem = answer.json()
        assert 400 <= answer.status_code < 500, told
        assert answer.headers["content-type"] == "application/problem+json", told
        for words in (problem, *({"detail_th": one["message_th"], "detail_en": one["message_en"]} for one in problem["errors"])):
            assert THAI.search(words["detail_th"]), told
            assert re.search("[A-Za-z]{2}", words["detail_en"]), told

    def stands(self, number, then, told):
        """The case is stored as the model has it."""
        self.people[number] = person = then.person
        row = self.run(self._row(person.holder_id))
        assert row == (person.as_stored() if person.has_case else None), told

    def heard(self, number, event, then):
        """The event comes; of a person whose ids are entwined only that all stays whole is asked."""
        after_seq = self.run(self._last_event())
        self.run(self.interview.bring(event))
        self.snapshot = None
        told = f"{event.type} of {self.people[number]} on {self.today}"
        published = self.run(self._published(after_seq, self.people[number].holder_id))
        if not self.people[number].entwined:
            assert published == sorted(then.events), told
            self.stands(number, then, told)

    def everything(self):
        """Every row of the service."""
        if self.snapshot is None:
            self.snapshot = dict(self.run(self._everything()))
        return self.snapshot

    async def _everything(self):
        async with self.interview.db.reading() as tx:
            return await tx.fetch(_EVERYTHING)

    async def _last_event(self):
        async with self.interview.db.reading() as tx:
            return await tx.fetchval("SELECT coalesce(max(seq), 0) FROM outbox")

    async def _published(self, after_seq, holder_id):
        async with self.interview.db.reading() as tx:
            rows = await tx.fetch("SELECT payload FROM outbox WHERE seq > $1", after_seq)
        events = [orjson.loads(row["payload"]) for row in rows]
        names = [event["type"].split(".")[1] for event in events if event["subject"] == holder_id]
        return sorted(name for name in names if name in WATCHED)

    async def _row(self, holder_id):
        async with self.interview.db.reading() as tx:
            row = await tx.fetchrow(
                """SELECT state, home_district, responsible_district, officer_id::text, intent_status, attempts, interviews
                     FROM case_file WHERE holder_id = $1""",
                UUID(holder_id),
            )
        return row and dict(row)

    async def _found(self, what, holder_id):
        """The id of the person's intent, case or last interview; nobody's where there is none."""
        table, order = {"intent": ("intent", "intent_id"), "case": ("case_file", "case_id"), "interview": ("interview", "revision")}[what]
        async with self.interview.db.reading() as tx:
            found = await tx.fetchval(f"SELECT {what}_id FROM {table} WHERE holder_id = $1 ORDER BY {order} DESC LIMIT 1", UUID(holder_id))
        return str(found or new_id())

    def found(self, what, number):
        return self.run(self._found(what, self.people[number].holder_id))

    def post(self, path, body=None):
        return lambda headers: self.interview.post(path, body, headers)

    def version(self, number):
        self.versions[number] = self.versions.get(number, 1) + 1
        return self.versions[number]

    async def _officers(self, holder_id):
        async with self.interview.db.reading() as tx:
            return await tx.fetchrow(
                "SELECT officer_id::text, co_interviewer_id::text FROM case_file WHERE holder_id = $1", UUID(holder_id)
            )

    async def _allowance(self, holder_id):
        async with self.interview.db.reading() as tx:
            sql = "SELECT version, status, stop_month, stop_reason FROM entitlement WHERE holder_id = $1"
            return tuple(await tx.fetchrow(sql, UUID(holder_id)))

    async def _drafted(self, number, body):
        """The answers saved by the case's officer in their draft; its address and version, or None where none is taken."""
        person = self.people[number]
        _, headers = self.caller("own-ao", "interview", person)
        path = f"/v1/cases/{await self._found('case', person.holder_id)}/interview-draft"
        here = await self.interview.client.get(path, headers=headers)
        going_on = here.status_code == 200 and here.json()["end_reason"] is None
        match = {"If-Match": here.headers["etag"]} if going_on else {}
        answers = {name: value for name, value in body.items() if name != "holder_id"}
        saved = await self.interview.client.put(path, json={"answers": answers}, headers={**headers, **match})
        return path, saved.headers["etag"] if saved.status_code == 200 else None

    async def _interviewed_on(self, holder_id):
        async with self.interview.db.reading() as tx:
            return await tx.fetchval("SELECT interviewed_on FROM case_file WHERE holder_id = $1", UUID(holder_id))

    async def _offline(self, person, kind):
        async def token():
            return self.caller("own-ao", "interview", person)[1]["Authorization"].removeprefix("Bearer ")

        if person.officer not in self.devices:
            clock = self.interview.service.resources.clock.business_now
            device = Device(Store.open(self.folder / str(new_id()), "2561"), self.interview.client, token, clock)
            await device.register("แท็บเล็ต")
            self.devices[person.officer] = device
        device = self.devices[person.officer]
        device.token = token
        await device.pull()
        visit = {"holder_id": person.holder_id, "visited_on": str(self.today), "reason": "ILL"}
        operation = device.do(kind, visit if kind == "VISIT_ATTEMPT" else world.interview(person.holder_id, str(self.today)))
        results = await device.push()
        if results[0]["outcome"] in {"CONFLICT", "REFUSED"}:
            device.decide(operation, "DISCARD")
            await device.push()
        return results
