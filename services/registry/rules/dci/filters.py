"""The filters of DCI queries: three ways to write one, read into a tree of few known attributes and operators. Pure.

Nothing of a query ever becomes SQL text: an attribute or operator that is not named here is rejected.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.registry.rules.dci.words import Fault, Rejected
from services.registry.rules.registry_fields import read_card_no
from shared.contracts.common import Tier
from shared.thai.citizen_id import BadCitizenId, parse_citizen_id
from shared.thai.text import clean

TERMS_MAX: Final = 50
DEPTH_MAX: Final = 6
VALUES_MAX: Final = 1_000
TEXT_CHARACTERS_MAX: Final = 200


class Attribute(StrEnum):
    """What can be asked about."""

    CITIZEN_ID = "UIN"
    CARD_NO = "CARD_NO"
    HOUSEHOLD = "HOUSEHOLD_ID"
    GIVEN_NAME = "given_name"
    SURNAME = "surname"
    BIRTH_YEAR = "YOB"
    BIRTH_DATE = "birth_date"
    AGE = "age"
    TIER = "income_tier"
    PROVINCE = "province_code"
    DISTRICT = "district_code"
    SUBDISTRICT = "subdistrict_code"
    POSTCODE = "postal_code"
    LAST_UPDATED = "last_updated"


class Operator(StrEnum):
    """How an attribute is compared."""

    EQ = "eq"
    IN = "in"
    GT = "gt"
    LT = "lt"
    GE = "ge"
    LE = "le"


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison; `values` has one value but for IN."""

    attribute: Attribute
    operator: Operator
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """All of the parts, or any of them."""

    every: bool
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """Not the part."""

    part: "Node"


Node = Term | Joined | Negated

IDS: Final = frozenset({Attribute.CITIZEN_ID, Attribute.CARD_NO})
_NAMED: Final = IDS | {Attribute.HOUSEHOLD}
_NARROW: Final = _NAMED | {Attribute.PROVINCE, Attribute.DISTRICT, Attribute.SUBDISTRICT}
_ORDERED: Final = frozenset({Attribute.BIRTH_YEAR, Attribute.BIRTH_DATE, Attribute.AGE, Attribute.LAST_UPDATED})
_SAME: Final = frozenset({Operator.EQ, Operator.IN})
_NAMES: Final = {
    **{attribute.value.lower().replace("_", ""): attribute for attribute in Attribute},
    "nationalid": Attribute.CITIZEN_ID,
    "nid": Attribute.CITIZEN_ID,
    "citizenid": Attribute.CITIZEN_ID,
    "cardnumber": Attribute.CARD_NO,
    "groupidentifier": Attribute.HOUSEHOLD,
    "firstname": Attribute.GIVEN_NAME,
    "lastname": Attribute.SURNAME,
    "dob": Attribute.BIRTH_DATE,
    "birthyear": Attribute.BIRTH_YEAR,
    "areacode": Attribute.SUBDISTRICT,
    "postcode": Attribute.POSTCODE,
    "pincode": Attribute.POSTCODE,
}
_OPERATORS: Final = {**{operator.value: operator for operator in Operator}, "lte": Operator.LE, "gte": Operator.GE}
_YEAR_MIN: Final = 1900
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9 _-]{0,39}")


def id_value(query: Any) -> Term:
    """The filter of an `idtype-value` query. Raises Rejected."""
    if not isinstance(query, Mapping):
        raise _bad("the query must have type and value", "คำค้นต้องมี type และ value")
    attribute = attribute_named(str(query.get("type", "")).rpartition(":")[2])
    if attribute not in _NAMED:
        raise _bad("people are found by the types UIN, CARD_NO and HOUSEHOLD_ID", "ค้นหาด้วยชนิด UIN CARD_NO และ HOUSEHOLD_ID เท่านั้น")
    return _term(attribute, "eq", query.get("value"))


def expression(query: Any) -> Node:
    """The filter of an `expression` query: `$and`, `$or`, `$not` over `{attribute: {$operator: value}}`. Raises Rejected."""
    value = query.get("value") if isinstance(query, Mapping) else None
    inner = value.get("expression") if isinstance(value, Mapping) else None
    tree = inner.get("query") if isinstance(inner, Mapping) else None
    return _checked(_tree(tree, DEPTH_MAX))


def predicates(query: Any) -> Node:
    """The filter of a `predicate` query: a list in the order of `seq_num`, of which all must hold. Raises Rejected.

    `condition` joins the two expressions of an entry; `not` is the first and not the second, or not the only one.
    """
    if not isinstance(query, list) or not 1 <= len(query) <= TERMS_MAX or not all(isinstance(one, Mapping) for one in query):
        raise _bad(f"predicates are a list of 1 to {TERMS_MAX}", f"predicate ต้องเป็นรายการ 1 ถึง {TERMS_MAX} รายการ")
    return _checked(Joined(every=True, parts=tuple(_predicate(one) for one in sorted(query, key=_place))))


def is_narrow(node: Node) -> bool:
    """Whether an identifier or an area bounds what is found, so that finding it is a look into an index."""
    match node:
        case Term():
            return node.attribute in _NARROW and node.operator in _SAME
        case Joined():
            return (any if node.every else all)(is_narrow(part) for part in node.parts)
        case Negated():
            return False


def terms(node: Node) -> list[Term]:
    """Every comparison in the tree."""
    match node:
        case Term():
            return [node]
        case Joined():
            return [term for part in node.parts for term in terms(part)]
        case Negated():
            return terms(node.part)


def attribute_named(name: Any) -> Attribute:
    """The attribute of that name, in any spelling that is usual. Raises Rejected."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _unknown()
    found = _NAMES.get(re.sub("[ _-]", "", name).lower())
    if found is None:
        raise _unknown()
    return found


def _tree(node: Any, depth: int) -> Node:
    if not isinstance(node, Mapping) or not node or len(node) > TERMS_MAX or depth == 0:
        raise _bad("the expression is empty, too deep or no object", "นิพจน์ว่าง ซ้อนลึกเกินไป หรือไม่ใช่ออบเจกต์")
    parts = [_branch(str(name), inner, depth) for name, inner in node.items()]
    return parts[0] if len(parts) == 1 else Joined(every=True, parts=tuple(parts))


def _branch(name: str, inner: Any, depth: int) -> Node:
    if name in {"$and", "$or"}:
        if not isinstance(inner, list) or not 1 <= len(inner) <= TERMS_MAX:
            raise _bad("$and and $or take a list", "$and และ $or ต้องเป็นรายการ")
        return Joined(every=name == "$and", parts=tuple(_tree(one, depth - 1) for one in inner))
    if name == "$not":
        return Negated(_tree(inner, depth - 1))
    attribute = attribute_named(name)
    if not isinstance(inner, Mapping):
        return _term(attribute, "eq", inner)
    if not 1 <= len(inner) <= len(Operator) or not all(isinstance(one, str) and one.startswith("$") for one in inner):
        raise _bad("an attribute is compared by $eq, $in, $gt, $lt, $ge or $le", "เปรียบเทียบด้วย $eq $in $gt $lt $ge $le")
    found = tuple(_term(attribute, one[1:], value) for one, value in inner.items())
    return found[0] if len(found) == 1 else Joined(every=True, parts=found)


def _predicate(entry: Mapping[str, Any]) -> Node:
    first, condition = _compared(entry.get("expression1")), entry.get("condition")
    if "expression2" not in entry:
        if condition not in {None, "not"}:
            raise _bad("a condition joins two expressions", "condition ต้องเชื่อมสองนิพจน์")
        return first if condition is None else Negated(first)
    second = _compared(entry["expression2"])
    match condition:
        case "and" | "or":
            return Joined(every=condition == "and", parts=(first, second))
        case "not":
            return Joined(every=True, parts=(first, Negated(second)))
        case _:
            raise _bad("the condition is and, or, not", "condition ต้องเป็น and or not")


def _compared(part: Any) -> Term:
    if not isinstance(part, Mapping):
        raise _bad("an expression has attribute_name, operator, attribute_value", "นิพจน์ต้องมี attribute_name operator attribute_value")
    operator, value = part.get("operator"), part.get("attribute_value")
    # The document knows no list here.
    listed = value.split(",") if operator == "in" and isinstance(value, str) else value
    return _term(attribute_named(part.get("attribute_name")), operator, listed)


def _place(entry: Mapping[str, Any]) -> float:
    place = entry.get("seq_num", 0)
    if isinstance(place, bool) or not isinstance(place, int | float):
        raise _bad("seq_num is a number", "seq_num ต้องเป็นตัวเลข")
    return place


def _term(attribute: Attribute, operator: Any, value: Any) -> Term:
    known = _OPERATORS.get(operator) if isinstance(operator, str) else None
    if known is None or (known not in _SAME and attribute not in _ORDERED):
        raise _bad(f"{attribute} is not compared in this way", f"ไม่สามารถเปรียบเทียบ {attribute} ด้วยวิธีนี้")
    values = value if known is Operator.IN else [value]
    if not isinstance(values, list) or not 1 <= len(values) <= VALUES_MAX:
        raise _bad(f"in takes a list of 1 to {VALUES_MAX}", f"in ต้องเป็นรายการ 1 ถึง {VALUES_MAX} ค่า")
    read = _READERS[attribute]
    return Term(attribute, known, tuple(read(one) for one in values))


def _checked(node: Node) -> Node:
    if len(terms(node)) > TERMS_MAX:
        raise _bad(f"there are more than {TERMS_MAX} comparisons", f"มีการเปรียบเทียบเกิน {TERMS_MAX} รายการ")
    return node


def _citizen_id(value: Any) -> str:
    try:
        return parse_citizen_id(_text(value))
    except BadCitizenId as bad:
        raise Rejected(Fault.PERSON, bad.message_en, bad.message_th) from None


def _card_no(value: Any) -> str:
    digits = read_card_no(_text(value))
    if digits is None:
        raise Rejected(Fault.PERSON, "a card number has 16 digits", "หมายเลขบัตรต้องมี 16 หลัก")
    return digits


def _household_id(value: Any) -> UUID:
    try:
        return UUID(_text(value))
    except ValueError:
        raise _bad("the identifier of a household is a UUID, as answers have it", "รหัสครัวเรือนเป็น UUID ตามที่ปรากฏในคำตอบ") from None


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or len(text := str(value)) > TEXT_CHARACTERS_MAX or "\0" in text:
        raise _bad("a value is no short text", "ค่าต้องเป็นข้อความสั้น")
    return text


def _name(value: Any) -> str:
    return clean(_text(value))


def _digits(count: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = _text(value)
        if len(text) != count or not (text.isascii() and text.isdigit()):
            raise _bad(f"the code has {count} digits", f"รหัสต้องมี {count} หลัก")
        return text

    return read


def _number(value: Any) -> int:
    text = _text(value)
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise _bad("a year or an age is a whole number", "ปีหรืออายุต้องเป็นจำนวนเต็ม")
    return int(text)


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(_text(value)[:10])
    except ValueError:
        raise _bad("a day is written YYYY-MM-DD", "วันที่ต้องเป็น YYYY-MM-DD") from None


def moment_of(value: Any) -> datetime | None:
    """The moment, in UTC, of an ISO 8601 text with its zone, else None."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None and moment.year >= _YEAR_MIN else None
    except (ValueError, OverflowError):
        return None


def _moment(value: Any) -> datetime:
    moment = moment_of(value)
    if moment is None:
        raise _bad("a moment is ISO 8601 with its zone", "เวลาต้องเป็น ISO 8601 พร้อมเขตเวลา")
    return moment


def _tier(value: Any) -> str:
    if not isinstance(value, str) or value not in set(Tier):
        raise _bad(f"the tiers are {', '.join(Tier)}", f"ระดับรายได้คือ {', '.join(Tier)}")
    return str(value)


_READERS: Final[Mapping[Attribute, Callable[[Any], Any]]] = {
    Attribute.CITIZEN_ID: _citizen_id,
    Attribute.CARD_NO: _card_no,
    Attribute.HOUSEHOLD: _household_id,
    Attribute.GIVEN_NAME: _name,
    Attribute.SURNAME: _name,
    Attribute.BIRTH_YEAR: _number,
    Attribute.BIRTH_DATE: _day,
    Attribute.AGE: _number,
    Attribute.TIER: _tier,
    Attribute.PROVINCE: _digits(2),
    Attribute.DISTRICT: _digits(4),
    Attribute.SUBDISTRICT: _digits(6),
    Attribute.POSTCODE: _digits(5),
    Attribute.LAST_UPDATED: _moment,
}


def _unknown() -> Rejected:
    names = ", ".join(Attribute)
    return _bad(f"the attributes are {names}", f"ชื่อช่องข้อมูลที่ใช้ได้คือ {names}")


def _bad(en: str, th: str) -> Rejected:
    return Rejected(Fault.FILTER, en, th)
