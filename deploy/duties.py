"""The duties of governors, district chiefs and account officers, and by which operations they fulfil them: `python -m deploy.duties`.

Writes docs/duties.md, and docs/pages/duties.html, which every service's OpenAPI page links.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from pathlib import Path
from typing import Any, Final

import typer
import yaml

from deploy.local.roles import ROLES
from deploy.local.users import USERS
from shared.auth import Level

ROOT: Final = Path(__file__).parents[1]
TABLE: Final = Path(__file__).with_name("duties.yaml")
HEADS: Final = ("ข้อ / No.", "หน้าที่ / Duty", "ระบบ / Service", "การทำงาน / Operation", "บทบาท / Role", "พื้นที่ / Reach", "ผู้อื่น / Elsewhere")
_TITLE: Final = "หน้าที่และการทำงานของระบบ: Duties and operations"
_INTRODUCTION: Final = (
    "Every numbered duty that the circular gives to governors, district chiefs and account officers, with the operations that fulfil it: found on"
    " the OpenAPI page of the service by their names. Elsewhere says what a caller of the same role whose reach is another gets."
)


class Outside(StrEnum):
    """What who is elsewhere gets."""

    NOT_THERE = "NOT_THERE"
    EMPTY = "EMPTY"
    EVERYBODY = "EVERYBODY"


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """An operation that fulfils a duty, by whom and how far."""

    service: str
    operation_id: str
    role: str
    reach: Level
    outside: Outside

    @property
    def name(self) -> str:
        """Service and operation."""
        return f"{self.service}.{self.operation_id}"

    def user(self, code: str) -> str:
        """The development user of the role in the area, or of the officer."""
        return next(f"{prefix}-{code}" for prefix, role in USERS.items() if role == self.role)


@dataclass(frozen=True, slots=True)
class Duty:
    """A numbered duty."""

    actor: str
    number: int
    th: str
    en: str
    fulfilled_by: Sequence[Fulfilment]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who has duties."""

    name: str
    th: str
    en: str
    duties: Sequence[Duty]


def actors() -> list[Actor]:
    """The table. Raises KeyError or ValueError for a row that is not whole."""
    file: dict[str, Any] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return [_actor(name, one) for name, one in file["actors"].items()]


def pages() -> Mapping[Path, str]:
    """The generated pages by their place in the project."""
    return {Path("docs/duties.md"): _markdown(actors()), Path("docs/pages/duties.html"): _html(actors())}


def _actor(name: str, one: Mapping[str, Any]) -> Actor:
    role, reach = one["role"], Level(one["reach"])
    if ROLES[role].level is not reach:
        raise ValueError(f"{role} does not reach {reach}")
    duties = [
        Duty(name, number, duty["th"], duty["en"], [_fulfilment(entry, role, reach) for entry in duty["operations"]])
        for number, duty in one["duties"].items()
    ]
    return Actor(name, one["th"], one["en"], duties)


def _fulfilment(entry: Mapping[str, str], role: str, reach: Level) -> Fulfilment:
    service, _, operation_id = entry["operation"].partition(".")
    return Fulfilment(service, operation_id, role, reach, Outside(entry.get("outside", Outside.NOT_THERE)))


def _rows(actor: Actor) -> Iterator[tuple[str, ...]]:
    for duty in actor.duties:
        for place, one in enumerate(duty.fulfilled_by):
            first = (str(duty.number), f"{duty.th} / {duty.en}") if place == 0 else ("", "")
            yield (*first, one.service, one.operation_id, one.role, one.reach.value, one.outside.value)


def _markdown(table: Sequence[Actor]) -> str:
    lines = [f"# {_TITLE}", "", "Made by `python -m deploy.duties` from [deploy/duties.yaml](../deploy/duties.yaml). " + _INTRODUCTION, ""]
    for actor in table:
        lines += [f"## {actor.th} / {actor.en}", "", _line(HEADS), _line(("---",) * len(HEADS)), *map(_line, _rows(actor)), ""]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _html(table: Sequence[Actor]) -> str:
    parts = [
        '<!doctype html>\n<html lang="th">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(_TITLE)}</title>",
        "<style>body{font-family:sans-serif;margin:2rem}table{border-collapse:collapse}th,td{border:1px solid #999;padding:.3rem;text-align:left}</style>",
        f"</head>\n<body>\n<h1>{escape(_TITLE)}</h1>\n<p>{escape(_INTRODUCTION)}</p>",
    ]
    for actor in table:
        parts += [
            f"<h2>{escape(f'{actor.th} / {actor.en}')}</h2>",
            "<table>",
            _tr("th", HEADS),
            *(_tr("td", row) for row in _rows(actor)),
            "</table>",
        ]
    return "\n".join([*parts, "</body>\n</html>\n"])


def _tr(kind: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{kind}>{escape(cell)}</{kind}>' for cell in cells)}</tr>"


def main() -> None:
    """Write the pages."""
    for path, text in pages().items():
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")
        typer.echo(f"written: {path}")


if __name__ == "__main__":
    typer.run(main)
