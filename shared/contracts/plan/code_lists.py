"""The code lists that forms take occupations (annex 5) and training courses (annex 6) from."""

from datetime import date

from shared.contracts.envelope import EventData
from shared.contracts.plan.topics import CODE_LISTS


class ListedCode(EventData):
    """One code with its words; `hours` is the length of a training course."""

    code: str
    title_th: str
    title_en: str
    hours: int | None = None


class RetiredCode(EventData):
    """A code of the version before that is not in this one, and which codes stand for it now (none where nothing does)."""

    code: str
    becomes: tuple[str, ...] = ()


class CodeListChanged(EventData):
    """A version of a code list, whole, for forms filled in from `valid_from` on. The older versions stay as they are."""

    type = "plan.CodeListChanged.v1"
    topic = CODE_LISTS
    consumers = ("interview",)

    name: str
    version: int
    label: str
    valid_from: date
    codes: tuple[ListedCode, ...]
    retired: tuple[RetiredCode, ...] = ()
    approval_reference: str
