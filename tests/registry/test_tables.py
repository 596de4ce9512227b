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
    assert await rewritable(registry_dsns, "card_holder_history", "audit_entry", "audit_seal", "import_rejection", "death_list_line") == []
    assert await rewritable(registry_dsns, "card_holder") == ["card_holder"]  # the question can be answered yes


async def test_of_what_was_said_only_personal_values_can_be_blanked(registry):
    rows = await registry.fetch(
        """SELECT table_name, column_name FROM information_schema.columns
            WHERE table_name IN ('card_holder_fact', 'change_request') AND has_column_privilege(table_name, column_name, 'UPDATE')"""
    )
    assert {(row["table_name"], row["column_name"]) for row in rows} == {
        ("change_request", "sealed"),
        ("change_request", "fields"),
        *(
            ("card_holder_fact", name)
            for name in (
                "prefix",
                "first_name",
                "last_name",
                "birth_date",
                "birth_precision",
                "income_2559_satang",
                "moo",
                "road",
                "postcode",
            )
        ),
        *(("card_holder_fact", f"{name}_sealed") for name in ("house_no", "private", "promptpay")),
    }
    gone = "has_table_privilege(name, 'DELETE') OR has_table_privilege(name, 'TRUNCATE')"
    assert not await registry.value(f"SELECT bool_or({gone}) FROM unnest(ARRAY['card_holder_fact', 'change_request']) AS name")
