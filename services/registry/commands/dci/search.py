"""Searching by DCI requests: a batch at a time, each person who is looked at in the audit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.registry.commands.dci.groups import Group, groups_of, one_of_each, told
from services.registry.commands.dci.sharing import sharing_allowed
from services.registry.commands.dci.who import Who
from services.registry.queries.dci_records import SHOWN, SHOWN_PLAIN
from services.registry.repository.dci import households, people
from services.registry.repository.dci.transactions import Ended
from services.registry.rules.dci.filters import IDS, Attribute, Node, Operator, Term, is_narrow
from services.registry.rules.dci.requests import Search, Shape, locale_of, read_search, reference_of
from services.registry.rules.dci.words import SEARCH_CODES, VERSION, Fault, Rejected, Status
from services.registry.vault import Vault
from shared.audit import Entry, append
from shared.auth import Level
from shared.db import Tx

FOUND_MAX: Final = 10_000
"""A search that finds more is rejected: it must be narrowed."""
RECORDS_MAX: Final = 2_000
"""In one message of answers; each member of a group counts."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to the requests of a batch, as they stand in the message, and how each ended."""

    items: list[dict[str, Any]]
    ended: list[Ended]


@dataclass(slots=True)
class _Work:
    """A request on its way: what was asked or why it is rejected, whom it found, and which of them are on its page.

    Where groups are asked for, `found` has one person of each, and `groups` those of the page.
    """

    place: int
    item: Any
    asked: Search | Rejected
    found: Sequence[UUID] = ()
    page: Sequence[UUID] = ()
    groups: Mapping[UUID, Group] = field(default_factory=dict)

    @property
    def shown(self) -> list[UUID]:
        """The people who stand in the answer; with one of a page who is in a household, the others."""
        return [person for holder_id in self.page for person in (self.groups[holder_id].people if self.groups else [holder_id])]


async def search(
    tx: Tx, items: Sequence[Any], who: Who, vault: Vault, now: datetime, *, first_place: int = 0, seen: Sequence[str] | set[str] = ()
) -> Answers:
    """Answer the requests in their order. `seen` are the reference ids of the batch before them.

    A request that would make the message too long is rejected, and the next that fits is answered.
    """
    work = _read(items, who, now, first_place, set(seen))
    await _find(tx, work, who, vault)
    await _keep_shared(tx, work, who)
    rows = await people.rows(tx, sorted({holder_id for one in work for holder_id in one.shown}))
    await _audit(tx, work, who, vault)
    plain = who.permit.plain
    items_out = [_answer(one, rows, vault, now, plain=plain) for one in work]
    return Answers(items_out, [_ended(one) for one in work])


def _read(items: Sequence[Any], who: Who, now: datetime, first_place: int, seen: set[str]) -> list[_Work]:
    work = []
    for place, item in enumerate(items, first_place):
        work.append(_Work(place, item, _asked(item, who, now, seen)))
        seen.add(reference_of(item))
    return work


def _asked(item: Any, who: Who, now: datetime, seen: set[str]) -> Search | Rejected:
    try:
        asked = read_search(item, who.permit, now)
    except Rejected as rejected:
        return rejected
    if asked.reference_id in seen:
        return Rejected(Fault.REPEATED_REFERENCE, "the reference_id stands in an earlier request", "reference_id ซ้ำกับคำขอก่อนหน้า")
    if not _bounded(asked.node, who):
        return Rejected(Fault.FILTER, "name people or an area: this asks for too much", "โปรดระบุบุคคลหรือพื้นที่ คำค้นกว้างเกินไป")
    return asked


def _bounded(node: Node, who: Who) -> bool:
    return is_narrow(node) or any(reach.level not in {Level.COUNTRY, Level.PROVINCE} for reach in who.reaches)


async def _find(tx: Tx, work: Sequence[_Work], who: Who, vault: Vault) -> None:
    """Requests for one person by an id go together, one question for each kind of id."""
    open_ = [(one, one.asked) for one in work if isinstance(one.asked, Search)]
    for attribute in IDS:
        wanted = {one.place: vault.index_of(term.values[0]) for one, asked in open_ if (term := _by_id(asked, attribute)) is not None}
        if wanted:
            known = await people.by_ids(tx, attribute, sorted(set(wanted.values())), who.reaches)
            for one, _ in open_:
                if one.place in wanted and wanted[one.place] in known:
                    one.found = [known[wanted[one.place]]]
    for one, asked in open_:
        if all(_by_id(asked, attribute) is None for attribute in IDS):
            one.found = await people.ids(tx, asked.node, who.reaches, vault.index_of, sort=asked.sort, limit=FOUND_MAX + 1)
            if len(one.found) > FOUND_MAX:
                _reject(one, Fault.TOO_MANY, f"more than {FOUND_MAX} are found: narrow it", f"พบเกิน {FOUND_MAX} คน โปรดระบุให้แคบลง")


def _by_id(asked: Search, attribute: Attribute) -> Term | None:
    node = asked.node
    return node if isinstance(node, Term) and node.attribute is attribute and node.operator is Operator.EQ else None


async def _keep_shared(tx: Tx, work: Sequence[_Work], who: Who) -> None:
    """Who may not be shared is not there, not even in a count; then cut the pages, and look who is in the groups on them."""
    found = sorted({holder_id for one in work for holder_id in one.found})
    shared = await sharing_allowed(tx, found, who.sender.basis)
    grouped = [one for one in work if isinstance(one.asked, Search) and one.asked.shape is Shape.GROUP]
    household_of = await households.of_holders(tx, found) if grouped else {}
    for one in work:
        if isinstance(one.asked, Search):
            one.found = [holder_id for holder_id in one.found if holder_id in shared]
            if one.asked.shape is Shape.GROUP:
                one.found = one_of_each(one.found, household_of)
            begin = (one.asked.page_number - 1) * one.asked.page_size
            one.page = one.found[begin : begin + one.asked.page_size]
    _fit(work)
    if grouped:
        groups = await groups_of(tx, sorted({holder_id for one in grouped for holder_id in one.page}), who)
        for one in grouped:
            one.groups = groups
        _fit(work)


def _fit(work: Sequence[_Work]) -> None:
    room = RECORDS_MAX
    for one in work:
        if len(one.shown) > room:
            _reject(
                one,
                Fault.TOO_MANY,
                f"the answers together have more than {RECORDS_MAX} people: ask for smaller pages",
                f"คำตอบรวมเกิน {RECORDS_MAX} คน โปรดขอหน้าที่เล็กลง",
            )
        room -= len(one.shown)


def _reject(one: _Work, fault: Fault, en: str, th: str) -> None:
    one.asked, one.found, one.page, one.groups = Rejected(fault, en, th), (), (), {}


async def _audit(tx: Tx, work: Sequence[_Work], who: Who, vault: Vault) -> None:
    """Who was shown, and which id was asked for and found nobody; under the purpose that the request gave."""
    shown = SHOWN_PLAIN if who.permit.plain else SHOWN
    entries: dict[str, list[Entry]] = {}
    for one in work:
        if not isinstance(one.asked, Search):
            continue
        of_purpose = entries.setdefault(one.asked.purpose, [])
        ids = [term for attribute in IDS if (term := _by_id(one.asked, attribute)) is not None]
        index = vault.index_of(ids[0].values[0]) if ids else b""
        of_purpose += [Entry("DCI_SEARCH", holder_id, shown, index, "DCI") for holder_id in one.shown]
        if not one.page:
            of_purpose.append(Entry("DCI_SEARCH", None, (), index, "DCI"))
    for purpose, of_purpose in entries.items():
        await append(tx, who.caller(purpose), of_purpose)


def _answer(one: _Work, rows: Mapping[UUID, Any], vault: Vault, now: datetime, *, plain: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {"reference_id": reference_of(one.item), "timestamp": now.isoformat(), "locale": locale_of(one.item)}
    asked = one.asked
    if isinstance(asked, Rejected):
        code = SEARCH_CODES[asked.fault]
        return {**answer, "status": Status.REJECTED.value, "status_reason_code": code, "status_reason_message": asked.words}
    return {
        **answer,
        "status": Status.SUCCEEDED.value,
        "data": {
            "version": VERSION,
            "reg_type": asked.reg_type,
            "reg_record_type": asked.shape.value,
            "reg_records": [told(holder_id, asked.shape, one.groups, rows, vault, plain=plain) for holder_id in one.page],
        },
        "pagination": {"page_size": asked.page_size, "page_number": asked.page_number, "total_count": len(one.found)},
    }


def _ended(one: _Work) -> Ended:
    reference_id = reference_of(one.item)
    if isinstance(one.asked, Rejected):
        return Ended(one.place, reference_id, Status.REJECTED, SEARCH_CODES[one.asked.fault], one.asked.words)
    return Ended(one.place, reference_id, Status.SUCCEEDED)
