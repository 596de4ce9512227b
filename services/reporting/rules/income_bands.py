"""The income bands of the reports: not over the first limit, not over the second, over it."""

from services.reporting.rules.published import published


def band_sql(column: str) -> str:
    """SQL for the band of a yearly income in baht; null where the income is."""
    low, high = published().income_limits_baht
    first, second, third = band_names()
    return f"CASE WHEN {column} <= {low} THEN '{first}' WHEN {column} <= {high} THEN '{second}' WHEN {column} > {high} THEN '{third}' END"


def band_names() -> tuple[str, str, str]:
    """The names of the bands, the lowest first."""
    low, high = published().income_limits_baht
    return f"UP_TO_{low}", f"{low + 1}_TO_{high}", f"OVER_{high}"
