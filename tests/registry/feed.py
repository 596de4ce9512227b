"""Reading the change feed, as systems without Kafka do."""

from services.registry.jobs.feed import number_changes
from shared.auth import Reach


async def numbered(registry):
    await number_changes(registry.service.resources)


async def feed(registry, reach=None, after="0", limit=3, **query):
    """Everything behind the cursor, page by page; and the cursor to ask with next."""
    items, more = [], True
    while more:
        answer = await registry.get("/v1/changes", reach or Reach.country(), after=after, limit=limit, **query)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        items += body["items"]
        after, more = body["next_after"], body["more"]
    return items, after
