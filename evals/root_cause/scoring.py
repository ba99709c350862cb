"""Is a named cause the planted one? Judged by the units that both speak of."""

from collections.abc import Sequence

from domain.records.cause import Condition
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
