"""Is a named cause the planted one? Judged by the units that both speak of."""

from collections.abc import Sequence

import numpy as np

from domain.rates import Incidence, rate_ratio
from domain.records.cause import Condition
from services.hub.simulate.truth import PlantedCause
from tools.causes.cohort import Cohort
from tools.causes.conditions import mask_of

SAME_UNITS = 0.6
"""Common units over those of either (Jaccard) from which two conditions are the same."""
KEYS = ("supplier_id", "part_id", "characteristic_id")
"""What a named condition must say as the planted one does."""


def matches(cohort: Cohort, named: Condition, planted: Condition) -> bool:
    """Same supplier, part and characteristic as planted, and mostly the same units."""
    if any(getattr(planted, key) not in (None, getattr(named, key)) for key in KEYS):
        return False
    mine, theirs = mask_of(cohort, named), mask_of(cohort, planted)
    either = float(cohort.weight[mine | theirs].sum())
    return either > 0 and float(cohort.weight[mine & theirs].sum()) / either >= SAME_UNITS


def named_at(cohort: Cohort, rows: Sequence[Condition], planted: Condition) -> int | None:
    """Place (from 0) of the first condition that is the planted one; none if none is."""
    places = (place for place, row in enumerate(rows) if matches(cohort, row, planted))
    return next(places, None)


def oracle_p(cause: PlantedCause) -> float:
    """Exact p-value of a test that is told which units are affected."""
    found = rate_ratio(
        Incidence(cause.exposed_failures, max(cause.exposed_years, 1e-9)),
        Incidence(cause.baseline_failures, max(cause.baseline_years, 1e-9)),
    )
    raised = found.ratio.estimate is None or found.ratio.estimate > 1
    return found.p_value if raised else 1.0


def share_named(cohort: Cohort, row: Condition, planted: Condition) -> float:
    """Common units over those of either condition, 0 to 1."""
    mine, theirs = mask_of(cohort, row), mask_of(cohort, planted)
    either = int(np.count_nonzero(mine | theirs))
    return np.count_nonzero(mine & theirs) / either if either else 0.0
