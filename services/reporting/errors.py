"""Named failures of reporting.

DomainError
├── Invalid → UnknownParameters      422  a snapshot's parameters are not those of its report
├── Conflict                         409
│   ├── EditionTaken                      another edition was frozen meanwhile
│   ├── SnapshotWithoutPosition           it was frozen before positions were, and cannot be derived again
│   ├── NotTheDutyHolder                  the report is another's to submit
│   ├── NotTheReceiver                    the submission is another's to acknowledge or return
│   ├── OwnReport                         who submitted it may not acknowledge or return it
│   ├── ReportAwaitsReview                it was submitted, and nobody has acknowledged or returned it
│   └── NothingSubmitted                  there is no submission that waits
├── PreconditionFailed → ReportChangedSince  412  If-Match names another version of the due report
└── Unavailable → PolicyNotHere      503  the copy of payments' policy has not arrived yet
"""

from shared.errors import Conflict, Invalid, PreconditionFailed, Unavailable


class UnknownParameters(Invalid):
    """The parameters of a snapshot are not those of its report."""

    slug = "report-parameters-invalid"
    title_en, title_th = "These parameters do not fit the report", "พารามิเตอร์ไม่ตรงกับรายงาน"


class PolicyNotHere(Unavailable):
    """A figure needs the windows of the policy, and no policy set has arrived."""

    slug = "policy-not-here"
    title_en, title_th = "No policy set has arrived yet", "ยังไม่ได้รับชุดนโยบาย"


class EditionTaken(Conflict):
    """Another edition of the report was frozen since this one was read; it is read again."""

    slug = "edition-taken"
    title_en, title_th = "Another edition was frozen meanwhile", "มีการบันทึกอีกฉบับในระหว่างนี้"


class SnapshotWithoutPosition(Conflict):
    """The snapshot says nothing of the events that it stands on."""

    slug = "snapshot-without-position"
    title_en, title_th = (
        "This snapshot was frozen before positions were recorded and cannot be derived again",
        "รายงานฉบับนี้บันทึกไว้ก่อนมีการเก็บตำแหน่งของเหตุการณ์ จึงคำนวณซ้ำไม่ได้",
    )


class NotTheDutyHolder(Conflict):
    """Names whose report it is."""

    slug = "not-the-duty-holder"
    title_en, title_th = "This report is another's to submit", "รายงานนี้เป็นหน้าที่ของผู้อื่น"


class NotTheReceiver(Conflict):
    """Names who takes it in, and the scope of that."""

    slug = "not-the-receiver"
    title_en, title_th = "This submission is another's to acknowledge or return", "การรับทราบหรือส่งคืนรายงานนี้เป็นหน้าที่ของผู้อื่น"


class OwnReport(Conflict):
    """Two persons: nobody acknowledges their own."""

    slug = "own-report"
    title_en, title_th = "Another person than who submitted it must acknowledge or return it", "ผู้ส่งรายงานรับทราบหรือส่งคืนรายงานของตนเองไม่ได้"


class ReportAwaitsReview(Conflict):
    """What was submitted is acknowledged or returned first."""

    slug = "report-awaits-review"
    title_en, title_th = "The submission before waits to be acknowledged or returned", "รายงานที่ส่งไว้ยังรอการรับทราบหรือส่งคืน"


class NothingSubmitted(Conflict):
    """Names where the report stands."""

    slug = "nothing-submitted"
    title_en, title_th = "No submission waits to be acknowledged or returned", "ไม่มีรายงานที่รอการรับทราบหรือส่งคืน"


class ReportChangedSince(PreconditionFailed):
    """If-Match names another version; names the present one."""

    slug = "report-changed-since"
    title_en, title_th = "The due report has changed since you read it", "รายงานนี้เปลี่ยนไปหลังจากที่ท่านอ่าน"
