"""What staff may look for, and how what they type is read. No I/O."""

from dataclasses import dataclass
from typing import Final

from shared.thai.text import clean, sort_key, split_prefix

CANDIDATES_MAX: Final = 2_000
"""The best match first needs all matches in hand: so many at most. More are listed in the order of the area and of Thai names."""

WORDS_MAX: Final = 4
_LIKE: Final = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


@dataclass(frozen=True, slots=True)
class Criteria:
    """Who is looked for; what is None is not asked. `birth_year` is C.E.

    `words` are the parts of the name in the order typed, each with all that it may be: นางนวล is นวล with a prefix, or a name that begins so.
    """

    words: tuple[tuple[str, ...], ...] = ()
    province: str | None = None
    district: str | None = None
    subdistrict: str | None = None
    birth_year: int | None = None
    card_last4: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """The names of the criteria that are asked, for the audit: never their values."""
        asked = {"name": self.words or None, **{name: getattr(self, name) for name in _OTHERS}}
        return tuple(name for name, value in asked.items() if value is not None)

    @property
    def sort_key_heads(self) -> tuple[str, ...]:
        """How the sort keys of names begin whose first word begins with the first that is asked; tone marks stand behind and do not count."""
        return tuple(sort_key(word).partition(" ")[0] for word in self.words[0]) if self.words else ("",)


_OTHERS: Final = ("province", "district", "subdistrict", "birth_year", "card_last4")


def words_of(name: str) -> tuple[tuple[str, ...], ...]:
    """The parts of a name as it is stored: cleaned, without the prefix (นาย, นางสาว …); where one stands before it unparted, with it too."""
    typed = clean(name)
    prefix, rest = split_prefix(typed)
    words: list[tuple[str, ...]] = [(word,) for word in rest.split(" ")[:WORDS_MAX] if word]
    if prefix and words and not typed.startswith(f"{prefix} "):
        words[0] = (*words[0], prefix + words[0][0])
    return tuple(words)


def begins(word: str) -> str:
    """The LIKE pattern of a text that begins with the word, whatever it has of the pattern's own characters."""
    return f"{word.translate(_LIKE)}%"
