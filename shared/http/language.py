"""English or Thai: what the caller prefers."""

from typing import Literal

Language = Literal["en", "th"]


def language_of(accept_language: str | None) -> Language:
    """`th` when the Accept-Language header prefers Thai to English, else `en`."""
    weights: dict[str, float] = {"en": 0.0, "th": 0.0}
    for part in (accept_language or "").split(","):
        tag, _, parameters = part.strip().partition(";")
        language = tag.strip().lower().split("-", 1)[0]
        if language in weights:
            weights[language] = max(weights[language], _weight(parameters))
    return "th" if weights["th"] > weights["en"] else "en"


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
