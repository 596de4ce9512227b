"""One request of a DCI batch, read and checked against what its sender may: to search, to subscribe. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from services.registry.rules.dci import filters
from services.registry.rules.dci.filters import Attribute, Node, moment_of
from services.registry.rules.dci.frequency import Frequency, NoFrequency
from services.registry.rules.dci.words import ID_CHARACTERS_MAX, VERSION, Fault, Rejected

PAGE_RECORDS_MAX: Final = 2_000
PAGES_MAX: Final = 10_000
PURPOSE_CHARACTERS_MAX: Final = 200
SKEW: Final = timedelta(minutes=5)
AS_IT_HAPPENS: Final = "* * * * * ? *"
"""The cron expression of every second: as no frequency at all."""

_EXPIRIES: Final = ("expiry", "expires", "expires_at", "expires_on", "valid_until", "valid_to")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,98}")


class Shape(StrEnum):
    """As what a card holder is told: the person, the member of an assistance unit, or the unit."""

    PERSON = "SRPerson"
    MEMBER = "Member"
    GROUP = "Group"


class Happened(StrEnum):
    """What can be subscribed to. The document's own word is REGISTER; the others are of this registry."""

    REGISTER = "REGISTER"
    UPDATE = "UPDATE"
    MOVE = "MOVE"
    DEATH = "DEATH"


class Order(StrEnum):
    """By what answers can be sorted."""

    SURNAME = "surname"
    AGE = "age"
    TIER = "income_tier"
    SUBDISTRICT = "subdistrict_code"
    LAST_UPDATED = "last_updated"


class Basis(StrEnum):
    """Why a sender may have people's data: a public task of its own (PDPA s.24(4)), or each person's consent."""

    PUBLIC_TASK = "PUBLIC_TASK"
    CONSENT = "CONSENT"


@dataclass(frozen=True, slots=True)
class Permit:
    """What the registration of a sender allows. With `plain` it sees and asks for values that others get masked."""

    reg_types: tuple[str, ...]
    purposes: tuple[str, ...]
    plain: bool


@dataclass(frozen=True, slots=True)
class Search:
    """A request to search. `sort` are (order, descending); `locale` is `tha` or `eng`."""

    reference_id: str
    locale: str
    node: Node
    shape: Shape
    reg_type: str
    purpose: str
    sort: tuple[tuple[Order, bool], ...]
    page_size: int
    page_number: int


@dataclass(frozen=True, slots=True)
class Subscription:
    """A request to be told. None of `starts_at` and `ends_at` is no bound.

    Without a `frequency` it is told as things happen, with one at its moments, of which `first_at` is the first.
    """

    reference_id: str
    locale: str
    node: Node
    shape: Shape
    reg_type: str
    purpose: str
    happened: Happened
    starts_at: datetime | None
    ends_at: datetime | None
    frequency: Frequency | None
    first_at: datetime | None


def reference_of(item: Any) -> str:
    """The reference id of a request, or an empty text where it has none that can be given back."""
    found = item.get("reference_id") if isinstance(item, Mapping) else None
    return found if isinstance(found, str) and 0 < len(found) <= ID_CHARACTERS_MAX and "\0" not in found else ""


def locale_of(item: Any) -> str:
    """The language code of the answer."""
    asked = item.get("locale") if isinstance(item, Mapping) else None
    return "tha" if asked in {"tha", "th"} else "eng"


def read_search(item: Any, permit: Permit, now: datetime) -> Search:
    """The request. Raises Rejected."""
    reference_id, criteria = _head(item, "search_criteria", now)
    kind = criteria.get("response_entity")
    if kind not in {None, "Group", "Member"}:
        raise _bad("response_entity is Group or Member", "response_entity ต้องเป็น Group หรือ Member")
    size, number = _page(criteria.get("pagination"))
    return Search(
        reference_id,
        locale_of(item),
        _node(criteria.get("query_type"), criteria.get("query"), permit),
        Shape(kind) if kind else _shape(criteria.get("reg_record_type", "Member")),
        _reg_type(criteria, permit),
        purpose_of(criteria, permit, now),
        _sort(criteria.get("sort", [])),
        size,
        number,
    )


def read_subscription(item: Any, permit: Permit, now: datetime) -> Subscription:
    """The request. Raises Rejected."""
    reference_id, criteria = _head(item, "subscribe_criteria", now)
    event = str(criteria.get("reg_event_type", "")).rpartition(":")[2].upper()
    if event not in set(Happened):
        words = ", ".join(Happened)
        raise Rejected(Fault.EVENT, f"reg_event_type is one of {words}", f"reg_event_type ต้องเป็นหนึ่งใน {words}")
    when = _frequency(criteria.get("frequency"), now)
    return Subscription(
        reference_id,
        locale_of(item),
        _node(criteria.get("filter_type", "idtype-value"), criteria.get("filter"), permit),
        _shape(criteria.get("notify_record_type")),
        _reg_type(criteria, permit),
        purpose_of(criteria, permit, now),
        Happened(event),
        *when,
    )


def purpose_of(criteria: Mapping[str, Any], permit: Permit, now: datetime) -> str:
    """For what the data are asked, as it stands in the audit, by the authorize and consent objects. Raises Rejected.

    What they say must be of a purpose that the sender is registered for, not of the future and not expired. A sender registered for one
    purpose alone may leave them out.
    """
    said = [f"{name} {_said(name, criteria[name], permit, now)}" for name in ("authorize", "consent") if criteria.get(name) is not None]
    if said:
        return f"DCI {', '.join(said)}"[:PURPOSE_CHARACTERS_MAX]
    if len(permit.purposes) != 1:
        raise _bad("authorize or consent must say the purpose", "ต้องระบุวัตถุประสงค์ใน authorize หรือ consent")
    return f"DCI registered {permit.purposes[0]}"


def _said(name: str, value: Any, permit: Permit, now: datetime) -> str:
    if not isinstance(value, Mapping):
        raise _bad(f"{name} is an object", f"{name} ต้องเป็นออบเจกต์")
    if "ts" in value and ((given := moment_of(value["ts"])) is None or given > now + SKEW):
        raise _bad(f"the moment of {name} is none or lies ahead", f"เวลาของ {name} ไม่ถูกต้องหรือยังมาไม่ถึง")
    for expiry in _EXPIRIES:
        if value.get(expiry) is not None and ((until := _end_of(value[expiry])) is None or until <= now):
            raise _bad(f"{name} has expired, or its expiry cannot be read", f"{name} หมดอายุแล้วหรืออ่านวันหมดอายุไม่ได้")
    purpose = value.get("purpose")
    code = purpose.get("code") if isinstance(purpose, Mapping) else None
    if not isinstance(code, str) or not _CODE.fullmatch(code) or code not in permit.purposes:
        raise _bad(f"the purpose of {name} is not one of the sender's", f"วัตถุประสงค์ของ {name} ไม่อยู่ในทะเบียนของผู้ส่ง")
    return code


def _end_of(value: Any) -> datetime | None:
    """The end of a day where only a day is told."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return moment_of(f"{value}T{time.max.isoformat(timespec='seconds')}+07:00")
    return moment_of(value)


def _head(item: Any, criteria_name: str, now: datetime) -> tuple[str, Mapping[str, Any]]:
    reference_id = reference_of(item)
    if not reference_id:
        raise Rejected(
            Fault.REFERENCE, f"reference_id is a text of 1 to {ID_CHARACTERS_MAX}", f"reference_id ต้องมี 1 ถึง {ID_CHARACTERS_MAX} ตัวอักษร"
        )
    asked_at = moment_of(item.get("timestamp"))
    if asked_at is None or asked_at > now + SKEW:
        raise Rejected(
            Fault.TIMESTAMP, "timestamp is ISO 8601 with its zone, and not ahead", "timestamp ต้องเป็น ISO 8601 พร้อมเขตเวลา และไม่อยู่ในอนาคต"
        )
    criteria = item.get(criteria_name)
    if not isinstance(criteria, Mapping):
        raise _bad(f"{criteria_name} is missing", f"ไม่มี {criteria_name}")
    if criteria.get("version", VERSION) != VERSION:
        raise _bad(f"the version is {VERSION}", f"รุ่นต้องเป็น {VERSION}")
    return reference_id, criteria


def _node(kind: Any, query: Any, permit: Permit) -> Node:
    match kind:
        case "idtype-value":
            node: Node = filters.id_value(query)
        case "expression":
            node = filters.expression(query)
        case "predicate":
            node = filters.predicates(query)
        case _:
            raise _bad("the query type is idtype-value, expression or predicate", "ชนิดคำค้นคือ idtype-value expression หรือ predicate")
    # Who may not see a birth date may not find it out by asking for each day.
    if not permit.plain and any(term.attribute is Attribute.BIRTH_DATE for term in filters.terms(node)):
        raise Rejected(
            Fault.FILTER, "birth_date is for senders of plain values; ask for YOB", "birth_date ใช้ได้เฉพาะผู้ส่งที่ได้รับอนุญาต โปรดใช้ YOB"
        )
    return node


def _shape(name: Any) -> Shape:
    last = name.rpartition(":")[2] if isinstance(name, str) else ""
    found = Shape.PERSON if last == "Person" else next((shape for shape in Shape if shape == last), None)
    if found is None:
        raise _bad("the record type is SRPerson, Member or Group", "ชนิดระเบียนคือ SRPerson Member หรือ Group")
    return found


def _reg_type(criteria: Mapping[str, Any], permit: Permit) -> str:
    asked = criteria.get("reg_type", permit.reg_types[0])
    if asked not in permit.reg_types:
        raise _bad("the registry type is not one of the sender's", "ชนิดทะเบียนไม่อยู่ในทะเบียนของผู้ส่ง")
    return str(asked)


def _sort(value: Any) -> tuple[tuple[Order, bool], ...]:
    orders = set(Order)
    if not isinstance(value, list) or len(value) > len(orders) or not all(isinstance(one, Mapping) for one in value):
        raise _unsortable()
    found = []
    for one in value:
        name, direction = one.get("attribute_name"), one.get("sort_order", "asc")
        if not isinstance(name, str) or name not in orders or direction not in {"asc", "desc"}:
            raise _unsortable()
        found.append((Order(name), direction == "desc"))
    return tuple(found)


def _unsortable() -> Rejected:
    names = ", ".join(Order)
    return Rejected(Fault.SORT, f"sorted by {names}, asc or desc", f"เรียงตาม {names} แบบ asc หรือ desc")


def _page(value: Any) -> tuple[int, int]:
    if value is None:
        return PAGE_RECORDS_MAX, 1
    size, number = (_whole(value.get("page_size")), _whole(value.get("page_number", 1))) if isinstance(value, Mapping) else (0, 0)
    if not (1 <= size <= PAGE_RECORDS_MAX and 1 <= number <= PAGES_MAX):
        raise Rejected(
            Fault.PAGINATION,
            f"page_size is 1 to {PAGE_RECORDS_MAX}, page_number 1 to {PAGES_MAX}",
            f"page_size ต้องเป็น 1 ถึง {PAGE_RECORDS_MAX} และ page_number 1 ถึง {PAGES_MAX}",
        )
    return size, number


def _whole(value: Any) -> int:
    """The document says `number`: 5.0 is five. Anything else is 0, which no page is."""
    return (
        int(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**9 and value == int(value) else 0
    )


def _frequency(value: Any, now: datetime) -> tuple[datetime | None, datetime | None, Frequency | None, datetime | None]:
    """From when, until when, how often, and when first."""
    if value is None:
        return None, None, None, None
    begin, end = (moment_of(value.get("start_time")), moment_of(value.get("end_time"))) if isinstance(value, Mapping) else (None, None)
    if begin is None or end is None or not begin < end or end <= now:
        raise _bad("frequency has a start_time before an end_time that is ahead", "frequency ต้องมี start_time ก่อน end_time ซึ่งยังมาไม่ถึง")
    text = value.get("frequency")
    if text == AS_IT_HAPPENS:
        return begin, end, None, None
    try:
        frequency = Frequency.of(text if isinstance(text, str) else "")
    except NoFrequency:
        raise _bad(
            "frequency is a cron expression: second minute hour day-of-month month day-of-week [year], as 0 0 0 5,15 * ? *",
            "frequency ต้องเป็นนิพจน์ cron: วินาที นาที ชั่วโมง วันที่ เดือน วันในสัปดาห์ [ปี] เช่น 0 0 0 5,15 * ? *",
        ) from None
    first = frequency.next_after(max(begin, now) - timedelta(microseconds=1))
    if first is None or first >= end:
        raise _bad("the frequency has no moment before end_time", "frequency ไม่มีเวลาใดก่อน end_time")
    return begin, end, frequency, first


def _bad(en: str, th: str) -> Rejected:
    return Rejected(Fault.CRITERIA, en, th)
