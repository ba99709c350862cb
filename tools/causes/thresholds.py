"""Measured values as factors: below or above which value do units fail more often?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import numpy as np

from domain.records.cause import Condition
from tools.causes.cohort import Cohort
from tools.causes.factor import Factor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

MOST_THRESHOLDS = 1000
"""Cells of a threshold search."""
FARTHEST = 0.0002
"""Smallest share of values that a threshold sets apart."""
FAR = 3.0
"""Robust standard deviations from the median at which a value has left the usual range."""
STRAYS, MOST_LEFT = 0.004, 0.02
"""Shares of values out of the usual range: up to the first it is chance, from the second on a
characteristic is the first suspect."""
STAYED = 0.03
"""Weight, beside 1, of a characteristic that stayed in its usual range."""


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
    edges = _edges(values, known, cohort.failed, distinct)
    codes = np.where(known, np.searchsorted(edges, np.where(known, values, 0.0), side="left"), -1)
    cells = len(edges)

    def between(low: int) -> float:
        """Midway between the last value of a cell and the first of the next."""
        above = min(np.searchsorted(distinct, edges[low], side="right"), len(distinct) - 1)
        return float(f"{(edges[low] + distinct[above]) / 2:.6g}")

    def low(_: int, last: int) -> Condition:
        return Condition(
            characteristic_id=characteristic_id, direction="low", threshold=between(last)
        )

    def high(first: int, _: int) -> Condition:
        return Condition(
            characteristic_id=characteristic_id, direction="high", threshold=between(first - 1)
        )

    sides: tuple[Literal["low", "high"], ...] = ("low", "high")
    for side, limit, describe in zip(sides, _usual(values[known]), (low, high), strict=True):
        out = known & ((values < limit) if side == "low" else (values > limit))
        left = float(np.clip((out.sum() / known.sum() - STRAYS) / (MOST_LEFT - STRAYS), 0, 1))
        edge = None
        if left > 0:
            edge = int(codes[out].max() if side == "low" else cells - 1 - codes[out].min())
        yield Factor(
            f"{characteristic_id} {side}", "measurement", side, codes, cells, describe,
            weight=left + STAYED, left=left, edge=edge,
        )  # fmt: skip


def _edges(values: "Floats", known: "Bools", failed: "Bools", distinct: "Floats") -> "Floats":
    """Upper values of the cells: all, or those of even steps towards both tails and of failures."""
    if len(distinct) <= MOST_THRESHOLDS:
        return distinct
    tail = np.geomspace(FARTHEST, 0.5, MOST_THRESHOLDS // 4)
    spread = np.quantile(values[known], np.concatenate([tail, 1 - tail]))
    failing = values[known & failed][: MOST_THRESHOLDS // 2]
    return np.unique(np.concatenate([spread, failing, distinct[-1:]]))


def _usual(values: "Floats") -> tuple[float, float]:
    """The usual range of values."""
    centre = float(np.median(values))
    spread = 1.4826 * float(np.median(np.abs(values - centre)))
    reach = FAR * max(spread, 1e-12)
    return centre - reach, centre + reach
