"""What each figure means: its words, what is counted of whom, and the events it stands on."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

_FILE: Final = Path(__file__).with_name("definitions.yaml")


@dataclass(frozen=True)
class Definition:
    """One figure: label, what is counted (numerator) and of whom (denominator), in both languages, and its source events."""

    label_th: str
    label_en: str
    numerator_th: str
    numerator_en: str
    denominator_th: str
    denominator_en: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Title:
    """A report's name in both languages."""

    th: str
    en: str


def definitions(report: str) -> Mapping[str, Definition]:
    """The definitions of a report's figures by name."""
    return _reports()[report][1]


def title(report: str) -> Title:
    """The report's name."""
    return _reports()[report][0]


def column_title(report: str, column: str) -> Title:
    """What a column of the report's rows is called: as its figure, or as the label that it is. Raises KeyError for one that has no words."""
    figure = definitions(report).get(column)
    return _labels()[column] if figure is None else Title(figure.label_th, figure.label_en)


@cache
def _file() -> dict[str, Any]:
    file: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return file


@cache
def _reports() -> Mapping[str, tuple[Title, Mapping[str, Definition]]]:
    return {name: _report(report) for name, report in _file()["reports"].items()}


@cache
def _labels() -> Mapping[str, Title]:
    return {name: Title(**words) for name, words in _file()["labels"].items()}


def _report(report: dict[str, Any]) -> tuple[Title, Mapping[str, Definition]]:
    return Title(**report["title"]), {name: _definition(report, figure) for name, figure in report["figures"].items()}


def _definition(report: dict[str, Any], figure: dict[str, Any]) -> Definition:
    of = figure.get("of", report["of"])
    return Definition(
        label_th=figure["th"][0],
        label_en=figure["en"][0],
        numerator_th=figure["th"][1],
        numerator_en=figure["en"][1],
        denominator_th=of["th"],
        denominator_en=of["en"],
        sources=tuple(figure["from"]),
    )
