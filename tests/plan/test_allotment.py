"""Seats are given out as well as can be: against every other way on small cases, and by what must hold whatever the wishes are."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from services.plan.domain import Lack, Merits
from services.plan.domain.allocations import Points, Supply, Why, Wish
from services.plan.rules import allocation
from services.plan.rules.allocation import parsed, weights_on
from services.plan.rules.allotment import allot
from services.plan.rules.recommend import fit, scored
from services.plan.rules.seat_flow import reserves
from shared.contracts.common import Tier
from shared.ids import same_id
from tests.plan import market

TODAY = date(2018, 4, 2)
WEIGHTS = weights_on(TODAY)
WEAVING, REPAIR = "D2-DSD-WEAVING", "D2-DSD-REPAIR"
TOWN, ISLAND = "8101", "8103"
CONTENT = yaml.safe_load(allocation.FILE.read_text(encoding="utf-8"))


def wish(number, code=WEAVING, *, district=TOWN, points=0, line_no=1, **more):
    return Wish(same_id("plan-of", number), line_no, code, district, Points(points, 0, 0), **more)


def supply(number, free, code=WEAVING, *, district=None, day=7):
    return Supply(same_id("seats", number), code, district, date(2018, 5, day), date(2018, 5, day + 9), free)


wishes_of_few = st.lists(
    st.builds(
        wish,
        st.integers(1, 4),
        st.sampled_from([WEAVING, REPAIR]),
        district=st.sampled_from([TOWN, ISLAND]),
        points=st.integers(0, 3).map(lambda points: points * 10),
        starts_on=st.sampled_from([None, None, date(2018, 5, 10)]),
        before=st.sampled_from([None, *(same_id("seats", number) for number in range(3))]),
        has_seat=st.sampled_from([False] * 5 + [True]),
    ),
    max_size=5,
    unique_by=lambda one: (one.plan_id, one.programme_code),
).map(lambda wishes: [replace(one, line_no=number) for number, one in enumerate(wishes, 1)])
few_supplies = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from([WEAVING, REPAIR]), st.sampled_from([None, TOWN, ISLAND]), st.sampled_from([7, 14])),
    max_size=3,
).map(lambda some: [supply(number, free, code, district=district, day=day) for number, (free, code, district, day) in enumerate(some)])


def can_have(wish, one):
    return one.programme_code == wish.programme_code and not wish.has_seat and (wish.starts_on is None or wish.starts_on <= one.starts_on)


def worth(wishes, supplies, seats, weights=WEIGHTS):
    """What the seats (an offering or None for each wish) are worth together, and how many are as before; None where they may not be."""
    by_id = {one.offering_id: one for one in supplies}
    at = defaultdict(list)
    for wish, seat in zip(wishes, seats, strict=True):
        if seat is not None:
            if not can_have(wish, by_id[seat]):
                return None
            at[seat].append(wish)
    persons = Counter(wish.plan_id for wish, seat in zip(wishes, seats, strict=True) if seat)
    if any(count > 1 for count in persons.values()):
        return None
    total = 0
    for seat, here in at.items():
        one = by_id[seat]
        if len(here) > one.free:
            return None
        kept = kept_of(wishes, one, weights)
        wanting = len(here) - sum(min(kept.get(district, 0), count) for district, count in Counter(wish.district for wish in here).items())
        total += sum(weights.seat + wish.points.total + weights.nearness(wish.district, one.district) for wish in here)
        total -= weights.over * max(wanting - (one.free - sum(kept.values())), 0)
    return total, sum(seat is not None and seat == wish.before for wish, seat in zip(wishes, seats, strict=True))


def kept_of(wishes, one, weights=WEIGHTS):
    wishing = {(wish.district, wish.plan_id) for wish in wishes if wish.programme_code == one.programme_code and not wish.has_seat}
    return reserves(one, Counter(district for district, _ in wishing), weights.reserve_percent)


def seats_of(allotment):
    return [one.offering_id for one in allotment.allotted]


@settings(max_examples=300, deadline=None)
@given(wishes_of_few, few_supplies)
def test_no_other_way_is_better_and_of_the_best_none_moves_fewer(wishes, supplies):
    found = allot(wishes, supplies, WEIGHTS)
    mine = worth(wishes, supplies, seats_of(found))
    every_way = product([None, *(one.offering_id for one in supplies)], repeat=len(wishes))
    assert mine == max(value for seats in every_way if (value := worth(wishes, supplies, seats)) is not None)
    assert mine is not None
    assert (found.total, found.bound, found.gap_percent) == (mine[0], mine[0], 0)
    assert allot(wishes, supplies, WEIGHTS) == found


many = st.lists(
    st.builds(
        wish,
        st.integers(1, 60),
        st.sampled_from([WEAVING, REPAIR]),
        district=st.sampled_from([TOWN, ISLAND, "8104"]),
        points=st.integers(0, 100),
    ),
    max_size=60,
    unique_by=lambda one: (one.plan_id, one.programme_code),
)
supplies_of_many = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from([WEAVING, REPAIR]), st.sampled_from([None, TOWN, ISLAND])), max_size=6
).map(lambda some: [supply(number, *one[:2], district=one[2]) for number, one in enumerate(some)])


@settings(max_examples=150, deadline=None)
@given(many, supplies_of_many)
def test_what_holds_whatever_is_wished(wishes, supplies):
    found = allot(wishes, supplies, WEIGHTS)
    given_to = defaultdict(list)
    for wish, one in zip(wishes, found.allotted, strict=True):
        if one.offering_id is not None:
            given_to[one.offering_id].append((wish, one))
    seated = [wish.plan_id for here in given_to.values() for wish, _ in here]
    assert len(seated) == len(set(seated))
    for one in supplies:
        here, kept = given_to[one.offering_id], kept_of(wishes, one)
        assert len(here) <= one.free
        without = [wish for wish in wishes if wish.programme_code == one.programme_code and wish.plan_id not in seated]
        if without:
            assert len(here) == one.free  # no seat is left while somebody could have it
        for district, seats in kept.items():
            if any(wish.district == district for wish in without):
                assert sum(wish.district == district for wish, _ in here) >= seats  # the share is kept
        for wish in without:
            # Nobody with fewer points has an open seat, or one that is kept for the own district.
            could_have = [
                with_seat
                for with_seat, told in here
                if Why.KEPT_FOR_DISTRICT not in told.why or (with_seat.district == wish.district and kept.get(wish.district))
            ]
            mine = wish.points.total + WEIGHTS.nearness(wish.district, one.district)
            assert all(mine <= other.points.total + WEIGHTS.nearness(other.district, one.district) for other in could_have)
    _reasons_hold(wishes, supplies, found)


def _reasons_hold(wishes, supplies, found):
    offered = {one.programme_code for one in supplies}
    free = {one.programme_code for one in supplies if one.free}
    seated = {wish.plan_id for wish, one in zip(wishes, found.allotted, strict=True) if one.offering_id}
    for wish, one in zip(wishes, found.allotted, strict=True):
        points = wish.points.total + one.nearness
        match one.why[0]:
            case Why.NO_OFFERING:
                assert wish.programme_code not in offered
            case Why.NO_FREE_SEAT:
                assert wish.programme_code in offered - free
            case Why.OTHER_LINE:
                assert wish.plan_id in seated
            case Why.EQUAL_POINTS:
                assert points == one.least
            case Why.OTHERS_NEED_MORE:
                assert one.least is not None
                assert points < one.least
            case Why.KEPT_FOR_OTHERS:
                assert one.least is None
            case why:
                assert (why in {Why.BEST_FIT, Why.KEPT_FOR_DISTRICT}) == (one.offering_id is not None)


@settings(max_examples=100, deadline=None)
@given(many, supplies_of_many)
def test_once_more_nobody_moves_and_one_wish_more_moves_who_must_alone(wishes, supplies):
    first = allot(wishes, supplies, WEIGHTS)
    before = [replace(wish, before=one.offering_id) for wish, one in zip(wishes, first.allotted, strict=True)]
    again = allot(before, supplies, WEIGHTS)
    assert seats_of(again) == seats_of(first)
    strongest = wish(99, district=ISLAND, points=900)
    more = allot([*before, strongest], supplies, WEIGHTS)
    moved = sum(was is not None and was != now for was, now in zip(seats_of(first), seats_of(more), strict=False))
    # A chain of persons makes room at most, each for the next; where a seat is free nobody has to.
    assert moved <= len(supplies)
    weakest = wish(98, "D2-DSD-OTHER")
    assert seats_of(allot([*before, weakest], supplies, WEIGHTS)) == [*seats_of(first), None]


def test_one_person_has_one_seat_and_the_other_line_says_so():
    found = allot([wish(1), wish(1, REPAIR, points=5, line_no=2)], [supply(1, 3), supply(2, 3, REPAIR)], WEIGHTS)
    assert [one.why for one in found.allotted] == [(Why.OTHER_LINE,), (Why.BEST_FIT,)]
    has = allot([wish(1, has_seat=True)], [supply(1, 3)], WEIGHTS)
    assert (has.allotted[0].why, has.gap_percent) == ((Why.HAS_SEAT,), 0)


def test_a_share_is_kept_for_the_district_and_goes_to_others_only_where_nobody_of_it_wants_it():
    town = [wish(number, points=500) for number in range(8)]
    island = [wish(number, district=ISLAND) for number in range(20, 24)]
    seats = seats_of(allot([*town, *island], [supply(1, 8, district=ISLAND)], WEIGHTS))
    assert (sum(seat is not None for seat in seats[8:]), sum(seat is not None for seat in seats)) == (2, 8)
    assert all(seats_of(allot(town, [supply(1, 8, district=ISLAND)], WEIGHTS)))
    alone = allot([*town[:1], *island[:1]], [supply(1, 1, district=ISLAND)], replace(WEIGHTS, reserve_percent=100))
    assert [one.why for one in alone.allotted] == [(Why.KEPT_FOR_OTHERS,), (Why.KEPT_FOR_DISTRICT,)]


def test_what_is_for_the_province_is_spread_over_the_districts_that_wish():
    wishing = {TOWN: 50, ISLAND: 1, "8104": 10}
    assert reserves(supply(1, 20), wishing, 30) == {TOWN: 3, ISLAND: 1, "8104": 2}
    assert reserves(supply(1, 7), wishing, 30) == {TOWN: 1, "8104": 1}
    assert reserves(supply(1, 20, district=ISLAND), wishing, 30) == {ISLAND: 1}
    assert reserves(supply(1, 20), {}, 30) == {}


def test_who_could_have_a_nearer_one_is_told_that_it_is_full():
    found = allot([wish(1, points=50), wish(2), wish(3)], [supply(1, 1, district=TOWN), supply(2, 1, district=ISLAND)], WEIGHTS)
    nearest, *others = found.allotted
    assert (nearest.offering_id, nearest.why) == (same_id("seats", 1), (Why.BEST_FIT,))
    assert {one.why for one in others} == {(Why.BEST_FIT, Why.NEARER_FULL), (Why.EQUAL_POINTS,)}
    late = allot([wish(1, starts_on=date(2018, 6, 1))], [supply(1, 1)], WEIGHTS)
    assert late.allotted[0].why == (Why.OTHER_DATES,)


def test_points_are_of_the_dated_data():
    one, situation = market.programme(merits=Merits((Lack.LOW_INCOME,), (), ("FARMER",))), market.somebody()
    here = market.market(one)
    marks = scored(one, situation, here).marks
    assert fit(one, situation, here) == sum(mark.points for mark in marks if mark.factor not in {"nearness", "seats"})
    full_and_far = market.market(one, offerings=[market.offering(area="5001")], free={1: 0})
    assert fit(one, situation, full_and_far) == fit(one, situation, here)  # where, and how full, is not the fit
    points = WEIGHTS.points(fit(one, situation, here), Tier.UP_TO_30000, sent_again=True, waiting_days=400)
    assert (points.fit, points.need, points.waiting) == (fit(one, situation, here) * 10, 150, 180)
    assert WEIGHTS.points(7, Tier.OVER_30000, sent_again=False, waiting_days=-3) == Points(70, 0, 0)
    assert WEIGHTS.nearness(TOWN, TOWN) > WEIGHTS.nearness(TOWN, ISLAND) == WEIGHTS.nearness(TOWN, None)


@pytest.mark.parametrize(
    "change",
    [
        {"seat": {"points": 1400}},
        {"reserve": {"percent": 30, "over": 1200}},
        {"reserve": {"percent": 130, "over": 1500}},
        {"words": {}},
        {"need": {"tiers": {"OVER_30000": 0}, "sent_again": 0}},
    ],
)
def test_data_that_make_no_sense_are_not_loaded(change):
    [version] = CONTENT["versions"]
    assert parsed({"versions": [version]})
    with pytest.raises(ValueError, match="of 2018"):
        parsed({"versions": [{**version, **change}]})
