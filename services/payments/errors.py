"""Failures of payments.

DomainError
├── Invalid
│   └── RunMonthOutside         422  no allowance is paid in that month, or it has not begun
├── NotFound                    404
├── Conflict
│   ├── RunOpen                 409  another run waits for approval or release
│   ├── RunNotInState           409  the run's state does not allow it
│   ├── ApproverIsProposer      409  who proposed may not approve
│   ├── RunListChanged          409  the list is not the one that was looked at
│   └── RunNotBalanced          409  eligible is not paid + failed + held + returned
└── Unavailable
    └── NoPolicy                503  no policy set is stored yet
"""

from shared.errors import Conflict, Invalid, Unavailable


class RunMonthOutside(Invalid):
    """No run can be made for the month."""

    slug = "run-month-outside"
    title_en, title_th = "No run can be made for this month", "ไม่สามารถจัดทำรอบจ่ายสำหรับเดือนนี้ได้"


class RunOpen(Conflict):
    """One list at a time: two would hold the same payments."""

    slug = "run-open"
    title_en, title_th = "Another run is being prepared or waits for its approval or release", "มีรอบจ่ายอื่นที่ยังรอการจัดทำ อนุมัติ หรือปล่อยจ่าย"


class RunNotInState(Conflict):
    """The run's state does not allow it; facts: `run_status`."""

    slug = "run-not-in-state"
    title_en, title_th = "The state of the run does not allow this", "สถานะของรอบจ่ายไม่อนุญาตให้ดำเนินการนี้"


class ApproverIsProposer(Conflict):
    """Two persons are needed."""

    slug = "approver-is-proposer"
    title_en, title_th = "Who proposed a run may not approve it", "ผู้เสนอรอบจ่ายอนุมัติเองไม่ได้"


class RunListChanged(Conflict):
    """The hash is not that of the run's list; facts: `list_hash`."""

    slug = "run-list-changed"
    title_en, title_th = "The run's list is not the one that was looked at", "รายการจ่ายไม่ตรงกับรายการที่ได้ตรวจสอบ"


class RunNotBalanced(Conflict):
    """Eligible is not paid + failed + held + returned; facts: counts, satang and ids of what lacks."""

    slug = "run-not-balanced"
    title_en, title_th = "The run does not balance yet", "ยอดของรอบจ่ายยังไม่ตรงกัน"


class NoPolicy(Unavailable):
    """No policy set is stored yet."""

    slug = "no-policy"
    title_en, title_th = "No policy set is stored yet", "ยังไม่มีชุดนโยบายในระบบ"
