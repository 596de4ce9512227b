"""Which programmes fit a person, scored 0-100 with reasons for and against in both languages. Pure: the same facts give the same answer."""

from bisect import insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from services.plan.domain import Merits, Programme, Situation
from services.plan.rules.eligibility import is_open_to
from services.plan.rules.offerings import Best, OfferingsIndex
from services.plan.rules.scoring import Mark, RecordScale, Scoring, Words
from services.plan.rules.situation import facts_of
from shared.contracts.common import Approach, Dimension
from shared.contracts.plan import RecommendedProgramme

_SURE_MAX: Final = 10_000
"""Of how many kinds of persons the points that are sure are kept."""


@dataclass(frozen=True, slots=True)
class Record:
    """How many persons finished a programme, and how many of them with success."""

    finished: int
    succeeded: int


@dataclass(frozen=True, slots=True)
class _Sure:
    """Programmes of a dimension that have the same points for a person before their offerings are looked at."""

    dimension: Dimension
    points: int
    programmes: Sequence[Programme]


@dataclass(frozen=True)
class Market:
    """What is there for everybody on one day: the programmes that are offered, offerings, free seats where they are few, and how programmes ended before."""

    on: date
    offered: Sequence[Programme]
    offerings: OfferingsIndex
    few_seats: Mapping[UUID, int]
    records: Mapping[str, Record]
    scoring: Scoring
    _sure: dict[tuple[object, ...], Sequence[_Sure]] = field(default_factory=dict, repr=False, compare=False)

    def sure(self, situation: Situation) -> Sequence[_Sure]:
        """All that is offered, by the points that it has for the person whatever its offerings are, best first.

        Persons are alike in this by thousands, so that it is kept; what is kept goes along where seats alone change (`replace`).
        """
        like = situation.approach, situation.problems, situation.wishes, situation.occupations, situation.lacks
        found = self._sure.get(like)
        if found is None:
            if len(self._sure) >= _SURE_MAX:
                self._sure.clear()
            found = self._sure[like] = self._weigh(situation)
        return found

    def _weigh(self, situation: Situation) -> Sequence[_Sure]:
        groups: dict[tuple[Dimension, Merits, int], list[Programme]] = defaultdict(list)
        for one in self.offered:
            groups[one.dimension, one.merits, _past(one.code, self).points].append(one)
        needs = {one: sum(mark.points for mark in _need(one, situation, self.scoring)) for one in Dimension}
        found = [
            _Sure(
                dimension,
                history + needs[dimension] + sum(mark.points for mark in _own(merits, situation, self.scoring)),
                programmes,
            )
            for (dimension, merits, history), programmes in groups.items()
        ]
        return sorted(found, key=lambda one: -one.points)


@dataclass(frozen=True, slots=True)
class Scored:
    """A programme with the mark of each factor, its points and its best offering."""

    programme: Programme
    score: int
    marks: tuple[Mark, ...]
    best: Best


def recommend(situation: Situation, market: Market) -> tuple[RecommendedProgramme, ...]:
    """The programmes for the person, best first, as they are told."""
    return tuple(told(one, situation, market.scoring) for one in recommended(best_ranked(situation, market), situation, market.scoring))


def best_ranked(situation: Situation, market: Market) -> list[Scored]:
    """Of `ranked` what may be recommended: the first, and the first of each dimension in question.

    Programmes are looked at by what they have without their offerings: one that could not get among these with the best of all offerings is
    passed over, so that conditions and offerings of most programmes are never asked.
    """
    scoring, facts, asked = market.scoring, facts_of(situation), in_question(situation)
    needs = {one: _need(one, situation, scoring) for one in Dimension}
    reachable = scoring.best["nearness"] + scoring.best["seats"]
    found: list[Scored] = []
    firsts: dict[Dimension, Scored] = {}
    for sure in market.sure(situation):
        could = sure.points + reachable
        if found and could < min(found[0].score, scoring.score_min):
            break
        first = firsts.get(sure.dimension)
        may_be_first = sure.dimension in asked and (first is None or could >= first.score)
        if len(found) == scoring.programmes_max and could < found[-1].score and not may_be_first:
            continue
        for programme in sure.programmes:
            if is_open_to(programme, facts):
                one = _scored(programme, needs[sure.dimension], situation, market)
                insort(found, one, key=_rank)
                firsts[sure.dimension] = min(firsts.get(sure.dimension, one), one, key=_rank)
        del found[scoring.programmes_max :]
    among = {one.programme.code for one in found}
    also = [one for dimension, one in firsts.items() if dimension in asked and one.programme.code not in among]
    return sorted([*found, *also], key=_rank)


def ranked(situation: Situation, market: Market) -> list[Scored]:
    """All programmes that are open to the person, best first; of equal scores the code decides."""
    facts = facts_of(situation)
    needs = {one: _need(one, situation, market.scoring) for one in Dimension}
    found = [
        _scored(programme, needs[programme.dimension], situation, market) for programme in market.offered if is_open_to(programme, facts)
    ]
    return sorted(found, key=_rank)


def _rank(one: Scored) -> tuple[int, str]:
    return -one.score, one.programme.code


def in_question(situation: Situation) -> frozenset[Dimension]:
    """The dimensions in which a problem was found, or in which the person wishes to develop."""
    return situation.problems | situation.wishes


def recommended(ranking: Sequence[Scored], situation: Situation, scoring: Scoring) -> list[Scored]:
    """Of a ranking at most `programmes_max`, best first, each of `score_min` points or more, but never none where any is open.

    The best of each dimension in question is among them, whatever the others have: who has a debt and no trade hears of both.
    """
    good = [one for one in ranking if one.score >= scoring.score_min]
    firsts = firsts_of(good, situation)
    others = [one for one in good if one.programme.code not in firsts]
    best = sorted([*firsts.values(), *others[: scoring.programmes_max - len(firsts)]], key=_rank)
    return best or list(ranking[:1])


def firsts_of(ranking: Sequence[Scored], situation: Situation) -> dict[str, Scored]:
    """The best of each dimension in question, by code."""
    firsts = {one.programme.dimension: one for one in reversed(ranking) if one.programme.dimension in in_question(situation)}
    return {one.programme.code: one for one in firsts.values()}


def scored(programme: Programme, situation: Situation, market: Market) -> Scored:
    """One programme as if it were open to the person."""
    return _scored(programme, _need(programme.dimension, situation, market.scoring), situation, market)


def fit(programme: Programme, situation: Situation, market: Market) -> int:
    """The points of the programme apart from those of an offering: how well it fits the person wherever it is given and however full it is."""
    need = _need(programme.dimension, situation, market.scoring)
    return sum(mark.points for mark in (*need, *_own(programme.merits, situation, market.scoring), _past(programme.code, market)))


def told(one: Scored, situation: Situation, scoring: Scoring) -> RecommendedProgramme:
    """A scored programme as events and answers tell it."""
    return RecommendedProgramme(
        programme_code=one.programme.code,
        programme_version=one.programme.version,
        dimension=one.programme.dimension,
        score=one.score,
        offering_id=None if one.best.offering is None else one.best.offering.offering_id,
        **_words_of(one.marks, one.programme.dimension, _mended(one.programme, situation, scoring)),
    )


def reason_words(words: Words, one: Scored, situation: Situation, scoring: Scoring) -> Words:
    """The words with the programme's dimension, and with what it mends of what the person lacks."""
    return _filled(words, one.programme.dimension, _mended(one.programme, situation, scoring))


def _mended(programme: Programme, situation: Situation, scoring: Scoring) -> tuple[Words, ...]:
    return tuple([scoring.lacks[lack] for lack in programme.merits.serves if lack in situation.lacks])


@lru_cache(maxsize=10_000)
def _words_of(marks: tuple[Mark, ...], dimension: Dimension, mended: tuple[Words, ...]) -> dict[str, Any]:
    """The points by factor and the reasons of these marks: few ways for marks to stand together are met, however many persons there are."""
    reasons = [_filled(mark.reason, dimension, mended) for mark in marks if mark.reason]
    doubts = [_filled(mark.doubt, dimension, mended) for mark in marks if mark.doubt]
    return {
        "reasons_th": tuple(words.th for words in reasons),
        "reasons_en": tuple(words.en for words in reasons),
        "against_th": tuple(words.th for words in doubts),
        "against_en": tuple(words.en for words in doubts),
        "points": {mark.factor: mark.points for mark in marks},
    }


def _filled(words: Words, dimension: Dimension, mended: tuple[Words, ...]) -> Words:
    return Words(
        words.th.format(dimension=dimension.value, lacks=" และ".join(lack.th for lack in mended)),
        words.en.format(dimension=dimension.value, lacks=" and ".join(lack.en for lack in mended)),
    )


def _need(dimension: Dimension, situation: Situation, scoring: Scoring) -> tuple[Mark, Mark]:
    need = scoring.marks["need"]["FOUND" if dimension in situation.problems else "NOT_FOUND"]
    return need, scoring.marks["wish"]["WISHED" if dimension in situation.wishes else "NOT_WISHED"]


def _own(merits: Merits, situation: Situation, scoring: Scoring) -> tuple[Mark, Mark, Mark]:
    """What the programme's merits weigh for the person: approach, occupation, means."""
    marks = scoring.marks
    return (
        marks["approach"][_approach(merits, situation.approach)],
        marks["occupation"][_occupation(merits, situation)],
        marks["means"][_means(merits, situation)],
    )


def _past(code: str, market: Market) -> Mark:
    """What the programme's history weighs."""
    return market.scoring.marks["history"][_history(market.records.get(code), market.scoring.record)]


def _scored(programme: Programme, need: tuple[Mark, Mark], situation: Situation, market: Market) -> Scored:
    nearness, seats, best = _best(programme.code, situation.district, market)
    marks = (*need, *_own(programme.merits, situation, market.scoring), nearness, seats, _past(programme.code, market))
    return Scored(programme, sum([mark.points for mark in marks]), marks, best)


def _best(code: str, district: str, market: Market) -> tuple[Mark, Mark, Best]:
    """The offering of most points, with its marks; of equal ones that with a free seat."""
    scoring = market.scoring
    found = [
        (scoring.marks["nearness"][one.nearness], scoring.marks["seats"][one.seats], one)
        for one in market.offerings.candidates(code, district, market.few_seats, scoring.seats_few)
    ]
    return found[0] if len(found) == 1 else max(found, key=lambda one: one[0].points + one[1].points)


def _approach(merits: Merits, approach: Approach | None) -> str:
    if not merits.approaches:
        return "ANY"
    if approach is None:
        return "NOT_CHOSEN"
    return "FITS" if approach in merits.approaches else "OTHER"


def _occupation(merits: Merits, situation: Situation) -> str:
    if not merits.made_for:
        return "ANY"
    return "OTHER" if situation.occupations.isdisjoint(merits.made_for) else "MADE_FOR"


def _means(merits: Merits, situation: Situation) -> str:
    if not merits.serves:
        return "NONE"
    return "OTHER" if situation.lacks.isdisjoint(merits.serves) else "MENDED"


def _history(record: Record | None, scale: RecordScale) -> str:
    if record is None or record.finished < scale.finished_min:
        return "NOT_KNOWN"
    percent = record.succeeded * 100 // record.finished
    if percent >= scale.good_percent:
        return "GOOD"
    return "POOR" if percent < scale.poor_percent else "MIXED"
