"""Consuming is a claim, and the position is ours.

The runner takes what is there, and in one database transaction moves each partition's stored position by a guarded
update (a consumer that lost the partition is fenced by it), claims the event ids in the inbox, calls each handler once
for the events of its type, parks early events, and applies parked ones whose neighbour has arrived. Four kinds of
trouble: early (parked), bad (dead letter), busy neighbour (back-off), bug (stops loudly). See docs/adr/0005.
"""

from shared.bus.consumers.delivery import Delivery, in_rounds
from shared.bus.consumers.runner import ConsumerRunner, DeadLetterFlood
from shared.bus.consumers.subscriptions import Consumers, Early, Handler, Provides, RejectedEvent, Work

__all__ = [
    "ConsumerRunner",
    "Consumers",
    "DeadLetterFlood",
    "Delivery",
    "Early",
    "Handler",
    "Provides",
    "RejectedEvent",
    "Work",
    "in_rounds",
]
