"""How far figures are behind, and which reports are owed, as operators see it."""

from datetime import UTC, datetime

from prometheus_client import REGISTRY

from services.reporting.commands.counting import count_all
from services.reporting.commands.report_duties import look_into_calendar
from tests.reporting.story import the_year


async def looked(reporting):
    async with reporting.db.reading() as tx:
        for measure in reporting.service.measures:
            await measure(tx)


def figure(name, **labels):
    return REGISTRY.get_sample_value(f"sukjai_{name}", labels)


async def test_what_is_not_counted_and_what_is_owed_are_told(reporting):
    await reporting.deliver(*the_year())
    await looked(reporting)
    assert figure("uncounted_changes") > 0
    await count_all(reporting.db)
    reporting.clock.play(datetime(2018, 7, 1, 3, tzinfo=UTC))
    await look_into_calendar(reporting.db, reporting.clock)
    await looked(reporting)
    assert figure("uncounted_changes") == 0
    waiting = figure("reports_waiting", level="COUNTRY", status="OPEN")
    assert waiting > 0
    assert figure("reports_waiting", level="COUNTRY", status="RETURNED") == 0

    reporting.clock.play(datetime(2019, 7, 1, 3, tzinfo=UTC))
    await looked(reporting)
    assert figure("reports_overdue", level="COUNTRY") == waiting
