"""Control charts of what is counted: shares, counts, rates, and the time between rare events.

Zone rules are not for them: counts are skew, and a chart of small counts alarms too often by zones.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from domain.arguments import require_count, require_exposure
from domain.errors import InvalidArgument
from domain.spc import (
    ALL,
    ChartKind,
    ControlChart,
    require_readings,
    span_constants,
    symmetric_chart,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TAIL = 0.00135
"""Probability beyond either limit of a chart of rare events, as beyond three sigma."""


def p_chart(events: Sequence[int], trials: Sequence[int], baseline: slice = ALL) -> ControlChart:
    """Share of units with the event, 0 to 1, in samples of any size.

    Args:
        events: units with the event in each sample, at most its trials.
        trials: units in each sample, one or more.
        baseline: the samples that set the limits.

    Raises:
        InvalidArgument: a count is no count, or more units have the event than there are.

    Source: D. Montgomery, Introduction to Statistical Quality Control, 7th edition (2013), ch. 7.
    """
    import numpy as np

    for event, trial in zip(events, trials, strict=True):
        require_count("events", event)
        require_exposure("trials", trial)
        if event > trial:
            raise InvalidArgument(
                f"{event} of {trial} units cannot have the event", next_step="mend the counts"
            )
    seen, size = _floats(events), _floats(trials)
    require_readings(len(seen[baseline]), 1)
    share = seen[baseline].sum() / size[baseline].sum()
    chart = symmetric_chart("p", seen / size, share, np.sqrt(share * (1 - share) / size), 0)
    return chart._replace(upper=np.minimum(chart.upper, 1.0))


def np_chart(events: Sequence[int], size: int, baseline: slice = ALL) -> ControlChart:
    """Count of units with the event in samples of one size.

    Args:
        events: units with the event in each sample, at most `size`.
        size: units in each sample, one or more.
        baseline: the samples that set the limits.

    Raises:
        InvalidArgument: as `p_chart` says.
    """
    chart = p_chart(events, [size] * len(events), baseline)
    return ControlChart("np", *(part * size for part in chart[1:]))


def u_chart(
    events: Sequence[int], exposures: Sequence[float], baseline: slice = ALL
) -> ControlChart:
    """Events per unit of exposure, such as claims per unit-month or defects per unit.

    Args:
        events: events in each sample, zero or more.
        exposures: what they are counted over, above zero.
        baseline: the samples that set the limits.

    Raises:
        InvalidArgument: a count is no count, or an exposure is not above zero.
    """
    import numpy as np

    for event, exposure in zip(events, exposures, strict=True):
        require_count("events", event)
        require_exposure("exposure", exposure)
    seen, size = _floats(events), _floats(exposures)
    require_readings(len(seen[baseline]), 1)
    rate = seen[baseline].sum() / size[baseline].sum()
    return symmetric_chart("u", seen / size, rate, np.sqrt(rate / size), 0)


def c_chart(events: Sequence[int], baseline: slice = ALL) -> ControlChart:
    """Events in samples of equal exposure; raises as `u_chart` does."""
    return u_chart(events, [1.0] * len(events), baseline)._replace(kind="c")


def g_chart(between: Sequence[int], baseline: slice = ALL) -> ControlChart:
    """Good units between two bad ones: for events too rare for a chart of shares.

    A point below the lower limit says that the event has become frequent. The limits hold equal
    tails of the geometric distribution, and the centre is its median.

    Args:
        between: good units since the event before, zero or more, in order of time.
        baseline: the points that set the limits.

    Raises:
        InvalidArgument: a count is no count, or all are zero.

    Source: J. Benneyan, Number-between g-type statistical quality control charts for monitoring
    adverse events, Health Care Management Science 4 (2001), with limits by probability.
    """
    for count in between:
        require_count("good units", count)
    values = _floats(between)
    require_readings(len(values[baseline]), 1)
    mean = float(values[baseline].mean())
    require_exposure("mean of good units between events", mean)
    step = -math.log1p(-1 / (mean + 1))
    # P(X < k) = 1 - exp(-step k): the largest k with at most TAIL below it, and so on.
    lower = math.floor(-math.log1p(-TAIL) / step)
    upper = math.ceil(-math.log(TAIL) / step) - 1
    return _rare("g", values, math.ceil(math.log(2) / step) - 1, float(lower), float(upper))


def t_chart(between: Sequence[float], baseline: slice = ALL) -> ControlChart:
    """Time between rare events, taken as exponential; a low point says that they became frequent.

    Args:
        between: time since the event before, zero or more, in order of time.
        baseline: the points that set the limits.

    Raises:
        InvalidArgument: a time is below zero, or all are zero.

    Source: L. Nelson, A control chart for parts-per-million nonconforming items, Journal of Quality
    Technology 26 (1994), with limits by probability in place of his transform.
    """
    values = _floats(between)
    require_readings(len(values[baseline]), 1)
    if values.min() < 0:
        raise InvalidArgument("a time between events is below zero", next_step="sort the events")
    mean = float(values[baseline].mean())
    require_exposure("mean time between events", mean)
    lower, upper = -mean * math.log1p(-TAIL), -mean * math.log(TAIL)
    return _rare("t", values, mean * math.log(2), lower, upper)


def extra_spread(chart: ControlChart, baseline: slice = ALL) -> float:
    """How much wider points of a p or u chart spread than by chance alone (no unit; 1: no wider).

    Samples of many units differ by more than the binomial or Poisson spread, because units of a day
    have a fate in common; limits are then widened by this factor.

    Args:
        chart: a p or u chart.
        baseline: the points that set its limits; two or more.

    Raises:
        InvalidArgument: the baseline holds fewer than two points.

    Source: D. Laney, Improved control charts for attributes, Quality Engineering 14 (2002).
    """
    import numpy as np

    scores = chart.scores[baseline]
    require_readings(len(scores), 2)
    return float(np.abs(np.diff(scores)).mean() / span_constants(2).d2)


def widened(chart: ControlChart, factor: float) -> ControlChart:
    """A p or u chart with standard deviations and limits wider by a factor: p′ or u′, not below 0.

    Raises:
        InvalidArgument: it is another chart.
    """
    kinds: dict[ChartKind, ChartKind] = {"p": "p_prime", "u": "u_prime"}
    if chart.kind not in kinds:
        raise InvalidArgument(
            f"a {chart.kind} chart has no extra spread", next_step="use one of shares or rates"
        )
    return symmetric_chart(kinds[chart.kind], chart.values, chart.centre, chart.sigma * factor, 0)


def _rare(
    kind: Literal["g", "t"], values: "Floats", median: float, lower: float, upper: float
) -> ControlChart:
    import numpy as np

    centre, none, low, high = (
        np.full(values.shape, value) for value in (median, math.nan, lower, upper)
    )
    return ControlChart(kind, values, centre, none, low, high)


def _floats(values: Sequence[float]) -> "Floats":
    import numpy as np

    return np.asarray(values, dtype=np.float64)
