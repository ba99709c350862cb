"""Run rules: patterns of points that a process in control hardly ever makes.

Each rule alone is rare; together they are not. Western Electric's four rules signal once in about
92 points of a process in control, all eight of Nelson once in about 74, the limits alone once in
370: so one signal is a reason to look, not a verdict.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]


class RunRule(NamedTuple):
    """One pattern."""

    name: str
    """Stable name."""
    says: str
    """The pattern in words."""
    holds: "Callable[[Floats], Bools]"
    """From scores (sigmas from the centre, in order of time) to the points that complete it."""


def _count(marks: "Bools", length: int) -> "Floats":
    """How many of the last `length` points, up to each, are marked."""
    import numpy as np

    total = np.cumsum(np.concatenate(([0.0], marks.astype(np.float64))))
    start = np.maximum(np.arange(1, len(total)) - length, 0)
    return np.asarray(total[1:] - total[start])


def _beyond(scores: "Floats", sigmas: float, needed: int, length: int) -> "Bools":
    """At least `needed` of `length` points, this one too, beyond so many sigmas on one side."""
    above, below = scores > sigmas, scores < -sigmas
    return (above & (_count(above, length) >= needed)) | (below & (_count(below, length) >= needed))


def _run(marks: "Bools", length: int) -> "Bools":
    """The last `length` points are all marked."""
    import numpy as np

    return np.asarray(_count(marks, length) == length)


def _lagged(marks: "Bools", lost: int) -> "Bools":
    """Marks of differences, moved to the later point."""
    import numpy as np

    return np.concatenate((np.zeros(lost, dtype=np.bool_), marks))


def _trending(scores: "Floats") -> "Bools":
    import numpy as np

    steps = np.diff(scores)
    return (_run(_lagged(steps > 0, 1), 5) | _run(_lagged(steps < 0, 1), 5))[: len(scores)]


def _alternating(scores: "Floats") -> "Bools":
    import numpy as np

    steps = np.diff(scores)
    return _run(_lagged(steps[1:] * steps[:-1] < 0, 2), 12)[: len(scores)]


BEYOND_LIMITS = RunRule(
    "beyond_3_sigma", "one point beyond three sigma", lambda z: _beyond(z, 3, 1, 1)
)
TWO_OF_THREE = RunRule(
    "two_of_three_beyond_2_sigma",
    "two of three points beyond two sigma on one side",
    lambda z: _beyond(z, 2, 2, 3),
)
FOUR_OF_FIVE = RunRule(
    "four_of_five_beyond_1_sigma",
    "four of five points beyond one sigma on one side",
    lambda z: _beyond(z, 1, 4, 5),
)
EIGHT_ON_ONE_SIDE = RunRule(
    "eight_on_one_side",
    "eight points in a row on one side of the centre",
    lambda z: _run(z > 0, 8) | _run(z < 0, 8),
)
NINE_ON_ONE_SIDE = RunRule(
    "nine_on_one_side",
    "nine points in a row on one side of the centre",
    lambda z: _run(z > 0, 9) | _run(z < 0, 9),
)
SIX_TRENDING = RunRule("six_trending", "six points in a row rising, or falling", _trending)
FOURTEEN_ALTERNATING = RunRule(
    "fourteen_alternating", "fourteen points in a row going up and down by turns", _alternating
)
FIFTEEN_WITHIN = RunRule(
    "fifteen_within_1_sigma",
    "fifteen points in a row within one sigma of the centre",
    lambda z: _run(abs(z) < 1, 15),
)
EIGHT_OUTSIDE = RunRule(
    "eight_outside_1_sigma",
    "eight points in a row farther than one sigma from the centre, on either side",
    lambda z: _run(abs(z) > 1, 8),
)

LIMITS_ONLY = (BEYOND_LIMITS,)
WESTERN_ELECTRIC = (BEYOND_LIMITS, TWO_OF_THREE, FOUR_OF_FIVE, EIGHT_ON_ONE_SIDE)
"""Western Electric, Statistical Quality Control Handbook (1956)."""
NELSON = (
    BEYOND_LIMITS,
    NINE_ON_ONE_SIDE,
    SIX_TRENDING,
    FOURTEEN_ALTERNATING,
    TWO_OF_THREE,
    FOUR_OF_FIVE,
    FIFTEEN_WITHIN,
    EIGHT_OUTSIDE,
)
"""L. Nelson, The Shewhart control chart: tests for special causes, Journal of Quality Technology 16
(1984), in his order."""


class Signal(NamedTuple):
    """A point that completes a pattern."""

    position: int
    """Index of the point (from 0)."""
    rules: tuple[str, ...]
    """Names of the rules that it completes."""


def signals(scores: "Floats", rules: tuple[RunRule, ...]) -> list[Signal]:
    """Points that complete a pattern, in order of time.

    Args:
        scores: distance of each point from its centre in standard deviations, in order of time.
        rules: the patterns to look for.
    """
    import numpy as np

    marks = np.array([rule.holds(scores) for rule in rules], dtype=np.bool_)
    marks = marks.reshape(len(rules), len(scores))
    return [
        Signal(
            int(place),
            tuple(rule.name for rule, on in zip(rules, marks[:, place], strict=True) if on),
        )
        for place in np.flatnonzero(marks.any(axis=0))
    ]
