"""What has to be done about a payment that could not be made, by the bank's reason: data, in failure_reasons.yaml."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from services.payments.rules.bank_answers import UNSPECIFIED

_FILE: Final = Path(__file__).with_name("failure_reasons.yaml")


class Acts(StrEnum):
    """Who has to do something."""

    PERSON = "PERSON"
    DISTRICT = "DISTRICT"
    OFFICE = "OFFICE"


@dataclass(frozen=True, slots=True)
class FailureReason:
    """A reason, the codes of ISO 20022 that mean the same, who acts, and what is to be done."""

    code: str
    also: tuple[str, ...]
    acts: Acts
    todo_en: str
    todo_th: str


@cache
def failure_reasons() -> tuple[FailureReason, ...]:
    """All reasons that are known, in the order of the file."""
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(FailureReason(code, tuple(one["also"]), Acts(one["acts"]), one["en"], one["th"]) for code, one in content.items())


def failure_reason(code: str | None) -> FailureReason:
    """What the code means, ours or that of ISO 20022; one that is not known is UNSPECIFIED."""
    by_code = _by_code()
    return by_code.get(code or UNSPECIFIED, by_code[UNSPECIFIED])


@cache
def _by_code() -> dict[str, FailureReason]:
    return {code: reason for reason in failure_reasons() for code in (reason.code, *reason.also)}
