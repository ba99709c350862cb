"""A course that has limits, as a small plot: where it stands against them is the point of it."""

from statistics import median
from typing import NamedTuple

from apps.terminal.cells import fit, fold, short, wide
from apps.terminal.charts.course import Course, Point, moment
from apps.terminal.charts.sparkline import HEADING_LINES, across, grouped, heading, telling

ROWS = 9
LEAST_COLUMNS = 10
WIDEST_POINT = 2
POINT, SIGNAL, LIMIT = "•", "◆", "┄"
SIGNALS_NAMED = 3
FOOT_LINES = 2


class Ends(NamedTuple):
    """What the plot reaches over."""

    low: float
    """Value at the bottom."""
    high: float
    """Value at the top."""

    def row(self, value: float) -> int:
        """Row of a value, from the top."""
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return round((1 - min(max(share, 0.0), 1.0)) * (ROWS - 1))


def draw_control(course: Course, width: int) -> list[str] | None:
    """The plot of one series with its limits; nothing if it has none.

    Returns:
        Lines of at most `width` cells: heading, plot, ends of the course, figures, signals.
    """
    points = list(course.series[0].points)
    limits = [_limits(course, point) for point in points]
    if len(course.series) > 1 or not any(limits):
        return None
    heights = [point.value for point in points] + [at for one in limits for at in one.values()]
    ends = Ends(min(heights), max(heights))
    margin = _margin(ends, points, limits)
    cells = max(width - max(map(wide, margin)) - 2, LEAST_COLUMNS)
    columns = _columns(points, cells)
    each = max(min(WIDEST_POINT, cells // len(columns)), 1)
    rows = _plot(course, columns, ends, each)
    left = max(map(wide, margin))
    lines = fold(heading(course), width, HEADING_LINES)
    lines += [f"{fit(m, left, right=True)} ┤{row}" for m, row in zip(margin, rows, strict=True)]
    lines.append(" " * (left + 2) + across([p.at for p in points], len(columns) * each))
    return [*lines, *_figures(points, len(columns), width)]


def _limits(course: Course, point: Point) -> dict[str, float]:
    own = {"lower": point.lower, "upper": point.upper}
    return {**course.limits, **{name: at for name, at in own.items() if at is not None}}


def _columns(points: list[Point], cells: int) -> list[Point]:
    """The points that are drawn, one a column."""
    middle = median(point.value for point in points)
    groups = grouped([str(place) for place in range(len(points))], cells)
    return [telling([points[int(place)] for place in group], middle) for group in groups]


def _margin(ends: Ends, points: list[Point], limits: list[dict[str, float]]) -> list[str]:
    """Labels at the left: the limits by name, the middle of the points, the ends of the scale."""
    margin = [""] * ROWS
    margin[0], margin[-1] = short(ends.high), short(ends.low)
    middle = median(point.value for point in points)
    margin[ends.row(middle)] = f"median {short(middle)}"
    names = dict.fromkeys(name for one in limits for name in one)
    for name in names:
        at = [one[name] for one in limits if name in one]
        shown = short(at[-1]) if min(at) == max(at) else f"{short(min(at))} … {short(max(at))}"
        margin[ends.row(median(at))] = f"{name} {shown}"
    return margin


def _plot(course: Course, columns: list[Point], ends: Ends, each: int) -> list[str]:
    drawn = [[" "] * (len(columns) * each) for _ in range(ROWS)]
    for place, point in enumerate(columns):
        for at in _limits(course, point).values():
            drawn[ends.row(at)][place * each : (place + 1) * each] = [LIMIT] * each
        drawn[ends.row(point.value)][place * each] = SIGNAL if point.signal else POINT
    return ["".join(row).rstrip() for row in drawn]


def _figures(points: list[Point], columns: int, width: int) -> list[str]:
    least = min(points, key=lambda point: point.value)
    most = max(points, key=lambda point: point.value)
    said = [f"first {short(points[0].value)}", f"last {short(points[-1].value)}"]
    said += [f"min {short(least.value)} ({moment(least.at)})"]
    said += [f"max {short(most.value)} ({moment(most.at)})"]
    if columns < len(points):
        said.append(f"{len(points):,} points on {columns} columns")
    lines = fold(" · ".join(said), width, FOOT_LINES)
    signals = [point for point in points if point.signal]
    if signals:
        named = "; ".join(f"{moment(one.at)} {one.signal}" for one in signals[:SIGNALS_NAMED])
        more = "; …" if len(signals) > SIGNALS_NAMED else ""
        text = f"{SIGNAL} {len(signals)} of {len(points)} points signal: {named}{more}"
        lines += fold(text, width, FOOT_LINES)
    return lines
