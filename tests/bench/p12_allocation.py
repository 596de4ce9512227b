"""P12: scarce seats. A preview of who gets which seat of a province's month, asked for over HTTP, against a bare greedy over the same wishes; and how near to the best it is."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.plan.commands.interviews import interview_of
from services.plan.domain import Offering, plan_id_of
from services.plan.domain.allocations import Supply
from services.plan.repository import allocations, catalogue, offerings
from services.plan.repository.rows import insert
from services.plan.rules.allocation import Weights, weights_on
from services.plan.rules.seat_flow import reserves
from shared.crypto import FieldCipher
from shared.db import Database
from shared.ids import new_id
from shared.thai import areas
from tests.bench.cost import Cost
from tests.bench.lines import Line
from tests.bench.p11_recommendations import BECAUSE, DAY, PROGRAMMES, Person, bring_people, completed_of, plan_at_hand, programme
from tests.bench.world import World

WISHES_MAX: Final = 100_000
WISHES: Final = 100_000_000
"""So many at scale 1, but never more than `WISHES_MAX`."""
WISHES_OF_AN_OFFERING: Final = 20
PROVINCE: Final = "50"
SMALLER: Final = "51"
MONTH: Final = date(2018, 5, 1)
ROWS_AT_ONCE: Final = 5_000
_STATUS: Final = "SELECT status IN ('READY', 'FAILED') FROM seat_allocation WHERE allocation_id = $1"

# Plans under way with one line or two, as an agreement leaves them: signed in March, so that they have waited for different times.
_PLANS: Final = """
WITH one AS (
    SELECT plan_id, holder_id, district, code, other, DATE '2018-03-01' + (place % 20)::int AS agreed_on
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS one (plan_id, holder_id, district, code, other, place)),
line AS (SELECT one.*, no, p.* FROM one CROSS JOIN LATERAL (VALUES (1, one.code), (2, one.other)) AS line (no, wanted)
           JOIN (SELECT code AS programme_code, version, dimension, agency FROM programme) p ON p.programme_code = line.wanted),
plans AS (
    INSERT INTO plan (plan_id, holder_id, version, status, interview_id, home_district, responsible_district, officer_id, specialist_asked,
                      recommendation_version, recommended, holder_signed, officer_signed, agreed_on, agreement_version)
    SELECT plan_id, holder_id, 3, 'REFERRED', i.interview_id, one.district, one.district, i.officer_id, false, 0, '{}', true, true, agreed_on, 1
      FROM one JOIN interview i USING (holder_id)),
lines AS (
    INSERT INTO plan_line (plan_id, line_no, dimension, programme_code, programme_version, agency, goal)
    SELECT plan_id, no, dimension, programme_code, version, agency, '' FROM line),
agreed AS (
    INSERT INTO agreement (plan_id, version, agreed_on, officer_id, line_nos, side_by_side, recorded_by, recorded_at)
    SELECT plan_id, 1, agreed_on, $6, CASE WHEN other IS NULL THEN '{1}'::int[] ELSE '{1,2}' END, true, 'bench', agreed_on FROM one),
history AS (
    INSERT INTO plan_history (plan_id, version, to_status, who, at, why) SELECT plan_id, 3, 'REFERRED', 'bench', agreed_on, '' FROM one)
INSERT INTO referral (referral_id, plan_id, holder_id, line_no, programme_code, programme_version, dimension, agency, status, version, referred_on,
                      outcome_final)
SELECT gen_random_uuid(), plan_id, holder_id, no, programme_code, version, dimension, agency, 'CREATED', 1, agreed_on, false FROM line
"""
_WISHES: Final = """
SELECT plan_id, district, programme_code, fit + need + waiting AS points FROM seat_allocation_line WHERE allocation_id = $1 ORDER BY 4 DESC, 1
"""


@dataclass(frozen=True)
class _Preview:
    """A preview as plan shows it, and what it cost."""

    shown: dict[str, Any]
    cost: Cost


async def measure(world: World) -> AsyncIterator[Line]:
    """A quarter of the wishes in one province, for the memory; then all of them in another."""
    some = max(min(WISHES_MAX, WISHES // world.scale), 40)
    async with plan_at_hand(world) as (plan, connection, db, cipher):
        codes = await _fill_programmes(db)
        for province, count in ((SMALLER, some // 4), (PROVINCE, some)):
            await _fill_offerings(db, province, codes, count // WISHES_OF_AN_OFFERING)
            await _bring_wishes(db, connection, cipher, province, count, codes)
        await connection.execute("VACUUM ANALYZE")
        await _preview(world, SMALLER)
        small = plan.peaks["plan"]
        preview = await _preview(world, PROVINCE)
        greedy = await _greedy(world, db, UUID(preview.shown["allocation_id"]))
        shown = preview.shown
        what = f"{shown['wishes']} wishes for {shown['seats']} seats of {shown['offerings']} offerings to a preview, against a bare greedy"
        for line in Line.pair("P12", what, world.scale, preview.cost, greedy.cost):
            yield line
        what = "what no allotment is worth more than, against what this one is (1 is proven to be the best)"
        yield Line.of("P12", what, world.scale, shown["bound_points"], "points", shown["total_points"])
        what = f"what the greedy is worth, with {greedy.seats} seats given where this one gives {shown['given']}"
        yield Line.of("P12", what, world.scale, greedy.total, "points", shown["total_points"])
        what = "peak memory of plan, against a quarter of the wishes"
        yield Line.of("P12", what, world.scale, plan.peaks["plan"], "MiB", small)


async def _fill_programmes(db: Database) -> Sequence[str]:
    """Programmes up to 200; returns the codes of those that were made up."""
    async with db.transaction() as tx:
        known = (await catalogue.catalogue(tx)).offered_on(DAY)
        new = [programme(number, known[0].agency) for number in range(PROGRAMMES)]
        codes = {one.code for one in known}
        await catalogue.add_programmes(tx, [one for one in new if one.code not in codes][: max(PROGRAMMES - len(known), 0)], BECAUSE)
        return [one.code for one in (await catalogue.catalogue(tx)).offered_on(DAY) if "-BENCH-" in one.code]


async def _fill_offerings(db: Database, province: str, codes: Sequence[str], count: int) -> None:
    """Offerings of the month all over the province, one in five for the whole of it; some have no seat."""
    districts = [code for code in areas.districts() if code.startswith(province)]
    async with db.transaction() as tx:
        new = [_offering(number, codes[number % len(codes)], districts[number * 7 % len(districts)]) for number in range(count)]
        await offerings.add_offerings(tx, new, BECAUSE)


def _offering(number: int, code: str, district: str) -> Offering:
    starts_on = MONTH + timedelta(days=number % 28)
    return Offering(
        offering_id=new_id(),
        programme_code=code,
        version=1,
        province=district[:2],
        district=district if number % 5 else None,
        place="bench",
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=9),
        apply_until=starts_on,
        hours=30,
        seats=(0, 10, 15, 20)[number % 4],
        cost_baht=0,
        kit=None,
        kit_value_baht=0,
        stipend_baht_a_day=0,
        course_code=None,
        active=True,
        synthetic=True,
    )


async def _bring_wishes(
    db: Database, connection: asyncpg.Connection, cipher: FieldCipher, province: str, count: int, codes: Sequence[str]
) -> None:
    """Persons of the province with so many wishes: every second has two lines. Some programmes are wished for far more often than others."""
    districts = [code for code in areas.districts() if code.startswith(province)]
    persons = count * 2 // 3
    for start in range(0, persons, ROWS_AT_ONCE):
        numbers = range(start, min(start + ROWS_AT_ONCE, persons))
        people = [Person(new_id(), districts[number * number % len(districts)], number) for number in numbers]
        await bring_people(connection, people, cipher)
        told = [interview_of(completed_of(one)) for one in people]
        async with db.transaction() as tx:
            await insert(tx, "interview", told)
        wanted = [min(one.number * 13 % len(codes), one.number * 29 % len(codes)) for one in people]
        others = [codes[(code + 1) * 7 % len(codes)] if one.number % 2 else None for code, one in zip(wanted, people, strict=True)]
        plan_ids, holder_ids = [plan_id_of(one.holder_id) for one in people], [one.holder_id for one in people]
        about = (plan_ids, holder_ids, [one.district for one in people], [codes[code] for code in wanted])
        await connection.execute(
            _PLANS, *about, [None if other == about[3][n] else other for n, other in enumerate(others)], told[0].officer_id
        )


async def _preview(world: World, province: str) -> _Preview:
    """Ask for it, and wait until it is there."""
    meter = world.meter(own=False)
    asked = (await world.call("plan", "POST", "/v1/seat-allocations", {"province": province, "month": f"{MONTH:%Y-%m}"})).json()
    await world.until_sql("plan", _STATUS, UUID(asked["allocation_id"]))
    cost = meter.cost()
    shown = (await world.call("plan", "GET", f"/v1/seat-allocations/{asked['allocation_id']}")).json()
    if shown["status"] != "READY":
        raise RuntimeError(f"the preview went wrong: {shown}")
    return _Preview(shown, cost)


@dataclass(frozen=True)
class _Greedy:
    """What who comes first takes, the most points first: how many seats, what they are worth together, and what it cost."""

    seats: int
    total: int
    cost: Cost


async def _greedy(world: World, db: Database, allocation_id: UUID) -> _Greedy:
    """Over wishes that are weighed already: a seat at the nearest offering that has one, of the own district's share or an open one; written by COPY."""
    meter = world.meter(own=True)
    weights = weights_on(DAY)
    async with db.reading() as tx:
        supplies = await allocations.supplies(tx, PROVINCE, MONTH, MONTH.replace(day=31), DAY)
        wishes = await tx.fetch(_WISHES, allocation_id)
    wishing: dict[str, Counter[str]] = defaultdict(Counter)
    for wish in wishes:
        wishing[wish["programme_code"]][wish["district"]] += 1
    kept = {one.offering_id: reserves(one, wishing[one.programme_code], weights.reserve_percent) for one in supplies}
    left = {one.offering_id: one.free - sum(kept[one.offering_id].values()) for one in supplies}
    of_programme: dict[str, list[Supply]] = defaultdict(list)
    for one in supplies:
        of_programme[one.programme_code].append(one)
    given: dict[UUID, UUID] = {}
    total = 0
    for wish in wishes:
        if wish["plan_id"] in given:
            continue
        seat = _take(of_programme[wish["programme_code"]], wish["district"], kept, left, weights)
        if seat is not None:
            given[wish["plan_id"]] = seat.offering_id
            total += weights.seat + wish["points"] + weights.nearness(wish["district"], seat.district)
    connection = await world.sql("plan")
    await connection.execute("DROP TABLE IF EXISTS bench.given; CREATE TABLE bench.given (plan_id uuid, offering_id uuid)")
    await connection.copy_records_to_table("given", schema_name="bench", records=given.items())
    return _Greedy(len(given), total, meter.cost())


def _take(
    of_programme: Sequence[Supply], district: str, kept: dict[UUID, dict[str, int]], left: dict[UUID, int], weights: Weights
) -> Supply | None:
    for one in sorted(of_programme, key=lambda one: -weights.nearness(district, one.district)):
        if kept[one.offering_id].get(district, 0):
            kept[one.offering_id][district] -= 1
            return one
        if left[one.offering_id]:
            left[one.offering_id] -= 1
            return one
    return None
