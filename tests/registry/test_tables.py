"""The declared tables are those that the migrations make, and the app role cannot rewrite history."""

from services.registry.tables import Base
from tests.support.service_database import differences, rewritable


async def test_tables_and_migrations_agree(registry_dsns):
    assert await differences(registry_dsns, Base.metadata) == []


async def test_the_server_cannot_rewrite_what_was_written(registry_dsns):
    kept = (
        "card_holder_history",
        "audit_entry",
        "audit_seal",
        "import_rejection",
        "late_index",
        "consent",
        "household_history",
        "export_receipt",
    )
    assert await rewritable(registry_dsns, *kept) == []
    assert await rewritable(registry_dsns, "card_holder") == ["card_holder"]  # the question can be answered yes
