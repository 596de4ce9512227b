"""What plan tells of employers in the story of the year."""

from datetime import date

from shared.contracts.plan import DeductionStatementIssued
from shared.ids import same_id


def employer_deductions(tell) -> None:
    """Two employers; the first one's certificate was corrected."""
    for tax_id, version, persons, wages in (
        ("0105561000003", 1, 3, 900_000),
        ("0105561000011", 1, 1, 400_000),
        ("0105561000003", 2, 2, 600_000),
    ):
        certified = DeductionStatementIssued(
            statement_id=same_id("statement", tax_id, version),
            period_id=same_id("period", tax_id),
            version=version,
            tax_id=tax_id,
            starts_on=date(2018, 1, 1),
            ends_on=date(2018, 12, 31),
            policy_profile="amended",
            policy_version=1,
            persons=persons,
            wages_satang=wages,
            training_satang=100_000,
            deduction_satang=(wages + 100_000) * 3 // 2,
            issued_on=date(2018, 12, 20),
        )
        tell(date(2018, 12, 20), certified, tax_id)
