"""The names of programmes beside their codes."""


def programme_words(column: str) -> str:
    """Select-list of a group's names of the programme in the column, joined as `g`; its code where the catalogue has not told it."""
    return f"coalesce(min(g.title_th), {column}) AS programme_th, coalesce(min(g.title_en), {column}) AS programme_en"
