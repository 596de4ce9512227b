"""Named failures that a caller can understand. Each carries a stable slug, Thai and English words, and facts.

DomainError
├── Invalid        422  the request says something that is not allowed; names the field
├── Unauthenticated 401  no token, or one that is not believed
├── Forbidden      403  the token lacks a scope
├── NotFound       404  not there, or out of the caller's reach (the two are not told apart)
├── Conflict       409  the state does not allow it now
├── PreconditionFailed 412  If-Match names another version
└── Unavailable    503  a copy or a neighbour that is needed is not here yet

Services derive from these in their own errors.py and set `slug`, `title_en` and `title_th`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class FieldProblem:
    """One field that is wrong: where, which rule, what is allowed."""

    field: str
    code: str
    message_en: str
    message_th: str
    allowed: str | None = None


class DomainError(Exception):
    """Root of the tree above; `facts` go into the problem document."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal-error"
    title_en: ClassVar[str] = "Internal error"
    title_th: ClassVar[str] = "ข้อผิดพลาดภายในระบบ"

    def __init__(self, detail_en: str = "", detail_th: str = "", *, problems: Sequence[FieldProblem] = (), **facts: Any) -> None:
        """Details default to the titles; `facts` are extra members of the problem document."""
        self.detail_en = detail_en or self.title_en
        self.detail_th = detail_th or self.title_th
        self.problems = tuple(problems)
        self.facts = facts
        super().__init__(f"{self.slug}: {self.detail_en} {facts or ''}".strip())


class Invalid(DomainError):
    """The request breaks a rule on its fields."""

    status, slug = 422, "invalid"
    title_en, title_th = "The request is not valid", "คำขอไม่ถูกต้อง"

    @classmethod
    def field(cls, name: str, code: str, message_en: str, message_th: str, allowed: str | None = None) -> "Invalid":
        """The error for a single field."""
        return cls.of(FieldProblem(name, code, message_en, message_th, allowed))

    @classmethod
    def of(cls, first: FieldProblem, *more: FieldProblem) -> "Invalid":
        """The error for fields that are wrong; its words are of the first."""
        return cls(f"{first.field}: {first.message_en}", f"{first.field}: {first.message_th}", problems=(first, *more))


class Unauthenticated(DomainError):
    """No token, or one that is not believed."""

    status, slug = 401, "unauthenticated"
    title_en, title_th = "A valid access token is needed", "ต้องใช้โทเค็นที่ถูกต้อง"


class Forbidden(DomainError):
    """The token lacks the scope of the operation."""

    status, slug = 403, "forbidden"
    title_en, title_th = "The token does not have the scope of this operation", "โทเค็นไม่มีสิทธิ์สำหรับการทำงานนี้"


class NotFound(DomainError):
    """Not there, or out of reach."""

    status, slug = 404, "not-found"
    title_en, title_th = "Not found", "ไม่พบข้อมูล"


class Conflict(DomainError):
    """The state does not allow it now."""

    status, slug = 409, "conflict"
    title_en, title_th = "The present state does not allow this", "สถานะปัจจุบันไม่อนุญาตให้ดำเนินการนี้"


class PreconditionFailed(DomainError):
    """If-Match names a version that is not the present one."""

    status, slug = 412, "precondition-failed"
    title_en, title_th = "The record has changed since you read it", "ข้อมูลถูกแก้ไขหลังจากที่ท่านอ่าน"


class Unavailable(DomainError):
    """Something needed is not here yet; try again later."""

    status, slug = 503, "unavailable"
    title_en, title_th = "Not ready yet; try again later", "ยังไม่พร้อมให้บริการ โปรดลองใหม่ภายหลัง"
