"""Hazards by month in service and their sum: what a claim rate at a stated age is made of.

Young units have not lived through the later months, so each month is judged by those that have, and
the months are added up. Claims to date over units shipped would make every young build look good.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from domain.arguments import require_count, require_exposure
from domain.errors import InvalidArgument
from domain.intervals import Interval, poisson_interval, tails


class MonthHazard(NamedTuple):
    """One month in service, and all months up to it."""

    hazard: Interval
    """Claims in the month over the units that completed it, with its exact interval."""
    cumulative: Interval
    """Sum of the hazards up to this month, with its interval."""


def full_months(start: date, end: date) -> int:
    """Calendar months that are over since `start`; negative if `end` lies before it.

    A month is over on the same day of the next month, or on the day after where that month is
    shorter: from 31 January the first is over on 1 March.
    """
    months = 12 * (end.year - start.year) + end.month - start.month
    return months - (end.day < start.day)


def cumulative_hazard(
    events: Sequence[int], completed: Sequence[int], *, level: float = 0.95
) -> tuple[MonthHazard, ...]:
    """Hazard and cumulative hazard of each month in service.

    Args:
        events: events in month 1, 2, … of units that completed that month (count).
        completed: units that completed that month, one or more (count).
        level: confidence level, between 0 and 1.

    Returns:
        One entry a month, in events per unit; times 1,000 it is the claim rate per 1,000 units.

    Raises:
        InvalidArgument: lengths differ, a count is no whole number, or nobody completed a month.

    Source: J. Kalbfleisch, J. Lawless and J. Robinson, Methods for the analysis and prediction of
    warranty claims, Technometrics 33 (1991).
    """
    if len(events) != len(completed):
        raise InvalidArgument(
            f"lengths differ: {len(events)} months with events, {len(completed)} with units",
            next_step="give one entry a month in both",
        )
    return tuple(
        MonthHazard(
            hazard=poisson_interval(events[month], completed[month], level=level),
            cumulative=sum_of_rates(events[: month + 1], completed[: month + 1], level=level),
        )
        for month in range(len(events))
    )


def sum_of_rates(
    events: Sequence[int], exposures: Sequence[float], *, level: float = 0.95
) -> Interval:
    """Sum of independent Poisson rates with its gamma interval.

    With one rate, or equal exposures, it is the exact interval of a Poisson rate; else it keeps at
    least its level in all but extreme cases.

    Args:
        events: events behind each rate, zero or more; at least one entry.
        exposures: what they are counted over, above zero.
        level: confidence level, between 0 and 1.

    Raises:
        InvalidArgument: an argument is outside its domain.

    Source: M. Fay and E. Feuer, Confidence intervals for directly standardized rates: a method
    based on the gamma distribution, Statistics in Medicine 16 (1997).
    """
    from scipy.special import gammainccinv, gammaincinv

    for count, exposure in zip(events, exposures, strict=True):
        require_count("events", count)
        require_exposure("exposure", exposure)
    tail = tails(level)
    total = sum(count / exposure for count, exposure in zip(events, exposures, strict=True))
    variance = sum(count / exposure**2 for count, exposure in zip(events, exposures, strict=True))
    weight = 1 / min(exposures)
    low = 0.0
    if total:
        low = variance / total * float(gammaincinv(total**2 / variance, tail.lower))
    above, spread = total + weight, variance + weight**2
    high = spread / above * float(gammainccinv(above**2 / spread, tail.upper))
    return Interval(estimate=total, low=low, high=high, level=level)
