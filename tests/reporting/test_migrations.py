"""The migrated database and tables.py say the same; snapshots can only be added."""

from services.reporting.tables import metadata
from tests.support.service_database import differences, rewritable


async def test_tables_and_migrations_agree(reporting_dsns):
    assert await differences(reporting_dsns, metadata) == []


async def test_the_app_role_cannot_change_snapshots(reporting_dsns):
    assert await rewritable(reporting_dsns, "snapshot") == []
    assert await rewritable(reporting_dsns, "person") == ["person"]  # the question can be answered yes
