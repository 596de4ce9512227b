"""P9: every district gets its account officers, against the bare SQL that writes the same rows."""

from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

from tests.bench.cost import Cost
from tests.bench.lines import Line
from tests.bench.p1_import import indexes
from tests.bench.process import ServiceProcess
from tests.bench.world import World

DECLARED: Final = 6_400_124
VISITED: Final = 2_142_957
"""Who stated the wish in February and who was left for home visits (docs/measure.md 4): both get an officer."""
DISTRICTS: Final = 928
OFFICERS: Final = 40
"""In each district, a quarter of them of the two banks; each near two of its subdistricts."""
_TABLES: Final = ("case_file", "case_history", "outbox")

# Districts are as large as in the country, so there are fewer of them at a larger scale. Two in ten live with another card holder.
_FILL: Final = """
INSERT INTO officer (officer_id, version, district, employer, staff_no, active, languages, subdistricts)
SELECT gen_random_uuid(), 1, d.code, (ARRAY['BAAC', 'GSB', 'LABOUR', 'AGRICULTURE', 'KTB', 'DISTRICT_OFFICE', 'OTHER', 'GHB'])[n % 8 + 1],
       d.code || '-' || n, true, '{}', ARRAY[d.code || lpad((n % 8 + 1)::text, 2, '0'), d.code || lpad((n % 7 + 2)::text, 2, '0')]
  FROM generate_series($1::int, $2::int) AS number, LATERAL (SELECT (1000 + number)::text AS code) d, generate_series(1, $4::int) AS n;
"""
_CASES: Final = """
WITH person AS (
    SELECT gen_random_uuid() AS holder_id, (1000 + $1::int + (n % ($2::int - $1::int + 1)))::text AS district, n, n % 4 = 0 AS visit
      FROM generate_series(1, $3::int) AS n)
INSERT INTO case_file (case_id, holder_id, version, state, home_district, responsible_district, subdistrict, opened_on, intent_status,
                       stated_on, channel, attempts, interviews)
SELECT gen_random_uuid(), holder_id, 1, CASE WHEN visit THEN 'VISIT_DUE' ELSE 'DECLARED' END, district, district,
       district || lpad((n / 7 % 8 + 1)::text, 2, '0'), '2018-02-10',
       CASE WHEN NOT visit THEN 'VALID' END, CASE WHEN NOT visit THEN date '2018-02-10' END, CASE WHEN NOT visit THEN 'WALK_IN' END, 0, 0
  FROM person
"""
_HOUSEHOLDS: Final = """
INSERT INTO household_member (holder_id, household_id)
SELECT holder_id, md5(responsible_district || (place / 2))::uuid
  FROM (SELECT holder_id, responsible_district, row_number() OVER (PARTITION BY responsible_district ORDER BY holder_id) AS place FROM case_file) c
 WHERE place % 10 < 2
ON CONFLICT DO NOTHING
"""
_BARE: Final = (
    """UPDATE bench.case_file c SET version = t.version, state = t.state, officer_id = t.officer_id, co_interviewer_id = t.co_interviewer_id
         FROM bench.target t WHERE c.case_id = t.case_id""",
    """INSERT INTO bench.case_history (seq, case_id, version, step, from_state, to_state, at, by, reason, details)
       SELECT seq, case_id, version, step, from_state, to_state, at, by, reason, details FROM public.case_history""",
    """INSERT INTO bench.outbox (seq, topic, key, event_id, payload, written_at) SELECT seq, topic, key, event_id, payload, written_at FROM public.outbox""",
)


async def measure(world: World) -> AsyncIterator[Line]:
    """A quarter of the country, for its memory; then the rest, for its time."""
    if "interview" in world.services:
        await world.services.pop("interview").stop()
    # The relay would publish at the same time, and the baseline has none.
    interview = await ServiceProcess.start("interview", world.suite.environment("interview"), world.folder, "http", "jobs")
    world.services["interview"] = interview
    connection = await world.sql("interview")
    for table in (*_TABLES, "household_member"):
        await connection.execute(f"TRUNCATE public.{table} CASCADE")
    districts = max(4, round(DISTRICTS / world.scale))
    cases = (DECLARED + VISITED) // world.scale
    quarter = districts // 4
    await _fill(world, 1, quarter, cases // 4)
    await _assigned(world)
    small = interview.peaks["interview"]
    for table in ("case_history", "outbox"):
        await connection.execute(f"TRUNCATE public.{table}")
    await connection.execute("DELETE FROM public.case_file WHERE officer_id IS NOT NULL")
    await _fill(world, quarter + 1, districts, cases - cases // 4)
    await _copy_before(world)
    cost = await _assigned(world)
    count = await connection.fetchval("SELECT count(*) FROM public.case_file WHERE officer_id IS NOT NULL")
    bare = await _bare(world)
    what = f"{count} cases of {districts - quarter} districts given to officers, against the bare SQL that writes the same rows"
    for line in Line.pair("P9", what, world.scale, cost, bare):
        yield line
    what = "peak memory of interview, all districts assigned, against a quarter of them"
    yield Line.of("P9", what, world.scale, interview.peaks["interview"], "MiB", small)
    await world.services.pop("interview").stop()
    # Its people are of this goal alone: nobody else is to hear of them when interview's relay runs again.
    await connection.execute("TRUNCATE public.outbox")


async def _fill(world: World, first: int, last: int, cases: int) -> None:
    connection = await world.sql("interview")
    await connection.execute(_FILL.replace("$4::int", str(OFFICERS)).replace("$1::int", str(first)).replace("$2::int", str(last)))
    await connection.execute(_CASES, first, last, cases)
    await connection.execute(_HOUSEHOLDS)
    await connection.execute("ANALYZE case_file, household_member, officer")


async def _assigned(world: World) -> Cost:
    """The cost of the job, from the call until its end."""
    meter = world.meter(own=False)
    job_id = (await world.call("interview", "POST", "/v1/assignments")).json()["job_id"]
    await world.until_sql("interview", "SELECT status IN ('DONE', 'FAILED') FROM job WHERE id = $1", UUID(job_id))
    cost = meter.cost()
    shown = (await world.call("interview", "GET", f"/v1/assignments/{job_id}")).json()
    if shown["status"] != "DONE" or shown["refused"] or shown["without_room"]:
        raise RuntimeError(f"the assignment went wrong: {shown}")
    return cost


async def _copy_before(world: World) -> None:
    """Bare tables as they are before, with the same indexes."""
    connection = await world.sql("interview")
    for table in _TABLES:
        await connection.execute(f"DROP TABLE IF EXISTS bench.{table}; CREATE TABLE bench.{table} (LIKE public.{table})")
        if table == "case_file":
            await connection.execute(f"INSERT INTO bench.{table} SELECT * FROM public.{table}")
        for index in await indexes(connection, table):
            await connection.execute(index.replace("public.", "bench."))


async def _bare(world: World) -> Cost:
    """The cost of one statement a table, of rows that are made already."""
    connection = await world.sql("interview")
    await connection.execute(
        """DROP TABLE IF EXISTS bench.target;
           CREATE TABLE bench.target AS SELECT case_id, version, state, officer_id, co_interviewer_id FROM public.case_file WHERE officer_id IS NOT NULL;
           ANALYZE bench.target; ANALYZE bench.case_file"""
    )
    meter = world.meter(own=True)
    for statement in _BARE:
        await connection.execute(statement)
    return meter.cost()
