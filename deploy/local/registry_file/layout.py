"""The shape of the national registry file; docs/registry-file.md describes it for its readers."""

from datetime import date
from typing import Final

COLUMNS: Final = (
    "citizen_id",
    "card_no",
    "prefix",
    "first_name",
    "last_name",
    "birth_date",
    "birth_precision",
    "income_2559_baht",
    "subdistrict_code",
    "house_no",
    "moo",
    "road",
    "postcode",
    "bank",
    "account_no",
    "phone",
    "mobile_consent",
)

AGE_REFERENCE: Final = date(2018, 2, 1)
"""The day on which the file's ages are counted: 1 February 2561."""

AGE_MAX: Final = 60
"""Years of age up to which a person is of the younger group; 60 itself is."""

INCOME_MAX_SATANG: Final = 30_000_00
"""Yearly income in satang up to which a person is of the lower group; 30,000 baht itself is."""

LENGTH_MAX: Final = {"prefix": 40, "first_name": 100, "last_name": 100, "house_no": 60, "moo": 20, "road": 120}
"""Characters of the fields of free text; the other fields have a form that limits them."""

REQUIRED: Final = frozenset(COLUMNS) - {"prefix", "last_name", "house_no", "moo", "road", "account_no", "phone"}
"""Columns that are never empty."""
