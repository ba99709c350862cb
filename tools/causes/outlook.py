"""How the four groups of an effect check will stand on a later day, from what is known now.

Units go on being built at their recent pace, reach service as late as those before them, and fail
at the rate of today; so the exposure of any later day can be reckoned.
"""

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from domain.intervals import poisson_interval
from domain.persontime import AGE_EDGES
from domain.power import Prospect
from domain.records.cause import Condition
from tools.causes.arms import MONTH, Groups, built_within, groups_of
from tools.causes.cohort import Cohort
from tools.causes.population import EPOCH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

PACE_DAYS = 90
"""Days of building whose mean is the pace of the days to come."""
SETTLED = 0.9
"""Days of building count for the pace once such a share of their units is in service."""
KNOWN_LAGS = 200
"""Days after building from which a unit tells how long the way to service is."""
LAG_STEPS = 100
LEAST_SHARE = 0.05
ROUNDS = 50
RIDGE = 8.0
"""Weight with which the factor of an age is drawn to the mean (failures)."""
CAREFUL = 0.9
"""Confidence with which a rate is at least its careful value."""


class Check(NamedTuple):
    """What is to be compared."""

    who: tuple[Condition, Condition | None]
    """Treated and control units."""
    cut_in: date
    """First day of build with the fix."""
    before: tuple[date, date]
    """First and last day of build before."""
    mixed_days: int
    """Days after the cut-in that are left out."""
    months: int
    """Age up to which failures count (months)."""

    @property
    def after(self) -> date:
        """First day of build after."""
        return self.cut_in + timedelta(days=self.mixed_days)


class Known(NamedTuple):
    """One of the groups as far as it is known."""

    failures: int
    """Failures so far of units built before the cut-in (count)."""
    exposure: float
    """Their exposure: time in service, weighted by the hazard of its age."""
    per_day: float
    """Pace of building (units a day)."""
    built: "Floats"
    """Units built on each settled day since the first of the outlook (count)."""

    def rate(self, *, careful: bool) -> float:
        """Failures per exposure: as seen, or its lower bound, for few failures tell little."""
        if self.exposure <= 0:
            return 0.0
        if not careful:
            return self.failures / self.exposure
        return poisson_interval(self.failures, self.exposure, level=CAREFUL, side="lower").low


class Outlook(NamedTuple):
    """What is needed to reckon the groups of any later day."""

    check: Check
    treated: Known
    control: Known
    first: int
    """First day of `built` (days since 1970-01-01)."""
    matured: "Floats"
    """Exposure of a unit, by days since it was built."""
    lag_days: float
    """Median days from building to service."""

    def on(self, day: date, *, careful: bool) -> tuple[Prospect, Prospect]:
        """Treated and control as they will stand on a day, if their rates stay as they were."""
        treated, control = (
            Prospect(
                one.rate(careful=careful),
                self._exposure(one, self.check.before, day, one.rate(careful=careful)),
                self._exposure(one, (self.check.after, day), day, one.rate(careful=careful)),
            )
            for one in (self.treated, self.control)
        )
        return treated, control

    def _exposure(self, group: Known, span: tuple[date, date], day: date, rate: float) -> float:
        """Exposure on a day of units built within a span; a unit that failed gathers no more."""
        last = min(span[1], day)
        place = np.arange((span[0] - EPOCH).days, (last - EPOCH).days + 1) - self.first
        seen = np.append(group.built, group.per_day)[np.clip(place, 0, len(group.built))]
        since = (day - EPOCH).days - self.first - place
        matured = self.matured[np.minimum(since, len(self.matured) - 1)]
        if rate > 0:
            matured = -np.expm1(-rate * matured) / rate
        return float((np.where(place >= 0, seen, 0.0) * matured).sum())


class _Before(NamedTuple):
    """What is the same for both groups."""

    first: int
    """First day of the outlook."""
    now: int
    """Last day on which a sale counts."""
    rated: "Bools"
    """Units that tell the rate: those built before the cut-in, in the days compared."""
    lag: "Floats"
    """Quantiles of the days from building to service."""


def outlook(cohort: Cohort, check: Check, as_of: date, delay_days: int) -> Outlook:
    """Read pace, way to service and rates of treated and control units.

    Args:
        cohort: units at risk.
        check: what is to be compared.
        as_of: the day of planning.
        delay_days: days at the end whose failures are not all reported.
    """
    groups = groups_of(cohort, check.who)
    ahead = timedelta(days=max(0, (check.before[1] - as_of).days))
    before = _Before(
        first=int(cohort.built.min()),
        now=(as_of - EPOCH).days - delay_days,
        rated=built_within(cohort, (check.before[0] - ahead, check.before[1] - ahead)),
        lag=_lags(cohort, groups, as_of),
    )
    limit = round(check.months * MONTH)
    hazard = _hazard(cohort, groups, before.rated, limit)
    treated, control = (_known(cohort, mask, before, hazard) for mask in groups)
    since = np.arange(limit + delay_days + int(before.lag.max(initial=0)) + 2)
    ages = since[:, None] - before.lag[None, :] - delay_days
    matured = np.interp(np.clip(ages, 0, limit), np.arange(limit + 1), hazard).mean(axis=1)
    lag_days = float(np.median(before.lag))
    return Outlook(check, treated, control, before.first, matured, lag_days)


def _lags(cohort: Cohort, groups: Groups, as_of: date) -> "Floats":
    """Days from building to service, of units old enough to know, or of all."""
    mask = groups.treated | groups.control
    old = mask & (cohort.built <= (as_of - EPOCH).days - KNOWN_LAGS)
    chosen = old if old.any() else mask
    if not chosen.any():
        return np.zeros(LAG_STEPS)
    lag = np.maximum(cohort.service.start - cohort.built, 0)[chosen].astype(np.float64)
    order = np.argsort(lag)
    reached = np.cumsum(cohort.weight[chosen][order])
    shares = (np.arange(LAG_STEPS) + 0.5) / LAG_STEPS
    return np.asarray(lag[order][np.searchsorted(reached, shares * reached[-1])])


def _known(cohort: Cohort, mask: "Bools", before: _Before, hazard: "Floats") -> Known:
    limit = len(hazard) - 1
    rated = mask & before.rated
    days = np.minimum(cohort.service.days[rated], limit)
    exposure = np.interp(days, np.arange(limit + 1), hazard) * cohort.weight[rated]
    failed = cohort.failed[rated] & (cohort.service.days[rated] <= limit)
    sold = np.bincount(
        cohort.built[mask] - before.first,
        weights=cohort.weight[mask],
        minlength=max(0, before.now - before.first + 1),
    )
    since = before.now - before.first - np.arange(len(sold))
    share = np.searchsorted(before.lag, since, side="right") / len(before.lag)
    settled = (sold / np.maximum(share, LEAST_SHARE))[share >= SETTLED]
    per_day = float(settled[-PACE_DAYS:].mean()) if len(settled) else 0.0
    return Known(int(failed.sum()), float(exposure.sum()), per_day, settled)


def _hazard(cohort: Cohort, groups: Groups, rated: "Bools", limit: int) -> "Floats":
    """Exposure that a unit has gathered by each day of age: one for each day of mean hazard.

    Groups differ in rate and in age, so the course with age is that of a model in which each group
    has a rate and each age a factor, the same in all groups.

    Source: W. Deming and F. Stephan, Annals of Mathematical Statistics 11 (1940), for the fitting.
    """
    masks = [mask & side for mask in groups for side in (rated, ~rated)]
    edges = [edge for edge in AGE_EDGES if edge < limit] + [limit]
    time, failed = (np.zeros((len(masks), len(edges) - 1)) for _ in range(2))
    days = cohort.service.days
    for column, (low, high) in enumerate(pairwise(edges)):
        spent = np.clip(days - low, 0, high - low) * cohort.weight
        ended = cohort.failed & (days > low) & (days <= high)
        for row, mask in enumerate(masks):
            time[row, column], failed[row, column] = spent[mask].sum(), ended[mask].sum()
    factor = np.ones(len(edges) - 1)
    for _ in range(ROUNDS):
        rate = _rates(failed.sum(axis=1), (time * factor).sum(axis=1))
        due = (time * rate[:, None]).sum(axis=0)
        factor = (failed.sum(axis=0) + RIDGE) / (due + RIDGE)
    gathered = np.append(0, np.cumsum(factor * np.diff(edges)))
    return np.asarray(np.interp(np.arange(limit + 1), edges, gathered))


def _rates(failed: "Floats", time: "Floats") -> "Floats":
    return np.divide(failed, time, out=np.zeros_like(time), where=time > 0)
