"""The calendar that a policy set gives: its windows and what each month pays, in order. Pure."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from services.payments.domain import Month, months_between
from services.payments.rules.benefit import Benefit, benefit_of
from services.payments.rules.parameters import LateWish, Parameters
from services.payments.rules.wording import Words
from shared.contracts.payments import StopReason
from shared.thai.dates import month_in_thai


class Window(NamedTuple):
    """Days from `first` to `last`, both included (None: no end), and the value of the policy set that says so."""

    code: str
    first: date
    last: date | None
    words: Words
    source: str


class PaidMonth(NamedTuple):
    """A month that is paid: what kind of money it is when it is paid in time, and the last day to state the wish of who is paid from it."""

    month: Month
    benefit: Benefit
    stated_by: date


_FOLLOW_UP: Final = {"JUNE": "มิถุนายน", "SEPTEMBER": "กันยายน"}


def windows(parameters: Parameters) -> list[Window]:
    """The windows of the set, by their first days."""
    return sorted(_windows(parameters), key=lambda window: (window.first, window.code))


def paid_months(parameters: Parameters) -> list[PaidMonth]:
    """Every month of the measure."""
    return [
        PaidMonth(month, benefit_of(parameters, month), month - timedelta(days=1))
        for month in months_between(parameters.first_benefit_month, parameters.last_benefit_month)
    ]


def _windows(parameters: Parameters) -> Iterator[Window]:
    come, visit = parameters.walk_in_window, parameters.visit_window
    yield Window("WALK_IN", come.first, come.last, Words("anyone may come and state the wish", "มาพบเพื่อแจ้งความประสงค์"), "walk_in_window")
    yield Window("VISITS", visit.first, visit.last, Words("home visits", "ไปหาที่บ้าน"), "visit_window")
    yield _late(parameters)
    yield _months("BENEFIT", parameters.first_benefit_month, parameters.last_benefit_month, Words("months that are paid", "เดือนที่จ่ายเงิน"))
    limit = parameters.goods_limit_months
    words = Words("a goods limit, which lapses at the end of each month", "วงเงินซื้อสินค้า ตัดยอดทุกสิ้นเดือน")
    yield _months("GOODS_LIMIT", limit.first, limit.last, words)._replace(source="goods_limit_months")
    money = parameters.e_money_months
    if money is not None:
        words = Words("e-money, which accumulates", "เงินอิเล็กทรอนิกส์ สะสมได้")
        yield _months("E_MONEY", money.first, money.last, words)._replace(source="e_money_months")
    for name, follow_up in parameters.follow_up.items():
        words = Words(f"follow-up reports, round {name}", f"รายงานติดตามผล รอบ{_FOLLOW_UP.get(name, name)}")
        yield Window(f"FOLLOW_UP_{name}", follow_up.first, follow_up.due, words, "follow_up")
    yield from _stops(parameters)
    deduction = parameters.employer_deduction
    if deduction is not None:
        words = Words("employers deduct wages and training", "นายจ้างหักรายจ่ายค่าจ้างและค่าฝึกอบรม")
        yield Window("EMPLOYER_DEDUCTION", deduction.window.first, deduction.window.last, words, "employer_deduction.window")


def _late(parameters: Parameters) -> Window:
    refused = parameters.late_wish is LateWish.REFUSE
    words = (
        Words("a wish is refused", "ไม่รับแจ้งความประสงค์")
        if refused
        else Words("a wish needs a decision of คอจ.", "แจ้งความประสงค์ต้องให้ คอจ. พิจารณา")
    )
    return Window("LATE_WISHES", parameters.visit_window.last + timedelta(days=1), None, words, "late_wish")


def _stops(parameters: Parameters) -> Iterator[Window]:
    """Months in which the policy itself stops allowances."""
    for reason in StopReason:
        month = parameters.stop_rules[reason].month
        if month is not None:
            words = Words(f"not paid from here on: {reason}", f"หยุดจ่ายตั้งแต่เดือน{month_in_thai(month)} ({reason})")
            yield Window(f"STOP_{reason}", month, None, words, f"stop_rules.{reason}")


def _months(code: str, first: Month, last: Month, words: Words) -> Window:
    end = last.replace(day=monthrange(last.year, last.month)[1])
    return Window(code, first, end, words, "last_benefit_month")
