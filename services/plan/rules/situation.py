"""What the recommendation is given: the person's facts brought into the words of the programmes' conditions."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.plan.domain import Assessment, Holder, Interview, Lack, Situation
from shared.contracts.common import Dimension

_INFORMAL: Final = "INFORMAL"
_OWN_HOME: Final = frozenset({"OWNED", "MORTGAGED"})


def situation_of(
    holder: Holder,
    interview: Interview,
    assessment: Assessment | None,
    *,
    income_threshold_baht: int,
    groups: Mapping[str, tuple[str, ...]],
) -> Situation:
    """The situation; without an assessment what it would tell counts as not lacking."""
    main = groups_of(interview.occupation, groups)
    return Situation(
        age=holder.age,
        approach=interview.approach,
        problems=frozenset(interview.problems),
        wishes=frozenset(interview.wishes),
        occupations=main | groups_of(interview.second_occupation or "", groups),
        main_occupations=main,
        wants_loan=interview.wants_loan or Dimension.D3 in interview.wishes,
        lacks=frozenset(_lacks(interview, assessment, income_threshold_baht)),
    )


def groups_of(occupation: str, groups: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """The groups that an occupation code is in, by the beginning of the code."""
    code = occupation.upper()
    return frozenset(name for name, beginnings in groups.items() if code.startswith(beginnings))


def assessment_of(content: Mapping[str, Any]) -> Assessment:
    """The few facts that plan uses of an opened assessment; everything else in it is left where it is.

    `debts` is a list of {kind, amount_satang, wants_mediation}; `land_rai`, `housing_tenure` and `saves` are single values; each may
    be missing.
    Raises ValueError, TypeError, KeyError or AttributeError for facts of another shape.
    """
    debts, land, saves = content.get("debts"), content.get("land_rai"), content.get("saves")
    housing = content.get("housing_tenure")
    return Assessment(
        informal_debt_satang=None if debts is None else sum(int(debt["amount_satang"]) for debt in debts if debt["kind"] == _INFORMAL),
        wants_mediation=any(bool(debt.get("wants_mediation")) for debt in debts or ()),
        land_rai=None if land is None else float(land),
        owns_home=None if housing is None else housing in _OWN_HOME,
        saves=None if saves is None else bool(saves),
    )


def _lacks(interview: Interview, assessment: Assessment | None, income_threshold_baht: int) -> Iterator[Lack]:
    if interview.income_now_baht <= income_threshold_baht:
        yield Lack.LOW_INCOME
    if assessment is None:
        return
    if assessment.informal_debt_satang or assessment.wants_mediation:
        yield Lack.INFORMAL_DEBT
    if assessment.land_rai == 0:
        yield Lack.NO_LAND
    if assessment.owns_home is False:
        yield Lack.NO_OWN_HOME
    if assessment.saves is False:
        yield Lack.NO_SAVING
