"""Histories of a model beside the real service: the short one that failed last, and another (longer ones, with all that failed: `make chaos SEEDS=n`)."""

from datetime import date

import pytest

from tests.chaos.history import CHECKER, MAKER, SECOND, STRANGER, Click, history
from tests.chaos.house import house
from tests.chaos.model import Line, Model, Run
from tests.chaos.play import Disagreement, Play, possible_ends
from tests.chaos.seeds import kept

SHORT = (1, 1)
"""The seed of each run of the tests, and its months."""
PLANTED = "told_twice"


@pytest.fixture(scope="module")
async def one_house(tmp_path_factory):
    """Servers that may be killed."""
    async with house(tmp_path_factory.mktemp("chaos")) as one:
        yield one


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("seed", "months"), [*[one for one in kept() if one[1] == SHORT[1]][-1:], SHORT])
async def test_payments_and_the_model_agree_wherever_all_is_quiet(one_house, seed, months):
    play = Play(one_house, history(seed, months))
    await play.play()
    assert play.steps == len(play.history.steps)


@pytest.mark.timeout(900)
async def test_a_planted_mistake_is_found(one_house):
    one_house.mistake = PLANTED
    try:
        with pytest.raises(Disagreement, match="read 2 times"):
            await Play(one_house, history(*SHORT, sabotage=())).play()
    finally:
        one_house.mistake = ""


def test_the_same_seed_is_the_same_history_and_another_seed_another():
    assert str(history(7)) == str(history(7)) != str(history(8))


def done(kind, by):
    return Click(kind, by, "k"), True


def refused(kind, by):
    return Click(kind, by, "k"), False


def test_answers_that_no_order_of_clicks_gives_are_found():
    run = Run(3, MAKER, failed_only=False)
    approved = ("APPROVED", (CHECKER,), False)
    assert possible_ends(run, [refused("approve", MAKER), done("approve", CHECKER)], short=False) == {approved}
    assert possible_ends(run, [done("approve", CHECKER), done("approve", SECOND)], short=False) == set()
    assert possible_ends(run, [done("approve", STRANGER)], short=False) == set()
    assert possible_ends(run, [done("approve", CHECKER)], short=True) == set()
    both = [done("release", CHECKER), done("approve", CHECKER), refused("cancel", SECOND)]
    assert {status for status, *_ in possible_ends(run, both, short=False)} == {"APPROVED", "OUT"}


def test_of_what_a_bank_contradicts_nothing_is_paid_again_by_the_model():
    model = Model()
    model.told("REGISTERED", "a", date(2018, 1, 20), {"tier": "UP_TO_30000", "district": "8101", "bank": "KTB"})
    model.told("WISH", "a", date(2018, 2, 10), {"tier": "UP_TO_30000", "district": "8101"})
    run = model.runs["r"] = Run(3, MAKER, failed_only=False)
    run.lines = model.listed(run)
    assert run.lines == {("a", 3): Line(1, 20_000, "KTB", "8101")}
    model.follow(run, {})
    run.status = "OUT"
    model.follow(run, {("a", 3): "i"})
    assert model.ledger() == {"ALLOWANCE": 20_000, "IN_TRANSIT": -20_000, "TREASURY": 0, "RECOVERABLE": 0}
    for status in ("FAILED", "FAILED", "SETTLED"):
        model.answered("KTB", "KTB", "i", status, 20_000, "x")
    assert model.listed(Run(4, MAKER, failed_only=False))["a", 3] == Line(2, 20_000, "KTB", "8101", "HELD")
