"""Who stays in work, from the first day of a job to the last that is known of it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from services.reporting.domain.outcome_figures import AfterMonths, JobSurvival, JobSurvivalRow
from services.reporting.domain.parameters import AreaBy, OutcomeParameters
from services.reporting.queries.programmes import programme_words
from services.reporting.queries.referred import REFERRED, SUCCEEDED, OneProgramme, areas_of, by_programme, code_sql, counts_of, row_of
from services.reporting.queries.view import View
from services.reporting.rules import outcome_words
from services.reporting.rules.estimates import kaplan_meier, reached
from services.reporting.rules.outcomes import OutcomeRules, outcome_rules
from services.reporting.rules.telling import Level, Told
from shared.db import ReadTx

JOB, ENDED, LAST_SEEN, AT_WORK = "JOB", "ENDED", "LAST_SEEN", "AT_WORK"

_SPELLS: Final = f"""
    member AS (
        SELECT holder_id, coalesce(merged.unit, holder_id) AS unit, least(erased_on, CASE WHEN status = 'DECEASED' THEN deceased_on END) AS until
          FROM person LEFT JOIN merged ON merged.member = holder_id),
    employed AS (
        SELECT m.unit, e.employment_id, e.starts_on, CASE WHEN e.ends_on < m.until OR m.until IS NULL THEN e.ends_on END AS ends_on
          FROM employment e JOIN member m USING (holder_id) WHERE e.starts_on <= $4),
    placed AS (
        SELECT unit, programme, code, least(coalesce(job_starts_on, outcome_on), $4) AS starts_on FROM referred WHERE result = '{SUCCEEDED}' AND outcome = $5),
    spell AS (
        SELECT unit, programme, code, starts_on FROM placed
         UNION ALL
        SELECT e.unit, NULL, {code_sql("u.responsible_district")}, min(e.starts_on) FROM employed e JOIN person u ON u.holder_id = e.unit
         WHERE $2::text IS NULL AND u.tier IS NOT NULL AND NOT EXISTS (SELECT FROM placed WHERE placed.unit = e.unit) GROUP BY e.unit, 3),
    lost AS (
        SELECT m.unit, f.contacted_on AS day, NULL::date AS began FROM follow_up f JOIN member m USING (holder_id) WHERE f.job_status = ANY($7::text[])
         UNION ALL
        SELECT e.unit, e.ends_on + 1, e.starts_on FROM employed e
         WHERE e.ends_on < $4
           AND NOT EXISTS (SELECT FROM employed other WHERE other.unit = e.unit AND other.starts_on <= e.ends_on + 1 + $8::int
                              AND (other.ends_on IS NULL OR other.ends_on > e.ends_on))
           AND NOT EXISTS (SELECT FROM placed next WHERE next.unit = e.unit AND next.starts_on <= e.ends_on + 1 + $8::int
                              AND next.starts_on > greatest(e.starts_on + $8::int, e.ends_on - $8::int))),
    seen AS (
        SELECT m.unit, f.contacted_on AS day FROM follow_up f JOIN member m USING (holder_id) WHERE f.job_status = ANY($6::text[])
         UNION ALL SELECT unit, starts_on FROM placed
         UNION ALL SELECT unit, starts_on FROM employed
         UNION ALL SELECT unit, ends_on FROM employed WHERE ends_on <= $4
         UNION ALL
        SELECT e.unit, least((w.wage_month || '-01')::date + interval '1 month' - interval '1 day', e.ends_on, $4)::date
          FROM wage_month w JOIN employed e USING (employment_id) WHERE w.paid),
    ended AS (
        SELECT s.unit, s.programme, min(l.day) AS day FROM spell s JOIN lost l USING (unit)
         WHERE l.day > s.starts_on AND l.day <= $4 AND (l.began IS NULL OR l.began >= s.starts_on - $8::int) GROUP BY 1, 2),
    last_seen AS (
        SELECT s.unit, s.programme, max(n.day) AS day
          FROM spell s LEFT JOIN ended e ON e.unit = s.unit AND e.programme IS NOT DISTINCT FROM s.programme
          JOIN seen n ON n.unit = s.unit AND n.day BETWEEN s.starts_on AND least($4, e.day) GROUP BY 1, 2),
    fate AS (
        SELECT s.unit, s.programme, s.code, e.day IS NOT NULL AS ended, coalesce(e.day, l.day, s.starts_on) - s.starts_on AS days
          FROM spell s
          LEFT JOIN ended e ON e.unit = s.unit AND e.programme IS NOT DISTINCT FROM s.programme
          LEFT JOIN last_seen l ON l.unit = s.unit AND l.programme IS NOT DISTINCT FROM s.programme)"""
"""Jobs in days since they began: until the day on which one is known to have ended, or the last on which the person is known to have worked.

A job begins on the day that its evidence names, or that of the outcome; work without a placement with the person's first employment. It has
ended when a contact says so, or the day after an employment's last, unless another job begins soon after ($8 days) or goes on.
An employment that ended by a death or an erasure has not. $4 is the day of the reading, $5 the outcome of a placement, $6 and $7 what contacts say of work.
"""


async def job_survival(tx: ReadTx, view: View, asked: OutcomeParameters) -> JobSurvival:
    """Of each programme that placed persons, and of work without a placement: who is still at work, by months."""
    rules = outcome_rules(view.today)
    rows = []
    for programme, one in (await _jobs(tx, view, asked, rules)).items():
        if not any(unit[0] == JOB for table in one.tables.values() for unit in table):
            continue
        told = Told.of(one.tables, *_levels(rules))
        for area in areas_of(view, one.tables, inside=asked.by is AreaBy.AREA):
            row = row_of(area, one.dimension, programme or None, one.words if programme else outcome_words.NO_PROGRAMME)
            rows.append(_row(row, one, told, rules))
    return JobSurvival(rules.confidence, outcome_words.READING_TH, outcome_words.READING_EN, rows)


async def _jobs(tx: ReadTx, view: View, asked: OutcomeParameters, rules: OutcomeRules) -> dict[str, OneProgramme]:
    """By programme (empty for none) those who were referred: (result,) of those without a job, (JOB, whether it ended, days) of the others."""
    rows = await tx.fetch(
        f"""WITH {REFERRED}, {_SPELLS}
            SELECT coalesce(c.programme, '') AS programme, coalesce(min(c.dimension), 'D1') AS dimension, {programme_words("coalesce(c.programme, '')")},
                   c.code, c.result, c.ended, c.days, count(*) AS units
              FROM (SELECT r.programme, r.dimension, r.code, r.result, f.ended, f.days FROM referred r LEFT JOIN fate f USING (unit, programme)
                     UNION ALL SELECT NULL, NULL, code, NULL, ended, days FROM fate WHERE programme IS NULL) c
              LEFT JOIN programme g ON g.code = c.programme
             GROUP BY c.programme, c.code, c.result, c.ended, c.days ORDER BY 1, c.code""",
        *(list(rules.successes), asked.programme, view.area[:2], view.today, rules.placed),
        *(list(rules.at_work), list(rules.not_at_work), rules.between_jobs_days),
    )
    return by_programme(rows, lambda row: (row["result"],) if row["days"] is None else (JOB, row["ended"], row["days"]))


def _levels(rules: OutcomeRules) -> tuple[Level, Level, Level]:
    """The results, of which jobs are a part, so that they stay hidden where these do; what became of the jobs; and in which months."""
    horizons = sorted(rules.months_days.values())

    def result(unit: tuple[Any, ...]) -> Any:
        return SUCCEEDED if unit[0] == JOB else unit[0]

    def fate(unit: tuple[Any, ...]) -> Any:
        if unit[0] != JOB:
            return unit[0]
        _, ended, days = unit
        if days >= horizons[-1]:
            return AT_WORK
        return ENDED if ended else LAST_SEEN

    def fate_by_month(unit: tuple[Any, ...]) -> Any:
        if fate(unit) not in {ENDED, LAST_SEEN}:
            return fate(unit)
        return fate(unit), next(number for number, days in enumerate(horizons) if unit[2] < days)

    return result, fate, fate_by_month


def _row(row: Mapping[str, Any], one: OneProgramme, told: Told, rules: OutcomeRules) -> JobSurvivalRow:
    results, fates, by_month = (told.at(level, row["area"]) for level in (1, 2, 3))
    jobs = None if results is None else results[SUCCEEDED]
    ended, last_seen, at_work = counts_of(fates, ENDED, LAST_SEEN, AT_WORK)
    months = sorted(rules.months_days)
    if by_month is None:
        months = [] if fates is None else months[-1:]
    after = _after(one, row["area"], months, rules)
    words = [
        outcome_words.at_work((row["programme_th"], row["programme_en"]), jobs, at.months, at.at_work, rules.confidence)
        for at in after
        if jobs is not None and at.at_work is not None
    ]
    return JobSurvivalRow(
        **row,
        jobs=jobs,
        ended=ended,
        last_seen_earlier=last_seen,
        at_work=at_work,
        after=after,
        words_th=[said[0] for said in words],
        words_en=[said[1] for said in words],
    )


def _after(one: OneProgramme, area: str, months: list[int], rules: OutcomeRules) -> list[AfterMonths]:
    ended: Counter[int] = Counter()
    last_seen: Counter[int] = Counter()
    for code, table in one.tables.items():
        for unit, count in table.items():
            if code.startswith(area) and unit[0] == JOB:
                (ended if unit[1] else last_seen)[unit[2]] += count
    horizons = [rules.months_days[month] for month in months]
    shares = kaplan_meier(ended, last_seen, horizons, rules.confidence)
    return [AfterMonths(month, reached(ended, last_seen, days), share) for month, days, share in zip(months, horizons, shares, strict=True)]
