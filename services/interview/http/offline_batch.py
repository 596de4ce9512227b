"""Taking in a batch: the persons beside one another, each person's operations one after the other.

What stands first for each person, and what nothing stands against, is done for many persons in one transaction; the rest, which may be refused or
must be decided, is done in a transaction of its own each.
"""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from pydantic import BaseModel, ValidationError

from services.interview.commands import apply_offline
from services.interview.commands.act import Act
from services.interview.commands.apply_offline import CaseMovedOn, DayInDoubt, Done, Operation, Outcome
from services.interview.errors.offline import BatchMissing
from services.interview.http.calls import InterviewCall
from services.interview.http.offline_work import WORK, Reference, Work
from services.interview.repository import devices
from services.interview.repository.devices import Device, Stored
from services.interview.rules.offline import AHEAD_MAX, Choice, Kind, corrected_day
from services.interview.schemas.offline import BatchIn, ConflictOut, DoneOut, OperationIn, ResultOut, UnseenOut
from shared.db import Tx
from shared.errors import DomainError, Invalid
from shared.http import Problem, field_problems
from shared.http.problems import Trouble, problem_document

PERSONS_AT_ONCE_MAX: Final = 6
"""Half of a process's connections: who waits at a desk is served meanwhile."""
TOGETHER_MAX: Final = 50
"""Operations in one transaction: some tens of milliseconds of work, for which their persons are held."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An operation with its form, read; or what is wrong with it."""

    told: OperationIn
    operation: Operation
    work: Work
    form: BaseModel | None
    trouble: DomainError | None = None


@dataclass(frozen=True, slots=True)
class _Before:
    """What had become of operations before they were taken up one by one: in an earlier batch, and a moment ago for many persons at once."""

    stored: Mapping[UUID, Stored]
    done: Mapping[UUID, Done]


class Batch:
    """A batch on its way in. The device is held by the caller."""

    def __init__(self, call: InterviewCall, act: Act, device: Device, batch: BatchIn) -> None:
        """`act.at` is the moment at which the batch came."""
        self._call = call
        self._act = act
        self._device = device
        self._batch = batch
        self.offset = act.at - batch.device_time
        self._lanes = asyncio.Semaphore(PERSONS_AT_ONCE_MAX)

    def last_seq(self) -> int:
        """The last number that has come with this batch. Raises BatchMissing when numbers before it have not."""
        expected = self._device.last_seq + 1
        for seq in (operation.seq for operation in self._batch.operations if operation.seq >= expected):
            if seq != expected:
                raise BatchMissing(device_id=self._device.device_id, expected_seq=expected, came=seq)
            expected += 1
        return expected - 1

    async def take_in(self) -> list[ResultOut]:
        """Do all that can be done; the results in the order of the operations."""
        async with self._call.resources.db.reading() as tx:
            stored = await devices.operations(tx, [operation.operation_id for operation in self._batch.operations])
            read = [self._read(operation) for operation in self._batch.operations]
            references = {id(one): one.work.names(one.form, self._call.resources.lookup) for one in read if one.form is not None}
            holders = await devices.holders_named(tx, references.values())
        prepared = [
            replace(one, operation=replace(one.operation, holder_id=holders.get(references[id(one)]))) if id(one) in references else one
            for one in read
        ]
        by_person = list(_by_person(prepared, [references.get(id(one)) for one in read]))
        before = _Before(stored, await self._together([lane[0] for lane in by_person if self._is_plain(lane[0], stored)]))
        async with asyncio.TaskGroup() as tasks:
            lanes = [tasks.create_task(self._lane(lane, before)) for lane in by_person]
        results = {result.operation_id: result for lane in lanes for result in lane.result()}
        return [results[operation.operation_id] for operation in self._batch.operations]

    def _read(self, told: OperationIn) -> _Prepared:
        work = WORK[told.kind]
        decision = told.decision
        corrected_at = told.made_at + self.offset
        operation = Operation(
            told.operation_id,
            told.seq,
            told.kind,
            told.made_at,
            corrected_at,
            hashlib.sha256(orjson.dumps([told.kind, told.body], option=orjson.OPT_SORT_KEYS)).digest(),
            holder_id=None,
            seen_version=told.seen_version,
            choice=decision.choice if decision else None,
            choice_version=decision.seen_version if decision else None,
        )
        try:
            self._call.principal.require(work.scope)
            if corrected_at > self._act.at + AHEAD_MAX:
                raise Invalid.field(
                    "made_at",
                    "moment_range",
                    "is later than the batch",
                    "เกิดขึ้นหลังเวลาที่ส่งชุดข้อมูล",
                    f"≤ {self._batch.device_time.isoformat()}",
                )
            body = self._with_day(told, work)
            return _Prepared(told, operation, work, work.form.model_validate(body))
        except ValidationError as wrong:
            return _Prepared(told, operation, work, None, Invalid.of(*field_problems(wrong.errors(include_url=False))))
        except DomainError as trouble:
            return _Prepared(told, operation, work, None, trouble)

    def _with_day(self, told: OperationIn, work: Work) -> Mapping[str, Any]:
        """The form, with the day by our clock where the officer chose so."""
        if told.decision is None or told.decision.choice is not Choice.CORRECT_DATE:
            return told.body
        doubt = self._doubt(told, work)
        return told.body if doubt is None else _put(told.body, work.day, doubt.corrected.isoformat())

    def _doubt(self, told: OperationIn, work: Work) -> DayInDoubt | None:
        day = _day(told.body, work.day)
        corrected = day and corrected_day(day, told.made_at, (timedelta(seconds=told.clock_offset_seconds), self.offset))
        return DayInDoubt(day, corrected) if day and corrected else None

    def _is_plain(self, one: _Prepared, stored: Mapping[UUID, Stored]) -> bool:
        """Whether it is new, of a kind that is done for many at once, and without a question or a decision."""
        operation = one.operation
        readable = one.work.do_all is not None and one.form is not None and operation.holder_id is not None
        return readable and operation.choice is None and operation.operation_id not in stored and self._doubt(one.told, one.work) is None

    async def _together(self, plain: Sequence[_Prepared]) -> dict[UUID, Done]:
        """Do what can be done for many persons at once; returns what was, by operation."""
        by_kind: dict[Kind, list[_Prepared]] = {}
        for one in plain:
            by_kind.setdefault(one.operation.kind, []).append(one)
        async with asyncio.TaskGroup() as tasks:
            sets = [
                tasks.create_task(self._set(some[start : start + TOGETHER_MAX]))
                for some in by_kind.values()
                for start in range(0, len(some), TOGETHER_MAX)
            ]
        return {operation_id: done for one in sets for operation_id, done in one.result().items()}

    async def _set(self, some: Sequence[_Prepared]) -> dict[UUID, Done]:
        do_all = some[0].work.do_all
        if do_all is None:
            raise LookupError(some[0].operation.kind)
        async with self._lanes, self._call.resources.db.transaction() as tx:
            brought = [(one.operation, one.form) for one in some]
            return await do_all(tx, self._act, self._call.resources, self._device.device_id, brought)

    async def _lane(self, lane: Sequence[_Prepared], before: _Before) -> list[ResultOut]:
        if all(one.operation.operation_id in before.done for one in lane):
            return [_applied(one.operation, before.done[one.operation.operation_id]) for one in lane]
        async with self._lanes:
            return [await self._one(one, before) for one in lane]

    async def _one(self, one: _Prepared, before: _Before) -> ResultOut:
        operation = one.operation
        if operation.operation_id in before.done:
            return _applied(operation, before.done[operation.operation_id])
        stored = before.stored.get(operation.operation_id)
        try:
            if stored is not None:
                outcome, done = apply_offline.told_before(stored, self._device.device_id, operation)
                return _result(operation, outcome, done=DoneOut.model_validate(done) if done else None)
            if operation.choice is Choice.DISCARD:
                async with self._call.resources.db.transaction() as tx:
                    await apply_offline.discard(tx, self._act, self._device.device_id, operation)
                return _result(operation, Outcome.DISCARDED)
            if one.form is None:
                raise one.trouble or LookupError(operation.operation_id)
            self._check_day(one)
            done_now = await self._apply(one, one.form)
        except (CaseMovedOn, DayInDoubt) as doubt:
            return _result(operation, Outcome.CONFLICT, conflict=await self._conflict(operation, doubt))
        except DomainError as trouble:
            return await self._refused(operation, trouble, was_read=one.form is not None)
        return _applied(operation, done_now)

    def _check_day(self, one: _Prepared) -> None:
        """Raises DayInDoubt unless the officer has chosen which day it was."""
        if one.operation.choice in {Choice.KEEP_DATE, Choice.CORRECT_DATE} or one.form is None:
            return
        doubt = self._doubt(one.told, one.work)
        if doubt is not None:
            raise doubt

    async def _apply(self, one: _Prepared, form: BaseModel) -> Done:
        async def work(tx: Tx) -> Done:
            return await one.work.do(tx, self._act, self._call.resources, form)

        async with self._call.resources.db.transaction() as tx:
            return await apply_offline.apply_operation(tx, self._act, self._device.device_id, one.operation, work)

    async def _refused(self, operation: Operation, trouble: DomainError, *, was_read: bool) -> ResultOut:
        """Refused; where others changed the case meanwhile, that is shown as well: it is mostly the reason."""
        problem = Problem.model_validate(
            problem_document(
                Trouble.of(trouble),
                language=self._call.language,
                instance=self._call.request.url.path,
                correlation_id=self._call.correlation_id,
            )
        )
        if was_read:
            async with self._call.resources.db.reading() as tx:
                changes = await apply_offline.unseen_changes(tx, self._device.device_id, operation)
            if changes:
                conflict = await self._conflict(operation, CaseMovedOn(changes))
                return _result(
                    operation, Outcome.CONFLICT, conflict=conflict.model_copy(update={"choices": [Choice.DISCARD]}), problem=problem
                )
        return _result(operation, Outcome.REFUSED, problem=problem)

    async def _conflict(self, operation: Operation, doubt: CaseMovedOn | DayInDoubt) -> ConflictOut:
        if isinstance(doubt, DayInDoubt):
            return ConflictOut(
                what="DAY",
                message_en="The day was taken from a clock that was wrong",
                message_th="วันที่ในแบบมาจากนาฬิกาเครื่องที่ไม่ตรง",
                day_told=doubt.told,
                day_corrected=doubt.corrected,
                choices=[Choice.CORRECT_DATE, Choice.KEEP_DATE, Choice.DISCARD],
            )
        now = None
        if operation.holder_id is not None:
            async with self._call.resources.db.reading() as tx:
                now = await devices.case_now(tx, self._call.principal.reach, operation.holder_id)
        return ConflictOut(
            what="CASE_CHANGED",
            message_en="Others changed the case since this device saw it",
            message_th="มีผู้อื่นเปลี่ยนแปลงรายนี้หลังจากที่เครื่องได้รับข้อมูล",
            seen_version=operation.seen_version,
            version=now["version"] if now else None,
            state=now["state"] if now else None,
            changes=[UnseenOut.model_validate(dict(change)) for change in doubt.changes],
            choices=[Choice.APPLY, Choice.DISCARD],
        )


def _by_person(prepared: Sequence[_Prepared], references: Sequence[Reference | None]) -> Iterator[list[_Prepared]]:
    """The operations of each person in their order; what names nobody that we know goes by its own name."""
    lanes: dict[Any, list[_Prepared]] = {}
    for one, reference in zip(prepared, references, strict=True):
        lanes.setdefault(one.operation.holder_id or reference or one.operation.operation_id, []).append(one)
    yield from lanes.values()


def _day(body: Mapping[str, Any], path: Sequence[str]) -> date | None:
    """The day on the form; None where there is none that can be read."""
    value: Any = body
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _put(body: Mapping[str, Any], path: Sequence[str], value: str) -> dict[str, Any]:
    name, *rest = path
    return {**body, name: _put(body[name], rest, value) if rest else value}


def _applied(operation: Operation, done: Done) -> ResultOut:
    return _result(operation, Outcome.APPLIED, done=DoneOut.model_validate(done, from_attributes=True))


def _result(operation: Operation, outcome: Outcome, **more: Any) -> ResultOut:
    return ResultOut(operation_id=operation.operation_id, seq=operation.seq, outcome=outcome, **more)
