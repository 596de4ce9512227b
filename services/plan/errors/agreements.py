"""Failures of agreements and their amendments.

Conflict 409
└── DevelopmentStopped  a committee decided that the person did not develop or work, and nothing took it back since
PreconditionFailed 412
└── PlanChangedSince    If-Match names another version of the plan
"""

from shared.errors import Conflict, PreconditionFailed


class DevelopmentStopped(Conflict):
    """An ended plan goes on after a reinstatement alone where a committee stopped it; names the decision."""

    slug = "development-stopped"
    title_en, title_th = (
        "A committee decided that the person did not develop",
        "คณะกรรมการวินิจฉัยว่าผู้มีบัตรไม่พัฒนาตนเอง ต้องมีคำวินิจฉัยให้กลับเข้ามาตรการก่อน",
    )


class PlanChangedSince(PreconditionFailed):
    """If-Match names another version; names the present one."""

    slug = "plan-changed-since"
