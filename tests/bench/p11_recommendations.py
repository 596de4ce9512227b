"""P11: recommendations. One person's by the size of the catalogue; those of many interviews, and of everybody anew, against the bare SQL and sending of the same."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from services.plan.commands.advise import Desk
from services.plan.commands.interviews import interview_of
from services.plan.domain import Because, Catalogue, Condition, Lack, Merits, Offering, Programme
from services.plan.repository import catalogue, offerings, people
from services.plan.rules import data
from shared.clock import noon
from shared.contracts import Event
from shared.contracts.common import Approach, Channel, Dimension
from shared.contracts.interview import CASES, Answer, InterviewCompleted
from shared.contracts.plan import PLANS
from shared.crypto import FieldCipher
from shared.db import Database
from shared.ids import new_id, same_id
from shared.thai import areas
from tests.bench.cost import Cost, Meter
from tests.bench.lines import Line
from tests.bench.p1_import import indexes
from tests.bench.process import ServiceProcess
from tests.bench.world import Pair, World

PROGRAMMES: Final = 200
OFFERINGS: Final = 5_000
FEWER_PROGRAMMES: Final = 50
FEWER_OFFERINGS: Final = 500
ONE_BY_ONE: Final = 200
INTERVIEWS_MAX: Final = 20_000
INTERVIEWS: Final = 2_000_000
"""So many at scale 1, but never more than `INTERVIEWS_MAX`."""
DAY: Final = date(2018, 3, 20)
_TABLES: Final = ("plan", "interview", "recommendation", "plan_history", "inbox", "outbox")
BECAUSE: Final = Because(noon(DAY), "bench", "bench")

_HOLDERS: Final = """
INSERT INTO holder (holder_id, version, tier, age, bank, status, home_district, responsible_district)
SELECT holder_id, 1, 'UP_TO_30000', 20 + place % 45, 'KTB', 'ALIVE', district, district
  FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS one (holder_id, district, place)
"""
_POLICY: Final = """
INSERT INTO policy (version, profile, parameters) SELECT 1, 'amended', '{"income_threshold_baht": 30000}' WHERE NOT EXISTS (SELECT FROM policy)
"""
_ASSESSMENTS: Final = "INSERT INTO assessment (holder_id, interview_id, revision, sealed) SELECT unnest($1::uuid[]), unnest($2::uuid[]), 1, unnest($3::text[])"
# What is asked while the clock runs costs next to nothing: counting the plans took longer than making them.
_TAKEN: Final = "SELECT coalesce(sum(position), 0)::bigint FROM consumer_position WHERE topic = $1"
_TOLD: Final = "SELECT count(*) = $2 FROM plan WHERE holder_id = ANY($1::uuid[])"
_SENT: Final = "SELECT NOT EXISTS (SELECT FROM outbox)"


@dataclass(frozen=True)
class Person:
    """Somebody who was interviewed."""

    holder_id: UUID
    district: str
    number: int

    @property
    def interview_id(self) -> UUID:
        return same_id("bench-interview", self.holder_id)


@asynccontextmanager
async def plan_at_hand(world: World) -> AsyncIterator[tuple[ServiceProcess, asyncpg.Connection, Database, FieldCipher]]:
    """Plan on the day with a policy; a connection and a database that are not its own, and the cipher of assessments."""
    plan = await world.service("plan")
    await plan.caught_up()
    await world.play(DAY)
    connection = await world.sql("plan")
    await connection.execute(_POLICY)
    db = await Database.connect(world.suite.postgres.superuser_dsn.rpartition("/")[0] + "/sukjai_plan", name="bench")
    try:
        yield plan, connection, db, FieldCipher.from_text(world.suite.environment("plan")["SUKJAI_ASSESSMENT_KEYS"])
    finally:
        await db.close()


async def measure(world: World) -> AsyncIterator[Line]:
    """A catalogue of 200 programmes and 5,000 offerings; then its people."""
    async with plan_at_hand(world) as (plan, connection, db, cipher):
        await _fill_catalogue(db)
        some = max(min(INTERVIEWS_MAX, INTERVIEWS // world.scale), 8)
        everybody = _people(some)
        await bring_people(connection, everybody, cipher)
        async for line in _one_by_one(world, db, cipher, everybody):
            yield line
        quarter = everybody[: some // 4]
        await _advise(world, quarter)
        await _anew(world, db)
        small = plan.peaks["plan"]
        await _copy_before(connection, rows=False)
        cost = await _advise(world, everybody[some // 4 :])
        what = f"{some - len(quarter)} interviews to recommendations that are out, against the bare SQL and sending of the same"
        for line in Line.pair("P11", what, world.scale, cost, await _bare(world, everybody[some // 4 :], 1)):
            yield line
        await _copy_before(connection, rows=True)
        cost, changed = await _anew(world, db)
        what = f"{some} plans looked at again, of which {len(changed)} hear something else, against the bare SQL and sending of the same"
        for line in Line.pair("P11", what, world.scale, cost, await _bare_anew(world, changed)):
            yield line
        what = "peak memory of plan, with all persons, against a quarter of them"
        yield Line.of("P11", what, world.scale, plan.peaks["plan"], "MiB", small)


def _people(count: int) -> list[Person]:
    districts = areas.districts()
    return [Person(new_id(), districts[number % len(districts)], number) for number in range(count)]


async def _fill_catalogue(db: Database) -> None:
    """The catalogue with made-up programmes up to 200, and offerings up to 5,000 all over the country."""
    async with db.transaction() as tx:
        known = (await catalogue.catalogue(tx)).offered_on(DAY)
        agency = known[0].agency
        new = [programme(number, agency) for number in range(PROGRAMMES - len(known))]
        await catalogue.add_programmes(tx, new, BECAUSE)
        have = await tx.fetchval("SELECT count(*) FROM offering WHERE active")
        codes, districts = [one.code for one in new], areas.districts()
        await offerings.add_offerings(tx, [_offering(number, codes, districts) for number in range(max(OFFERINGS - have, 0))], BECAUSE)


def programme(number: int, agency: str) -> Programme:
    """A made-up one, open to most."""
    dimension = list(Dimension)[number % 4]
    conditions = (
        Condition("min-age", f"age >= {15 + number % 10}", "อายุขั้นต่ำ", "is old enough"),
        Condition("max-age", f"age <= {55 + number % 20}", "อายุขั้นสูง", "is not too old"),
        Condition(
            "groups", '"FARMER" in occupation_groups || "TRADER" in occupation_groups || income_now_baht <= 60000', "กลุ่มอาชีพ", "occupation"
        ),
        Condition("home", "!owns_home || saves || land_rai < 10.0", "ที่อยู่อาศัย", "home"),
    )
    return Programme(
        code=f"{dimension}-{agency}-BENCH-{number}",
        version=1,
        dimension=dimension,
        name_th="ทดสอบ",
        name_en="Bench",
        agency=agency,
        confidence="L",
        active=True,
        valid_from=date(2018, 1, 9),
        valid_until=None,
        gives_th="",
        gives_en="",
        papers=(),
        contact="",
        outcomes=(),
        conditions=conditions,
        examples=(),
        merits=Merits((list(Lack)[number % 5],), (list(Approach)[number % 3],), ("FARMER",) if number % 2 else ()),
        source="bench",
        approval_reference="bench",
    )


def _offering(number: int, codes: Sequence[str], districts: Sequence[str]) -> Offering:
    district = districts[number * 37 % len(districts)]
    return Offering(
        offering_id=new_id(),
        programme_code=codes[number % len(codes)],
        version=1,
        province=district[:2],
        district=district if number % 5 else None,
        place="bench",
        starts_on=DAY + timedelta(days=20 + number % 90),
        ends_on=DAY + timedelta(days=140),
        apply_until=DAY + timedelta(days=10 + number % 90),
        hours=30,
        seats=20 if number % 4 else number % 7,  # some have few, some none
        cost_baht=0,
        kit=None,
        kit_value_baht=0,
        stipend_baht_a_day=0,
        course_code=None,
        active=True,
        synthetic=True,
    )


async def bring_people(connection: asyncpg.Connection, everybody: Sequence[Person], cipher: FieldCipher) -> None:
    """Holders and sealed assessments, as registry and interview would have told them."""
    ids = [one.holder_id for one in everybody]
    await connection.execute(_HOLDERS, ids, [one.district for one in everybody])
    content = {
        "debts": [{"kind": "INFORMAL", "amount_satang": 700}],
        "land_rai": 2,
        "housing_tenure": "RENTED",
        "saves": False,
        "skills": ["weaving"],
    }
    sealed = [cipher.seal_text(orjson.dumps(content).decode(), str(holder_id).encode()) for holder_id in ids]
    await connection.execute(_ASSESSMENTS, ids, [one.interview_id for one in everybody], sealed)
    await connection.execute("ANALYZE holder, assessment, offering, offering_seat")


async def _one_by_one(world: World, db: Database, cipher: FieldCipher, everybody: Sequence[Person]) -> AsyncIterator[Line]:
    """Processor time of one person's recommendation, ours and the database's, beside that with a smaller catalogue."""
    desk = Desk(cipher, data.load())
    whole = await _ms_of_one(world, db, desk, everybody)
    shelf = desk._shelf
    if shelf is None:
        raise RuntimeError("the desk has read nothing")
    few = dict(list(shelf.catalogue.versions.items())[:FEWER_PROGRAMMES])
    for what, smaller in (
        (f"{FEWER_PROGRAMMES} programmes", replace(shelf, catalogue=Catalogue(few), by_day={})),
        (f"{FEWER_OFFERINGS} offerings", replace(shelf, offerings=shelf.offerings[:: OFFERINGS // FEWER_OFFERINGS], by_day={})),
    ):
        desk._shelf = smaller
        less = await _ms_of_one(world, db, desk, everybody)
        line = f"recommendation of one person at {PROGRAMMES} programmes and {OFFERINGS} offerings, against {what}"
        yield Line.of("P11", line, world.scale, whole, "CPU ms a person", less)


async def _ms_of_one(world: World, db: Database, desk: Desk, everybody: Sequence[Person]) -> float:
    async def one(person: Person) -> None:
        async with db.reading() as tx:
            adviser = await desk.adviser(tx, [person.holder_id])
            holders = await people.seen_holders(tx, [person.holder_id])
            answer = adviser.answer(holders[person.holder_id], interviews[person.holder_id], DAY)
        if not answer:
            raise RuntimeError("nothing is recommended")

    interviews = {person.holder_id: interview_of(completed_of(person)) for person in everybody[:ONE_BY_ONE]}
    some = everybody[:ONE_BY_ONE]
    await one(some[0])
    # Nobody else is asked anything; what idle servers do meanwhile is not this person's.
    meter = Meter([pid for pid in (os.getpid(), world.suite.postgres.pid) if pid is not None])
    for number in range(ONE_BY_ONE):
        await one(some[number % len(some)])
    return meter.cost().cpu_seconds / ONE_BY_ONE * 1000


def completed_of(person: Person) -> InterviewCompleted:
    """Their interview, as it was told."""
    dimensions = list(Dimension)
    return InterviewCompleted(
        holder_id=person.holder_id,
        case_id=person.holder_id,
        interview_id=person.interview_id,
        interviewed_on=DAY,
        channel=Channel.WALK_IN,
        officer_id=same_id("bench-officer"),
        co_interviewer_id=None,
        answer=Answer.DEVELOP,
        approach=list(Approach)[person.number % 3],
        problems=(dimensions[person.number % 4], dimensions[(person.number + 1) % 4]),
        wishes=(dimensions[person.number % 4],),
        occupation=("6111", "9313", "5211")[person.number % 3],
        income_now_baht=24_000,
        district=person.district,
        subdistrict=f"{person.district}01",
    )


async def _advise(world: World, some: Sequence[Person]) -> Cost:
    """The cost of their interviews' way through plan, until every recommendation is out."""
    pairs = [(str(one.holder_id).encode(), Event.of(completed_of(one), subject=one.holder_id, time=noon(DAY)).to_bytes()) for one in some]
    connection = await world.sql("plan")
    before = await connection.fetchval(_TAKEN, CASES)
    meter = world.meter(own=False)
    await world.produce({CASES: pairs})
    await world.until_sql("plan", f"SELECT ({_TAKEN}) >= $2", CASES, before + len(some))
    # What others told meanwhile was counted too.
    await world.until_sql("plan", _TOLD, [one.holder_id for one in some], len(some))
    await world.until_sql("plan", _SENT)
    return meter.cost()


async def _anew(world: World, db: Database) -> tuple[Cost, list[UUID]]:
    """Close the programme that is recommended most, and recommend anew; the cost, and who was told something else."""
    connection = await world.sql("plan")
    code = await connection.fetchval(
        "SELECT code FROM plan, unnest(recommended) AS code GROUP BY code ORDER BY count(*) DESC, code LIMIT 1"
    )
    async with db.transaction() as tx:
        last = (await catalogue.catalogue(tx)).versions[code][-1]
        await catalogue.replace_programme(tx, replace(last, version=last.version + 1, active=False), BECAUSE)
    before = dict(await connection.fetch("SELECT holder_id, recommendation_version FROM plan"))
    meter = world.meter(own=False)
    job_id = (await world.call("plan", "POST", "/v1/recommendation-runs")).json()["job_id"]
    await world.until_sql("plan", "SELECT status IN ('DONE', 'FAILED') FROM job WHERE id = $1", UUID(job_id))
    await world.until_sql("plan", _SENT)
    cost = meter.cost()
    after = dict(await connection.fetch("SELECT holder_id, recommendation_version FROM plan"))
    changed = [holder_id for holder_id, version in after.items() if version != before[holder_id]]
    run = (await world.call("plan", "GET", f"/v1/recommendation-runs/{job_id}")).json()
    if run["status"] != "DONE" or run["changed"] != len(changed):
        raise RuntimeError(f"recommending anew went wrong: {run}")
    return cost, changed


async def _copy_before(connection: asyncpg.Connection, *, rows: bool) -> None:
    """Bare tables with the same indexes, empty or with what is there."""
    for table in _TABLES:
        await connection.execute(f"DROP TABLE IF EXISTS bench.{table}; CREATE TABLE bench.{table} (LIKE public.{table} INCLUDING DEFAULTS)")
        if rows and table in {"plan", "recommendation"}:
            await connection.execute(f"INSERT INTO bench.{table} SELECT * FROM public.{table}")
        for index in await indexes(connection, table):
            await connection.execute(index.replace("public.", "bench."))


async def _messages(world: World, some: Sequence[UUID], version: int) -> list[Pair]:
    """What was published of them at this version of their recommendation and later."""
    mine = {str(holder_id).encode() for holder_id in some}
    found = []
    async for record in world.records(PLANS):
        if record.key in mine:
            body: dict[str, Any] = orjson.loads(record.value)
            if body["type"] == "plan.RecommendationPrepared.v1" and body["data"]["version"] >= version:
                found.append((record.key, record.value))
    return found


async def _write_and_send(world: World, statements: Sequence[str], ids: Sequence[UUID], messages: Sequence[Pair]) -> Cost:
    """The statements over the persons, the messages through an outbox, and a bare producer of the same."""
    connection = await world.sql("plan")
    await connection.execute("DROP TABLE IF EXISTS bench.message; CREATE TABLE bench.message (key text, event_id uuid, payload bytea)")
    await connection.copy_records_to_table(
        "message", schema_name="bench", records=[(key.decode(), new_id(), value) for key, value in messages]
    )
    meter = world.meter(own=True)
    for statement in statements:
        await connection.execute(statement, list(ids))
    await connection.execute(
        "INSERT INTO bench.outbox (seq, topic, key, event_id, payload) SELECT row_number() OVER (), 'bench', key, event_id, payload FROM bench.message"
    )
    await connection.execute("DELETE FROM bench.outbox")
    cost = meter.cost()
    await world.new_topics([topic := f"bench.recommendations.{new_id().hex}"])
    return cost + await world.produce({topic: messages})


async def _bare(world: World, some: Sequence[Person], version: int) -> Cost:
    """One statement a table, of rows that are made already."""
    ids = [one.holder_id for one in some]
    mine = "WHERE holder_id = ANY($1::uuid[])"
    of_mine = f"WHERE plan_id IN (SELECT plan_id FROM public.plan {mine})"
    history = "plan_id, version, from_status, to_status, who, at, why"
    statements = (
        f"INSERT INTO bench.plan SELECT * FROM public.plan {mine}",
        f"INSERT INTO bench.interview SELECT * FROM public.interview {mine}",
        f"INSERT INTO bench.recommendation SELECT * FROM public.recommendation {of_mine}",
        f"INSERT INTO bench.plan_history (number, {history}) SELECT number, {history} FROM public.plan_history {of_mine}",
        "INSERT INTO bench.inbox SELECT * FROM public.inbox ORDER BY 1 LIMIT cardinality($1::uuid[])",
    )
    return await _write_and_send(world, statements, ids, await _messages(world, ids, version))


async def _bare_anew(world: World, changed: Sequence[UUID]) -> Cost:
    """A look at every plan with its last recommendation, and the writes of those that changed."""
    statements = (
        """SELECT sum(length(r.programmes::text)) FROM public.plan p JOIN public.recommendation r USING (plan_id) JOIN public.interview USING (holder_id)
             JOIN public.assessment USING (holder_id) WHERE p.status = 'RECOMMENDED' AND cardinality($1::uuid[]) >= 0""",
        """UPDATE bench.plan b SET version = p.version, recommendation_version = p.recommendation_version, recommended = p.recommended
             FROM public.plan p WHERE p.plan_id = b.plan_id AND p.holder_id = ANY($1::uuid[])""",
        """INSERT INTO bench.recommendation SELECT r.* FROM public.recommendation r JOIN public.plan p USING (plan_id)
            WHERE r.version = p.recommendation_version AND p.holder_id = ANY($1::uuid[])""",
    )
    return await _write_and_send(world, statements, changed, await _messages(world, changed, 2))
