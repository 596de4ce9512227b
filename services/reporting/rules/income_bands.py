"""The income bands of the reports: not over the first limit, not over the second, over it."""

from services.reporting.rules.published import published


def band_sql(column: str) -> str:
    """SQL for the band of a yearly income in baht; null where the income is."""
    low, high = published().income_limits_baht
    return f"""CASE WHEN {column} <= {low} THEN 'UP_TO_{low}' WHEN {column} <= {high} THEN '{low + 1}_TO_{high}'
                    WHEN {column} > {high} THEN 'OVER_{high}' END"""
