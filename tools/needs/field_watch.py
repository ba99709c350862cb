"""All cells of one source watched over one window: which signal, and which of them explains it.

The budget of false alarms is shared evenly by the levels and, within a level, by its cells: many
small markets do not make the watch over families slow.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from domain.decision_limits import DecisionLimits, decision_limits
from domain.screening import benjamini_hochberg
from domain.surveillance import CellHistory, Surveillance, survey
from tools.needs.field_events import FieldEvents, Population
from tools.needs.field_levels import Groups, Layer, Level, Window, layers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

PRIOR_EVENTS: dict[Level, float] = {"family": 3.0, "model": 4.0, "market": 4.0}
"""Weight of what the wider cell leads one to expect: a model's rate differs from its family's by a
factor of about two, and so does a market's from its model's."""
ENDS_AT = 0.5
"""An alarm ends when its sum has fallen to this share of its limit."""
STRONG = 0.001
"""P-value at which a narrower cell may explain the alarm of a wider one (shared by its cells)."""
REST_RAISED = 0.05
"""P-value at which what is left of a wider cell counts as raised too."""


class Plan(NamedTuple):
    """How closely to watch."""

    ratio: float
    """Rate to be found over that in control."""
    budget_per_week: float
    """False alarms to be expected a week, over all cells (count)."""


class Watched(NamedTuple):
    """One layer with its charts."""

    layer: Layer
    """The cells."""
    charts: Surveillance
    """Their charts."""
    limits: DecisionLimits
    """Their limits, with the run length in control."""
    p_values: "Floats"
    """Chance of so many events since the chart left zero."""
    active: "Bools"
    """Whether the chart has signalled and is not yet quiet again."""


class FieldWatch(NamedTuple):
    """What the charts say at the end of a window."""

    groups: Groups
    """Names of families and models."""
    levels: tuple[Watched, ...]
    """Families, models, markets."""
    q_values: tuple["Floats", ...]
    """P-values adjusted for all cells watched, level by level."""
    named: tuple["CellRow", ...]
    """Cells that explain what signals: of a line of cells, the narrowest that does."""

    @property
    def cells(self) -> int:
        """Cells watched (count)."""
        return sum(len(one.p_values) for one in self.levels)


class CellRow(NamedTuple):
    """Where a cell stands."""

    depth: int
    """Index of its level: 0 family, 1 model, 2 market."""
    row: int
    """Row in the level."""
    signalled: int
    """Week of the first signal: its own, or that of the wider cell which it explains."""
    signals: int
    """Weeks with a signal (count)."""


def watch(population: Population, events: FieldEvents, window: Window, plan: Plan) -> FieldWatch:
    """Chart every cell of one source, and name those that explain the signals."""
    import numpy as np

    groups, found = layers(population, events, window)
    present = sum(1 for layer in found if len(layer.symptom))
    levels: list[Watched] = []
    for layer in found:
        prior = np.ones_like(layer.events)
        if levels and len(layer.parent):
            prior = levels[-1].charts.rate[layer.parent]
        levels.append(_watched(layer, prior, window.charted, plan, present))
    q_values = _adjusted(levels)
    return FieldWatch(groups, tuple(levels), q_values, tuple(_named(levels)))


def _watched(layer: Layer, prior: "Floats", start: int, plan: Plan, present: int) -> Watched:
    run_length = max(2.0, len(layer.symptom) * max(1, present) / plan.budget_per_week)
    limits = decision_limits(plan.ratio, run_length)
    history = CellHistory(layer.events, layer.expected, prior, PRIOR_EVENTS[layer.level])
    charts = survey(history, limits, start)
    active = (charts.signalled >= 0) & (charts.sums[:, -1] >= ENDS_AT * charts.limit)
    return Watched(layer, charts, limits, charts.p_values, active)


def _adjusted(levels: list[Watched]) -> "tuple[Floats, ...]":
    import numpy as np

    sizes = [len(one.p_values) for one in levels]
    together = benjamini_hochberg(np.concatenate([one.p_values for one in levels])).adjusted
    return tuple(np.split(together, np.cumsum(sizes)[:-1]))


def _named(levels: list[Watched]) -> Iterator[CellRow]:
    """One line of cells gives one alarm: the narrowest cell that explains it."""
    for row in range(len(levels[0].p_values)):
        yield from _explained(levels, 0, row)


def _explained(levels: list[Watched], depth: int, row: int) -> Iterator[CellRow]:
    import numpy as np

    own = levels[depth]
    narrower = (
        np.flatnonzero(levels[depth + 1].layer.parent == row)
        if depth + 1 < len(levels)
        else np.zeros(0, dtype=np.int64)
    )
    if not own.active[row]:
        for child in narrower.tolist():
            yield from _explained(levels, depth + 1, child)
        return
    strong = [
        child for child in narrower.tolist() if _strong(levels[depth + 1], child, len(narrower))
    ]
    alone = len(strong) == 1 and _rest_p(levels, depth, row, strong[0]) >= REST_RAISED
    inside = list(_explained(levels, depth + 1, strong[0])) if alone else []
    if inside:
        yield from inside
        return
    at = (depth + 1, strong[0]) if alone else (depth, row)
    yield CellRow(*at, int(own.charts.signalled[row]), int(own.charts.signals[row]))


def _strong(level: Watched, row: int, among: int) -> bool:
    standing = level.charts.sums[row, -1] > 0
    return bool(level.active[row] or (standing and level.p_values[row] <= STRONG / among))


def _rest_p(levels: list[Watched], depth: int, row: int, strong: int) -> float:
    """Chance of so many events in the wider cell beside the strong one, since it left zero."""
    from scipy.special import gammainc

    own, below = levels[depth], levels[depth + 1]
    since = int(own.charts.since[row])
    scale = own.charts.expected[row] / max(own.layer.expected[row, since:].sum(), 1e-9)
    expected = own.charts.expected[row] - scale * below.layer.expected[strong, since:].sum()
    events = own.charts.events[row] - below.layer.events[strong, since:].sum()
    if events <= 0:
        return 1.0
    return float(gammainc(events, max(expected, 1e-9)))
