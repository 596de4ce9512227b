"""The suite's topics without what earlier tests wrote: the broker is the session's, and topics have one set of names."""

import asyncio
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient

from deploy import topics
from shared.clock import monotonic

WAIT_SECONDS_MAX: Final = 60.0
POLL_SECONDS: Final = 0.05


async def drop_topics(bootstrap: str) -> None:
    """Take away the declared topics with all that stands on them, and the groups' offsets there."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        left = set(topics.declared().topics) & set(await admin.list_topics())
        if left:
            await admin.delete_topics(sorted(left))
        began = monotonic()
        while set(await admin.list_topics()) & left:
            assert monotonic() - began < WAIT_SECONDS_MAX, "topics were not deleted"
            await asyncio.sleep(POLL_SECONDS)
    finally:
        await admin.close()


async def fresh_topics(bootstrap: str) -> None:
    """The declared topics, empty."""
    await drop_topics(bootstrap)
    await topics.create_topics(bootstrap, size="local")
