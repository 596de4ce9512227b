"""Which programmes fit a person, scored 0-100 with reasons for and against in both languages. Pure: the same facts give the same answer."""

from bisect import insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from uuid import UUID

from services.plan.domain import Merits, Programme, Situation
from services.plan.rules.eligibility import is_open_to
from services.plan.rules.offerings import Best, OfferingsIndex
from services.plan.rules.scoring import Mark, RecordScale, Scoring, Words
from services.plan.rules.situation import facts_of
from shared.contracts.common import Approach, Dimension
from shared.contracts.plan import RecommendedProgramme


@dataclass(frozen=True, slots=True)
class Record:
    """How many persons finished a programme, and how many of them with success."""

    finished: int
    succeeded: int


@dataclass(frozen=True, slots=True)
class _Alike:
    """Programmes of one dimension with the same merits, and their points for approach and history."""

    dimension: Dimension
    merits: Merits
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
    _alike: dict[Approach | None, Sequence[_Alike]] = field(default_factory=dict, repr=False, compare=False)

    def alike(self, approach: Approach | None) -> Sequence[_Alike]:
        """All that is offered, by what weighs the same for whoever chose that way of raising income."""
        found = self._alike.get(approach)
        if found is None:
            groups: dict[tuple[Dimension, Merits, int], list[Programme]] = defaultdict(list)
            for one in self.offered:
                history = _history(self.records.get(one.code), self.scoring.record)
                groups[one.dimension, one.merits, self.scoring.marks["history"][history].points].append(one)
            way = self.scoring.marks["approach"]
            found = self._alike[approach] = [
                _Alike(dimension, merits, history + way[_approach(merits, approach)].points, programmes)
                for (dimension, merits, history), programmes in groups.items()
            ]
        return found


@dataclass(frozen=True, slots=True)
class Scored:
    """A programme with the mark of each factor, its points and its best offering."""

    programme: Programme
    score: int
    marks: tuple[Mark, ...]
    best: Best


def recommend(situation: Situation, market: Market) -> tuple[RecommendedProgramme, ...]:
    """The programmes for the person, best first, as they are told."""
    return tuple(told(one, situation, market.scoring) for one in recommended(best_ranked(situation, market), market.scoring))


def best_ranked(situation: Situation, market: Market) -> list[Scored]:
    """The first of `ranked`, as many as may be recommended.

    Programmes are looked at by what they have without their offerings. Once enough are found, one that could not reach the last of them
    with the best of all offerings ends it: conditions and offerings of most programmes are never asked.
    """
    scoring, facts = market.scoring, facts_of(situation)
    needs = {one: _need(one, situation, scoring) for one in Dimension}
    points = {dimension: need.points + wish.points for dimension, (need, wish) in needs.items()}
    occupation, means = scoring.marks["occupation"], scoring.marks["means"]
    sure = [
        (
            one.points
            + points[one.dimension]
            + occupation[_occupation(one.merits, situation)].points
            + means[_means(one.merits, situation)].points,
            one.programmes,
        )
        for one in market.alike(situation.approach)
    ]
    sure.sort(key=lambda one: -one[0])
    reachable = scoring.best["nearness"] + scoring.best["seats"]
    found: list[Scored] = []
    for before, programmes in sure:
        if len(found) == scoring.programmes_max and before + reachable < found[-1].score:
            break
        for programme in programmes:
            if is_open_to(programme, facts):
                insort(found, _scored(programme, needs[programme.dimension], situation, market), key=_rank)
        del found[scoring.programmes_max :]
    return found


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


def recommended(ranking: list[Scored], scoring: Scoring) -> list[Scored]:
    """The best of a ranking: at most `programmes_max`, each of `score_min` points or more, but never none where any is open."""
    good = [one for one in ranking[: scoring.programmes_max] if one.score >= scoring.score_min]
    return good or ranking[:1]


def scored(programme: Programme, situation: Situation, market: Market) -> Scored:
    """One programme as if it were open to the person."""
    return _scored(programme, _need(programme.dimension, situation, market.scoring), situation, market)


def fit(programme: Programme, situation: Situation, market: Market) -> int:
    """The points of the programme apart from those of an offering: how well it fits the person wherever it is given and however full it is."""
    marks, merits = market.scoring.marks, programme.merits
    need, wish = _need(programme.dimension, situation, market.scoring)
    levels = {
        "approach": _approach(merits, situation.approach),
        "occupation": _occupation(merits, situation),
        "means": _means(merits, situation),
        "history": _history(market.records.get(programme.code), market.scoring.record),
    }
    return need.points + wish.points + sum(marks[factor][level].points for factor, level in levels.items())


def told(one: Scored, situation: Situation, scoring: Scoring) -> RecommendedProgramme:
    """A scored programme as events and answers tell it."""
    reasons = [reason_words(mark.reason, one, situation, scoring) for mark in one.marks if mark.reason]
    doubts = [reason_words(mark.doubt, one, situation, scoring) for mark in one.marks if mark.doubt]
    return RecommendedProgramme(
        programme_code=one.programme.code,
        programme_version=one.programme.version,
        dimension=one.programme.dimension,
        score=one.score,
        reasons_th=tuple(words.th for words in reasons),
        reasons_en=tuple(words.en for words in reasons),
        against_th=tuple(words.th for words in doubts),
        against_en=tuple(words.en for words in doubts),
        offering_id=None if one.best.offering is None else one.best.offering.offering_id,
        points={mark.factor: mark.points for mark in one.marks},
    )


def reason_words(words: Words, one: Scored, situation: Situation, scoring: Scoring) -> Words:
    """The words with the programme's dimension, and with what it mends of what the person lacks."""
    if "{" not in words.en:
        return words
    return _filled(
        words, one.programme.dimension, tuple(scoring.lacks[lack] for lack in one.programme.merits.serves if lack in situation.lacks)
    )


@lru_cache(maxsize=1000)
def _filled(words: Words, dimension: Dimension, mended: tuple[Words, ...]) -> Words:
    return Words(
        words.th.format(dimension=dimension.value, lacks=" และ".join(lack.th for lack in mended)),
        words.en.format(dimension=dimension.value, lacks=" and ".join(lack.en for lack in mended)),
    )


def _need(dimension: Dimension, situation: Situation, scoring: Scoring) -> tuple[Mark, Mark]:
    need = scoring.marks["need"]["FOUND" if dimension in situation.problems else "NOT_FOUND"]
    return need, scoring.marks["wish"]["WISHED" if dimension in situation.wishes else "NOT_WISHED"]


def _scored(programme: Programme, need: tuple[Mark, Mark], situation: Situation, market: Market) -> Scored:
    scoring, merits = market.scoring, programme.merits
    nearness, seats, best = _best(programme.code, situation.district, market)
    marks = (
        *need,
        scoring.marks["approach"][_approach(merits, situation.approach)],
        scoring.marks["occupation"][_occupation(merits, situation)],
        scoring.marks["means"][_means(merits, situation)],
        nearness,
        seats,
        scoring.marks["history"][_history(market.records.get(programme.code), scoring.record)],
    )
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
