"""Which programmes fit a person, scored 0-100 with reasons in both languages. Pure: the same facts give the same answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from services.plan.domain import Lack, Merits, Programme, Situation
from services.plan.rules.data import Scoring
from services.plan.rules.eligibility import is_open_to
from services.plan.rules.situation import facts_of
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
    facts = facts_of(situation)
    scored = [_scored(situation, programme, scoring) for programme in catalogue if is_open_to(programme, facts)]
    ranked = sorted(scored, key=lambda one: (-one.score, one.programme.code))
    good = [one for one in ranked if one.score >= scoring.score_min]
    return tuple(_recommended(one) for one in (good or ranked[:1])[: scoring.programmes_max])


def _scored(situation: Situation, programme: Programme, scoring: Scoring) -> _Scored:
    factors = tuple(_factors(situation, programme))
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


def _factors(situation: Situation, programme: Programme) -> Iterator[_Factor]:
    merits, dimension = programme.merits, programme.dimension
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
    yield _approach(situation, merits)
    yield _occupation(situation, merits)
    yield _means(situation, merits)


def _approach(situation: Situation, merits: Merits) -> _Factor:
    if not merits.approaches:
        return _Factor("approach", _HALF)
    fits = situation.approach in merits.approaches
    return _Factor("approach", _ALL if fits else _NONE, "ตรงกับแนวทางการพัฒนาอาชีพที่เลือก", "fits the chosen way to raise income")


def _occupation(situation: Situation, merits: Merits) -> _Factor:
    if not merits.made_for:
        return _Factor("occupation", _HALF)
    fits = not situation.occupations.isdisjoint(merits.made_for)
    return _Factor("occupation", _ALL if fits else _NONE, "จัดไว้สำหรับผู้ประกอบอาชีพเดียวกัน", "is meant for people of this occupation")


def _means(situation: Situation, merits: Merits) -> _Factor:
    mended = [lack for lack in merits.serves if lack in situation.lacks]
    if not mended:
        return _Factor("means", _NONE)
    words = [_LACKS[lack] for lack in mended]
    return _Factor("means", _ALL, " และ".join(th for th, _ in words), " and ".join(en for _, en in words))
