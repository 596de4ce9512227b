"""Closing the day of a meeting place: the officer counts the papers and signs; the chief may reopen it, and nothing of it is forgotten."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson

from services.interview.commands.act import Act
from services.interview.commands.queueing import check_announced
from services.interview.errors.places import DifferenceNotExplained, PlaceDayClosed, PlaceDayNotClosed, TicketsBeingServed
from services.interview.repository import place_days
from services.interview.repository.place_days import DayCounts, PlaceDay
from services.interview.repository.rows import row_of
from services.interview.rules.days import check_not_to_come
from shared.audit import Caller, Entry, append
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.interview import PlaceDayClosed as PlaceDayClosedFact
from shared.contracts.interview import PlaceDayFact, PlaceDayReopened
from shared.db import Tx
from shared.errors import NotFound
from shared.ids import new_id

CLOSED: Final = "CLOSED"
REOPENED: Final = "REOPENED"


@dataclass(frozen=True, slots=True)
class Closing:
    """What the officer states: how many signed papers lie there, and why that is not the number of slips, where it is not."""

    day: date
    paper_count: int
    explanation: str = ""


async def close_day(tx: Tx, act: Act, place_id: UUID, closing: Closing, caller: Caller) -> None:
    """Close and sign a day of a place; whoever still waits has left.

    Raises NotFound, Invalid for a day to come, PlaceNotOpen, PlaceDayClosed, TicketsBeingServed, DifferenceNotExplained with the numbers.
    """
    day = await _locked(tx, act, place_id, closing.day)
    if day.closed:
        raise PlaceDayClosed(
            "This place has closed the day before", "จุดรับแจ้งนี้ปิดยอดประจำวันไว้แล้ว", place_id=place_id, day=day.day, version=day.version
        )
    serving = await place_days.numbers_at_counters(tx, place_id, day.day)
    if serving:
        raise TicketsBeingServed(numbers=serving)
    await place_days.let_waiting_go(tx, place_id, day.day, act.at)
    counts = await place_days.counts(tx, place_id, day.day)
    if not counts.slips:
        check_announced(day)
    difference = closing.paper_count - counts.slips
    if difference and not closing.explanation:
        raise DifferenceNotExplained(
            f"paper_count: {closing.paper_count} papers, but {counts.slips} slips were recorded: count again, or explain it in `explanation`",
            f"paper_count: แบบกระดาษ {closing.paper_count} ฉบับ แต่บันทึกหางตั๋ว {counts.slips} ฉบับ โปรดนับใหม่หรือระบุเหตุผลใน explanation",
            slips=counts.slips,
            paper_count=closing.paper_count,
            difference=difference,
        )
    stated = {"paper_count": closing.paper_count, "difference": difference, "explanation": closing.explanation}
    await _sign(tx, act, day, CLOSED, _counted(counts) | stated, caller)
    fact = PlaceDayClosedFact(
        **_of_day(day),
        slips=counts.slips,
        paper_count=closing.paper_count,
        refused=counts.refused,
        tickets=counts.tickets,
        served=counts.served,
        left=counts.left,
    )
    await _publish(tx, act, fact)


async def reopen_day(tx: Tx, act: Act, place_id: UUID, on: date, reason: str, caller: Caller) -> None:
    """Open a closed day again; what was signed stays. Raises NotFound, Invalid, PlaceDayNotClosed."""
    day = await _locked(tx, act, place_id, on)
    if not day.closed:
        raise PlaceDayNotClosed(place_id=place_id, day=on)
    await _sign(tx, act, day, REOPENED, {"reason": reason}, caller)
    await _publish(tx, act, PlaceDayReopened(**_of_day(day)))


def statement_hash(statement: dict[str, Any]) -> str:
    """SHA-256 of the statement's canonical JSON: what the officer signed, to the letter."""
    return hashlib.sha256(orjson.dumps(statement, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def _locked(tx: Tx, act: Act, place_id: UUID, on: date) -> PlaceDay:
    if not await place_days.within(tx, act.caller.reach, place_id):
        raise NotFound
    check_not_to_come("day", on, act.today)
    day = await place_days.lock(tx, place_id, on)
    if day is None:
        raise NotFound
    return day


async def _sign(tx: Tx, act: Act, day: PlaceDay, kind: str, said: dict[str, Any], caller: Caller) -> None:
    """Keep what was signed, by whom and when. Its hash is in the audit too, whose seals nobody makes again unseen."""
    statement = {
        "kind": kind,
        "place_id": str(day.place_id),
        "day": day.day.isoformat(),
        "version": day.version + 1,
        **said,
        "signed_by": act.by,
        "officer_id": None if act.caller.officer_id is None else str(act.caller.officer_id),
        "signed_at": act.at.isoformat(),
    }
    row = {
        "entry_id": new_id(),
        "place_id": day.place_id,
        "day": day.day,
        "version": day.version + 1,
        "kind": kind,
        "statement": statement,
        "statement_hash": statement_hash(statement),
        "signed_by": act.by,
        "signed_at": act.at,
    }
    await place_days.add_entry(tx, row)
    await place_days.settle(tx, day, closed=kind == CLOSED)
    detail = f"{day.place_id} {day.day} {row['version']} sha256:{row['statement_hash']}"
    await append(tx, caller, [Entry(f"PLACE_DAY_{kind}", None, detail=detail)])


def _counted(counts: DayCounts) -> dict[str, int]:
    return {name: value for name, value in row_of(counts).items() if name not in {"waiting", "serving"}}


def _of_day(day: PlaceDay) -> dict[str, Any]:
    return {"place_id": day.place_id, "day": day.day, "district": day.district, "version": day.version + 1}


async def _publish(tx: Tx, act: Act, fact: PlaceDayFact) -> None:
    await outbox.add_many(tx, [Event.of(fact, subject=f"{fact.place_id}:{fact.day}", time=act.at, identity=(fact.version,))])
