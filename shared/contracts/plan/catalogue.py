"""The catalogue of programmes."""

from shared.contracts.common import Dimension
from shared.contracts.envelope import EventData
from shared.contracts.plan.topics import PROGRAMMES


class ProgrammeChanged(EventData):
    """A programme of the catalogue, whole state. A change carries the approval reference of คอต."""

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
