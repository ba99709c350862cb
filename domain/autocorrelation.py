"""Does a point resemble the one before it? Then control limits alarm too often."""

from collections.abc import Sequence

from domain.errors import InvalidArgument

FEWEST_POINTS = 3


def lag_one_autocorrelation(values: Sequence[float]) -> float | None:
    """Correlation of neighbours in a series, -1 to 1; none for a constant series.

    Args:
        values: the series in order of time, three points or more.

    Raises:
        InvalidArgument: there are fewer than three points.

    Source: G. Box and G. Jenkins, Time Series Analysis (1970), divided by the whole series.
    """
    import numpy as np

    if len(values) < FEWEST_POINTS:
        raise InvalidArgument(
            f"{len(values)} points are too few for an autocorrelation", next_step="give 3 or more"
        )
    series = np.asarray(values, dtype=np.float64)
    apart = series - series.mean()
    apart -= apart.mean()
    squares = float(apart @ apart)
    return float(apart[1:] @ apart[:-1]) / squares if squares > 0 else None


def autocorrelation_limit(points: int) -> float:
    """Size beyond which the autocorrelation of independent points lies once in a hundred (no unit).

    Args:
        points: length of the series, one or more.
    """
    return float(2.576 / points**0.5)
