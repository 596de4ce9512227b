"""One running country for the tests of one module: the suite on empty databases and topics, an office outside it, banks.

The played date only moves forward, so every module begins in an empty January. Servers are the session's; what another
module left on them (databases, topics) is taken away first.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka import TopicPartition

from deploy.databases import database_name, roles
from deploy.local.bank_simulator.books import Books
from deploy.local.bank_simulator.fate import Misbehaviour
from deploy.local.bank_simulator.post import Post
from deploy.local.broker import Broker
from deploy.local.postgres import LocalPostgres
from deploy.local.process import free_port
from deploy.local.suite import SERVICES, Secrets, Suite
from deploy.local.year import pay
from deploy.local.year.office import Office
from shared.bus.kafka import KafkaSettings
from shared.clock import BANGKOK, monotonic
from shared.contracts import Event, parse
from shared.contracts.common import Bank
from tests.flows.townsfolk import Person, file_of
from tests.support.fresh_topics import drop_topics

WAIT_SECONDS_MAX = 60.0
YEAR_SATANG = 10**12
POLL_SECONDS = 0.05


@dataclass
class Banks:
    """The banks, in this process, with their books open to the tests. Each answers for its topic alone."""

    kafka: KafkaSettings
    books: dict[Bank, Books] = field(default_factory=lambda: {bank: Books(bank, 1, Misbehaviour()) for bank in Bank})
    _working: list[asyncio.Task[None]] = field(default_factory=list)

    def behave(self, misbehaviour: Misbehaviour) -> None:
        """From now on all banks are so."""
        for books in self.books.values():
            books.misbehaviour = misbehaviour

    async def open(self) -> None:
        """Begin to serve; a bank that served before still knows what it paid."""
        self._working = [asyncio.create_task(Post(books, self.kafka, late_seconds=0.2).run()) for books in self.books.values()]

    async def close(self) -> None:
        """Serve no more."""
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)
        self._working = []

    def paid_satang(self) -> int:
        """What has left the banks, by their own books."""
        return sum(books.totals["paid_satang"] for books in self.books.values())

    def paid_instructions(self) -> int:
        """How many payments the banks made."""
        return sum(books.totals["paid"] for books in self.books.values())


@dataclass
class Country:
    """The suite, its outside, and what the actors of the tests know."""

    suite: Suite
    office: Office
    banks: Banks
    holder_of: dict[str, str] = field(default_factory=dict)
    officers: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    programmes: dict[str, str] = field(default_factory=dict)
    today: date = date(2018, 1, 15)
    _files: int = 0

    # --- asking

    async def get(self, user: str, path: str, **query: Any) -> Any:
        """GET as a user."""
        return await self.office.get(user, path, **query)

    async def post(self, user: str, path: str, body: Any = None, **more: Any) -> Any:
        """POST as a user."""
        return await self.office.post(user, path, body, **more)

    async def status(self, method: str, user: str, path: str, body: Any = None, **headers: str) -> int:
        """The HTTP status alone."""
        token = await self.office.token(user)
        answer = await self.office.http.request(method, path, json=body, headers={"Authorization": f"Bearer {token}", **headers})
        return answer.status_code

    async def pages(self, user: str, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every item of a list."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await self.office.get(user, path, limit=200, cursor=cursor, **query)
            found += page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return found

    async def until(self, ask: Callable[[], Awaitable[Any]], good: Callable[[Any], bool], what: str) -> Any:
        """Ask until the answer is good, within WAIT_SECONDS_MAX."""
        began = monotonic()
        while not good(answer := await ask()):
            assert monotonic() - began < WAIT_SECONDS_MAX, f"{what}: {answer}"
            await asyncio.sleep(POLL_SECONDS)
        return answer

    async def drained(self) -> None:
        """Nothing is on its way any more, and people have been told what they were to be told by now."""
        await self.office.drained()
        if await self._notices_due():
            await self.until(self._notices_due, lambda due: not due, "notices on their way")
            await self.office.drained()

    async def _notices_due(self) -> list[dict[str, Any]]:
        due = "SELECT * FROM notice WHERE status IN ('SENDING', 'SENT') OR status = 'REQUESTED' AND next_at <= $1"
        return await self.rows("registry", due, datetime.combine(self.today, time(9), BANGKOK))

    async def day(self, day: date | str) -> None:
        """It is this day, nine in the morning."""
        await self.drained()
        self.today = date.fromisoformat(day) if isinstance(day, str) else day
        await self.office.set_date(self.today)

    # --- what services hold

    async def rows(self, service: str, sql: str, *args: Any, prefix: str = "sukjai") -> list[dict[str, Any]]:
        """Rows of a service's database (or of another one whose name begins with the prefix)."""
        connection = await asyncpg.connect(self.suite.postgres.superuser_dsn, database=database_name(service, prefix))
        try:
            return [dict(row) for row in await connection.fetch(sql, *args)]
        finally:
            await connection.close()

    async def events(self, *topic_names: str) -> list[Event]:
        """Every event on the topics, each topic's partitions in their order."""
        return [event for event, _ in await self.messages(*topic_names)]

    async def messages(self, *topic_names: str) -> list[tuple[Event, int]]:
        """Every event on the topics with its time on the topic."""
        return [(parse(record.value, topic=record.topic), record.timestamp) for record in await self.records(*topic_names)]

    async def records(self, *topic_names: str) -> list[Any]:
        """Every committed message on the topics, as it lies there."""
        consumer = KafkaSettings(self.suite.broker.bootstrap).consumer(None)
        await consumer.start()
        try:
            await consumer._client.force_metadata_update()
            partitions = [TopicPartition(name, n) for name in topic_names for n in consumer.partitions_for_topic(name) or ()]
            assert partitions, topic_names
            consumer.assign(partitions)
            await consumer.seek_to_beginning()
            ends = await consumer.end_offsets(partitions)
            found: list[Any] = []
            while any([await consumer.position(tp) < ends[tp] for tp in partitions]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += records
            return found
        finally:
            await consumer.stop()

    async def broken_invariants(self) -> dict[str, Any]:
        """What does not hold, by service; and what waits or lies among the dead letters."""
        broken: dict[str, Any] = {}
        for service in SERVICES:
            answer = await self.get("operator", f"/{service}/v1/operations/invariants")
            assert answer["checked"] > 0, service
            if answer["violations"]:
                broken[service] = answer["violations"]
        for service, state in (await self.office.readiness()).items():
            if state["parked"] or state["dead_letters"] or state["broken"]:
                broken[f"{service} waiting"] = {name: state[name] for name in ("parked", "dead_letters", "broken")}
        return broken

    # --- acting

    async def import_people(self, people: Sequence[Person]) -> Any:
        """The registrar imports a file of the people; the districts' teams and meeting places are there afterwards.

        Of a country this small a few people are more than one person may change: the ministry of finance decides.
        """
        self._files += 1
        name = f"people-{self._files}.csv"
        await asyncio.to_thread((self.suite.folder / "imports" / name).write_text, file_of(people))
        asked = await self.post("registrar", "/registry/v1/imports", {"path": name, "kind": "PART"})
        path = f"/registry/v1/imports/{asked['import_id']}"
        done = await self.until(
            lambda: self.get("registrar", path), lambda state: state["status"] in {"DONE", "WAITING", "FAILED"}, "the import"
        )
        if done["status"] == "WAITING":
            await self.post("mof", f"{path}/approval", {"decision": "APPROVED", "reason": "ตรวจรายชื่อแล้ว"})
            done = await self.until(lambda: self.get("registrar", path), lambda state: state["status"] in {"DONE", "FAILED"}, "the import")
        assert done["status"] == "DONE", done
        await self.drained()
        found = await self.post("registrar", "/registry/v1/card-holders/look-ups", {"citizen_ids": [one.citizen_id for one in people]})
        self.holder_of |= {one.citizen_id: row["holder_id"] for one, row in zip(people, found["items"], strict=True)}
        for district in sorted({one.district for one in people} - self.officers.keys()):
            await self._team(district, next(one.subdistrict for one in people if one.district == district))
        return done

    async def _team(self, district: str, subdistrict: str) -> None:
        officer = {"district": district, "employer": "BAAC", "staff_no": f"B-{district}"}
        self.officers[district] = (await self.post(f"chief-{district}", "/interview/v1/officers", officer))["officer_id"]
        place = {
            "subdistrict": subdistrict,
            "name": "หอประชุมที่ว่าการอำเภอ",
            "opens_on": "2018-02-01",
            "closes_on": "2018-02-28",
            "capacity_per_day": 500,
        }
        self.places[district] = (await self.post(f"chief-{district}", "/interview/v1/meeting-places", place))["place_id"]

    def holder(self, person: Person) -> str:
        """The person's number in the registry."""
        return self.holder_of[person.citizen_id]

    def wish(self, person: Person, stated_on: str) -> dict[str, Any]:
        """The form of a stated wish at the meeting place."""
        return {
            "citizen_id": person.citizen_id,
            "channel": "WALK_IN",
            "stated_on": stated_on,
            "place_id": self.places[person.district],
            "consents": {"share_with_agencies": True, "bank_data": True, "wage_through_card": False},
            "identity_paper": "CITIZEN_ID_CARD",
            "signed_by": "SIGNATURE",
            "privacy_notice_version": "2018-01",
        }

    async def state_wishes(self, people: Sequence[Person], stated_on: str) -> list[Any]:
        """All come and state the wish; returns their slips."""
        return await asyncio.gather(
            *(self.post(f"intake-{one.district}", "/interview/v1/intents", self.wish(one, stated_on)) for one in people)
        )

    async def assign(self, district: str) -> None:
        """The chief gives every case of the district an account officer."""
        await self.drained()
        await self.post(f"chief-{district}", f"/interview/v1/districts/{district}/assignments")

    async def case(self, person: Person, user: str = "moi-country") -> Any:
        """The person's case in interview."""
        [case] = (await self.get(user, "/interview/v1/cases", holder_id=self.holder(person)))["items"]
        return case

    async def entitlement(self, person: Person, user: str = "moi-country") -> Any:
        """The person's allowance in payments; None without one."""
        items = (await self.get(user, "/payments/v1/entitlements", holder_id=self.holder(person)))["items"]
        return items[0] if items else None

    async def payments(self, person: Person) -> Any:
        """Every obligation of the person with its attempts."""
        entitlement = await self.entitlement(person)
        assert entitlement is not None
        return await self.get("moi-country", f"/payments/v1/entitlements/{entitlement['entitlement_id']}/payments")

    async def programme(self, dimension: str = "D2") -> str:
        """A programme of the catalogue; the catalogue is asked for once."""
        if not self.programmes:
            self.programmes = {one["code"]: one["dimension"] for one in await self.pages("committee", "/plan/v1/programmes")}
        return next(code for code, its in self.programmes.items() if its == dimension)

    async def interview(
        self, people: Sequence[Person], on: str, *, answer: str = "DEVELOP", menu: Sequence[str] = (), states_wish: bool = False
    ) -> list[Any]:
        """Account officers interview all of them; `menu` names the programmes of the lines that both sign."""
        lines = [
            {"dimension": self.programmes[code], "programme_code": code, "holder_signed": True, "officer_signed": True} for code in menu
        ]

        async def meet(person: Person) -> Any:
            case = await self.case(person)
            form = interview_form(case["case_id"], on, answer, lines, self.wish(person, on) if states_wish else None)
            return await self.post(f"ao-{case['officer_id']}", "/interview/v1/interviews", form)

        return await asyncio.gather(*(meet(person) for person in people))

    # --- money

    async def run(self, run_id: str) -> Any:
        """A run as it is now."""
        return await self.get("payments-maker", f"/payments/v1/runs/{run_id}")

    async def propose(self, month: str) -> Any:
        """A run of the month, its list drawn up."""
        await self.drained()
        asked = await self.post("payments-maker", "/payments/v1/runs", {"month": month})
        return await self.until(lambda: self.run(asked["run_id"]), lambda run: run["status"] == "PROPOSED", "the run's list")

    async def release(self, run: dict[str, Any]) -> Any:
        """Approve and release a proposed run; every instruction is out afterwards."""
        path = f"/payments/v1/runs/{run['run_id']}"
        await self.post("payments-approver", f"{path}/approval", {"list_hash": run["list_hash"]})
        return await self.let_go(run["run_id"])

    async def let_go(self, run_id: str) -> Any:
        """Release an approved run; every instruction is out afterwards."""
        await self.post("payments-approver", f"/payments/v1/runs/{run_id}/release")
        return await self.until(lambda: self.run(run_id), lambda run: run["status"] in {"INSTRUCTED", "RECONCILING"}, "the release")

    async def answered(self, run_id: str) -> Any:
        """The run, once every instruction has its answer."""
        return await self.until(lambda: self.run(run_id), lambda run: run["unanswered"] == 0, "the banks' answers")

    async def close(self, run_id: str) -> Any:
        """The run, closed."""
        await self.post("payments-approver", f"/payments/v1/runs/{run_id}/close")
        return await self.run(run_id)

    async def pay(self, month: str) -> Any:
        """One month's run from proposal to close, with banks that answer."""
        run = await self.release(await self.propose(month))
        await self.answered(run["run_id"])
        await self.drained()
        return await self.close(run["run_id"])


def interview_form(case_id: str, on: str, answer: str, menu: Sequence[dict[str, Any]], wish: dict[str, Any] | None) -> dict[str, Any]:
    """Annex 3 of somebody who has a rice field and no debts. With `wish` the wish is stated at the interview."""
    develops = answer == "DEVELOP"
    paper = ("consents", "identity_paper", "signed_by", "privacy_notice_version")
    return {
        "case_id": case_id,
        "visit": {"interviewed_on": on, "place": "ที่บ้าน"},
        "person": {
            "education": "PRIMARY",
            "marital_status": "MARRIED",
            "household_size": 3,
            "dependants": 1,
            "occupation": "6111",
            "income_now_baht": 25000,
            "income_2559_baht": 25000,
            "expenses_month_baht": 2000,
            "land": {"tenure": "OWNED", "rai": 4},
            "housing": "OWNED",
        },
        "debts": [],
        "abilities": {"skills": [], "readiness": "READY"},
        "diagnosis": {"problems": ["D2"] if develops else [], "approach": "SECOND_OCCUPATION" if develops else None},
        "wishes": {
            "answer": answer,
            "decline_reason": None if develops else "ไม่ประสงค์เข้าร่วม",
            "dimensions": ["D2"] if develops else [],
            "states_wish": wish is not None,
            "paper": None if wish is None else {name: wish[name] for name in paper},
        },
        "menu": list(menu),
        "specialist_asked": False,
    }


@contextlib.asynccontextmanager
async def running_country(folder: Path, postgres: LocalPostgres, broker: Broker, kind: type[Suite] = Suite) -> AsyncIterator[Country]:
    """A country that begins in January 2561 with nobody in it, and money for its year."""
    await _clear(postgres, broker)
    # Passwords of roles are the server's, which other tests share: everybody's are the role's own name.
    secrets = replace(Secrets.in_folder(folder), passwords={role: role for role in roles()})
    suite = kind(folder, postgres, broker, free_port(), secrets)
    async with suite.running():
        office = await Office.open(suite.address, suite.broker.bootstrap)
        banks = Banks(KafkaSettings(broker.bootstrap))
        country = Country(suite, office, banks)
        await banks.open()
        try:
            await country.day("2018-01-15")
            await pay.open_envelopes(office, YEAR_SATANG)
            yield country
        finally:
            await banks.close()
            await office.close()


async def _clear(postgres: LocalPostgres, broker: Broker) -> None:
    """Take away the databases and topics that an earlier country left."""
    connection = await asyncpg.connect(postgres.superuser_dsn)
    try:
        for service in SERVICES:
            await connection.execute(f'DROP DATABASE IF EXISTS "{database_name(service)}" WITH (FORCE)')
    finally:
        await connection.close()
    await drop_topics(broker.bootstrap)
