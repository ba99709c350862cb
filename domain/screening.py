"""Many tests at once: how much of what stands out would stand out by chance alone.

2,000 cells tested weekly at p < .001 raise two false alarms a week; a screen without this is noise.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from domain.arguments import require_share
from domain.errors import InvalidArgument

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


class Screen(NamedTuple):
    """The outcome of a family of tests, in the order of the p-values given."""

    adjusted: "FloatArray"
    """Adjusted p-values, 0 to 1 (q-values, for Benjamini-Hochberg)."""
    rejected: "NDArray[np.bool_]"
    """True where the null hypothesis is rejected."""


def benjamini_hochberg(p_values: "Sequence[float] | FloatArray", *, fdr: float = 0.05) -> Screen:
    """Step-up procedure that holds the expected share of false ones among the rejections.

    It holds for tests that are independent or positively dependent.

    Args:
        p_values: One p-value per test, 0 to 1, in any order; none give an empty screen.
        fdr: The false discovery rate to hold, between 0 and 1.

    Raises:
        InvalidArgument: a p-value lies outside 0 to 1 or is not a number, or `fdr` is out of range.

    Source: Y. Benjamini and Y. Hochberg, Controlling the false discovery rate, JRSS B 57 (1995).
    """
    import numpy as np

    require_share("fdr", fdr)
    p = _checked(p_values)
    rising = np.argsort(p, kind="stable")
    scaled = p[rising] * (len(p) / np.arange(1, len(p) + 1))
    adjusted = np.empty_like(p)
    # p <= 1 makes the last step at most 1, so the running minimum from the top needs no cap.
    adjusted[rising] = np.minimum.accumulate(scaled[::-1])[::-1]
    return Screen(adjusted, adjusted <= fdr)


def bonferroni(p_values: "Sequence[float] | FloatArray", *, alpha: float = 0.05) -> Screen:
    """Hold the probability of even one false rejection, however the tests depend on each other.

    Args:
        p_values: One p-value per test, 0 to 1, in any order; none give an empty screen.
        alpha: The familywise error rate to hold, between 0 and 1.

    Raises:
        InvalidArgument: a p-value lies outside 0 to 1 or is not a number, or `alpha` is out of
            range.

    Source: O. Dunn, Multiple comparisons among means, JASA 56 (1961).
    """
    import numpy as np

    require_share("alpha", alpha)
    p = _checked(p_values)
    adjusted = np.minimum(1.0, p * len(p))
    return Screen(adjusted, adjusted <= alpha)


def _checked(p_values: "Sequence[float] | FloatArray") -> "FloatArray":
    import numpy as np

    p = np.asarray(p_values, dtype=np.float64)
    bad = np.flatnonzero(~((p >= 0) & (p <= 1)))
    if bad.size:
        raise InvalidArgument(
            f"p-value number {bad[0] + 1} is {p[bad[0]]}, not between 0 and 1",
            next_step="leave out tests that could not be computed, and say how many they are",
        )
    return p
