"""What falls to whom: drawn from a seed, a name and a question alone, so that the same country does the same every time."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Numbers in [0, 1) that depend on the seed, who it is about and the question only."""

    def __init__(self, seed: int, who: str) -> None:
        """For one person, or one matter."""
        self._stem = f"{seed}:{who}:"

    def of(self, question: str) -> float:
        """The number for the question."""
        digest = hashlib.blake2b((self._stem + question).encode(), digest_size=8).digest()
        return int.from_bytes(digest) / 2**64

    def among(self, question: str, count: int) -> int:
        """A whole number from 0 to count - 1."""
        return int(self.of(question) * count)

    def between(self, question: str, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        return least + self.among(question, most - least + 1)

    def one_of(self, question: str, choices: Sequence[T]) -> T:
        """One of the choices, each as likely as the others."""
        return choices[self.among(question, len(choices))]

    def by_part(self, question: str, parts: Mapping[T, float], whole: float) -> T | None:
        """One of the keys, each with its part of the whole; None for what is left of it."""
        number = self.of(question) * whole
        for choice, part in parts.items():
            if number < part:
                return choice
            number -= part
        return None
