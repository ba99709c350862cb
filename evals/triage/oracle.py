"""A chart that is told where to look and what is usual there: how soon could anybody know?"""

from typing import TYPE_CHECKING, NamedTuple

from domain.decision_limits import DecisionLimits
from domain.expected_events import AGE_EDGES
from domain.time_weighted import poisson_cusum
from services.hub.simulate.catalogue import catalogue
from services.hub.simulate.truth import Truth
from tools.needs.field_events import FieldEvents, Population

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WEEKS_OF_YEAR = 365.25 / 7
OLDEST = 200
"""Upper end of the last age band (weeks): no simulated unit is older."""


class TrueCell(NamedTuple):
    """The cell in which something was planted; arrays by week."""

    onset: int
    """Week of the first day on which units fail more often."""
    depth: int
    """Index of its level: 1 model, 2 market."""
    events: "Floats"
    """Events (count)."""
    expected: "Floats"
    """Events that the true hazard before the onset leads one to expect (count)."""


def true_cell(truth: Truth, population: Population, claims: FieldEvents) -> TrueCell | None:
    """The planted cell with its true rate; a week's delay from failure to report is allowed for."""
    import numpy as np

    planted = truth.emerging
    if planted is None:
        return None
    mine = [
        place
        for place, one in enumerate(population.places)
        if one.model_id == planted.model_id
        and (not planted.countries or one.country in planted.countries)
    ]
    shape = catalogue().symptom(planted.symptom).shape
    edges = np.array([*AGE_EDGES, OLDEST]) / WEEKS_OF_YEAR
    per_week = truth.base_per_year * np.diff(edges**shape) / np.diff(edges) / WEEKS_OF_YEAR
    due = np.einsum("paw,a->w", population.exposure[mine], per_week)
    events = np.zeros(population.weeks)
    of_symptom = [index for index, one in enumerate(claims.symptoms) if one == planted.symptom]
    inside = np.isin(claims.symptom, of_symptom) & np.isin(claims.place, mine)
    np.add.at(events, claims.week[inside], claims.counts[inside])
    return TrueCell(
        onset=(planted.onset - population.first_monday).days // 7,
        depth=2 if planted.countries else 1,
        events=events,
        expected=np.concatenate([due[:1], due[:-1]]),
    )


def signals_on(cell: TrueCell, weeks: range, limits: DecisionLimits) -> bool:
    """Whether a chart over these weeks signals in the last of them."""
    import numpy as np

    chosen = slice(weeks.start, weeks.stop)
    expected = np.maximum(cell.expected[chosen], 1e-9)
    chart = poisson_cusum(
        cell.events[chosen].astype(int).tolist(),
        expected.tolist(),
        ratio=limits.ratio,
        limit=float(limits.at(expected[-1:])[0]),
    )
    return bool(chart.signals[-1])
