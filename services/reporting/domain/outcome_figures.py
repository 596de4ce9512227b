"""Figures of what was later known of those who were referred. A count that is not shown (docs/adr/0035) is None.

They are told of whole groups, with what is small hidden, and in words of what was found later: never of what a programme does.
"""

from dataclasses import dataclass

from services.reporting.domain.shares import Share


@dataclass(frozen=True)
class OutcomeRow:
    """What the rows share: area (empty for the country) and programme, which is None for work that was found without a placement."""

    area: str
    area_th: str
    area_en: str
    dimension: str
    programme: str | None
    programme_th: str
    programme_en: str


@dataclass(frozen=True)
class ProgrammeOutcomesRow(OutcomeRow):
    """Persons referred to one programme, of one group (`group` is None for all, OTHER for groups told as one).

    `persons` is the sum of the three figures from `succeeded` to `no_result`, and that of the three from `rose` to `not_followed`.
    """

    group: str | None
    group_th: str
    group_en: str
    persons: int | None
    succeeded: int | None
    not_succeeded: int | None
    no_result: int | None
    succeeded_share: Share | None
    rose: int | None
    not_rose: int | None
    not_followed: int | None
    rose_share: Share | None
    words_th: list[str]
    words_en: list[str]


@dataclass(frozen=True)
class ProgrammeOutcomes:
    """What was later known of those who were referred, by programme and group."""

    confidence: float
    reading_th: str
    reading_en: str
    rows: list[ProgrammeOutcomesRow]


@dataclass(frozen=True)
class BandCell:
    """Persons of one band before and one after; `after` is None for who was not followed."""

    before: str
    after: str | None
    persons: int


@dataclass(frozen=True)
class OutcomeBandsRow(OutcomeRow):
    """Income bands before and after of those referred to one programme; `matrix` adds up to `persons`."""

    persons: int | None
    rose: int | None
    same: int | None
    fell: int | None
    not_followed: int | None
    matrix: list[BandCell] | None
    words_th: list[str]
    words_en: list[str]


@dataclass(frozen=True)
class OutcomeBands:
    """Income bands before and after, by programme."""

    reading_th: str
    reading_en: str
    rows: list[OutcomeBandsRow]


@dataclass(frozen=True)
class AfterMonths:
    """Work after so many months: how many are known to have worked until then, and the estimated share that still does."""

    months: int
    reached: int
    at_work: Share | None


@dataclass(frozen=True)
class JobSurvivalRow(OutcomeRow):
    """Persons with a job, from its first day on. `jobs` is the sum of the three figures from `ended` to `at_work`, of nine months."""

    jobs: int | None
    ended: int | None
    last_seen_earlier: int | None
    at_work: int | None
    after: list[AfterMonths]
    words_th: list[str]
    words_en: list[str]


@dataclass(frozen=True)
class JobSurvival:
    """Who stays in work."""

    confidence: float
    reading_th: str
    reading_en: str
    rows: list[JobSurvivalRow]
