"""Measured values as factors: below or above which value do units fail more often?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from domain.records.cause import Condition
from tools.causes.cohort import Cohort
from tools.causes.factor import Factor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_THRESHOLDS = 1000
"""Cells of a threshold search."""
FAR = 3.0
"""Robust standard deviations from the median at which a value has left the usual range."""
MOST_LEFT, FLOOR = 0.02, 0.002
"""A characteristic is the first suspect if 2 % of its values left the usual range; none is out."""


def measurements(cohort: Cohort) -> Iterator[Factor]:
    """Factors of the characteristics, low and high."""
    for characteristic_id in cohort.values:
        yield from _thresholds(cohort, characteristic_id)


def _thresholds(cohort: Cohort, characteristic_id: str) -> Iterator[Factor]:
    values = cohort.values[characteristic_id]
    known = ~np.isnan(values)
    distinct = np.unique(values[known])
    if len(distinct) < 3:
        return
    edges = distinct
    if len(distinct) > MOST_THRESHOLDS:
        failing = values[known & cohort.failed]
        spread = np.quantile(values[known], np.linspace(0, 1, MOST_THRESHOLDS // 2))
        edges = np.unique(np.concatenate([spread, failing[: MOST_THRESHOLDS // 2], distinct[-1:]]))
    codes = np.where(known, np.searchsorted(edges, np.where(known, values, 0.0), side="left"), -1)
    cells = len(edges)

    def between(low: int) -> float:
        """Midway between the last value of a cell and the first of the next."""
        under, above = (
            edges[low],
            distinct[min(np.searchsorted(distinct, edges[low], side="right"), len(distinct) - 1)],
        )
        return float(f"{(under + above) / 2:.6g}")

    def low(_: int, last: int) -> Condition:
        return Condition(
            characteristic_id=characteristic_id, direction="low", threshold=between(last)
        )

    def high(first: int, _: int) -> Condition:
        return Condition(
            characteristic_id=characteristic_id, direction="high", threshold=between(first - 1)
        )

    name = characteristic_id
    below, above = _left_usual(values[known])
    yield Factor(f"{name} low", "measurement", "low", codes, cells, low, left=below)
    yield Factor(f"{name} high", "measurement", "high", codes, cells, high, left=above)


def _left_usual(values: "Floats") -> tuple[float, float]:
    """Share of values far below and far above the usual ones, with a floor that keeps all in."""
    centre = float(np.median(values))
    spread = 1.4826 * float(np.median(np.abs(values - centre)))
    reach = FAR * max(spread, 1e-12)
    below, above = np.mean(values < centre - reach), np.mean(values > centre + reach)
    return min(float(below), MOST_LEFT) + FLOOR, min(float(above), MOST_LEFT) + FLOOR
