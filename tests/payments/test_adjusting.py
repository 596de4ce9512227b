"""Properties of adjustments: a month comes to what is due, never below zero, never more got back than was paid, and twice is once."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.payments.domain import TO_BE_PAID, AdjustmentKind, DifferenceCause, Month, ObligationState
from services.payments.rules.adjusting import BackPay, Claim, Line, MonthBooks, Paid, adjust, waiting_satang

SATANG = st.integers(1, 40000)
MARCH = Month(date(2018, 3, 1))
paid = st.builds(lambda one, amount, part: Paid(one, amount, amount * part // 100), st.uuids(), SATANG, st.sampled_from([0, 0, 50, 100]))
back_pay = st.lists(st.tuples(SATANG, st.sampled_from(ObligationState)), max_size=3).map(
    lambda found: tuple(BackPay(number, amount, state) for number, (amount, state) in enumerate(found, start=1))
)
books = st.builds(
    MonthBooks,
    month=st.just(MARCH),
    granted_satang=SATANG,
    due_satang=SATANG,
    cause=st.just(DifferenceCause.TIER_CORRECTED),
    paid=st.lists(paid, max_size=2, unique_by=lambda one: one.disbursement_id).map(tuple),
    back_pay=back_pay,
)


def booked(month: MonthBooks, lines: list[Line]) -> MonthBooks:
    """The month after the entries."""
    parts = {one.disbursement_id: one for one in month.paid}
    children = {one.adjustment_no: one for one in month.back_pay}
    for line in lines:
        match line.kind:
            case AdjustmentKind.RECOVERY:
                one = parts[line.disbursement_id]
                parts[line.disbursement_id] = one._replace(recovered_satang=one.recovered_satang + line.amount_satang)
            case AdjustmentKind.LIFT:
                one = parts[line.disbursement_id]
                parts[line.disbursement_id] = one._replace(recovered_satang=one.recovered_satang - line.amount_satang)
            case AdjustmentKind.CANCEL:
                assert children.pop(line.about_no).state in TO_BE_PAID
            case AdjustmentKind.BACK_PAY:
                number = max(children, default=0) + 10
                children[number] = BackPay(number, line.amount_satang, ObligationState.DUE)
    return replace(month, paid=tuple(parts.values()), back_pay=tuple(children.values()))


@given(books)
def test_a_month_comes_to_what_is_due_and_twice_is_once(month):
    lines = adjust(month)
    after = booked(month, lines)
    assert all(line.amount_satang > 0 for line in lines)
    assert all(0 <= one.recovered_satang <= one.amount_satang for one in after.paid)
    assert after.effective_satang == month.due_satang + waiting_satang(month)
    assert adjust(after) == []
    assert waiting_satang(month) == 0 or month.effective_satang > month.due_satang
    # Nobody owes and gets money for one month by one decision.
    assert not {AdjustmentKind.RECOVERY, AdjustmentKind.BACK_PAY} <= {line.kind for line in lines}


@given(books.filter(lambda month: not month.paid))
def test_of_a_month_that_lapsed_nothing_is_granted_any_more(month):
    lapsed = replace(month, lapsed=True)
    lines = adjust(lapsed)
    beside = sum(one.amount_satang for one in month.back_pay)
    granted = sum(line.amount_satang for line in lines if line.kind is AdjustmentKind.BACK_PAY)
    taken = sum(line.amount_satang for line in lines if line.kind is AdjustmentKind.CANCEL)
    # What stands beside it may shrink to what is due, and never grows.
    assert granted <= taken
    assert beside - taken + granted - waiting_satang(lapsed) <= max(month.due_satang - month.granted_satang, 0)
    assert adjust(booked(lapsed, lines)) == []
    assert adjust(MonthBooks(MARCH, 0, month.due_satang, DifferenceCause.DEATH_TAKEN_BACK, lapsed=True)) == []


@given(st.integers(0, 40000), st.lists(st.builds(Claim, st.uuids(), st.just(1), SATANG), max_size=2).map(tuple))
def test_of_a_month_that_is_not_granted_the_missed_is_granted_and_the_noted_demanded(due, claims):
    month = MonthBooks(MARCH, 0, due, DifferenceCause.DEATH_TAKEN_BACK, claims=claims)
    expected = [(AdjustmentKind.GRANT, due)] if due else []
    expected += [(AdjustmentKind.DEMAND, claim.amount_satang) for claim in claims]
    assert [(line.kind, line.amount_satang) for line in adjust(month)] == expected
    assert waiting_satang(month) == 0
