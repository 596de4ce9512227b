"""The rules, each a question to the transcript of a play. A finding names the instruction and what is wrong. No I/O."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from deploy.bank_conformance.script import Case, Expected, Transcript
from shared.contracts.payments import ResultStatus

Finding = str
_KNOWN: Final = frozenset({ResultStatus.SETTLED, ResultStatus.FAILED, ResultStatus.RETURNED})
_AGREEING: Final = ({ResultStatus.SETTLED}, {ResultStatus.FAILED}, {ResultStatus.RETURNED}, {ResultStatus.SETTLED, ResultStatus.RETURNED})


@dataclass(frozen=True)
class Rule:
    """A rule that a bank's adapter keeps; its number in docs/banks.md is its name."""

    name: str
    words: str
    look: Callable[[Transcript], Iterator[Finding]]


def _told(transcript: Transcript) -> Iterator[tuple[str, Case]]:
    return ((key, case) for key, case in transcript.script.cases.items() if case.expected is not Expected.UNTOLD)


def _statuses(transcript: Transcript, key: str) -> list[ResultStatus]:
    return [answer.status for _, answer in transcript.of(key) if answer.status in _KNOWN]


def _first(transcript: Transcript, key: str) -> float | None:
    """When the first answer came that nobody had asked or reminded for; None where none did."""
    repeated = transcript.told.get(key, [])[1:2]
    until = min([*repeated, transcript.asked.get(key, float("inf"))])
    return next((at for at, _ in transcript.of(key) if at < until), None)


def _answers_unasked(transcript: Transcript) -> Iterator[Finding]:
    for key, _ in _told(transcript):
        if _first(transcript, key) is None:
            yield f"{key}: no answer before it was asked about or repeated"


def _delays(transcript: Transcript) -> dict[int, dict[str, float]]:
    """How long each answer took, by wave."""
    delays: dict[int, dict[str, float]] = {}
    for key, case in _told(transcript):
        if (first := _first(transcript, key)) is not None:
            delays.setdefault(case.wave, {})[key] = first - transcript.told[key][0]
    return delays


def _answers_in_time(transcript: Transcript) -> Iterator[Finding]:
    for taken in _delays(transcript).values():
        if min(taken.values()) <= transcript.answer_seconds:
            yield from (f"{key}: {took:.1f} s" for key, took in taken.items() if took > transcript.answer_seconds)


def _stays_up(transcript: Transcript) -> Iterator[Finding]:
    for wave, taken in _delays(transcript).items():
        if min(taken.values()) > transcript.answer_seconds:
            yield f"wave {wave + 1}: nothing in {transcript.answer_seconds:.0f} s, the first answer after {min(taken.values()):.1f} s"


def _answers_once(transcript: Transcript) -> Iterator[Finding]:
    for key, _ in _told(transcript):
        times = len(transcript.told.get(key, ())) + (key in transcript.asked)
        for status, count in Counter(_statuses(transcript, key)).items():
            if count > times:
                yield f"{key}: {status} was said {count} times, told and asked {times} times"


def _return_after_payment(transcript: Transcript) -> Iterator[Finding]:
    for key, _ in _told(transcript):
        said = _statuses(transcript, key)
        if ResultStatus.RETURNED in said and ResultStatus.SETTLED not in said[: said.index(ResultStatus.RETURNED)]:
            yield f"{key}: RETURNED before SETTLED"


def _does_not_contradict(transcript: Transcript) -> Iterator[Finding]:
    for key, _ in _told(transcript):
        said = set(_statuses(transcript, key))
        if said and said not in _AGREEING:
            yield f"{key}: {', '.join(sorted(said))}"


def _amount_as_instructed(transcript: Transcript) -> Iterator[Finding]:
    for key, case in _told(transcript):
        wanted = case.instruction.amount_satang
        wrong = {answer.amount_satang for _, answer in transcript.of(key) if answer.status in _KNOWN} - {wanted}
        if wrong:
            yield f"{key}: {sorted(wrong)} satang instead of {wanted}"


def _own_name(transcript: Transcript) -> Iterator[Finding]:
    for one in transcript.heard:
        told = one.answer or one.use
        if told is not None and told.bank is not transcript.script.bank:
            yield f"{told.instruction_id}: bank {told.bank}"


def _well_formed(transcript: Transcript) -> Iterator[Finding]:
    yield from (one.problem for one in transcript.heard if one.answer is None and one.use is None)
    told = [one.answer or one.use for one in transcript.heard]
    strange = {one.instruction_id for one in told if one is not None} - transcript.script.cases.keys()
    yield from (f"{key}: was never told nor asked about" for key in sorted(strange))


def _pays_once(transcript: Transcript) -> Iterator[Finding]:
    for key, _ in _told(transcript):
        paid = {(answer.bank_reference, answer.value_date) for _, answer in transcript.of(key) if answer.status is ResultStatus.SETTLED}
        if len(paid) > 1:
            yield f"{key}: paid as {', '.join(sorted(reference for reference, _ in paid))}"


def _opens_the_payee(transcript: Transcript) -> Iterator[Finding]:
    for key, case in _told(transcript):
        if case.expected is Expected.UNREADABLE and _statuses(transcript, key)[:1] == [ResultStatus.SETTLED]:
            yield f"{key}: paid, though the payee is sealed to another instruction"


def _pays_the_account(transcript: Transcript) -> Iterator[Finding]:
    for key, case in _told(transcript):
        said = _statuses(transcript, key)
        if not said:
            continue
        right = {
            Expected.PAID: said[0] is ResultStatus.SETTLED and ResultStatus.RETURNED not in said,
            Expected.REFUSED: said[0] is ResultStatus.FAILED,
            Expected.RETURNED: ResultStatus.RETURNED in said,
        }
        if not right.get(case.expected, True):
            yield f"{key}: {', '.join(said)} for the account that is {case.expected}"


def _truth_when_asked(transcript: Transcript) -> Iterator[Finding]:
    for key, _ in _told(transcript):
        asked = transcript.asked.get(key)
        if asked is None:
            continue
        after = {answer.status for at, answer in transcript.of(key) if at >= asked}
        if not after & _KNOWN or ResultStatus.UNKNOWN_INSTRUCTION in after:
            yield f"{key}: {', '.join(sorted(after)) or 'no answer'} to a question about what was told"


def _unknown_when_asked(transcript: Transcript) -> Iterator[Finding]:
    for key, case in transcript.script.cases.items():
        said = [(answer.status, answer.amount_satang) for _, answer in transcript.of(key)]
        if case.expected is Expected.UNTOLD and said != [(ResultStatus.UNKNOWN_INSTRUCTION, 0)]:
            yield f"{key}: {said or 'no answer'} to a question about what was never told"


def _reports_use(transcript: Transcript) -> Iterator[Finding]:
    for key in transcript.paid():
        amount, told = transcript.script.cases[key].instruction.amount_satang, {one.used_satang for one in transcript.uses(key)}
        if len(told) != 1 or max(told) > amount:
            yield f"{key}: {sorted(told) or 'nothing'} reported as used of {amount} satang"


def _signs_requests(transcript: Transcript) -> Iterator[Finding]:
    yield from transcript.unsigned


RULES: Final = (
    Rule("answers-unasked", "Every instruction is answered without a question", _answers_unasked),
    Rule("answers-in-time", "Answers come within the time agreed", _answers_in_time),
    Rule("stays-up", "The adapter works throughout", _stays_up),
    Rule("answers-once", "An answer is told once for each time that it is asked for", _answers_once),
    Rule("return-after-payment", "A return is told after its payment", _return_after_payment),
    Rule("no-contradiction", "What is told of an instruction agrees", _does_not_contradict),
    Rule("amount-as-instructed", "The amount is the instruction's", _amount_as_instructed),
    Rule("own-name", "The bank names itself", _own_name),
    Rule("well-formed", "Messages follow the contract", _well_formed),
    Rule("pays-once", "A repeated instruction is not paid again", _pays_once),
    Rule("opens-the-payee", "A payee that cannot be opened is not paid", _opens_the_payee),
    Rule("pays-the-account", "Payee and outcome fit the test account", _pays_the_account),
    Rule("truth-when-asked", "A question about an instruction gets its outcome", _truth_when_asked),
    Rule("unknown-when-asked", "A question about an unknown instruction gets UNKNOWN_INSTRUCTION with amount 0", _unknown_when_asked),
    Rule("reports-use", "Asked for a month, the bank reports what was used of each payment, no more than was paid", _reports_use),
    Rule("signs-requests", "Requests over REST are signed, where the kit has the keys", _signs_requests),
)


def judged(transcript: Transcript) -> dict[str, list[Finding]]:
    """What each rule finds; nothing is a pass."""
    return {rule.name: list(rule.look(transcript)) for rule in RULES}
