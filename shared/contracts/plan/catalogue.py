"""The catalogue of programmes, and where and when they are offered."""

from datetime import date
from uuid import UUID

from shared.contracts.common import Dimension
from shared.contracts.envelope import EventData
from shared.contracts.plan.topics import OFFERINGS, PROGRAMMES


class ProgrammeChanged(EventData):
    """A programme of the catalogue, whole state. A change carries the approval reference of คอต.

    The version holds from `valid_from` until the next one does, and not after `valid_until`; of the versions from before there were dates,
    it is not told.
    """

    type = "plan.ProgrammeChanged.v1"
    topic = PROGRAMMES
    consumers = ("interview", "reporting")

    code: str
    version: int
    dimension: Dimension
    name_th: str
    name_en: str
    agency: str
    active: bool = True
    approval_reference: str
    valid_from: date | None = None
    valid_until: date | None = None
    gives_th: str = ""
    gives_en: str = ""
    papers: tuple[str, ...] = ()
    contact: str = ""
    outcomes: tuple[str, ...] = ()
    source: str = ""


class OfferingChanged(EventData):
    """Where and when a programme is given, whole state: for a province (2 digits), or in one `district` of it (4 digits).

    Money is whole baht. `seats` is how many there are, not how many are free. Those that were made up are `synthetic`.
    """

    type = "plan.OfferingChanged.v1"
    topic = OFFERINGS
    consumers = ("reporting",)

    offering_id: UUID
    version: int
    programme_code: str
    dimension: Dimension
    agency: str
    province: str
    district: str | None = None
    place: str
    starts_on: date
    ends_on: date
    apply_until: date
    hours: int | None = None
    seats: int
    cost_baht: int = 0
    kit: str | None = None
    kit_value_baht: int = 0
    stipend_baht_a_day: int = 0
    course_code: str | None = None
    active: bool = True
    synthetic: bool = False
