"""Why a programme is recommended to a person, and why not: each condition, each factor with the points that are missing, and what stands in its way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.plan.domain import Condition, Offering, Programme, Situation
from services.plan.rules.eligibility import judge
from services.plan.rules.recommend import Market, Scored, firsts_of, ranked, reason_words, recommended, scored
from services.plan.rules.scoring import Scoring, Words
from services.plan.rules.situation import facts_of


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition of the programme, and whether the person meets it; None when that is not known, which excludes nobody."""

    condition: Condition
    met: bool | None


@dataclass(frozen=True, slots=True)
class Weighed:
    """A factor with its level, its points of those that it could give, and the words it gives for or against."""

    factor: str
    level: str
    points: int
    points_max: int
    words: Words | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One programme for one person. `rank` is among all that are open to the person, from 1; None for one that is not. `why_not` is empty for one that is recommended."""

    programme: Programme
    offered: bool
    rank: int | None
    recommended: bool
    score: int
    conditions: Sequence[Judged]
    factors: Sequence[Weighed]
    offering: Offering | None
    why_not: Sequence[Words]


def explain(programme: Programme, situation: Situation, market: Market) -> Explanation:
    """The programme as it is weighed for the person, whether it is open to them or not."""
    ranking = ranked(situation, market)
    codes = [one.programme.code for one in ranking]
    best = recommended(ranking, situation, market.scoring)
    verdict = judge(programme.conditions, facts_of(situation))
    own = scored(programme, situation, market)
    rank = codes.index(programme.code) + 1 if programme.code in codes else None
    is_recommended = programme.code in [one.programme.code for one in best]
    factors = [
        Weighed(
            mark.factor,
            mark.level,
            mark.points,
            market.scoring.best[mark.factor],
            None if words is None else reason_words(words, own, situation, market.scoring),
        )
        for mark in own.marks
        for words in [mark.reason or mark.doubt]
    ]
    offered = programme.is_offered(market.on)
    least = _least(best, situation, market.scoring)
    why_not = () if is_recommended else tuple(_why_not(offered, verdict.failed, own.score, least, factors))
    return Explanation(
        programme=programme,
        offered=offered,
        rank=rank,
        recommended=is_recommended,
        score=own.score,
        conditions=[Judged(one, None if one in verdict.unknown else one not in verdict.failed) for one in programme.conditions],
        factors=factors,
        offering=own.best.offering,
        why_not=why_not,
    )


def _least(best: Sequence[Scored], situation: Situation, scoring: Scoring) -> int:
    """With how many points one is recommended that is not the best of a dimension in question."""
    firsts = firsts_of(best, situation)
    others = [one.score for one in best if one.programme.code not in firsts]
    return max(scoring.score_min, others[-1]) if others and len(best) == scoring.programmes_max else scoring.score_min


def _why_not(offered: bool, failed: Sequence[Condition], score: int, least: int, factors: Sequence[Weighed]) -> Iterator[Words]:
    if not offered:
        yield Words("โครงการไม่ได้เปิดรับในวันนี้", "the programme is not offered on this day")
    for one in failed:
        yield Words(f"ไม่เข้าเงื่อนไข: {one.th}", f"a condition is not met: {one.en}")
    if failed or not offered:
        return
    yield Words(
        f"ได้ {score} คะแนน นอกจากโครงการที่ได้คะแนนสูงสุดของแต่ละมิติที่พบปัญหาหรือประสงค์จะพัฒนาแล้ว จะแนะนำโครงการที่ได้ {least} คะแนนขึ้นไป",
        f"has {score} points; beside the best of each dimension in question those with {least} or more are recommended",
    )
    for factor in factors:
        if factor.points < factor.points_max and factor.words is not None:
            missing = factor.points_max - factor.points
            yield Words(f"{factor.words.th} (ขาด {missing} คะแนน)", f"{factor.words.en} ({missing} points missing)")
