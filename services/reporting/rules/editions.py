"""What a new edition of a report says otherwise than the one before, figure by figure and in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from services.reporting.rules.definitions import definitions

CHANGES_MAX: Final = 200
"""More are counted and not told one by one."""

_DERIVED: Final = frozenset({"comparison"})
"""What follows from a figure beside it."""

_LANGUAGES: Final = ("th", "en")
Value = str | int | float | bool | list[Any] | dict[str, Any] | None


@dataclass(frozen=True)
class Change:
    """One figure that another edition tells otherwise; None before or after where it is not there. Rows are named, not numbered."""

    path: str
    before: Value
    after: Value
    th: str
    en: str


def explained(report: str, edition: int, then: Mapping[str, Any], now: Mapping[str, Any], late: Mapping[str, int]) -> dict[str, Any]:
    """What is frozen of the difference between the figures of an edition and the one before it; `late` are late facts by kind."""
    changes = list(changes_between(report, then, now))
    facts = sum(late.values())
    return {
        "changes": [asdict(change) for change in changes[:CHANGES_MAX]],
        "changes_in_all": len(changes),
        "late_facts": dict(late),
        "explanation": {
            "th": f"ฉบับที่ {edition} ต่างจากฉบับที่ {edition - 1} จำนวน {len(changes):,} ตัวเลข มีข้อเท็จจริงที่แจ้งล่าช้านับเพิ่ม {facts:,} รายการ",
            "en": f"Edition {edition} differs from edition {edition - 1} in {len(changes):,} figures; {facts:,} facts told late were counted since",
        },
    }


def changes_between(report: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    """The figures that differ, in the order of their paths."""
    yield from _walk(_Words(report), then, now, (), {})


def _walk(words: "_Words", then: Any, now: Any, path: tuple[str, ...], row: Mapping[str, Any]) -> Iterator[Change]:
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for name in sorted((then.keys() | now.keys()) - _DERIVED):
            yield from _walk(words, then.get(name), now.get(name), (*path, name), row)
    elif _rows(then) and _rows(now):
        before, after = _by_label(then or []), _by_label(now or [])
        for label in dict.fromkeys((*before, *after)):
            named = after.get(label) or before[label]
            yield from _walk(words, before.get(label, _absent(named)), after.get(label, _absent(named)), (*path, f"[{label}]"), named)
    elif then != now:
        yield words.of(".".join(path).replace(".[", "["), path[-1], then, now, row)


def _rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


def _absent(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row that is not there: its labels, and no figure."""
    return {name: value if isinstance(value, str) else None for name, value in row.items()}


def _by_label(rows: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The rows by what they are about: whole numbers are figures, texts are labels. Of two alike the second has a number."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        label = "|".join(value for name, value in row.items() if isinstance(value, str) and not name.endswith(("_th", "_en")))
        number = 2
        unique = label
        while unique in found:
            unique, number = f"{label}#{number}", number + 1
        found[unique] = row
    return found


class _Words:
    """How the changes of one report are told."""

    def __init__(self, report: str) -> None:
        self._figures = definitions(report)

    def of(self, path: str, name: str, before: Value, after: Value, row: Mapping[str, Any]) -> Change:
        figure = self._figures.get(str(row.get("figure", name))) or self._figures.get(name)
        labels = (figure.label_th, figure.label_en) if figure else (name, name)
        told = (
            f"{label}{_row(row, language)} {_moved(before, after, language)}" for label, language in zip(labels, _LANGUAGES, strict=True)
        )
        return Change(path, before, after, *told)


def _row(row: Mapping[str, Any], language: str) -> str:
    """What the row is about, in brackets: names in the language where it has any, else codes. One that is named by its figure needs none."""
    if not row or "figure" in row:
        return ""
    named = {name.removesuffix(f"_{language}"): value for name, value in row.items() if name.endswith(f"_{language}") and value}
    codes = [
        value
        for name, value in row.items()
        if isinstance(value, str) and not name.endswith(("_th", "_en")) and name not in named and not (name == "group" and "label" in named)
    ]
    told = ", ".join([*named.values(), *codes])
    return f" ({told})" if told else ""


def _moved(before: Value, after: Value, language: str) -> str:
    if isinstance(before, int | float) and isinstance(after, int | float):
        by, rose = abs(after - before), after > before
        if language == "th":
            return f"{'เพิ่มขึ้น' if rose else 'ลดลง'} {by:,} จาก {before:,} เป็น {after:,}"
        return f"{'rose' if rose else 'fell'} by {by:,}, from {before:,} to {after:,}"
    was, is_now = (_shown(one, language) for one in (before, after))
    return f"เดิม {was} ปัจจุบัน {is_now}" if language == "th" else f"was {was}, is now {is_now}"


def _shown(value: Value, language: str) -> str:
    if value is None:
        return "ไม่มี" if language == "th" else "not there"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
