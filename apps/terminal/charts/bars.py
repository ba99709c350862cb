"""Ranked figures as a table with bars."""

from typing import NamedTuple

from apps.terminal.cells import fit, fold, short, spanned, wide
from apps.terminal.charts.spec import Layer, Spec, number, words

MOST_ROWS = 20
EIGHTHS = " ▏▎▍▌▋▊▉"
LONGEST_BAR = 48
SHORTEST_BAR = 6


class Bar(NamedTuple):
    """One line of the table."""

    label: str
    """What it is about."""
    value: float
    """Its figure."""
    interval: str
    """Its interval in words; empty where there is none."""


def draw_bars(spec: Spec, width: int) -> list[str] | None:
    """Bars with their figures, the longest first where the specification sorts them.

    Returns:
        Lines of at most `width` cells; nothing if this is no bar chart.
    """
    layer = spec.first("bar", "x", "y")
    if layer is None:
        return None
    bars = _bars(layer, spec.first("rule", "x", "x2"))
    if not bars:
        return None
    title = " · ".join(filter(None, (spec.title, layer.title("x"))))
    lines = fold(title, width, 2) if title else []
    lines += _table(bars[:MOST_ROWS], width)
    if len(bars) > MOST_ROWS:
        lines.append(f"… and {len(bars) - MOST_ROWS:,} more; `--json` gives all")
    return lines


def _table(bars: list[Bar], width: int) -> list[str]:
    figures = [short(bar.value) for bar in bars]
    figure = max(map(wide, figures))
    interval = max(wide(bar.interval) for bar in bars)
    taken = figure + interval + (2 if interval else 0) + 4
    label = max(min(max(wide(bar.label) for bar in bars), width - taken - SHORTEST_BAR), 4)
    room = min(max(width - taken - label, SHORTEST_BAR), LONGEST_BAR)
    most = max(abs(bar.value) for bar in bars) or 1.0
    lines = []
    for bar, shown in zip(bars, figures, strict=True):
        cells = fit(_bar(abs(bar.value) / most, room), room)
        tail = f"  {bar.interval}" if bar.interval else ""
        lines.append(f"{fit(bar.label, label)}  {cells}  {fit(shown, figure, right=True)}{tail}")
    return lines


def _bar(share: float, cells: int) -> str:
    """A bar to an eighth of a cell; what is not nothing is never drawn as nothing."""
    eighths = round(share * cells * 8)
    if share > 0:
        eighths = max(eighths, 1)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (EIGHTHS[rest] if rest else "")


def _bars(layer: Layer, rule: Layer | None) -> list[Bar]:
    x, y = layer.field("x"), layer.field("y")
    aggregate = "aggregate" in layer.encoding["x"]
    parts = [name for channel in ("yOffset", "color") if (name := layer.field(channel))]
    ends = (rule.field("x"), rule.field("x2")) if rule else (None, None)
    names = [y] if aggregate else list(dict.fromkeys([y, *parts]))
    sums: dict[str, float] = {}
    intervals: dict[str, str] = {}
    for row in layer.rows:
        value = number(row.get(x or ""))
        if value is None:
            continue
        label = " · ".join(words(row.get(name or "")) for name in names)
        sums[label] = sums.get(label, 0.0) + value
        if any(end in row for end in ends if end):
            low, high = (number(row.get(end or "")) for end in ends)
            intervals[label] = spanned(low, high)
    bars = [Bar(label, value, intervals.get(label, "")) for label, value in sums.items()]
    if layer.encoding["y"].get("sort") == "-x":
        bars.sort(key=lambda bar: -bar.value)
    return bars
