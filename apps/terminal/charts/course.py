"""What a specification says about a course over time: points, their limits, and what is marked."""

import re
from typing import NamedTuple

from apps.terminal.charts.spec import Layer, Row, Spec, number, words

_MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)")


class Point(NamedTuple):
    """One point of a course."""

    at: str
    """When, as the specification says it: ISO 8601, a month, a number."""
    value: float
    """The figure."""
    lower: float | None
    """Lower control limit there."""
    upper: float | None
    """Upper control limit there."""
    signal: str
    """Which rules it breaks; empty if none."""


class Series(NamedTuple):
    """The points of one thing."""

    name: str
    """What it is; empty if there is one only."""
    points: tuple[Point, ...]
    """Its points, in order."""


class Course(NamedTuple):
    """One or more series over the same time."""

    title: str
    """What is shown."""
    unit: str
    """Of what, or in which unit."""
    across: str
    """What goes from left to right."""
    series: tuple[Series, ...]
    """The series."""
    limits: dict[str, float]
    """Lines at one height, by name (specification limits)."""
    marks: tuple[str, ...]
    """Moments that are marked, such as a jump."""


def read_course(spec: Spec) -> Course | None:
    """The course that a specification shows; nothing if it shows none."""
    line = spec.first("line", "x", "y")
    if line is None:
        return None
    series = _series(line, _limit_fields(spec), _signals(spec))
    if not series:
        return None
    limits = spec.first("rule", "y")
    marks = [one for one in spec.layers if one.mark == "rule" and not one.field("y")]
    at = {when for one in marks for row in one.rows if (when := row.get(one.field("x") or ""))}
    return Course(
        title=spec.title,
        unit=line.title("y"),
        across=line.title("x"),
        series=series,
        limits=_limits(limits) if limits else {},
        marks=tuple(sorted(map(str, at))),
    )


def moment(at: str, *, exact: bool = False) -> str:
    """A moment as its day, or with its minute."""
    found = _MOMENT.match(at)
    if not found:
        return at
    return f"{found[1]} {found[2]}" if exact else found[1]


def _series(line: Layer, limits: tuple[str, str], signals: dict[str, str]) -> tuple[Series, ...]:
    x, y, kind = (line.field(channel) or "" for channel in ("x", "y", "color"))
    found: dict[str, list[Point]] = {}
    for row in line.rows:
        value = number(row.get(y))
        if value is None or row.get(x) is None:
            continue
        at = str(row[x])
        lower, upper = (number(row.get(name)) for name in limits)
        name = words(row.get(kind)) if kind else ""
        found.setdefault(name, []).append(Point(at, value, lower, upper, signals.get(at, "")))
    return tuple(Series(name, tuple(points)) for name, points in found.items())


def _limit_fields(spec: Spec) -> tuple[str, str]:
    """Columns of the dashed lines, the lower one first."""
    names = [name for one in spec.layers if one.dashed and (name := one.field("y"))]
    return (names[0], names[1]) if len(names) == 2 else ("", "")


def _signals(spec: Spec) -> dict[str, str]:
    layer = spec.first("point", "x", "tooltip")
    if layer is None:
        return {}
    x, said = layer.field("x") or "", layer.field("tooltip") or ""
    return {
        str(row[x]): words(row[said]).replace("_", " ")
        for row in layer.rows
        if _signalled(row, x, said)
    }


def _signalled(row: Row, x: str, said: str) -> bool:
    return row.get(x) is not None and bool(row.get(said))


def _limits(rule: Layer) -> dict[str, float]:
    y, name = rule.field("y") or "", rule.field("color") or ""
    found = ((words(row.get(name)), number(row.get(y))) for row in rule.rows)
    return {label: value for label, value in found if value is not None}
