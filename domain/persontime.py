"""Failures expected of each unit if only its age, its family and the season decided.

Units differ in age and market; a cause may be named only beyond what these explain by themselves.
"""

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

AGE_EDGES = (0, 30, 60, 90, 120, 180, 270, 365, 545, 730, 1095, 36500)
"""Edges of the ages in service over which the hazard is taken as even (days)."""
MONTH = 30.4375
SOUTH = frozenset(
    {"AO", "AR", "AU", "BO", "BR", "BW", "CL", "FJ", "LS", "MG", "MU", "MW", "MZ", "NA", "NZ"}
    | {"PE", "PG", "PY", "SZ", "TZ", "UY", "ZA", "ZM", "ZW"}
)
"""Countries (ISO 3166-1 alpha-2) most of whose people live south of the equator."""
RIDGE = 8.0
"""Weight with which a market's season is drawn to that of its hemisphere (events)."""
MONTHS_OF_YEAR = 12
"""Shorter records do not show whether a rise comes back every year."""
SEASON_P = 1e-4
SEASON_SWING = 1.5
"""A season counts from this ratio of its highest to its lowest month on."""


class Service(NamedTuple):
    """Time in service of units; arrays of one length."""

    start: "Ints"
    """First day in service (days since 1970-01-01)."""
    days: "Floats"
    """Days observed: to failure, to the end of warranty or of the data."""
    failed: "Bools"
    """Whether the observation ended with a failure."""
    weight: "Floats"
    """How many units each stands for."""
    family: "Ints"
    """Code of the product family, from 0."""


class Season(NamedTuple):
    """How the rate follows the calendar."""

    p_value: float
    """P-value of no yearly rhythm."""
    swing: float
    """Rate of the highest over that of the lowest month."""
    factor: "Floats"
    """Each unit's share of season in its time at risk (1: none)."""

    @property
    def marked(self) -> bool:
        """Whether the rhythm is beyond chance and large enough to matter."""
        return self.p_value < SEASON_P and self.swing >= SEASON_SWING


def expected_failures(service: Service) -> "Floats":
    """Failures expected of each unit by age in service, scaled to those of its family.

    Returns:
        One value a unit, weights included; they add up to the failures of each family.

    Source: indirect standardisation; N. Breslow and N. Day, Statistical Methods in Cancer Research
    II (1987).
    """
    import numpy as np

    expected = np.zeros(len(service.days))
    edges = [*AGE_EDGES[:-1], max(AGE_EDGES[-1], float(service.days.max(initial=0)) + 1)]
    for low, high in pairwise(edges):
        time = np.clip(service.days - low, 0, high - low)
        ended = service.failed & (service.days <= high) & ((service.days > low) | (low == 0))
        at_risk = float((time * service.weight).sum())
        if at_risk > 0:
            expected += time * (service.weight * (float(ended.sum()) / at_risk))
    return scaled_to_family(expected, service)


def scaled_to_family(expected: "Floats", service: Service) -> "Floats":
    """The same expectation, brought to the number of failures of each family."""
    import numpy as np

    seen = np.bincount(service.family, weights=service.failed.astype(np.float64))
    due = np.bincount(service.family, weights=expected)
    ratio = np.divide(seen, due, out=np.zeros_like(due), where=due > 0)
    return np.asarray(expected * ratio[service.family])


def season(service: Service, expected: "Floats", country: "Ints", names: list[str]) -> Season:
    """Yearly rhythm of failures, opposite in the two hemispheres, and what it does to each unit.

    Args:
        service: time in service.
        expected: failures expected of each unit without season.
        country: code of each unit's market.
        names: market (ISO 3166-1 alpha-2) of each code.

    Source: P. McCullagh and J. Nelder, Generalized Linear Models (1989), for the Poisson regression
    with known exposure.
    """
    import numpy as np

    months = _months(service)
    if len(months) < MONTHS_OF_YEAR:
        return Season(1.0, 1.0, np.ones(len(service.days)))
    seen, due = _by_month(service, expected, country, months, len(names))
    angle = 2 * np.pi * ((months * MONTH) % 365.25) / 365.25
    wave = np.stack([np.cos(angle), np.sin(angle)])
    side = np.array([-1.0 if name in SOUTH else 1.0 for name in names])
    pooled, gain = _harmonic(seen, due, wave[:, None, :] * side[None, :, None])
    p_value = float(np.exp(-gain))
    swing = float(np.exp(2 * np.hypot(*pooled)))
    if p_value >= SEASON_P or swing < SEASON_SWING:
        return Season(p_value, swing, np.ones(len(service.days)))
    shape = np.stack(
        [_shape(seen[index], due[index], wave, pooled * side[index]) for index in range(len(names))]
    )
    return Season(p_value, swing, _factors(service, country, months, shape))


def _months(service: Service) -> "Ints":
    import numpy as np

    first = int(service.start.min() // MONTH)
    last = int((service.start + service.days).max() // MONTH)
    return np.arange(first, last + 1)


def _overlap(service: Service, month: int) -> "Floats":
    import numpy as np

    begin, end = month * MONTH, (month + 1) * MONTH
    stop = service.start + service.days
    found = np.minimum(stop, end) - np.maximum(service.start, begin)
    return np.asarray(np.maximum(0.0, found))


def _by_month(
    service: Service, expected: "Floats", country: "Ints", months: "Ints", count: int
) -> "tuple[Floats, Floats]":
    import numpy as np

    seen, due = np.zeros((count, len(months))), np.zeros((count, len(months)))
    per_day = expected / np.maximum(service.days, 1e-9)
    stop = service.start + service.days
    for column, month in enumerate(months.tolist()):
        due[:, column] = np.bincount(country, per_day * _overlap(service, month), count)
        ended = service.failed & (stop // MONTH == month)
        seen[:, column] = np.bincount(country, ended.astype(np.float64), count)
    return seen, due


def _harmonic(seen: "Floats", due: "Floats", wave: "Floats") -> "tuple[Floats, float]":
    """Cosine and sine weight of the log rate, and the log likelihood gained by them (nats)."""
    import numpy as np

    beta = np.zeros(3)
    design = np.stack([np.ones_like(due), wave[0] + 0 * due, wave[1] + 0 * due]).reshape(3, -1)
    flat_seen, flat_due = seen.ravel(), due.ravel()
    for _ in range(25):
        mean = flat_due * np.exp(np.clip(beta @ design, -8, 8))
        step = np.linalg.solve(
            (design * mean) @ design.T + 1e-9 * np.eye(3), design @ (flat_seen - mean)
        )
        beta = beta + np.clip(step, -1, 1)
    mean = flat_due * np.exp(beta @ design)
    flat = flat_due * (flat_seen.sum() / max(flat_due.sum(), 1e-9))
    kept = flat_due > 0
    gain = float((flat_seen[kept] * np.log(mean[kept] / flat[kept])).sum())
    return beta[1:], max(0.0, gain - float((mean - flat)[kept].sum()))


def _shape(seen: "Floats", due: "Floats", wave: "Floats", centre: "Floats") -> "Floats":
    """A market's monthly factors, mean 1 over a year; few failures draw it to its hemisphere."""
    import numpy as np

    beta, level = centre.copy(), 0.0
    for _ in range(15):
        rate = np.exp(beta @ wave)
        level = seen.sum() / max(float((due * rate).sum()), 1e-9)
        mean = level * due * rate
        slope = wave @ (seen - mean) - RIDGE * (beta - centre)
        beta = beta + np.clip(
            np.linalg.solve((wave * mean) @ wave.T + RIDGE * np.eye(2), slope), -0.5, 0.5
        )
    day = np.linspace(0, 2 * np.pi, 73)[:-1]
    yearly = np.exp(beta[0] * np.cos(day) + beta[1] * np.sin(day)).mean()
    return np.asarray(np.exp(beta @ wave) / yearly)


def _factors(service: Service, country: "Ints", months: "Ints", shape: "Floats") -> "Floats":
    import numpy as np

    total = np.zeros(len(service.days))
    for column, month in enumerate(months.tolist()):
        total += _overlap(service, month) * shape[country, column]
    return np.where(service.days > 0, total / np.maximum(service.days, 1e-9), 1.0)
