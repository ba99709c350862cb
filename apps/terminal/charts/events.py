"""When things happened, one line a kind, on one axis of time."""

from datetime import datetime

from apps.terminal.cells import fit, fold, wide
from apps.terminal.charts.course import moment
from apps.terminal.charts.spec import Layer, Spec, words

WIDEST_LABEL = 28
LONGEST_AXIS = 72
LEGEND = "a digit: so many at one place"


def draw_events(spec: Spec, width: int) -> list[str] | None:
    """Ticks along time by kind, with how many; a digit where several fall together.

    Returns:
        Lines of at most `width` cells; nothing if this is no chart of ticks.
    """
    layer = spec.first("tick", "x", "y")
    kinds = _kinds(layer) if layer else {}
    moments = [at for found in kinds.values() for at in found]
    if layer is None or not moments:
        return None
    first, last = min(moments), max(moments)
    count = max(len(f"{len(found):,}") for found in kinds.values())
    label = min(max(map(wide, kinds)), WIDEST_LABEL)
    cells = max(min(width - label - count - 4, LONGEST_AXIS), 10)
    title = " · ".join(filter(None, (spec.title, layer.title("x"), LEGEND)))
    lines = fold(title, width, 2)
    for kind, found in sorted(kinds.items(), key=lambda item: -len(item[1])):
        drawn = _ticks([_share(at, first, last) for at in found], cells)
        lines.append(f"{fit(kind, label)}  {drawn}  {len(found):>{count},}")
    ends = moment(first.isoformat()), moment(last.isoformat())
    lines.append(" " * (label + 2) + ends[0] + fit(ends[1], cells - wide(ends[0]), right=True))
    return lines


def _ticks(shares: list[float], cells: int) -> str:
    counts = [0] * cells
    for share in shares:
        counts[round(share * (cells - 1))] += 1
    return "".join(_tick(count) for count in counts)


def _tick(count: int) -> str:
    if count < 2:
        return "│" if count else "·"
    return str(count) if count < 10 else "+"


def _share(at: datetime, first: datetime, last: datetime) -> float:
    return (at - first) / (last - first) if last > first else 0.0


def _kinds(layer: Layer) -> dict[str, list[datetime]]:
    x, y = layer.field("x") or "", layer.field("y") or ""
    found: dict[str, list[datetime]] = {}
    for row in layer.rows:
        at = _moment(row.get(x))
        if at is not None:
            found.setdefault(words(row.get(y)), []).append(at)
    return found


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.replace(tzinfo=None)
