"""Exact intervals for counts and shares: honest for few events, where quality usually decides.

`scipy.special` is loaded inside the functions because it takes a third of a second, and used
instead of `scipy.stats` because that takes one.
"""

import math
from statistics import NormalDist
from typing import Literal, NamedTuple

from domain.arguments import require_count, require_exposure, require_share
from domain.contract import Contract
from domain.errors import InvalidArgument

Side = Literal["both", "lower", "upper"]
"""Which ends an interval bounds: both, or one of them with the whole error probability."""


class Interval(Contract):
    """An estimate with its confidence interval, in the unit of the estimate."""

    estimate: float | None
    """The best single value; null when there is none (0 over 0, or a ratio to no events)."""
    low: float
    """Lower confidence bound."""
    high: float | None
    """Upper confidence bound; null when nothing bounds it."""
    level: float
    """Confidence level, 0 to 1."""


class Tails(NamedTuple):
    """Error probability below and above an interval."""

    lower: float
    """Probability that the lower bound lies above the truth; 0: no lower bound wanted."""
    upper: float
    """Probability that the upper bound lies below the truth; 0: no upper bound wanted."""


def tails(level: float, side: Side = "both") -> Tails:
    """Share out the error probability 1 - `level` over the sides that are bounded.

    Raises:
        InvalidArgument: `level` is not between 0 and 1.
    """
    require_share("level", level)
    error = 1 - level
    if side == "both":
        return Tails(lower=error / 2, upper=error / 2)
    return Tails(lower=error, upper=0) if side == "lower" else Tails(lower=0, upper=error)


def finite(value: float) -> float | None:
    """The value as a plain float, or null for what JSON cannot hold (infinite, not a number)."""
    return float(value) if math.isfinite(value) else None


def undetermined(level: float) -> Interval:
    """The interval of a ratio (0 or more) of which the data say nothing."""
    return Interval(estimate=None, low=0.0, high=None, level=level)


def log_interval(estimate: float, error: float, level: float) -> Interval:
    """Interval of an estimate above zero whose logarithm is about normal, with that standard error.

    Raises:
        InvalidArgument: `level` is not between 0 and 1.
    """
    factor = math.exp(error * NormalDist().inv_cdf(1 - tails(level).upper))
    return Interval(estimate=estimate, low=estimate / factor, high=estimate * factor, level=level)


def poisson_interval(
    events: int, exposure: float = 1.0, *, level: float = 0.95, side: Side = "both"
) -> Interval:
    """Exact interval for a Poisson rate, in events per unit of exposure.

    With exposure 1 it bounds the expected count. No events give the upper bound that the rule of
    three rounds: one-sided at 95 %, 2.996 events over the exposure.

    Args:
        events: Events seen, zero or more.
        exposure: What they are counted over, above zero (units, unit-months, hours).
        level: Confidence level, between 0 and 1.
        side: Which ends to bound; the free end is 0 or null.

    Raises:
        InvalidArgument: an argument is outside its domain.

    Source: F. Garwood, Fiducial limits for the Poisson distribution, Biometrika 28 (1936).
    """
    from scipy.special import gammainccinv, gammaincinv

    require_count("events", events)
    require_exposure("exposure", exposure)
    tail = tails(level, side)
    low = float(gammaincinv(events, tail.lower)) if events and tail.lower else 0.0
    high = float(gammainccinv(events + 1, tail.upper)) / exposure if tail.upper else None
    return Interval(estimate=events / exposure, low=low / exposure, high=high, level=level)


def binomial_interval(
    events: int, trials: int, *, level: float = 0.95, side: Side = "both"
) -> Interval:
    """Exact interval for a share of trials, 0 to 1; times a million it is an interval of PPM.

    Args:
        events: Trials with the event, at most `trials`.
        trials: Trials, one or more.
        level: Confidence level, between 0 and 1.
        side: Which ends to bound; the free end is 0 or 1.

    Raises:
        InvalidArgument: an argument is outside its domain.

    Source: C. Clopper and E. Pearson, The use of confidence or fiducial limits illustrated in the
    case of the binomial, Biometrika 26 (1934).
    """
    from scipy.special import betaincinv

    require_count("events", events)
    require_count("trials", trials)
    require_exposure("trials", trials)
    if events > trials:
        raise InvalidArgument(
            f"events ({events}) cannot exceed trials ({trials})",
            next_step="count each trial once, or use an interval for a rate",
        )
    tail, others = tails(level, side), trials - events
    low = float(betaincinv(events, others + 1, tail.lower)) if events and tail.lower else 0.0
    # The upper bound from the other end keeps its precision where the share is nearly 1.
    high = 1 - float(betaincinv(others, events + 1, tail.upper)) if others and tail.upper else 1.0
    return Interval(estimate=events / trials, low=low, high=high, level=level)


def trials_without_event(share: float, *, level: float = 0.95) -> int:
    """Trials that must all pass before the event's share is shown to lie below `share`.

    Args:
        share: The share to stay below, between 0 and 1 (0.002 for "99.8 % comply").
        level: Confidence level, between 0 and 1.

    Returns:
        The smallest n with (1 - share)^n <= 1 - level.

    Raises:
        InvalidArgument: an argument is not between 0 and 1.

    Source: success-run theorem; G. Hahn and W. Meeker, Statistical Intervals (1991).
    """
    require_share("share", share)
    require_share("level", level)
    return math.ceil(math.log(1 - level) / math.log1p(-share))
