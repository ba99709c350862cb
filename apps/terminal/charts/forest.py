"""Figures with their intervals on one scale, and the line that they are held to."""

import math
from collections.abc import Callable
from typing import NamedTuple

from apps.terminal.cells import fit, fold, short, spanned, wide
from apps.terminal.charts.spec import Layer, Spec, number, words

MOST_ROWS = 15
STANDS, OUT = "●", "○"
STANDS_WORD, RULED_OUT = "stands", "ruled out"
LEAST_LABEL, WIDEST_LABEL = 12, 48
LEAST_PLOT = 16
LONGEST_PLOT = 64
LABEL_LINES = 3
NOTE_LINES = 3
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
REACH = 30.0
"""A ratio's scale ends at this many times the line or a thirtieth of it; beyond stands an arrow."""

ROOM = 2.0
"""How far a ratio's scale goes on where an interval has no end."""


class Span(NamedTuple):
    """One line of the plot."""

    label: str
    """What it is about."""
    value: float
    """The figure."""
    low: float | None
    """Lower end; none where there is no bound."""
    high: float | None
    """Upper end."""
    out: bool = False
    """Whether it was ruled out."""
    note: str = ""
    """What is said under it; may be empty."""
    figure: str = ""
    """The figure and its interval in the reader's format; empty for the plain one."""


class Forest(NamedTuple):
    """What is plotted, and against what."""

    spans: tuple[Span, ...]
    """The lines."""
    line: float | None
    """The value that they are held to; none if there is none."""
    log: bool
    """Whether the scale is logarithmic, as for ratios."""
    heading: str
    """What is shown; may be empty."""
    legend: tuple[str, str] = ("stands", "ruled out")
    """Words for what stands and for what was ruled out."""
    stacked: bool = False
    """Whether labels stand above their strokes: text from right to left cannot share a line."""


class Labels(NamedTuple):
    """Where the words of a line stand."""

    above: list[str]
    """Above its stroke."""
    beside: str
    """Beside it."""
    below: list[str]
    """Below it."""


class Scale(NamedTuple):
    """Where a value stands in the plot."""

    low: float
    """Value at the left edge."""
    high: float
    """Value at the right edge."""
    cells: int
    """Cells from edge to edge."""
    bend: Callable[[float], float]
    """The logarithm for ratios, else nothing."""

    def cell(self, value: float) -> int:
        """Cell of a value, held to the edges."""
        low, high = self.bend(self.low), self.bend(self.high)
        inside = min(max(value, self.low), self.high)
        return round((self.bend(inside) - low) / ((high - low) or 1.0) * (self.cells - 1))


def draw_forest(spec: Spec, width: int) -> list[str] | None:
    """The forest plot of a specification.

    Returns:
        Lines of at most `width` cells; nothing if the specification shows no intervals.
    """
    rule, point = spec.first("rule", "x", "x2", "y"), spec.first("point", "x", "y")
    if rule is None or point is None:
        return None
    spans = _spans(rule, point)
    if not spans:
        return None
    ratio = "ratio" in point.title("x")
    line = next((at for one in spec.layers if (at := one.datum("x")) is not None), None)
    line = 1.0 if ratio and line is None else line
    log = ratio and line is not None and line > 0 and all(span.value > 0 for span in spans)
    scale = f"{point.title('x')}{', log scale' if log else ''}"
    heading = " · ".join(filter(None, (spec.title, scale)))
    return plot(Forest(spans, line, log, heading), width)


def plot(forest: Forest, width: int) -> list[str]:
    """A forest plot on lines of at most `width` cells.

    Args:
        forest: what is plotted; at least one line.
        width: cells of a line.
    """
    shown = forest.spans[:MOST_ROWS]
    figures = _figures(shown)
    room = width - wide(figures[0]) - 6
    stacked = forest.stacked or room - LEAST_PLOT < LEAST_LABEL
    widest = 0 if stacked else max(wide(one.label) for one in shown)
    label = min(widest, WIDEST_LABEL, max(room - LEAST_PLOT, 0))
    scale = _scale(shown, forest, max(min(room - label, LONGEST_PLOT), LEAST_PLOT))
    lines = fold(forest.heading, width, 2) if forest.heading else []
    lines.append(f"  {' ' * label}  {_axis(scale, forest.line)}")
    for one, text in zip(shown, figures, strict=True):
        drawn = f"{_stroke(one, scale, forest.line)}  {text}"
        labels = _labels(one, label, width, stacked)
        lines += labels.above
        lines.append(f"{_mark(one)} {fit(labels.beside, label)}  {drawn}".rstrip())
        lines += labels.below
    if any(one.out for one in shown):
        lines.append(f"{STANDS} {forest.legend[0]}   {OUT} {forest.legend[1]}")
    if len(forest.spans) > len(shown):
        lines.append(f"… and {len(forest.spans) - len(shown):,} more; `--json` gives all")
    return lines


def _labels(span: Span, label: int, width: int, stacked: bool) -> Labels:
    notes = [f"    {line}" for line in fold(span.note, width - 4, NOTE_LINES) if line]
    if stacked:
        return Labels(fold(span.label, width, LABEL_LINES), "", notes)
    first, *rest = fold(span.label, label, LABEL_LINES)
    return Labels([], first, [*(f"  {more}" for more in rest), *notes])


def _figures(spans: tuple[Span, ...]) -> list[str]:
    """Figure and interval of each line, the figures flush right."""
    said = [one.figure or f"{short(one.value)} {spanned(one.low, one.high)}" for one in spans]
    parts = [text.partition(" [") for text in said]
    left, right = (max(wide(part[side]) for part in parts) for side in (0, 2))
    return [f"{fit(p[0], left, right=True)}{p[1]}{fit(p[2], right)}" for p in parts]


def _mark(span: Span) -> str:
    return OUT if span.out else STANDS


def _scale(spans: tuple[Span, ...], forest: Forest, cells: int) -> Scale:
    ends = [end for one in spans for end in (one.low, one.value, one.high) if end is not None]
    ends += [forest.line] if forest.line is not None else []
    if any(one.high is None for one in spans):
        ends.append(max(ends) * ROOM if forest.log else max(ends) + (max(ends) - min(ends)) / 4)
    if not forest.log:
        return Scale(min(ends), max(ends), cells, lambda value: value)
    middle = forest.line or 1.0
    inside = [min(max(end, middle / REACH), middle * REACH) for end in ends]
    return Scale(min(inside), max(inside), cells, math.log)


def _stroke(span: Span, scale: Scale, line: float | None) -> str:
    """`├──●────┤`, with `◂` or `▸` where the interval goes on beyond the scale."""
    drawn = [" "] * scale.cells
    if line is not None:
        drawn[scale.cell(line)] = "┊"
    low = scale.low if span.low is None else span.low
    high = scale.high if span.high is None else span.high
    first, last = sorted((scale.cell(low), scale.cell(high)))
    drawn[first : last + 1] = ["─"] * (last - first + 1)
    drawn[first] = "◂" if span.low is None or span.low < scale.low else "├"
    drawn[last] = "▸" if span.high is None or span.high > scale.high else "┤"
    drawn[scale.cell(span.value)] = _mark(span)
    return "".join(drawn)


def _axis(scale: Scale, line: float | None) -> str:
    """Labels of the scale: the line first, then its ends, then round values where there is room."""
    drawn = [" "] * scale.cells
    steps = STEPS if scale.bend is math.log else (scale.low, scale.high)
    inside = [step for step in steps if scale.low <= step <= scale.high]
    wanted = ([line] if line is not None else []) + inside
    for value in wanted:
        text = f"{value:.3g}"
        at = min(max(scale.cell(value) - len(text) // 2, 0), scale.cells - len(text))
        around = drawn[max(at - 1, 0) : at + len(text) + 1]
        if at >= 0 and all(cell == " " for cell in around):
            drawn[at : at + len(text)] = text
    return "".join(drawn).rstrip()


def _spans(rule: Layer, point: Layer) -> tuple[Span, ...]:
    fields = [point.field("y"), point.field("x"), rule.field("x"), rule.field("x2")]
    y, x, low, high = (name or "" for name in fields)
    state = point.field("color") or ""
    rows = [row for row in point.rows if number(row.get(x)) is not None]
    kinds = {words(row[state]) for row in rows if row.get(state)}
    told = bool(kinds & {STANDS_WORD, RULED_OUT}) or len(kinds) < 2
    found = []
    for row in rows:
        kind = words(row.get(state))
        label = words(row.get(y)) if told else f"{words(row.get(y))} · {kind}"
        ends = (number(row.get(low)), number(row.get(high)))
        found.append(Span(label, number(row[x]) or 0.0, *ends, out=kind == RULED_OUT))
    return tuple(found)
