"""Two-by-two tables: do units of one lot (line, supplier, …) fail more often than the others?"""

import math
from typing import Literal, NamedTuple

from domain.arguments import require_count, require_exposure, require_share
from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.intervals import Interval, finite, log_interval, undetermined

OddsMethod = Literal["logit", "exact"]
"""Interval of an odds ratio: Woolf's on the log scale, or exact given the table's margins."""


class TwoByTwo(NamedTuple):
    """Units with and without the event, in a group and in its reference (all counts)."""

    events: int
    """Units of the group with the event."""
    units: int
    """All units of the group."""
    reference_events: int
    """Units of the reference with the event."""
    reference_units: int
    """All units of the reference."""

    @property
    def others(self) -> int:
        """Units of the group without the event."""
        return self.units - self.events

    @property
    def reference_others(self) -> int:
        """Units of the reference without the event."""
        return self.reference_units - self.reference_events

    @property
    def informative(self) -> bool:
        """False if a row or a column is empty: such a table says nothing about a ratio."""
        return bool(
            self.units
            and self.reference_units
            and self.events + self.reference_events
            and self.others + self.reference_others
        )


class OddsRatio(Contract):
    """The odds of the event in a group over the odds in its reference."""

    ratio: Interval
    """Odds ratio with its interval (no unit; 1: equal odds)."""
    method: OddsMethod
    """How estimate and interval were computed."""
    half_added: bool
    """True: a cell was zero, and one half was added to all four."""


def odds_ratio(table: TwoByTwo, *, method: OddsMethod = "logit", level: float = 0.95) -> OddsRatio:
    """Odds ratio of a two-by-two table.

    `logit` gives the sample odds ratio with Woolf's interval, and adds one half to every cell when
    one is zero. `exact` gives the conditional maximum likelihood estimate with the exact interval:
    wider, right for few events, and slow for thousands of them.

    Args:
        table: Events and units of group and reference.
        method: How to compute estimate and interval.
        level: Confidence level, between 0 and 1.

    Returns:
        The ratio; without estimate and bound if all units, or none, had the event.

    Raises:
        InvalidArgument: a group has no units, or more events than units.

    Source: B. Woolf, Annals of Human Genetics 19 (1955); J. Haldane, ibid. 20 (1956), for the half
    added; J. Cornfield, A statistical problem arising from retrospective studies (1956), for
    the exact interval.
    """
    require_share("level", level)
    _require_units(table)
    if method == "exact":
        return OddsRatio(ratio=_exact(table, level), method=method, half_added=False)
    half_added = table.informative and 0 in _cells(table)
    return OddsRatio(ratio=logit_interval(table, level), method=method, half_added=half_added)


def fisher_exact(table: TwoByTwo) -> float:
    """Two-sided p-value of equal odds, given the margins of the table.

    It sums the probabilities of all tables that are no more likely than the one seen.

    Raises:
        InvalidArgument: a group has no units, or more events than units.

    Source: R. Fisher, Statistical Methods for Research Workers, 5th edition (1934).
    """
    _require_units(table)
    from scipy.stats import fisher_exact as scipy_fisher_exact

    a, b, c, d = _cells(table)
    return float(scipy_fisher_exact([[a, b], [c, d]]).pvalue)


def require_table(table: TwoByTwo) -> None:
    """Demand whole counts, and no more events than units.

    Raises:
        InvalidArgument: the table breaks one of these.
    """
    for name, count in table._asdict().items():
        require_count(name, count)
    if table.others < 0 or table.reference_others < 0:
        raise InvalidArgument(
            f"more events than units in {table}",
            next_step="count a unit once however often it failed, or compare rates instead",
        )


def logit_interval(table: TwoByTwo, level: float) -> Interval:
    """Sample odds ratio with Woolf's interval; unbounded for a table that says nothing.

    Raises:
        InvalidArgument: `level` is not between 0 and 1.
    """
    if not table.informative:
        return undetermined(level)
    cells = _cells(table)
    half = 0.5 if 0 in cells else 0.0
    a, b, c, d = (cell + half for cell in cells)
    return log_interval(a * d / (b * c), math.sqrt(1 / a + 1 / b + 1 / c + 1 / d), level)


def _require_units(table: TwoByTwo) -> None:
    require_table(table)
    require_exposure("units", table.units)
    require_exposure("reference_units", table.reference_units)


def _exact(table: TwoByTwo, level: float) -> Interval:
    if not table.informative:
        return undetermined(level)
    from scipy.stats.contingency import odds_ratio as scipy_odds_ratio

    a, b, c, d = _cells(table)
    result = scipy_odds_ratio([[a, b], [c, d]], kind="conditional")
    bounds = result.confidence_interval(confidence_level=level)
    return Interval(
        estimate=finite(result.statistic),
        low=float(bounds.low),
        high=finite(bounds.high),
        level=level,
    )


def _cells(table: TwoByTwo) -> tuple[int, int, int, int]:
    return table.events, table.others, table.reference_events, table.reference_others
