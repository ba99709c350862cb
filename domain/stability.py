"""Stable or not: more signals than a process in control makes, or a step.

One signal among two hundred points is what chance makes, so signals are weighed against the number
that a process in control would have given.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from domain.run_rules import LIMITS_ONLY, NELSON, WESTERN_ELECTRIC, RunRule, signals
from domain.trend import step_change

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

StabilityVerdict = Literal["stable", "unstable", "undetermined"]
FEWEST_POINTS = 20
"""Points below which nothing is said of stability (count)."""
DOUBT = 0.005
"""P-value below which one of the tests tells against stability."""
RUN_LENGTHS = {LIMITS_ONLY: 370.4, WESTERN_ELECTRIC: 91.75, NELSON: 75.5}
"""Points of a process in control from one signal to the next, by rules: exact for the limits; C.
Champ and W. Woodall, Technometrics 29 (1987); our simulation of 60,000 runs."""


class Stability(NamedTuple):
    """Whether a process keeps to its limits."""

    verdict: StabilityVerdict
    """stable: nothing tells against it; undetermined: too few points."""
    signals: int
    """Signals, each counted from the one before (count)."""
    expected: float
    """Signals that a process in control would give (count)."""
    p_value: float
    """Probability of as many in control."""
    step_p_value: float | None
    """P-value of no step in the series; none for too few points."""


def stability(values: Sequence[float], found: int, run_length: float) -> Stability:
    """Weigh signals and step of one chart.

    Args:
        values: the points in order of time.
        found: signals on them (count).
        run_length: points from one signal to the next in control, above zero.
    """
    from scipy.special import gammainc

    expected = len(values) / run_length
    p_value = float(gammainc(found, expected)) if found else 1.0
    if len(values) < FEWEST_POINTS:
        return Stability("undetermined", found, expected, p_value, None)
    step = step_change(values).p_value
    moved = min(p_value, step) < DOUBT
    return Stability("unstable" if moved else "stable", found, expected, p_value, step)


def separate_signals(scores: "Floats", rules: tuple[RunRule, ...]) -> int:
    """Signals when the look-out starts afresh after each one, as run lengths count them.

    Args:
        scores: distance of each point from its centre in standard deviations, in order of time.
        rules: the patterns to look for.
    """
    found, start = 0, 0
    while after := signals(scores[start:], rules):
        found += 1
        start += after[0].position + 1
    return found
