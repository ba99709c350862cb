"""How strong is the best of many correlated findings when there is nothing to find?

Factors of a plant overlap: a lot, its supplier, the days it was used on. Drawing the failures anew
and taking the best of all factors each time shows what chance alone reaches, overlap included.
"""

import math
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import InvalidArgument

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TAIL = 0.15
"""Share of the draws, the largest, to which the tail is fitted."""
FEWEST_DRAWS = 20


class Chance(NamedTuple):
    """What a statistic reaches by chance: drawn values, with a tail fitted beyond them."""

    drawn: "Floats"
    """Values by chance, rising."""
    start: float
    """Where the fitted tail begins."""
    scale: float
    """Mean excess over it."""

    def p_value(self, seen: float) -> float:
        """Probability that chance alone gives a value as large, 0 to 1."""
        import numpy as np

        count = len(self.drawn)
        if seen <= self.start:
            larger = count - int(np.searchsorted(self.drawn, seen, side="left"))
            return (1 + larger) / (count + 1)
        return _beyond(count) / count * math.exp(-(seen - self.start) / self.scale)


def chance_of(drawn: "Floats") -> Chance:
    """What a statistic on a logarithmic scale reaches by chance.

    Args:
        drawn: the statistic on data in which there is nothing to find (nats), 20 values or more.

    Raises:
        InvalidArgument: fewer values.

    Source: T. Knijnenburg and others, Fewer permutations, more accurate P-values, Bioinformatics 25
    (2009), with an exponential tail: the logarithm of a likelihood ratio has one.
    """
    import numpy as np

    if len(drawn) < FEWEST_DRAWS:
        raise InvalidArgument(
            f"{len(drawn)} draws do not show a tail", next_step="draw 20 times or more"
        )
    rising = np.sort(drawn)
    beyond = _beyond(len(rising))
    start = float(rising[-beyond - 1])
    return Chance(rising, start, max(float(rising[-beyond:].mean()) - start, 1e-6))


def chance_of_best(drawn: "Floats") -> Chance:
    """What the best of several statistics reaches by chance, however they depend on each other.

    Args:
        drawn: statistics by draws; one draw is the same data for all of them.

    Its p-value of a statistic is adjusted for all of them: it holds the probability of even one
    false finding.

    Source: P. Westfall and S. Young, Resampling-Based Multiple Testing (1993), the single-step
    method.
    """
    return chance_of(drawn.max(axis=0))


def _beyond(count: int) -> int:
    return max(5, round(TAIL * count))
