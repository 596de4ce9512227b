"""Named failures of reporting.

DomainError
├── Invalid → UnknownParameters   422  a snapshot's parameters are not those of its report
└── Unavailable → PolicyNotHere   503  the copy of payments' policy has not arrived yet
"""

from shared.errors import Invalid, Unavailable


class UnknownParameters(Invalid):
    """The parameters of a snapshot are not those of its report."""

    slug = "report-parameters-invalid"
    title_en, title_th = "These parameters do not fit the report", "พารามิเตอร์ไม่ตรงกับรายงาน"


class PolicyNotHere(Unavailable):
    """A figure needs the windows of the policy, and no policy set has arrived."""

    slug = "policy-not-here"
    title_en, title_th = "No policy set has arrived yet", "ยังไม่ได้รับชุดนโยบาย"
