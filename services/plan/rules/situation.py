"""What the recommendation is given: the person's facts brought into the words of the programmes' conditions."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

import orjson

from services.plan.domain import Assessment, Holder, Interview, Lack, Situation
from shared.conditions import Facts
from shared.contracts.common import Dimension
from shared.crypto import FieldCipher

_INFORMAL: Final = "INFORMAL"
_OWN_HOME: Final = frozenset({"OWNED", "MORTGAGED"})
_SATANG: Final = 100
_NOTHING_KNOWN: Final = Assessment()


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
        tier=holder.tier,
        income_now_baht=interview.income_now_baht,
        occupation=interview.occupation,
        second_occupation=interview.second_occupation or "",
        district=holder.responsible_district,
        assessment=assessment,
    )


def facts_of(situation: Situation) -> Facts:
    """The values of rules/variables.py, to judge conditions over. What an assessment would tell is not known without one."""
    told = situation.assessment or _NOTHING_KNOWN
    debt = told.informal_debt_satang
    return Facts.of(
        {
            "age": situation.age,
            "tier": situation.tier.value,
            "income_now_baht": situation.income_now_baht,
            "occupation": situation.occupation,
            "second_occupation": situation.second_occupation,
            "occupation_groups": sorted(situation.occupations),
            "main_occupation_groups": sorted(situation.main_occupations),
            "province": situation.district[:2],
            "district": situation.district,
            "problems": sorted(situation.problems),
            "wishes": sorted(situation.wishes),
            "approach": situation.approach and situation.approach.value,
            "wants_loan": situation.wants_loan,
            "land_rai": told.land_rai,
            # Rounded up, so that a satang of debt is a debt.
            "informal_debt_baht": None if debt is None else -(-debt // _SATANG),
            "wants_mediation": told.wants_mediation,
            "owns_home": told.owns_home,
            "saves": told.saves,
            "skills": None if told.skills is None else list(told.skills),
            "readiness": told.readiness,
            "work_limited": told.work_limited,
        }
    )


def groups_of(occupation: str, groups: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """The groups that an occupation code is in, by the beginning of the code."""
    code = occupation.upper()
    return frozenset(name for name, beginnings in groups.items() if code.startswith(beginnings))


def assessment_of(content: Mapping[str, Any]) -> Assessment:
    """The few facts that plan uses of an opened assessment; everything else in it is left where it is.

    `debts` is a list of {kind, amount_satang, wants_mediation}, `skills` one of texts; `land_rai`, `housing_tenure`, `saves` and `readiness`
    are single values; of `health` it is only whether a disability or lying in bed limits the work [R]. Each may be missing.
    Raises ValueError, TypeError, KeyError or AttributeError for facts of another shape.
    """
    debts, land, saves = content.get("debts"), content.get("land_rai"), content.get("saves")
    housing, health, skills = content.get("housing_tenure"), content.get("health"), content.get("skills")
    return Assessment(
        informal_debt_satang=None if debts is None else sum(int(debt["amount_satang"]) for debt in debts if debt["kind"] == _INFORMAL),
        wants_mediation=None if debts is None else any(bool(debt.get("wants_mediation")) for debt in debts),
        land_rai=None if land is None else float(land),
        owns_home=None if housing is None else housing in _OWN_HOME,
        saves=None if saves is None else bool(saves),
        skills=None if skills is None else tuple(str(one) for one in skills),
        readiness=content.get("readiness"),
        work_limited=None if health is None else bool(health.get("disability") or health.get("bedridden")),
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


def open_assessment(cipher: FieldCipher, holder_id: UUID, sealed: str) -> Assessment:
    """The facts that plan uses. Raises SealBroken; ValueError, TypeError, KeyError or AttributeError for content of another shape."""
    return assessment_of(orjson.loads(cipher.open_text(sealed, str(holder_id).encode())))
