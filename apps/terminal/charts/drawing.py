"""A chart of evidence as a few lines of text, whatever its kind."""

from collections.abc import Callable

from apps.terminal.cells import cut
from apps.terminal.charts.bars import draw_bars
from apps.terminal.charts.control import draw_control
from apps.terminal.charts.course import read_course
from apps.terminal.charts.events import draw_events
from apps.terminal.charts.forest import draw_forest
from apps.terminal.charts.sparkline import draw_sparklines
from apps.terminal.charts.spec import Spec, read_spec

LEAST_WIDTH = 48


def draw(chart: object, width: int) -> list[str]:
    """A Vega-Lite specification as lines of text that say the same without colour.

    A specification of another kind than the tools make is not guessed at: one line says how many
    points it has, and where to see them.

    Args:
        chart: the specification with its data.
        width: cells of a line; what is less than 48 counts as 48.

    Returns:
        Lines, none empty of meaning and none wider than `width`.
    """
    spec = read_spec(chart)
    width = max(width, LEAST_WIDTH)
    for kind in KINDS:
        lines = kind(spec, width)
        if lines is not None:
            return [cut(line, width) for line in lines]
    return [f"chart: {spec.points:,} points, see --json"]


def _course(spec: Spec, width: int) -> list[str] | None:
    course = read_course(spec)
    if course is None:
        return None
    return draw_control(course, width) or draw_sparklines(course, width)


KINDS: tuple[Callable[[Spec, int], list[str] | None], ...] = (
    _course,
    draw_forest,
    draw_bars,
    draw_events,
)
