"""Which programmes fit a person, scored 0-100 with reasons in both languages. Pure: the same facts give the same answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from services.plan.domain import Conditions, Lack, Programme, Situation
from services.plan.rules.data import Scoring
from shared.contracts.plan import RecommendedProgramme

_NONE, _HALF, _ALL = 0, 1, 2


@dataclass(frozen=True, slots=True)
class _Factor:
    """How far one factor is met (0, 1 or 2 halves), and the reason to give when it is wholly met."""

    name: str
    halves: int
    th: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class _Scored:
    """A programme with its factors and points."""

    programme: Programme
    factors: tuple[_Factor, ...]
    score: int


_LACKS: Final[dict[Lack, tuple[str, str]]] = {
    Lack.LOW_INCOME: ("ช่วยเพิ่มรายได้ที่ยังไม่พ้นเกณฑ์", "raises an income that is still low"),
    Lack.INFORMAL_DEBT: ("ช่วยแก้ปัญหาหนี้นอกระบบ", "helps with informal debt"),
    Lack.NO_LAND: ("เหมาะกับผู้ไม่มีที่ดินทำกิน", "suits those without land"),
    Lack.NO_OWN_HOME: ("ช่วยให้มีที่อยู่อาศัยเป็นของตนเอง", "helps to have a home of one's own"),
    Lack.NO_SAVING: ("ช่วยให้มีเงินออม", "helps to save"),
}


def recommend(situation: Situation, catalogue: Iterable[Programme], scoring: Scoring) -> tuple[RecommendedProgramme, ...]:
    """The programmes for the person, best first; of equal scores the code decides.

    At most `programmes_max`, each of `score_min` points or more, but never none where any programme is open to the person.
    """
    scored = [_scored(situation, programme, scoring) for programme in catalogue if is_open_to(programme, situation)]
    ranked = sorted(scored, key=lambda one: (-one.score, one.programme.code))
    good = [one for one in ranked if one.score >= scoring.score_min]
    return tuple(_recommended(one) for one in (good or ranked[:1])[: scoring.programmes_max])


def is_open_to(programme: Programme, situation: Situation) -> bool:
    """Whether the person may be sent to the programme at all."""
    conditions = programme.conditions
    return (
        programme.active
        and _is_of_age(conditions, situation.age)
        and (not conditions.occupations or not situation.occupations.isdisjoint(conditions.occupations))
        and situation.main_occupations.isdisjoint(conditions.not_occupations)
        and (situation.wants_loan or not conditions.wants_loan)
        and (not conditions.wants_dimension or programme.dimension in situation.wishes | situation.problems)
    )


def _is_of_age(conditions: Conditions, age: int) -> bool:
    return (conditions.min_age is None or age >= conditions.min_age) and (conditions.max_age is None or age <= conditions.max_age)


def _scored(situation: Situation, programme: Programme, scoring: Scoring) -> _Scored:
    factors = tuple(_factors(situation, programme, scoring))
    return _Scored(programme, factors, sum(scoring.points[factor.name] * factor.halves for factor in factors) // 2)


def _recommended(one: _Scored) -> RecommendedProgramme:
    reasons = [factor for factor in one.factors if factor.halves == _ALL and factor.th]
    return RecommendedProgramme(
        programme_code=one.programme.code,
        programme_version=one.programme.version,
        dimension=one.programme.dimension,
        score=one.score,
        reasons_th=tuple(factor.th for factor in reasons),
        reasons_en=tuple(factor.en for factor in reasons),
    )


def _factors(situation: Situation, programme: Programme, scoring: Scoring) -> Iterator[_Factor]:
    conditions, dimension = programme.conditions, programme.dimension
    yield _Factor(
        "need",
        _ALL if dimension in situation.problems else _NONE,
        f"พบปัญหาในมิติ {dimension}",
        f"a problem was found in dimension {dimension}",
    )
    yield _Factor(
        "wish",
        _ALL if dimension in situation.wishes else _NONE,
        f"ประสงค์จะพัฒนาในมิติ {dimension}",
        f"wishes to develop in dimension {dimension}",
    )
    yield _approach(situation, conditions)
    yield _occupation(conditions)
    yield _Factor("age", _ALL if _is_well_within(conditions, situation.age, scoring.age_margin_years) else _HALF)
    yield _means(situation, conditions)


def _approach(situation: Situation, conditions: Conditions) -> _Factor:
    if not conditions.approaches:
        return _Factor("approach", _HALF)
    fits = situation.approach in conditions.approaches
    return _Factor("approach", _ALL if fits else _NONE, "ตรงกับแนวทางการพัฒนาอาชีพที่เลือก", "fits the chosen way to raise income")


def _occupation(conditions: Conditions) -> _Factor:
    """A programme for certain occupations is only open to people of them, so its being for some is its fit."""
    if not conditions.occupations:
        return _Factor("occupation", _HALF)
    return _Factor("occupation", _ALL, "จัดไว้สำหรับผู้ประกอบอาชีพเดียวกัน", "is meant for people of this occupation")


def _is_well_within(conditions: Conditions, age: int, margin_years: int) -> bool:
    return (conditions.min_age is None or age - margin_years >= conditions.min_age) and (
        conditions.max_age is None or age + margin_years <= conditions.max_age
    )


def _means(situation: Situation, conditions: Conditions) -> _Factor:
    mended = [lack for lack in conditions.serves if lack in situation.lacks]
    if not mended:
        return _Factor("means", _NONE)
    words = [_LACKS[lack] for lack in mended]
    return _Factor("means", _ALL, " และ".join(th for th, _ in words), " and ".join(en for _, en in words))
