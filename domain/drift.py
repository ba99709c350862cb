"""Has what a station sees changed? Distances between then and now, and signals watched by day.

Rules of thumb such as "a population stability index above 0.25 is drift" depend on how many parts
were compared: with fifty parts chance alone passes them. So each distance comes with its
probability by chance.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import InvalidArgument
from domain.mean_watch import DailyMeans, watch_means

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BINS = 10
"""Classes of equal size in which scores are compared (count)."""
MEAN_GAP = 0.8687
"""Mean of Kolmogorov's distribution: sqrt(pi / 2) ln 2."""
FEWEST = 20
"""Values on either side below which nothing is compared (count)."""


class Distance(NamedTuple):
    """How far two sets of values lie apart."""

    value: float
    """The distance (no unit; 0: alike)."""
    expected: float
    """What it would be by chance alone, on average."""
    p_value: float
    """Probability of as much by chance."""


class SignalMove(NamedTuple):
    """A signal of a station, watched against its own past."""

    signal: str
    """Its name."""
    before: float
    """Mean of the reference (unit of the signal)."""
    now: float
    """Mean of the days since the shift began, or of all watched days (the same)."""
    moved: bool
    """Whether the weighted mean left its limits."""
    since: int | None
    """Position of the day on which the shift most likely began, from the first day on."""
    p_value: float
    """Bound of the probability of such a chart in control."""
    run_length: float
    """Days to a false signal that the limits are set for (days)."""


def stability_index(reference: Sequence[float], current: Sequence[float]) -> Distance:
    """Population stability index between two samples, in classes of the reference's quantiles.

    A value that many have is a class of its own. Half a value is added to each class, so that an
    empty one costs a finite amount.

    Args:
        reference: values from when all was well, 20 or more.
        current: values of now, 20 or more.

    Raises:
        InvalidArgument: too few values, or one that is not finite.

    Source: B. Yurdakul and J. Naranjo, Statistical properties of the population stability index,
    Journal of Risk Model Validation 14 (2020): n m / (n + m) times the index is about chi-square.
    """
    import numpy as np
    from scipy.special import chdtrc

    then, now = _values(reference), _values(current)
    edges = np.unique(np.quantile(then, np.arange(1, BINS) / BINS))
    heaped = [edge for edge in edges if (then == edge).mean() >= 1 / BINS]
    edges = np.union1d(edges, np.nextafter(heaped, np.inf))
    counts = np.array(
        [np.bincount(np.searchsorted(edges, some, side="right"), minlength=len(edges) + 1)
         for some in (then, now)]
    )  # fmt: skip
    counts = counts[:, counts.any(axis=0)]
    classes = counts.shape[1]
    shares = [(row + 0.5) / (row.sum() + classes / 2) for row in counts]
    index = float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())
    scale = 1 / len(then) + 1 / len(now)
    p_value = float(chdtrc(classes - 1, index / scale)) if classes > 1 else 1.0
    return Distance(index, (classes - 1) * scale, p_value)


def kolmogorov_smirnov(reference: Sequence[float], current: Sequence[float]) -> Distance:
    """Largest gap between the cumulative shares of two samples, 0 to 1; exact without ties.

    With ties the probability is too large rather than too small.

    Args:
        reference: values from when all was well, 20 or more.
        current: values of now, 20 or more.

    Raises:
        InvalidArgument: too few values, or one that is not finite.

    Source: N. Smirnov, Table for estimating the goodness of fit of empirical distributions, Annals
    of Mathematical Statistics 19 (1948).
    """
    from scipy.stats import ks_2samp

    then, now = _values(reference), _values(current)
    found = ks_2samp(then, now)
    root = (len(then) * len(now) / (len(then) + len(now))) ** 0.5
    return Distance(float(found.statistic), MEAN_GAP / root, float(found.pvalue))


def signal_move(
    signal: str, days: DailyMeans, known: int, *, run_length: float = 1000.0
) -> SignalMove | None:
    """Watch a signal, or a station's mean score, by an exponentially weighted mean of its days.

    Limits come from the reference's own wandering (`domain/mean_watch.py`). None: fewer than 20
    days of reference, no later day, or a reference that does not vary.

    Args:
        signal: its name.
        days: readings by day, in order of time.
        known: days from the first on that are the reference.
        run_length: days to a false signal in control, above 2.
    """
    import numpy as np

    found = watch_means(days, known, run_length=run_length)
    if found is None:
        return None
    moved = found.first is not None
    late = slice(max(found.since, known) if moved else known, None)
    return SignalMove(
        signal,
        before=found.reference.centre,
        now=float(np.average(days.means[late], weights=days.readings[late])),
        moved=moved,
        since=found.since if moved else None,
        p_value=found.p_value,
        run_length=run_length,
    )


def _values(some: Sequence[float]) -> "Floats":
    import numpy as np

    values = np.asarray(some, dtype=np.float64)
    if len(values) < FEWEST or not np.isfinite(values).all():
        raise InvalidArgument(
            f"{len(values)} values cannot be compared, or one is not finite",
            next_step=f"give {FEWEST} or more finite values on either side",
        )
    return values
