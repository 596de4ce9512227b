"""Failures of appeals.

Conflict 409
├── NotAppealable     the decision stops nothing of who stated the wish
├── AppealedBefore    the decision has its appeal
└── AppealIsDecided   the appeal was decided before
"""

from shared.errors import Conflict


class NotAppealable(Conflict):
    """The decision is of a kind against which nobody appeals here; names the kinds of which one may."""

    slug = "not-appealable"
    title_en, title_th = "There is no appeal against this kind of decision", "มติประเภทนี้อุทธรณ์ไม่ได้"


class AppealedBefore(Conflict):
    """One decision has one appeal; names it."""

    slug = "appealed-before"
    title_en, title_th = "An appeal against this decision was received before", "รับอุทธรณ์มตินี้ไว้แล้ว"


class AppealIsDecided(Conflict):
    """The appeal was decided before."""

    slug = "appeal-is-decided"
    title_en, title_th = "The appeal was decided before", "วินิจฉัยอุทธรณ์นี้แล้ว"
