"""Courses as sparklines, one line a series, on one scale."""

from itertools import pairwise
from statistics import median

from apps.terminal.cells import fit, fold, short, wide
from apps.terminal.charts.course import Course, Point, Series, moment

LEVELS = "▁▂▃▄▅▆▇█"
MOST_SERIES = 12
WIDEST_NAME = 28
WIDEST_POINT = 3
HEADING_LINES = 2


def draw_sparklines(course: Course, width: int) -> list[str]:
    """Each series with its first, last, lowest and highest value, within `width` cells."""
    shown = course.series[:MOST_SERIES]
    moments = sorted({point.at for one in shown for point in one.points}, key=_order)
    names = min(max(wide(one.name) for one in shown), WIDEST_NAME)
    tails = _tails(shown)
    room = max(width - names - max(map(wide, tails)) - (4 if names else 2), 8)
    groups = grouped(moments, room)
    each = max(min(WIDEST_POINT, room // len(groups)), 1)
    values = [point.value for one in shown for point in one.points]
    ends = (min(values), max(values))
    left = " " * (names + 2) if names else ""
    lines = fold(heading(course), width, HEADING_LINES)
    for one, tail in zip(shown, tails, strict=True):
        drawn = _spark(one, groups, ends, each)
        name = f"{fit(one.name, names)}  " if names else ""
        lines.append(f"{name}{drawn}  {tail}")
    lines.append(left + across(moments, len(groups) * each))
    lines += [f"{left}{line}" for line in _marks(course, groups, each)]
    if len(course.series) > len(shown):
        lines.append(f"… and {len(course.series) - len(shown)} more; `--json` gives all")
    return lines


def heading(course: Course) -> str:
    """Title, unit and direction of a course."""
    by = f"by {course.across}" if course.across else ""
    unit = course.unit if course.unit not in course.title else ""
    return " · ".join(filter(None, (course.title, unit, by)))


def across(moments: list[str], cells: int) -> str:
    """First and last moment under the ends of a course."""
    first, last = moment(moments[0]), moment(moments[-1])
    if len(moments) < 2 or wide(first) + wide(last) + 1 > cells:
        return f"{first} … {last}" if first != last else first
    return first + fit(last, cells - wide(first), right=True)


def grouped(moments: list[str], cells: int) -> list[tuple[str, ...]]:
    """Moments in their order, spread evenly over at most so many cells."""
    count = max(min(len(moments), cells), 1)
    ends = [place * len(moments) // count for place in range(count + 1)]
    return [tuple(moments[a:b]) for a, b in pairwise(ends)]


def telling(points: list[Point], middle: float) -> Point:
    """The point that stands for several: one that signals, else the farthest from the middle."""
    return max(points, key=lambda one: (bool(one.signal), abs(one.value - middle)))


def _spark(
    series: Series, groups: list[tuple[str, ...]], ends: tuple[float, float], each: int
) -> str:
    by_moment = {point.at: point for point in series.points}
    middle = median(point.value for point in series.points)
    low, high = ends
    drawn = ""
    for group in groups:
        points = [by_moment[at] for at in group if at in by_moment]
        if not points:
            drawn += " " * each
            continue
        share = (telling(points, middle).value - low) / ((high - low) or 1.0)
        drawn += LEVELS[round(share * (len(LEVELS) - 1))] * each
    return drawn


def _tails(shown: tuple[Series, ...]) -> list[str]:
    rows = [_figures(one) for one in shown]
    widths = [max(map(wide, column)) for column in zip(*rows, strict=True)]
    return [_tail(row, widths) for row in rows]


def _figures(series: Series) -> tuple[str, str, str, str]:
    values = [point.value for point in series.points]
    found = (values[0], values[-1], min(values), max(values))
    return (short(found[0]), short(found[1]), short(found[2]), short(found[3]))


def _tail(row: tuple[str, str, str, str], widths: list[int]) -> str:
    first, last, low, high = (fit(t, w, right=True) for t, w in zip(row, widths, strict=True))
    return f"{first} → {last}  min {low}  max {high}"


def _marks(course: Course, groups: list[tuple[str, ...]], each: int) -> list[str]:
    found = []
    for mark in course.marks:
        before = sum(group[-1] < mark for group in groups) * each
        found.append(f"{' ' * before}↑ {moment(mark, exact=True)}")
    return found


def _order(at: str) -> tuple[float, str]:
    try:
        return (float(at), "")
    except ValueError:
        return (0.0, at)
