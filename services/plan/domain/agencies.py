"""How an agency is told of its referrals, and what was refused of its reports."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Way(StrEnum):
    """How an agency is told. Its reports are taken by every way."""

    PULL = "PULL"
    KAFKA = "KAFKA"
    FILE = "FILE"
    WEBHOOK = "WEBHOOK"


@dataclass(frozen=True, slots=True)
class Connection:
    """How an agency is told; version 0 was never set."""

    agency: str
    version: int
    way: Way


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused of a report: the line of a file, or the id on a topic; the field, the rule by its code, why, and the value masked."""

    agency: str
    way: Way
    file_id: UUID | None
    line: int | None
    report_id: str | None
    referral_id: str
    field: str
    code: str
    reason_en: str
    reason_th: str
    value_masked: str
    refused_at: datetime


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of reports, and how many of its lines were accepted, told before, without a report, or refused."""

    file_id: UUID
    agency: str
    file: str
    sha256: str
    preview: bool
    lines: int
    accepted: int
    already: int
    skipped: int
    refused: int
    uploaded_by: str
    uploaded_at: datetime
