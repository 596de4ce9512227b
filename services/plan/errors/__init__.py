"""Failures of plan; those of employers are in errors/employers.py.

DomainError
├── Conflict
│   ├── PlanNotOpen           the plan's state does not allow an agreement or a refusal
│   ├── SignaturesMissing     an agreement needs the signature of the person and of the officer
│   ├── OfficerNotActive      the account officer has left the team
│   ├── ProgrammeNotActive    the programme is not offered now
│   ├── ProgrammeExists       a programme of that code is in the catalogue
│   ├── ProgrammeMovedOn      another version than the one that a change was based on is the newest
│   └── SeatsTaken            an offering would have fewer seats than are taken
├── Forbidden
│   └── NotOwnCase            only the person's own account officer may do this
└── PreconditionFailed
    └── OfferingChangedSince  If-Match names another version of the offering

Beside this module, by subject: agreements, allocations, referrals, specialists.
"""

from collections.abc import Iterable
from datetime import date

from shared.errors import Conflict, FieldProblem, Forbidden, PreconditionFailed
from shared.thai.dates import in_thai


class PlanNotOpen(Conflict):
    """The plan's state does not allow it; names the state."""

    slug = "plan-not-open"
    title_en, title_th = "The plan is not in a state that allows this", "สถานะของแผนไม่อนุญาตให้ดำเนินการนี้"


class SignaturesMissing(Conflict):
    """Both must have signed; names whose signature is missing, by its field."""

    slug = "signatures-missing"
    title_en = "The person and the account officer must both have signed"
    title_th = "ต้องลงนามทั้งผู้มีบัตรและผู้ดูแล (AO)"

    @classmethod
    def at(cls, fields: Iterable[str]) -> "SignaturesMissing":
        """For the fields that say that somebody has not signed."""
        return cls(problems=[FieldProblem(field, "signature", "must be signed", "ต้องลงนาม", "true") for field in fields])


class OfficerNotActive(Conflict):
    """The account officer has left the team."""

    slug = "officer-not-active"
    title_en, title_th = "The account officer is not active", "ผู้ดูแล (AO) ไม่ได้ปฏิบัติหน้าที่แล้ว"


class ProgrammeNotActive(Conflict):
    """The programme is not in the catalogue or not offered on the day; names field and code."""

    slug = "programme-not-active"
    title_en, title_th = "The programme is not offered", "โครงการนี้ไม่เปิดรับ"

    @classmethod
    def at(cls, field: str, code: str, on: date) -> "ProgrammeNotActive":
        """For a field that names a programme which is not offered on the day."""
        en, th = f"{code} is not offered on {on}", f"{code} ไม่เปิดรับในวันที่ {in_thai(on)}"
        return cls(problems=[FieldProblem(field, "not_offered", en, th, f"GET /v1/programmes?on={on}")], programme_code=code)


class ProgrammeExists(Conflict):
    """The code is taken; names it."""

    slug = "programme-exists"
    title_en, title_th = "A programme of this code exists", "มีโครงการรหัสนี้อยู่แล้ว"


class ProgrammeMovedOn(Conflict):
    """The change was based on a version that is not the newest; names both."""

    slug = "programme-moved-on"
    title_en, title_th = "The programme has changed since this was proposed", "โครงการมีรุ่นใหม่หลังจากที่เสนอแก้ไข"


class SeatsTaken(Conflict):
    """More seats are taken than there would be; names how many."""

    slug = "seats-taken"
    title_en, title_th = "More seats are taken than that", "มีผู้ได้รับที่นั่งไปแล้วมากกว่านั้น"


class NotOwnCase(Forbidden):
    """Only the person's own account officer may do this."""

    slug = "not-own-case"
    title_en, title_th = "Only the person's own account officer may do this", "เฉพาะผู้ดูแล (AO) ของผู้มีบัตรรายนี้เท่านั้น"


class OfferingChangedSince(PreconditionFailed):
    """If-Match names another version; names the present one."""

    slug = "offering-changed-since"
