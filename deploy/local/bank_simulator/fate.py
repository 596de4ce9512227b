"""What becomes of an instruction: decided by the seed and the instruction id alone, so the same year plays the same way. No I/O."""

import hashlib
from dataclasses import dataclass, fields
from typing import Final, Self

_REASONS: Final = ("ACCOUNT_CLOSED", "CARD_BLOCKED", "NAME_DIFFERS")
_ONE: Final = 2**64


class MisbehaviourInvalid(ValueError):
    """The text names no known misbehaviour, or no share between 0 and 1."""


@dataclass(frozen=True)
class Misbehaviour:
    """Shares (0 to 1) of instructions with which something goes wrong.

    Ordinary life: answered late, never, twice or out of order (a return before its payment); refused; paid and sent back later; spent
    when asked back; the bank goes down for a while. Broken rules: contradicted (paid, then failed), misquoted (another amount), misnamed (another bank's name),
    malformed (a message of no form besides), forgotten (paid again when repeated), careless (paid although the payee cannot be read),
    denied (not known when asked), guessed (paid, when asked about what never came), overspent (more reported as used than was paid).
    """

    late: float = 0.0
    lost: float = 0.0
    doubled: float = 0.0
    reordered: float = 0.0
    refused: float = 0.0
    returned: float = 0.0
    spent: float = 0.0
    down: float = 0.0
    contradicted: float = 0.0
    misquoted: float = 0.0
    misnamed: float = 0.0
    malformed: float = 0.0
    forgotten: float = 0.0
    careless: float = 0.0
    denied: float = 0.0
    guessed: float = 0.0
    overspent: float = 0.0

    @classmethod
    def of(cls, text: str) -> Self:
        """From `late=0.02,lost=0.01`. Raises MisbehaviourInvalid."""
        known = {field.name for field in fields(cls)}
        shares: dict[str, float] = {}
        for part in filter(None, text.replace(" ", "").split(",")):
            name, _, share = part.partition("=")
            try:
                shares[name] = float(share)
            except ValueError as error:
                raise MisbehaviourInvalid(f"{part!r} is not a share") from error
            if name not in known or not 0 <= shares[name] <= 1:
                raise MisbehaviourInvalid(f"{part!r}: one of {', '.join(sorted(known))} with a share from 0 to 1")
        return cls(**shares)


@dataclass(frozen=True)
class Fate:
    """What the bank does with one instruction, and how its answer travels. `refused` is the reason of a payment that fails; the others as above."""

    refused: str | None
    returned: bool
    late: bool
    lost: bool
    doubled: bool
    reordered: bool
    spent: bool
    down: bool
    contradicted: bool
    misquoted: bool
    misnamed: bool
    malformed: bool
    forgotten: bool
    careless: bool
    denied: bool
    guessed: bool
    overspent: bool


def fate_of(seed: int, instruction_id: str, misbehaviour: Misbehaviour) -> Fate:
    """The fate of an instruction."""
    falls = {
        one.name: (share := getattr(misbehaviour, one.name)) > 0 and chance(seed, instruction_id, one.name) / _ONE < share
        for one in fields(Misbehaviour)
    }
    refused = falls.pop("refused")
    return Fate(
        refused=_REASONS[chance(seed, instruction_id, "reason") % len(_REASONS)] if refused else None,
        returned=falls.pop("returned") and not refused,
        **falls,
    )


def chance(seed: int, instruction_id: str, name: str) -> int:
    """A number of 64 bits that the seed and the two texts give."""
    return int.from_bytes(hashlib.blake2b(f"{seed}|{name}|{instruction_id}".encode(), digest_size=8).digest())
