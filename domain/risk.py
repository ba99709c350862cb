"""How grave a danger is: severity of the harm against the probability that it comes about.

The matrix is that of the European rules for consumer products. It sorts; it does not decide: a
person does, with the sensitivity of the result in sight.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from domain.errors import InvalidArgument

RiskLevel = Literal["low", "medium", "high", "serious"]
RISK_LEVELS: tuple[RiskLevel, ...] = ("low", "medium", "high", "serious")
"""Levels in rising order."""
MOST_SEVERE = 4
VULNERABLE_STEP = 1
"""Steps of severity by which the same accident is graver for vulnerable people."""
_CLOSE = 1e-9
"""Relative distance at which a product of probabilities counts as equal to a threshold."""


class Band(NamedTuple):
    """One row of the matrix."""

    above: float
    """The band holds probabilities greater than this one, up to that of the band before it."""
    levels: tuple[RiskLevel, RiskLevel, RiskLevel, RiskLevel]
    """Level for severity 1 to 4."""


BANDS: tuple[Band, ...] = (
    Band(0.5, ("high", "serious", "serious", "serious")),
    Band(0.1, ("medium", "serious", "serious", "serious")),
    Band(0.01, ("medium", "serious", "serious", "serious")),
    Band(0.001, ("low", "high", "serious", "serious")),
    Band(1e-4, ("low", "medium", "high", "serious")),
    Band(1e-5, ("low", "low", "medium", "high")),
    Band(1e-6, ("low", "low", "low", "medium")),
    Band(-math.inf, ("low", "low", "low", "low")),
)
"""The matrix, likeliest first. Source: Commission Delegated Regulation (EU) 2024/3173, annex II,
after Commission Implementing Decision (EU) 2019/417."""


class Variation(NamedTuple):
    """The level after one change of the inputs."""

    severity: int
    """Severity of the harm, 1 to 4."""
    band: int
    """Place of the probability's band in `BANDS`, 0 the likeliest."""
    level: RiskLevel
    """The level there."""


class Sensitivity(NamedTuple):
    """What the level becomes when an input is one step wrong."""

    lowest: RiskLevel
    """Lowest level within one step of both inputs."""
    highest: RiskLevel
    """Highest level within one step of both inputs."""
    single: tuple[Variation, ...]
    """The level after one step of one input: probability up, down, severity up, down, as far as
    there is such a step."""


class Turning(NamedTuple):
    """Where the level changes, at the given severity."""

    rises_above: float | None
    """Probability beyond which the level is higher; none: it is at the top for this severity."""
    falls_at: float | None
    """Probability at which, and below, the level is lower; none: it is at the bottom."""


def scenario_probability(steps: Sequence[float]) -> float:
    """Probability that a chain of events ends in the harm: the product of its steps.

    Args:
        steps: Probability of each step, given the steps before it, 0 to 1; one or more.

    Raises:
        InvalidArgument: there is no step, or one is no probability.
    """
    if not steps:
        raise InvalidArgument("a scenario needs at least one step")
    for step in steps:
        _require_probability(step)
    return math.prod(steps)


def band_of(probability: float) -> int:
    """Place of a probability in `BANDS`; one that equals a threshold belongs to the lower band.

    Raises:
        InvalidArgument: it is no probability.
    """
    _require_probability(probability)
    return next(i for i, one in enumerate(BANDS) if probability > one.above * (1 + _CLOSE))


def risk_level(severity: int, probability: float) -> RiskLevel:
    """The level of the matrix.

    Args:
        severity: 1 (first aid) to 4 (death, or loss of a limb or a sense).
        probability: that the harm comes about in the product's life, 0 to 1.

    Raises:
        InvalidArgument: an argument is outside its domain.
    """
    return _level(_checked(severity), band_of(probability))


def sensitivity(severity: int, probability: float) -> Sensitivity:
    """What the level becomes one band of probability and one step of severity away.

    Raises:
        InvalidArgument: an argument is outside its domain.
    """
    place = band_of(probability)
    severities = _near(_checked(severity), 1, MOST_SEVERE)
    places = _near(place, 0, len(BANDS) - 1)
    levels = {_level(one, other) for one in severities for other in places}
    steps = [(severity, place - 1), (severity, place + 1), (severity + 1, place)]
    steps.append((severity - 1, place))
    single = tuple(
        Variation(one, other, _level(one, other))
        for one, other in steps
        if one in severities and other in places
    )
    return Sensitivity(min(levels, key=RISK_LEVELS.index), worst(levels), single)


def turning_points(severity: int, probability: float) -> Turning:
    """The probabilities at which the level changes, upward and downward.

    Raises:
        InvalidArgument: an argument is outside its domain.
    """
    place, level = band_of(probability), risk_level(severity, probability)
    rank = RISK_LEVELS.index(level)
    higher = [i for i in range(place) if RISK_LEVELS.index(_level(severity, i)) > rank]
    lower = [i for i in range(place, len(BANDS)) if RISK_LEVELS.index(_level(severity, i)) < rank]
    return Turning(
        rises_above=BANDS[higher[-1]].above if higher else None,
        falls_at=BANDS[lower[0] - 1].above if lower else None,
    )


def worst(levels: Iterable[RiskLevel]) -> RiskLevel:
    """The highest of some levels, one or more."""
    return max(levels, key=RISK_LEVELS.index)


def _level(severity: int, place: int) -> RiskLevel:
    return BANDS[place].levels[severity - 1]


def _near(value: int, first: int, last: int) -> range:
    return range(max(first, value - 1), min(last, value + 1) + 1)


def _require_probability(value: float) -> None:
    if not 0 <= value <= 1:
        raise InvalidArgument(
            f"a probability lies between 0 and 1; got {value}",
            next_step="write one in five hundred as 0.002",
        )


def _checked(severity: int) -> int:
    if severity not in range(1, MOST_SEVERE + 1):
        raise InvalidArgument(
            f"severity must be 1, 2, 3 or {MOST_SEVERE}; got {severity}",
            next_step="1 first aid, 2 a visit to a doctor, 3 hospital, 4 death or lasting loss",
        )
    return severity
