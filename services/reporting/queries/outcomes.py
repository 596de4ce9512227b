"""Figures about what was later known of those who were referred: results, and income bands before and after, by programme."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.reporting.domain.outcome_figures import (
    BandCell,
    OutcomeBands,
    OutcomeBandsRow,
    ProgrammeOutcomes,
    ProgrammeOutcomesRow,
)
from services.reporting.domain.parameters import AreaBy, OutcomeBandsParameters, OutcomeBy, ProgrammeOutcomesParameters
from services.reporting.domain.shares import Share
from services.reporting.queries.referred import (
    NO_RESULT,
    NOT_SUCCEEDED,
    SUCCEEDED,
    OneProgramme,
    areas_of,
    counted,
    counts_of,
    row_of,
)
from services.reporting.queries.view import View
from services.reporting.rules import outcome_words
from services.reporting.rules.estimates import wilson
from services.reporting.rules.income_bands import band_names
from services.reporting.rules.outcome_groups import group_sql, group_words
from services.reporting.rules.outcomes import OutcomeRules, outcome_rules
from services.reporting.rules.telling import Grouped, Told
from shared.db import ReadTx

ROSE, SAME, FELL, NOT_FOLLOWED = "ROSE", "SAME", "FELL", "NOT_FOLLOWED"
NOT_ROSE: Final = "NOT_ROSE"
_RESULT, _INCOME = "result", "income"


def move(before: str, after: str | None) -> str:
    """How the band after lies to the one before."""
    if after is None:
        return NOT_FOLLOWED
    was, now = (band_names().index(band) for band in (before, after))
    return SAME if was == now else ROSE if now > was else FELL


def rise(before: str, after: str | None) -> str:
    """Whether the band after is higher: the coarser table of `move`."""
    moved = move(before, after)
    return NOT_ROSE if moved in {SAME, FELL} else moved


async def programme_outcomes(tx: ReadTx, view: View, asked: ProgrammeOutcomesParameters) -> ProgrammeOutcomes:
    """Persons referred to each programme, by group: how many succeeded, and how many were in a higher band later."""
    rules = outcome_rules(view.today)
    group = group_sql(asked.by, rules)
    found = await counted(tx, view, asked, rules, ["r.result", "r.before", "f.after", *([] if group is None else [group])])
    rows = []
    for programme, one in found.items():
        for area, counts in _shown(one, view, asked.by):
            row = row_of(area, one.dimension, programme, one.words)
            rows.append(_programme_row(row, counts, rules, asked.by))
    return ProgrammeOutcomes(rules.confidence, outcome_words.READING_TH, outcome_words.READING_EN, rows)


@dataclass(frozen=True)
class _Counts:
    """What is shown of one area and group; None what is not."""

    group: str | None
    persons: int | None
    results: Mapping[str, int] | None
    incomes: Mapping[str, int] | None


def _shown(one: OneProgramme, view: View, by: OutcomeBy) -> Iterator[tuple[str, _Counts]]:
    results = Told.of(one.tables, lambda unit: unit[0])
    incomes = Told.of(one.tables, lambda unit: rise(unit[1], unit[2]))
    areas = areas_of(view, one.tables, inside=by is OutcomeBy.AREA)
    if by in {OutcomeBy.ALL, OutcomeBy.AREA}:
        for area in areas:
            yield area, _Counts(None, results.count(0, area), results.at(1, area), incomes.at(1, area))
        return
    # What is hidden without groups is hidden with them: groups must not give away what their sum hides.
    grouped = Grouped.of(_in_groups(one), results.hidden(1) | incomes.hidden(1))
    for area in areas:
        groups = grouped.groups(area)
        for group in groups:
            by_result, by_income = (grouped.counts(area, part, group) for part in (_RESULT, _INCOME))
            yield area, _Counts(group, by_result.total(), by_result, by_income)
        if not groups:
            yield area, _Counts(None, None, None, None)


def _in_groups(one: OneProgramme) -> dict[str, Counter[Any]]:
    """The tables by (part, group, category): every unit is once in the results and once in the incomes."""
    tables: dict[str, Counter[Any]] = {}
    for code, table in one.tables.items():
        tables[code] = Counter()
        for (result, before, after, group), count in table.items():
            tables[code][_RESULT, group, result] += count
            tables[code][_INCOME, group, rise(before, after)] += count
    return tables


def _programme_row(row: Mapping[str, Any], told: _Counts, rules: OutcomeRules, by: OutcomeBy) -> ProgrammeOutcomesRow:
    words = row["programme_th"], row["programme_en"]
    succeeded, not_succeeded, no_result = counts_of(told.results, SUCCEEDED, NOT_SUCCEEDED, NO_RESULT)
    rose, not_rose, not_followed = counts_of(told.incomes, ROSE, NOT_ROSE, NOT_FOLLOWED)
    succeeded_share = _share(succeeded, not_succeeded, rules)
    rose_share = _share(rose, not_rose, rules)
    sentences = [
        outcome_words.succeeded(words, succeeded, not_succeeded, succeeded_share, rules.confidence),
        outcome_words.rose(words, rose, not_rose, rose_share, rules.confidence),
    ]
    group_th, group_en = group_words(by, told.group, rules)
    return ProgrammeOutcomesRow(
        **row,
        group=told.group,
        group_th=group_th,
        group_en=group_en,
        persons=told.persons,
        succeeded=succeeded,
        not_succeeded=not_succeeded,
        no_result=no_result,
        succeeded_share=succeeded_share,
        rose=rose,
        not_rose=not_rose,
        not_followed=not_followed,
        rose_share=rose_share,
        words_th=[said[0] for said in sentences if said],
        words_en=[said[1] for said in sentences if said],
    )


async def outcome_bands(tx: ReadTx, view: View, asked: OutcomeBandsParameters) -> OutcomeBands:
    """Persons referred to each programme by income band before and after, at the last follow-up or that of one round."""
    found = await counted(tx, view, asked, outcome_rules(view.today), ["r.before", "f.after"], of_round=asked.round)
    rows = []
    for programme, one in found.items():
        told = Told.of(one.tables, lambda unit: rise(*unit), lambda unit: move(*unit), lambda unit: unit)
        for area in areas_of(view, one.tables, inside=asked.by is AreaBy.AREA):
            row = row_of(area, one.dimension, programme, one.words)
            rows.append(_bands_row(row, told.count(0, area), told.at(2, area), told.at(3, area)))
    return OutcomeBands(outcome_words.READING_TH, outcome_words.READING_EN, rows)


def _bands_row(
    row: Mapping[str, Any], persons: int | None, moves: Mapping[str, int] | None, pairs: Mapping[tuple[str, str | None], int] | None
) -> OutcomeBandsRow:
    rose, same, fell, not_followed = counts_of(moves, ROSE, SAME, FELL, NOT_FOLLOWED)
    words = []
    if rose is not None and same is not None and fell is not None and rose + same + fell:
        words.append(outcome_words.moved((row["programme_th"], row["programme_en"]), rose, same, fell))
    matrix = None
    if pairs is not None:
        matrix = [BandCell(before, after, pairs.get((before, after), 0)) for before in band_names() for after in (*band_names(), None)]
    return OutcomeBandsRow(
        **row,
        persons=persons,
        rose=rose,
        same=same,
        fell=fell,
        not_followed=not_followed,
        matrix=matrix,
        words_th=[said[0] for said in words],
        words_en=[said[1] for said in words],
    )


def _share(count: int | None, others: int | None, rules: OutcomeRules) -> Share | None:
    return None if count is None or others is None else wilson(count, count + others, rules.confidence)
