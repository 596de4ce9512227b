"""Forms on paper, empty or filled in: whatever a definition (forms/definitions) says, in its order. A new version prints by itself."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from services.interview.papers.words import MEASURE, baht_of
from shared.documents import Answer, Block, Choices, Digits, Document, Fields, Group, Note, Option, Section, Signature, Signatures, Writing
from shared.thai.areas import area_in_thai
from shared.thai.dates import in_thai, moment_in_thai, month_in_thai_of

Node = Mapping[str, Any]

EMPTY_GROUPS: Final = 3
"""On an empty paper there is room for so many entries of a list."""

_LONG_TEXT_MIN: Final = 300
_SCALE_STEPS_MAX: Final = 10
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}")
_WIDTHS: Final = {"registry.prefix": 2, "registry.first_name": 5, "registry.last_name": 5, "registry.address": 12, "registry.name": 6}
_MARKS: Final = {"annex2": "แนบ 2", "annex3": "แนบ 3"}
_HOLDER, _OFFICER, _CHECKER = "ผู้มีบัตรสวัสดิการแห่งรัฐ", "ผู้ดูแลผู้มีบัตรสวัสดิการแห่งรัฐ", "ผู้ตรวจ"
_SIGNATURES: Final = {
    "annex2": (_HOLDER, "เจ้าหน้าที่ผู้รับแจ้ง", "พยาน (เมื่อพิมพ์ลายนิ้วมือ)"),
    "annex3": (_HOLDER, _OFFICER, "ผู้ร่วมสัมภาษณ์"),
    "follow_up": (_OFFICER,),
    "spot_check": (_HOLDER, _CHECKER),
}
_RECONSTRUCTED: Final = "จัดทำขึ้นใหม่ มิใช่แบบตามหนังสือราชการ"
"""Of forms whose official words are not known: nobody may take the paper for the official one."""


@dataclass(frozen=True, slots=True)
class FilledIn:
    """What stands on a paper: answers (None: to be written on it), what is known by the names of `x-from`, words of codes, the kinds not shown."""

    answers: Mapping[str, Any] | None
    known: Mapping[str, str | None] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()


def form_document(schema: Node, filled: FilledIn | None, *, digits: Digits, printed_on: date) -> Document:
    """The form of the definition, empty (None), with what is known to write the answers on, or filled in."""
    sheet = _Sheet(filled)
    blocks = [
        block
        for number, (code, words) in enumerate(schema["x-sections"].items(), start=1)
        for block in sheet.section(schema, code, f"{number}. {words['th']}")
    ]
    roles = _SIGNATURES.get(schema["x-form"], (_HOLDER, _OFFICER))
    blocks.append(Signatures(tuple(Signature(role, (sheet.known("registry.name") or "") if role == _HOLDER else "") for role in roles)))
    title = schema["x-label"]["th"]
    footer = [
        f"{title} รุ่น {schema['x-version']}",
        *([_RECONSTRUCTED] if schema["x-source"].startswith("[R]") else []),
        f"พิมพ์เมื่อ {in_thai(printed_on)}",
    ]
    return Document(title, tuple(blocks), subtitle=MEASURE, mark=_MARKS.get(schema["x-form"], ""), footer=" · ".join(footer), digits=digits)


class _Sheet:
    """From a definition's fields to blocks, with or without answers."""

    def __init__(self, filled: FilledIn | None) -> None:
        self._known = {} if filled is None else filled.known
        self._filled = None if filled is None or filled.answers is None else filled

    def known(self, source: str) -> str | None:
        """What is printed beforehand from what is known."""
        return self._known.get(source)

    def section(self, schema: Node, code: str, title: str) -> Iterator[Block]:
        """The section's heading, what is known, and its fields; nothing for a section without any."""
        told = {name: one for name, one in schema.get("x-prefilled", {}).items() if one["x-section"] == code}
        prefilled = [Answer(one["x-label"]["th"], self.known(one["x-from"]), _WIDTHS.get(one["x-from"], 6)) for one in told.values()]
        asked = {name: one for name, one in schema["properties"].items() if one.get("x-section") == code}
        answers = None if self._filled is None else self._filled.answers
        inner = [*prefilled, *self._fields(asked, answers, schema.get("x-prefilled", {}), title=title.partition(" ")[2])]
        if inner:
            yield Section(title)
            yield from _lines(inner)

    def _fields(
        self, asked: Mapping[str, Node], answers: Mapping[str, Any] | None, told: Mapping[str, Any], *, title: str = ""
    ) -> Iterator[Answer | Block]:
        for name, node in asked.items():
            # Who is named by an id on a screen is named in words on paper; and what is a paper of its own is printed as that.
            if name.removesuffix("_id") in told or "x-fields-of" in node:
                continue
            if self._filled is not None and node.get("x-sensitive") in self._filled.withheld:
                yield Note(f"{node['x-label']['th']}: ไม่แสดงในฉบับนี้ (ข้อมูลอ่อนไหว)", small=True)
                continue
            yield from self._field(node, None if answers is None else answers.get(name), told, titled=node["x-label"]["th"] != title)

    def _field(self, node: Node, value: Any, told: Mapping[str, Any], *, titled: bool = True) -> Iterator[Answer | Block]:
        label = node["x-label"]["th"]
        match node["type"]:
            case "object":
                if titled:
                    yield Note(label, strong=True)
                yield from self._fields(node["properties"], value or (None if self._filled is None else {}), told)
            case "array":
                yield from self._list(node, value, told, titled=titled)
            case "boolean":
                yield Choices(label, (Option("ใช่", value is True), Option("ไม่ใช่", value is False)), _hint(node))
            case "integer" if (
                "minimum" in node and node.get("maximum", _SCALE_STEPS_MAX + node["minimum"]) - node["minimum"] < _SCALE_STEPS_MAX
            ):
                scale = range(node["minimum"], node["maximum"] + 1)
                yield Choices(label, tuple(Option(str(step), value == step) for step in scale), _hint(node))
            case _ if "enum" in node:
                yield Choices(label, _options(node, () if value is None else (value,)), _hint(node))
            case "string" if node.get("maxLength", 0) >= _LONG_TEXT_MIN:
                yield Writing(label, None if value is None else str(value), hint=_hint(node))
            case _:
                label = label.replace("สตางค์", "บาท") if node.get("x-unit") == "satang" else label
                yield Answer(label, None if value is None else self._text(node, value), 6 if node["type"] == "string" else 4, _hint(node))

    def _list(self, node: Node, value: Any, told: Mapping[str, Any], *, titled: bool) -> Iterator[Answer | Block]:
        label, item = node["x-label"]["th"], node["items"]
        if "enum" in item:
            yield Choices(label, _options(item, value or ()), _hint(node))
        elif item["type"] != "object":
            yield Writing(label, None if not value else ", ".join(self._text(item, one) for one in value), hint=_hint(node))
        elif self._filled is not None and not value:
            yield Note(f"{label}: ไม่มีรายการ")
        else:
            if titled:
                yield Note(label, strong=True)
            for number, one in enumerate(value or [None] * min(EMPTY_GROUPS, node.get("maxItems", EMPTY_GROUPS)), start=1):
                yield Group(f"{item['x-label']['th']}ที่ {number}", tuple(_lines(self._fields(item["properties"], one, told))))

    def _text(self, node: Node, value: Any) -> str:
        """A value as people read it."""
        words = {} if self._filled is None else self._filled.words.get(node.get("x-code-list", {}).get("name", ""), {})
        return words[value] if value in words else _number(node, value) if isinstance(value, int | float) else _string(node, str(value))


def _number(node: Node, value: float) -> str:
    return baht_of(int(value)) if node.get("x-unit") == "satang" else f"{value:,}"


def _string(node: Node, value: str) -> str:
    if node.get("format") == "date":
        return in_thai(date.fromisoformat(value))
    if node.get("format") == "date-time":
        return moment_in_thai(datetime.fromisoformat(value))
    if node.get("format") == "th-district":
        return area_in_thai(value)
    return month_in_thai_of(value) if "pattern" in node and _MONTH.fullmatch(value) else value


def _options(node: Node, chosen: Iterable[str]) -> tuple[Option, ...]:
    chosen = frozenset(chosen)
    return tuple(Option(node["x-options"][code]["th"], code in chosen) for code in node["enum"])


def _hint(node: Node) -> str:
    """The hint of a field, unless it says how programs write: those with a format or a pattern."""
    return "" if {"format", "pattern"} & node.keys() else str(node.get("x-help", {}).get("th", ""))


def _lines(inner: Iterable[Answer | Block]) -> Iterator[Block]:
    """Fields that follow one another flow into lines."""
    waiting: list[Answer] = []
    for one in inner:
        if isinstance(one, Answer):
            waiting.append(one)
            continue
        if waiting:
            yield Fields(tuple(waiting))
            waiting = []
        yield one
    if waiting:
        yield Fields(tuple(waiting))
