"""Files of reports that agencies send: every good line in, by the command that takes reports over REST; what is refused is kept line by line."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from services.plan.commands.agency_reports import problems_of
from services.plan.commands.referrals import Answered, StepReport, Taken, report_steps
from services.plan.domain import Because
from services.plan.domain.agencies import Refusal, SentFile, Way
from services.plan.repository import agencies
from services.plan.rules.outcomes import OutcomeRules
from shared.auth import Level, Reach
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.errors import DomainError, FieldProblem
from shared.files.lines import Fault


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line of a file, by its number: what it reports, or what is wrong with it; and what of it may be shown, by column."""

    number: int
    said: StepReport | tuple[Fault, ...]
    shown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came; `skipped` lines have no report. A preview changes nothing."""

    file_id: UUID
    agency: str
    name: str
    sha256: str
    preview: bool
    lines: Sequence[ReportLine]
    skipped: int


class _OnlyLooked(Exception):
    """Leaves the savepoint of a preview."""


async def take_file(tx: Tx, upload: Upload, rules: OutcomeRules, cipher: FieldCipher, because: Because) -> None:
    """Take the good lines, unless it is a preview, and keep what became of all."""
    good = [(line, line.said) for line in upload.lines if isinstance(line.said, StepReport)]
    answers: list[Answered] = []
    async with _undone(tx, preview=upload.preview):
        reach = Reach(Level.AGENCY, upload.agency)
        answers = await report_steps(tx, [said for _, said in good], reach, rules, cipher, because)
    refused = {
        line.number: _faults(line, answer) for (line, _), answer in zip(good, answers, strict=True) if isinstance(answer, DomainError)
    }
    refused |= {line.number: line.said for line in upload.lines if not isinstance(line.said, StepReport)}
    changed = sum(isinstance(answer, Taken) and answer.changed for answer in answers)
    await agencies.add_file(
        tx,
        SentFile(
            file_id=upload.file_id,
            agency=upload.agency,
            file=upload.name,
            sha256=upload.sha256,
            preview=upload.preview,
            lines=len(upload.lines) + upload.skipped,
            accepted=changed,
            already=len(upload.lines) - len(refused) - changed,
            skipped=upload.skipped,
            refused=len(refused),
            uploaded_by=because.who,
            uploaded_at=because.at,
        ),
    )
    shown = {line.number: line.shown for line in upload.lines}
    await agencies.add_refusals(
        tx, [_refusal(upload, number, shown[number], fault, because) for number in sorted(refused) for fault in refused[number]]
    )


@asynccontextmanager
async def _undone(tx: Tx, *, preview: bool) -> AsyncIterator[None]:
    """Undo at the end what is done within, where it is a preview."""
    with suppress(_OnlyLooked):
        async with tx.savepoint():
            yield
            if preview:
                raise _OnlyLooked


def _faults(line: ReportLine, error: DomainError) -> tuple[Fault, ...]:
    return tuple(fault_of(problem, line.shown) for problem in problems_of(error))


def fault_of(problem: FieldProblem, shown: Mapping[str, str]) -> Fault:
    """The problem of a report as one of the line's: what REST calls details are the columns of evidence."""
    field = problem.field
    if field.split(".")[0] == "details":
        field = "evidence_kind" if field in {"details", "details.kind"} else "evidence"
    reason_en = problem.message_en if problem.allowed is None else f"{problem.message_en} ({problem.allowed})"
    reason_th = problem.message_th if problem.allowed is None else f"{problem.message_th} ({problem.allowed})"
    return Fault(field, problem.code, reason_en, reason_th, shown.get(field, ""))


def _refusal(upload: Upload, number: int, shown: Mapping[str, str], fault: Fault, because: Because) -> Refusal:
    return Refusal(
        agency=upload.agency,
        way=Way.FILE,
        file_id=upload.file_id,
        line=number,
        report_id=None,
        referral_id=shown.get("referral_id", ""),
        field=fault.field,
        code=fault.code,
        reason_en=fault.reason_en,
        reason_th=fault.reason_th,
        value_masked=fault.value_masked,
        refused_at=because.at,
    )
