"""The one event of development: the played date. No production process reads its topic."""

from datetime import datetime

from shared.contracts.envelope import EventData

CLOCK = "dev.clock.v1"


class ClockSet(EventData):
    """The played business date, set by the demo's driver once every outbox and consumer has drained."""

    type = "dev.ClockSet.v1"
    topic = CLOCK
    consumers = ("external:development-clock",)

    moment: datetime
