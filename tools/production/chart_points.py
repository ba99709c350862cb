"""From a process to a drawn control chart: points, limits, signals, and whether it is stable."""

from typing import Any, Literal, NamedTuple

from pydantic import AwareDatetime

from domain.contract import Contract
from domain.count_charts import extra_spread, p_chart, u_chart, widened
from domain.run_length import cusum_run_length, ewma_run_length
from domain.run_rules import Signal, signals
from domain.spc import ALL, ControlChart
from domain.stability import RUN_LENGTHS, StabilityVerdict, separate_signals, stability
from domain.time_weighted import cusum_chart, ewma_chart
from tools.production.stream_stability import RULES, RuleSet

Plot = Literal["shewhart", "ewma", "cusum"]
EWMA_WEIGHT, EWMA_WIDTH = 0.2, 2.86
CUSUM_SLACK, CUSUM_LIMIT = 0.5, 5.0
WIDER = 1.2
"""Extra spread of counts from which limits are widened by it (no unit)."""


class ChartPoint(Contract):
    """One point of a chart."""

    at: AwareDatetime | str
    """First reading of the subgroup (UTC), or name of the week or month."""
    value: float
    """What is plotted: unit of the chart; for a cusum the larger sum in standard deviations."""
    lower: float | None
    """Lower control limit; null: none."""
    upper: float
    """Upper control limit."""
    rules: tuple[str, ...]
    """Rules that the point completes; empty: no signal."""


class ProcessChart(Contract):
    """One control chart of one process."""

    process: str
    """The station, or what is counted."""
    chart: str
    """What is plotted: individuals, xbar, p, u, p_prime, u_prime, ewma or cusum."""
    centre: float
    """Centre line, from the baseline."""
    sigma: float | None
    """Standard deviation of a point in control; null if it differs by point."""
    subgroup_size: int | None
    """Readings in a subgroup (count); null for counts."""
    points: int
    """Points (count)."""
    baseline_points: int
    """Points that set the limits (count)."""
    in_control_run_length: float
    """Points from one signal to the next if nothing were wrong, on average."""
    signals: int
    """Signals, the look-out starting afresh after each (count)."""
    signalling_points: int
    """Points with a signal, those that follow on one included (count)."""
    expected_signals: float
    """Signals that a process in control would have given (count)."""
    stability: StabilityVerdict
    """unstable: more signals than chance gives, or a step; undetermined: fewer than 20 points."""
    step_p_value: float | None
    """P-value of no step in the series; null for fewer than 20 points."""
    spread_stability: StabilityVerdict | None
    """The same for the spread within subgroups; null where there is no such chart."""
    autocorrelation: float | None
    """Correlation of neighbouring points where it is beyond chance: limits then alarm too often."""
    first_signal_at: AwareDatetime | str | None
    """The first point with a signal."""


class Drawing(NamedTuple):
    """How a chart is drawn and read."""

    plot: Plot
    """Shewhart, or one that remembers."""
    rules: RuleSet
    """Run rules of a Shewhart chart."""


class Drawn(NamedTuple):
    """A chart with its points."""

    chart: ProcessChart
    """The chart in words and figures."""
    points: tuple[ChartPoint, ...]
    """Its points, in order of time."""


class Plotted(NamedTuple):
    """Points before they are judged."""

    process: str
    """What the chart is of."""
    at: tuple[Any, ...]
    """Time or name of each point."""
    place: ControlChart
    """Where they lie."""
    size: int | None
    """Readings in a subgroup (count)."""
    baseline: int
    """Points that set the limits (count)."""
    spread: StabilityVerdict | None = None
    """Verdict on the spread, where there is one."""
    autocorrelation: float | None = None
    """Where it is beyond chance."""


class _Read(NamedTuple):
    name: str
    values: list[float]
    lower: list[float]
    upper: list[float]
    marks: list[Signal]
    found: int
    run_length: float


def counts_chart(
    events: list[int], over: list[float], kind: Literal["p", "u"], baseline: slice = ALL
) -> ControlChart:
    """A p or u chart, its limits widened where samples differ by more than chance."""
    if kind == "p":
        chart = p_chart(events, [int(size) for size in over], baseline)
    else:
        chart = u_chart(events, over, baseline)
    if len(chart.values[baseline]) < 2 or not chart.sigma[0] > 0:
        return chart
    factor = extra_spread(chart, baseline)
    return widened(chart, factor) if factor > WIDER else chart


def drawn(plotted: Plotted, drawing: Drawing) -> Drawn:
    """Judge and draw one chart."""
    read = _read(plotted.place, drawing)
    place = plotted.place
    found = stability(place.values.tolist(), read.found, read.run_length)
    marked = {signal.position: signal.rules for signal in read.marks}
    points = tuple(
        ChartPoint(
            at=at,
            value=_short(read.values[index]),
            lower=_short(read.lower[index]) if read.lower[index] > float("-inf") else None,
            upper=_short(read.upper[index]),
            rules=marked.get(index, ()),
        )
        for index, at in enumerate(plotted.at)
    )
    even = bool((place.sigma == place.sigma[0]).all())
    chart = ProcessChart(
        process=plotted.process,
        chart=read.name,
        centre=_short(float(place.centre[0])),
        sigma=_short(float(place.sigma[0])) if even else None,
        subgroup_size=plotted.size,
        points=len(points),
        baseline_points=plotted.baseline,
        in_control_run_length=round(read.run_length, 1),
        signals=read.found,
        signalling_points=len(read.marks),
        expected_signals=_short(found.expected),
        stability="unstable" if plotted.spread == "unstable" else found.verdict,
        step_p_value=None if found.step_p_value is None else _short(found.step_p_value),
        spread_stability=plotted.spread,
        autocorrelation=None
        if plotted.autocorrelation is None
        else _short(plotted.autocorrelation),
        first_signal_at=plotted.at[read.marks[0].position] if read.marks else None,
    )
    return Drawn(chart, points)


def _read(place: ControlChart, drawing: Drawing) -> _Read:
    if drawing.plot == "ewma":
        return _ewma(place)
    if drawing.plot == "cusum":
        return _cusum(place)
    rules = RULES[drawing.rules]
    return _Read(
        place.kind,
        place.values.tolist(),
        place.lower.tolist(),
        place.upper.tolist(),
        signals(place.scores, rules),
        separate_signals(place.scores, rules),
        RUN_LENGTHS[rules],
    )


def _ewma(place: ControlChart) -> _Read:
    centre = float(place.centre[0])
    chart = ewma_chart(
        place.values.tolist(), centre, place.sigma, weight=EWMA_WEIGHT, width=EWMA_WIDTH
    )
    marks = [Signal(index, ("beyond_ewma_limit",)) for index in _true(chart.outside.tolist())]
    length = ewma_run_length(weight=EWMA_WEIGHT, width=EWMA_WIDTH)
    values, lower, upper = chart.values.tolist(), chart.lower.tolist(), chart.upper.tolist()
    return _Read("ewma", values, lower, upper, marks, _episodes(marks), length)


def _cusum(place: ControlChart) -> _Read:
    chart = cusum_chart(place.scores.tolist(), slack=CUSUM_SLACK, limit=CUSUM_LIMIT)
    marks = [Signal(index, ("beyond_cusum_limit",)) for index in _true(chart.outside.tolist())]
    length = cusum_run_length(slack=CUSUM_SLACK, limit=CUSUM_LIMIT)
    sums = [max(pair) for pair in zip(chart.above.tolist(), chart.below.tolist(), strict=True)]
    lower, upper = [float("-inf")] * len(sums), [CUSUM_LIMIT] * len(sums)
    return _Read("cusum", sums, lower, upper, marks, _episodes(marks), length)


def _true(marks: list[bool]) -> list[int]:
    return [index for index, mark in enumerate(marks) if mark]


def _episodes(marks: list[Signal]) -> int:
    """Signals that do not follow one straight upon another: sums and means stay out for a while."""
    places = {signal.position for signal in marks}
    return sum(place - 1 not in places for place in places)


def _short(value: float) -> float:
    return float(f"{value:.6g}")
