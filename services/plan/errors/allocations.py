"""Failures of allocations of seats.

DomainError
├── Conflict 409
│   ├── AllocationUnderWay      another one of the same province and month is being prepared or applied
│   └── AllocationNotReady      it is no preview that can be applied: its state is named
└── PreconditionFailed 412
    └── AllocationChangedSince  If-Match names another version

Who asked for a preview and would apply it meets `shared.approvals.DeciderIsProposer`.
"""

from shared.errors import Conflict, PreconditionFailed


class AllocationUnderWay(Conflict):
    """One at a time of a province and month; names the one under way."""

    slug = "allocation-under-way"
    title_en = "Seats of this province and month are being allocated already"
    title_th = "กำลังจัดสรรที่นั่งของจังหวัดและเดือนนี้อยู่แล้ว"


class AllocationNotReady(Conflict):
    """Only a preview that is ready, and that no newer one superseded, is applied, once; names the state."""

    slug = "allocation-not-ready"
    title_en = "This is no preview that can be applied: it is being prepared, was applied, or a newer one superseded it"
    title_th = "ผลการจัดสรรนี้ยังไม่พร้อม นำไปใช้แล้ว หรือมีผลใหม่แทนแล้ว"


class AllocationChangedSince(PreconditionFailed):
    """If-Match names another version; names the present one."""

    slug = "allocation-changed-since"
