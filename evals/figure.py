"""A measured figure and the reference that it is a ratio to."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from domain.contract import Contract
from domain.intervals import binomial_interval


class Figure(Contract):
    """One line of a benchmark or an eval."""

    figure: str
    """What was measured."""
    value: float
    """The measurement, in the unit that `figure` names."""
    n: int
    """Repetitions or cases (count)."""
    low: float | None = None
    """Smallest repetition, or lower end of the interval."""
    high: float | None = None
    """Largest repetition, or upper end of the interval."""
    target: str | None = None
    """What was aimed for."""
    met: bool | None = None
    """Whether it was reached; none if there is no target."""
    skipped: str | None = None
    """Why it was not measured."""
    ratio_to: str | None = None
    """The reference of a ratio, measured in the same run."""


def seconds(work: Callable[[], object], repeat: int) -> list[float]:
    """Wall times (s) of repeated work."""
    found = []
    for _ in range(repeat):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return found


def at_least(figure: str, values: list[float], target: float, ratio_to: str | None) -> Figure:
    """A figure that should not fall below its target; its value is the median."""
    value = statistics.median(values)
    return _figure(figure, values, f">= {target:g}", value >= target, ratio_to)


def at_most(figure: str, values: list[float], target: float, ratio_to: str | None) -> Figure:
    """A figure that should not rise above its target; its value is the median."""
    value = statistics.median(values)
    return _figure(figure, values, f"<= {target:g}", value <= target, ratio_to)


def measured(figure: str, values: list[float], ratio_to: str | None) -> Figure:
    """A figure without a target."""
    return _figure(figure, values, None, None, ratio_to)


def share(
    figure: str,
    right: Sequence[bool],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Figure:
    """The share of cases that are right, with its exact 95 % interval; skipped without cases."""
    if not right:
        return Figure(figure=figure, value=0, n=0, skipped="no case of this kind")
    hits, n = sum(right), len(right)
    interval = binomial_interval(hits, n)
    value = hits / n
    target = f">= {at_least:g}" if at_least is not None else None
    met = None if at_least is None else value >= at_least
    if at_most is not None:
        target, met = f"<= {at_most:g}", value <= at_most
    return Figure(
        figure=figure,
        value=value,
        n=n,
        low=interval.low,
        high=interval.high,
        target=target,
        met=met,
    )


def report(suite: str, figures: list[Figure]) -> dict[str, Any]:
    """The `andon.eval/1` object of a suite, with the machine that it ran on."""
    return {
        "schema": "andon.eval/1",
        "suite": suite,
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.python_version()}",
        "rows": [figure.model_dump(mode="json") for figure in figures],
    }


def _figure(
    figure: str, values: list[float], target: str | None, met: bool | None, ratio_to: str | None
) -> Figure:
    return Figure(
        figure=figure,
        value=statistics.median(values),
        n=len(values),
        low=min(values),
        high=max(values),
        target=target,
        met=met,
        ratio_to=ratio_to,
    )
