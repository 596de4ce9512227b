"""What must be true of the signed paper on its day: the privacy notice was in force, the identity papers shown were valid, the witness is another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.interview.rules.privacy_notices import Notices
from shared.errors import FieldProblem, Invalid
from shared.thai.dates import in_thai


@dataclass(frozen=True, slots=True)
class DatedPaper:
    """What of a form depends on its day: the notice that stood on it, and the dates on the identity paper that was paper."""

    notice_version: str
    issued_on: date | None
    expires_on: date | None
    witness: str | None = None
    proxy: str | None = None


def check_paper(paper: DatedPaper, stated_on: date, notices: Notices) -> None:
    """Raises Invalid naming each field that cannot be on a form of that day, with what can."""
    problems = [*_notice(paper, stated_on, notices), *_dates(paper, stated_on), *_witness(paper)]
    if problems:
        raise Invalid.of(*problems)


def _notice(paper: DatedPaper, stated_on: date, notices: Notices) -> Iterator[FieldProblem]:
    in_force = notices.in_force(stated_on)
    if in_force is None or paper.notice_version != in_force.version:
        yield FieldProblem(
            "privacy_notice_version",
            "unknown_notice",
            f"is not the privacy notice of {stated_on}",
            f"ไม่ใช่ประกาศความเป็นส่วนตัวที่ใช้ในวันที่ {in_thai(stated_on)}",
            in_force.version if in_force else f"≥ {min(one.since for one in notices.notices)}",
        )


def _dates(paper: DatedPaper, stated_on: date) -> Iterator[FieldProblem]:
    if paper.issued_on is not None and paper.issued_on > stated_on:
        yield FieldProblem(
            "identity_paper_issued_on", "not_issued", "is after the form was signed", "ออกให้หลังวันที่ลงนามในแบบ", f"≤ {stated_on}"
        )
    if paper.expires_on is not None and paper.expires_on < stated_on:
        yield FieldProblem(
            "identity_paper_expires_on",
            "expired",
            "the paper had expired on the day of the form: have another shown",
            "เอกสารหมดอายุแล้วในวันที่ลงนาม โปรดให้แสดงเอกสารอื่น",
            f"≥ {stated_on}",
        )


def _witness(paper: DatedPaper) -> Iterator[FieldProblem]:
    if paper.witness is not None and paper.witness == paper.proxy:
        yield FieldProblem("witness", "witness", "must be another person than the proxy", "พยานต้องไม่ใช่ผู้แจ้งแทน")
