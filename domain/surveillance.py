"""Many cells watched week by week: has the rate of one risen, since when, and how sure is that?

Each cell has a chart of its own. Its baseline is learned from the weeks before the chart last left
zero, so that a rise does not raise what it is measured by. A baseline of few events may be wrong by
itself: a signal counts only where it is beyond what such a baseline leaves to chance.
"""

from typing import TYPE_CHECKING, NamedTuple

from domain.decision_limits import DecisionLimits
from domain.errors import InvalidArgument
from domain.intervals import Interval, finite, tails
from domain.time_weighted import poisson_reference

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

LEVEL_PERIODS = 13
"""The limit is that of the largest expected count of so many periods."""
FEWEST_EVENTS = 3
"""A signal needs so many events: two that fall together are no issue yet."""
ALLOWANCE = 1.0
"""A signal's p-value must not exceed this over the run length: with a baseline that is known it
seldom does, with one of few events often."""


class CellHistory(NamedTuple):
    """What was counted and expected; arrays of cells by periods, oldest period first."""

    events: "Floats"
    """Events (count)."""
    expected: "Floats"
    """Events that exposure would explain at the standard rate (count)."""
    prior: "Floats"
    """Rate over the standard rate that the cell's parent leads one to expect."""
    prior_events: float
    """Weight of that expectation (events), above zero."""


class Surveillance(NamedTuple):
    """Charts of all cells up to the last period."""

    sums: "Floats"
    """Cumulative sums, cells by charted periods (events)."""
    limit: "Floats"
    """Limit of each cell in the last period (events)."""
    since: "Ints"
    """Period (index) in which each cell's sum last left zero; the number of periods if it is at
    zero."""
    signalled: "Ints"
    """Period in which it first signalled since then; -1: it did not."""
    signals: "Ints"
    """Periods with a signal since then (count)."""
    rate: "Floats"
    """Rate over the standard rate in control, cells by periods: the mean of its posterior."""
    events: "Floats"
    """Events since then (count)."""
    expected: "Floats"
    """Events expected since then at the mean rate in control (count)."""
    baseline_events: "Floats"
    """Events that the rate in control rests on, with the prior's weight (count)."""

    @property
    def p_values(self) -> "Floats":
        """Probability of so many events or more since then if the rate had stayed.

        The start was chosen by the chart, so small values come more often than in a test planned
        beforehand.
        """
        return excess_p(self.events, self.expected, self.baseline_events)

    def ratio(self, cell: int, level: float = 0.95) -> Interval:
        """Rate since then over the rate in control, with its exact conditional interval."""
        return excess_ratio(
            float(self.events[cell]),
            float(self.expected[cell]),
            float(self.baseline_events[cell]),
            level=level,
        )


def excess_p(events: "Floats", expected: "Floats", baseline_events: "Floats") -> "Floats":
    """Chance of so many events or more if the rate is that of the baseline; arrays of one length.

    Given the sum of both, the events are binomial, so the p-value is exact for a baseline that is
    itself estimated; without expected events nothing is known and it is 1.

    Args:
        events: events seen, zero or more (count).
        expected: events expected by the baseline's rate (count).
        baseline_events: events that this rate rests on, above zero; need not be whole.

    Source: E. Przyborowski and H. Wilenski, Biometrika 31 (1940).
    """
    import numpy as np
    from scipy.special import betainc

    share = expected / (expected + baseline_events)
    tail = betainc(np.maximum(events, 1), baseline_events + 1, share)
    return np.asarray(np.where((events > 0) & (expected > 0), tail, 1.0))


def excess_ratio(
    events: float, expected: float, baseline_events: float, *, level: float = 0.95
) -> Interval:
    """Events over those expected, when the expectation itself rests on so many events.

    Args:
        events: events seen, zero or more (count).
        expected: events expected, above zero (count).
        baseline_events: events that the expectation rests on, above zero (count).
        level: confidence level.
    """
    from scipy.special import betaincinv

    tail = tails(level).lower
    scale = baseline_events / expected
    low = float(betaincinv(events, baseline_events + 1, tail)) if events else 0.0
    high = float(betaincinv(baseline_events, events + 1, tail))
    return Interval(
        estimate=events / expected,
        low=low / (1 - low) * scale,
        high=finite((1 - high) / high * scale) if high > 0 else None,
        level=level,
    )


def survey(history: CellHistory, limits: DecisionLimits, start: int) -> Surveillance:
    """Chart every cell from period `start` on; the periods before it only teach the baseline.

    The rate in control is the mean of a Gamma posterior: the prior's events and those of the
    baseline over both their expectations.

    Args:
        history: what was counted and expected.
        limits: limits by mean, for the ratio to be found and a stated run length.
        start: first charted period (index), above zero.

    Raises:
        InvalidArgument: `start` leaves nothing to learn from or nothing to chart.

    Source: J. Lucas, Technometrics 27 (1985), for the chart; N. Breslow and N. Day, Statistical
    Methods in Cancer Research II (1987), for the prior; A. Gandy and J. Kvaloy, Guaranteed
    conditional performance of control charts, Scandinavian Journal of Statistics 40 (2013), for
    why an estimated baseline needs an allowance, which here is the exact p-value beside the chart.
    """
    import numpy as np

    cells, periods = history.events.shape
    if not 0 < start < periods:
        raise InvalidArgument(
            f"a chart from period {start} of {periods} has no baseline or no points",
            next_step="read more weeks",
        )
    course = _Course(history, limits, start)
    sums = np.zeros((cells, periods - start))
    for period in range(start, periods):
        sums[:, period - start] = course.step(period)
    return course.summed(sums)


class _Course:
    """The state that passes from period to period."""

    def __init__(self, history: CellHistory, limits: DecisionLimits, start: int) -> None:
        import numpy as np

        cells, periods = history.events.shape
        self._history, self._limits = history, limits
        self._slack = poisson_reference(1.0, limits.ratio)
        empty = np.zeros((cells, 1))
        self._seen = np.concatenate([empty, history.events.cumsum(axis=1)], axis=1)
        self._due = np.concatenate([empty, history.expected.cumsum(axis=1)], axis=1)
        self._rows = np.arange(cells)
        self._sum = np.zeros(cells)
        self._since = np.full(cells, start)
        self._signalled = np.full(cells, -1)
        self._signals = np.zeros(cells, dtype=np.int64)
        self._means = np.zeros((cells, periods))
        self._rate = history.prior.copy()
        self._limit = np.zeros(cells)

    def step(self, period: int) -> "Floats":
        """Take in one period; the sums after it."""
        import numpy as np

        shape, exposure = self._posterior(period)
        self._rate[:, period] = shape / exposure
        self._means[:, period] = self._rate[:, period] * self._history.expected[:, period]
        excess = self._history.events[:, period] - self._slack * self._means[:, period]
        self._sum = np.maximum(0.0, self._sum + excess)
        recent = self._means[:, max(0, period + 1 - LEVEL_PERIODS) : period + 1].max(axis=1)
        self._limit = self._limits.at(recent)
        self._mark(period)
        return self._sum

    def _posterior(self, period: int) -> "tuple[Floats, Floats]":
        """Events and expected events that the rate in control rests on."""
        import numpy as np

        weight = self._history.prior_events
        prior = self._history.prior[self._rows, np.minimum(self._since, period)]
        shape = weight + self._seen[self._rows, self._since]
        return shape, weight / prior + self._due[self._rows, self._since]

    def _mark(self, period: int) -> None:
        import numpy as np

        zero = self._sum <= 0
        events, expected, shape = self._since_zero(period)
        sure = excess_p(events, expected, shape) <= ALLOWANCE / self._limits.run_length
        signal = (self._sum >= self._limit) & (events >= FEWEST_EVENTS) & sure & ~zero
        self._signalled = np.where(signal & (self._signalled < 0), period, self._signalled)
        self._signals = self._signals + signal
        self._signalled[zero] = -1
        self._signals[zero] = 0
        self._since[zero] = period + 1

    def _since_zero(self, period: int) -> "tuple[Floats, Floats, Floats]":
        """Events since the sum left zero, those expected, and what the expectation rests on."""
        shape, exposure = self._posterior(period)
        events = self._seen[:, period + 1] - self._seen[self._rows, self._since]
        due = self._due[:, period + 1] - self._due[self._rows, self._since]
        return events, due * shape / exposure, shape

    def summed(self, sums: "Floats") -> Surveillance:
        """The charts with what happened since each last left zero."""
        events, expected, shape = self._since_zero(self._history.events.shape[1] - 1)
        return Surveillance(
            sums=sums,
            limit=self._limit,
            since=self._since,
            signalled=self._signalled,
            signals=self._signals,
            rate=self._rate,
            events=events,
            expected=expected,
            baseline_events=shape,
        )
