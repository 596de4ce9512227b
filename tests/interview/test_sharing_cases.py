"""How cases are shared among officers, as properties of the rule alone."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from services.interview.rules.largest_flow import largest_flow
from services.interview.rules.sharing_cases import Taker, Waiting, Why, share, take_turns
from shared.ids import same_id

SUBDISTRICTS = st.integers(1, 6).map(lambda n: f"8101{n:02d}")
HOUSEHOLDS = st.none() | st.integers(0, 6).map(lambda n: same_id("household", n))
TAKERS = st.lists(
    st.tuples(st.integers(0, 12), st.none() | st.integers(0, 20), st.frozensets(SUBDISTRICTS, max_size=3)), min_size=1, max_size=8
).map(lambda all_: [Taker(same_id("officer", n), *one) for n, one in enumerate(all_)])
WAITING = st.lists(st.tuples(SUBDISTRICTS, HOUSEHOLDS), max_size=60).map(
    lambda all_: [Waiting(same_id("holder", n), *one) for n, one in enumerate(all_)]
)


def loads_after(takers, given_):
    gained = Counter(one.officer_id for one in given_ if one)
    return {one.officer_id: one.load + gained[one.officer_id] for one in takers}


@given(WAITING, TAKERS)
def test_loads_are_even_within_one_and_nobody_has_more_than_they_may(waiting, takers):
    given_ = share(waiting, takers, {})
    after = loads_after(takers, given_)
    for taker in takers:
        gained = after[taker.officer_id] - taker.load
        assert gained == 0 or taker.load_max is None or after[taker.officer_id] <= taker.load_max
        for other in takers:
            # Who was given one has at most one more than anybody who could have taken it.
            if gained and (other.load_max is None or after[other.officer_id] < other.load_max):
                assert after[taker.officer_id] <= after[other.officer_id] + 1
    left = given_.count(None)
    room = sum(max(0, one.load_max - after[one.officer_id]) for one in takers if one.load_max is not None)
    assert left == 0 or (all(one.load_max is not None for one in takers) and room == 0)


@given(WAITING, TAKERS, st.randoms())
def test_the_answer_is_the_same_in_any_order(waiting, takers, chance):
    first = dict(zip((one.holder_id for one in waiting), share(waiting, takers, {}), strict=True))
    chance.shuffle(waiting)
    chance.shuffle(takers)
    assert dict(zip((one.holder_id for one in waiting), share(waiting, takers, {}), strict=True)) == first


@given(WAITING, TAKERS)
def test_a_household_is_together_where_there_is_room(waiting, takers):
    given_ = share(waiting, takers, {})
    together = {one.officer_id for one in given_ if one and one.why is Why.HOUSEHOLD}
    assert together <= {one.officer_id for one in takers}
    for household in {one.household for one in waiting} - {None}:
        of_it = [one for case, one in zip(waiting, given_, strict=True) if case.household == household]
        if any(one and one.why is Why.HOUSEHOLD for one in of_it):
            assert len({one.officer_id for one in of_it}) == 1


@given(WAITING, TAKERS)
def test_no_two_cases_could_be_swapped_to_bring_more_people_to_somebody_near(waiting, takers):
    near = {one.officer_id: one.near for one in takers}
    given_ = [
        (case, one)
        for case, one in zip(waiting, share(waiting, takers, {}), strict=True)
        if one is not None and one.why is not Why.HOUSEHOLD
    ]
    for case, one in given_:
        assert (one.why is Why.NEAR) <= (case.subdistrict in near[one.officer_id])
        for other_case, other in given_:
            now = (case.subdistrict in near[one.officer_id]) + (other_case.subdistrict in near[other.officer_id])
            swapped = (case.subdistrict in near[other.officer_id]) + (other_case.subdistrict in near[one.officer_id])
            assert swapped <= now


def test_who_looks_after_a_household_gets_its_next_member_while_loads_stay_even():
    household, (one, other) = same_id("household"), (same_id("officer", 1), same_id("officer", 2))
    waiting = [Waiting(same_id("holder"), "810101", household)]
    for present in (one, other):
        [given_] = share(waiting, [Taker(one, 5), Taker(other, 5)], {household: present})
        assert (given_.officer_id, given_.why, given_.load) == (present, Why.HOUSEHOLD, 6)
    [given_] = share(waiting, [Taker(one, 5), Taker(other, 7)], {household: other})
    assert (given_.officer_id, given_.why) == (one, Why.EVEN)


def test_near_officers_get_their_subdistricts_within_even_loads():
    near, far = same_id("officer", 1), same_id("officer", 2)
    waiting = [Waiting(same_id("holder", n), "810101" if n < 4 else "810102") for n in range(6)]
    given_ = share(waiting, [Taker(near, 0, None, frozenset({"810101"})), Taker(far, 0, None, frozenset({"810102"}))], {})
    assert Counter((case.subdistrict, one.officer_id, one.why) for case, one in zip(waiting, given_, strict=True)) == {
        ("810101", near, Why.NEAR): 3,
        ("810102", far, Why.NEAR): 2,
        ("810101", far, Why.EVEN): 1,
    }


def test_nobody_to_share_among_leaves_all_without():
    assert share([Waiting(same_id("holder"), "810101")], [], {}) == [None]


def test_the_largest_flow_finds_another_way_for_what_went_the_wrong_one():
    edges = {("s", "a"): 1, ("s", "b"): 1, ("a", "x"): 1, ("a", "y"): 1, ("b", "x"): 1, ("x", "t"): 1, ("y", "t"): 1}
    assert largest_flow(edges, "s", "t") == {edge: 1 for edge in edges if edge != ("a", "x")}


def test_turns_go_to_who_has_least():
    one, other = sorted((same_id("bank", 1), same_id("bank", 2)))
    turns = take_turns({one: 2, other: 0})
    assert [turns.next() for _ in range(5)] == [other, other, one, other, one]
