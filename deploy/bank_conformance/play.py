"""One play: what is told when, and how long the bank is waited for."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import ValidationError

from deploy.bank_conformance.script import WAVES, Expected, Heard, Script, Transcript
from shared.contracts import Event, InvalidEvent, parse
from shared.contracts.common import Bank
from shared.contracts.payments import BankResultReported, BankUseReported, ResultStatus


class Way(Protocol):
    """How the bank is reached: its topics, REST, or a bank inside a test."""

    unsigned: list[str]

    def now(self) -> float:
        """Seconds."""

    async def tell(self, events: Sequence[Event]) -> None:
        """Tell the bank."""

    async def listen(self, seconds: float) -> list[Heard]:
        """What comes, as soon as something does, or nothing within the time."""


@dataclass(frozen=True)
class Pace:
    """How long an answer may take, how much longer a late one is waited for, and how long the end stays quiet."""

    answer_seconds: float = 30.0
    grace_seconds: float = 60.0
    quiet_seconds: float = 5.0


async def play(way: Way, script: Script, pace: Pace) -> Transcript:
    """Play the whole script and return what was told and heard."""
    transcript = Transcript(script, pace.answer_seconds, unsigned=way.unsigned)
    for wave in range(WAVES):
        await _tell(way, transcript, list(script.wave(wave)))
        await _listen(way, transcript, pace.answer_seconds + pace.grace_seconds, lambda: _answered(transcript))
    before = len(transcript.heard)
    again = list(script.wave(0))
    await _tell(way, transcript, again)
    await _listen(way, transcript, pace.answer_seconds, lambda: len(transcript.heard) - before >= len(again))
    questions = list(script.questions())
    for event in questions:
        transcript.asked[event.subject] = way.now()
    await way.tell(questions)
    await _listen(way, transcript, pace.answer_seconds + pace.grace_seconds, lambda: _answered_when_asked(transcript))
    await way.tell([script.use_request()])
    await _listen(way, transcript, pace.answer_seconds + pace.grace_seconds, lambda: all(map(transcript.uses, transcript.paid())))
    await _listen(way, transcript, pace.quiet_seconds, lambda: False)
    return transcript


async def _tell(way: Way, transcript: Transcript, events: Sequence[Event]) -> None:
    for event in events:
        transcript.told.setdefault(event.subject, []).append(way.now())
    await way.tell(events)


async def _listen(way: Way, transcript: Transcript, seconds: float, done: Callable[[], bool]) -> None:
    until = way.now() + seconds
    while not done() and (left := until - way.now()) > 0:
        transcript.heard += await way.listen(left)


def _answered(transcript: Transcript) -> bool:
    """Whether all that was told is answered, returns included."""
    return all(_is_answered(transcript, key, {answer.status for _, answer in transcript.of(key)}) for key in transcript.told)


def _is_answered(transcript: Transcript, key: str, said: Iterable[ResultStatus]) -> bool:
    returns = transcript.script.cases[key].expected is Expected.RETURNED
    return {ResultStatus.SETTLED, ResultStatus.RETURNED} <= set(said) if returns else bool(said)


def _answered_when_asked(transcript: Transcript) -> bool:
    return all(any(at >= asked for at, _ in transcript.of(key)) for key, asked in transcript.asked.items())


def heard_event(at: float, value: bytes | None) -> Heard:
    """A message of the results topic."""
    try:
        event = parse(value)
    except InvalidEvent as error:
        return Heard(at, None, f"not an event: {error}")
    if not isinstance(event.data, BankResultReported | BankUseReported):
        return Heard(at, None, f"{event.type} on the results topic")
    if event.subject != event.data.instruction_id:
        return Heard(at, None, f"{event.id}: its subject is not the instruction id, which orders what is told of it")
    return _heard(at, event.data)


def _heard(at: float, told: BankResultReported | BankUseReported) -> Heard:
    return Heard(at, told) if isinstance(told, BankResultReported) else Heard(at, None, use=told)


def heard_line(
    at: float, line: dict[str, object], bank: Bank, model: type[BankResultReported | BankUseReported] = BankResultReported
) -> Heard:
    """A line of a request over REST."""
    try:
        return _heard(at, model.model_validate({"bank": bank, **{name: value for name, value in line.items() if value is not None}}))
    except ValidationError as error:
        first = error.errors()[0]
        return Heard(at, None, f"a line: {'.'.join(map(str, first['loc']))} {first['msg']}")
