"""The four groups of a before-and-after comparison: treated and control, up to the same age."""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from domain.contract import Contract
from domain.effects import BeforeAfter
from domain.errors import NoData
from domain.persontime import expected_failures, scaled_to_family
from domain.rates import Incidence
from domain.records.cause import Condition
from tools.causes.cohort import Cohort
from tools.causes.conditions import mask_of
from tools.causes.groups import short
from tools.causes.population import EPOCH
from tools.causes.weigh import Ground, tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

MONTH = 30.4375


class Arm(Contract):
    """One of the groups of the comparison."""

    units: int
    """Units with time in service (count)."""
    failures: int
    """Units that failed up to the age compared (count)."""
    expected: float
    """Failures expected by age and family, the exposure of the comparison (count)."""


class Window(NamedTuple):
    """Days of build that are compared."""

    cut_in: date
    before: tuple[date, date]
    after: tuple[date, date]


class Arms(NamedTuple):
    """Treated and control units before and after."""

    treated: BeforeAfter
    control: BeforeAfter | None
    rows: "tuple[Arm, Arm, Arm | None, Arm | None]"


def arms_of(
    cohort: Cohort,
    window: Window,
    who: tuple[Condition, Condition | None],
    months: int,
) -> Arms:
    """Failures of treated and control units built before and after, up to the same age.

    Raises:
        NoData: treated units of one side have no time in service.
    """
    ground = same_age(cohort, months)
    before, after = (built_within(cohort, span) for span in (window.before, window.after))
    pairs = [(mask & before, mask & after) for mask in groups_of(cohort, who)]
    rows = [Arm(**_counts(cohort, ground, mask)) for pair in pairs for mask in pair]
    sides = [
        BeforeAfter(*(Incidence(row.failures, row.expected) for row in rows[i : i + 2]))
        for i in (0, 2)
    ]
    for name, row in (("before", rows[0]), ("after", rows[1])):
        if row.expected <= 0:
            raise NoData(
                f"no treated unit built {name} the cut-in has time in service, or none of its "
                "family failed",
                holds="without exposure there is no rate, and no effect to speak of",
                next_step="widen the window, or wait",
            )
    usable = rows[2].expected > 0 and rows[3].expected > 0
    if not usable:
        return Arms(sides[0], None, (rows[0], rows[1], None, None))
    return Arms(sides[0], sides[1], (rows[0], rows[1], rows[2], rows[3]))


class Groups(NamedTuple):
    """The units of a comparison, whenever they were built."""

    treated: "Bools"
    control: "Bools"


def groups_of(cohort: Cohort, who: tuple[Condition, Condition | None]) -> Groups:
    """Treated units, and as control those of its condition or else all others of the families."""
    treated = mask_of(cohort, who[0])
    kin = np.isin(cohort.service.family, np.unique(cohort.service.family[treated]))
    return Groups(treated, (mask_of(cohort, who[1]) if who[1] else kin) & ~treated)


def same_age(cohort: Cohort, months: int) -> Ground:
    """Failures and expectation up to the same age, so that old units do not count for longer."""
    limit = months * MONTH
    service = cohort.service
    failed = service.failed & (service.days <= limit)
    younger = service._replace(days=np.minimum(service.days, limit), failed=failed)
    expected = expected_failures(younger)
    if cohort.season is not None:
        expected = scaled_to_family(expected * cohort.season.factor, younger)
    return Ground(failed, expected)


def built_within(cohort: Cohort, span: tuple[date, date]) -> "Bools":
    """True for each unit built from the first to the last day of a span."""
    first, last = ((one - EPOCH).days for one in span)
    return np.asarray((cohort.built >= first) & (cohort.built <= last))


def _counts(cohort: Cohort, ground: Ground, mask: "Bools") -> dict[str, float]:
    found = tally(ground, mask)
    return {
        "units": cohort.count(mask),
        "failures": found.events,
        "expected": short(found.exposure),
    }
