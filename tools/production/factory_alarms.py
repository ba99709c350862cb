"""From charts to alarms: one for one thing, at the narrowest place that explains it."""

import math
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from domain.intervals import Interval
from domain.rates import Incidence, rate_ratio, standardised_ratio
from domain.records.alarm import Alarm, AlarmState
from domain.screening import benjamini_hochberg
from tools.production.factory_charts import Chart, Charts, MeanChart, ShareChart
from tools.production.factory_days import Place

EPOCH = date(1970, 1, 1)
SURE = 0.01
"""Corrected p-value below which a signal needs no second one."""
RESTS = 0.05
"""P-value from which what is left of a wider place needs no alarm of its own."""
FAILED = "FAILED_INSPECTION"
"""Symptom of an alarm about inspections to which no defect code gives half of the failures."""
ONE_SIGMA = 0.158_655
"""Share of days in control whose mean lies farther than a standard deviation off on one side."""
CRITICAL, GRAVE, SLIGHT = 4, 3, 2
"""Severities: a safety-critical defect; units that fail or lie beyond limits; a mean that moved."""


class Defect(NamedTuple):
    """Units of a place with a defect code on a day."""

    place: Place
    """Site, line and shift."""
    day: int
    """Day (days since 1970-01-01)."""
    code: str
    """Defect code; empty: none was recorded."""
    name: str
    """Its name."""
    safety_critical: bool
    """Whether the code stands for danger."""
    units: int
    """Units (count)."""

    def within(self, place: Place) -> bool:
        """Whether it was found there."""
        own = self.place
        return (
            own.site_id == place.site_id
            and place.line_id in (None, own.line_id)
            and place.shift in (None, own.shift)
        )


class _Excess(NamedTuple):
    events: int
    expected: float
    ratio: Interval


def alarms_of(found: Charts, defects: Iterable[Defect]) -> tuple[Alarm, ...]:
    """The alarms of a day, worst and surest first.

    A place and a narrower one within it give one alarm: the narrower one, if what is left of the
    wider place without it is as expected, else the wider one.

    Args:
        found: all charts, those without a signal too: they count in the correction.
        defects: units with their defect codes, over reference and watch.
    """
    p_values = [chart.watch.p_value for chart in found.charts]
    adjusted = benjamini_hochberg(p_values).adjusted.tolist() if p_values else []
    q_values = dict(zip((chart.place for chart in found.charts), adjusted, strict=True))
    signalled = {c.place: c for c in found.charts if c.watch.first is not None}
    known = tuple(defects)
    alarms = [_alarm(chart, q_values[chart.place], known) for chart in _narrowest(signalled)]
    return tuple(sorted(alarms, key=lambda one: (-one.severity, one.p_value, one.key)))


def day_of(number: int) -> date:
    """The date of a day counted from 1970-01-01."""
    return EPOCH + timedelta(days=int(number))


def _narrowest(signalled: Mapping[Place, Chart]) -> list[Chart]:
    """Signals that explain all of them, first lines against shifts, then sites against the rest."""
    kept = dict(signalled)
    for level in ("line", "site"):
        for wide in [place for place in kept if place.level == level]:
            inner = [place for place in kept if _inside(place, wide)]
            if not inner:
                continue
            gone = [wide] if _rests(kept[wide], [kept[place] for place in inner]) else inner
            for place in gone:
                del kept[place]
    return list(kept.values())


def _inside(place: Place, wide: Place) -> bool:
    parent = place.parent
    while parent is not None and parent != wide:
        parent = parent.parent
    return parent == wide


def _rests(wide: Chart, inner: list[Chart]) -> bool:
    """Whether the wider place is as expected once the narrower ones are taken out of it."""
    if isinstance(wide, ShareChart):
        shares = [one for one in inner if isinstance(one, ShareChart)]
        return _share_left(wide, shares) >= RESTS
    return _mean_left(wide, [one for one in inner if isinstance(one, MeanChart)]) >= RESTS


def _share_left(wide: ShareChart, inner: list[ShareChart]) -> float:
    """P-value of failures outside the narrower places since the excess; 0: nothing is left."""
    first = wide.day[wide.since]
    events = int(wide.failed[wide.since :].sum())
    trials = int(wide.inspected[wide.since :].sum())
    for one in inner:
        events -= int(one.failed[one.day >= first].sum())
        trials -= int(one.inspected[one.day >= first].sum())
    if trials <= 0:
        return 0.0
    spread = wide.watch.spread
    expected = trials * wide.watch.assumed
    return standardised_ratio(math.floor(max(0, events) / spread), expected / spread).p_value


def _mean_left(wide: MeanChart, inner: list[MeanChart]) -> float:
    """P-value of no shift outside the narrower places since the shift began; 0: nothing is left."""
    reference, first = wide.watch.reference, wide.day[wide.since]
    later = wide.daily.cut(slice(wide.since, None))
    number, total = int(later.readings.sum()), float(later.readings @ later.means)
    days = len(later.means)
    for one in inner:
        some = one.daily.cut(one.day >= first)
        number -= int(some.readings.sum())
        total -= float(some.readings @ some.means)
    if number <= 0:
        return 0.0
    error = math.sqrt(reference.within / number + reference.between / days + reference.error)
    apart = abs(total / number - reference.centre)
    return math.erfc(apart / error / math.sqrt(2)) if error > 0 else 1.0


def _alarm(chart: Chart, q_value: float, defects: tuple[Defect, ...]) -> Alarm:
    watch, place = chart.watch, chart.place
    since = int(chart.day[chart.since])
    symptom, severity = _what(chart, since, defects)
    if isinstance(chart, ShareChart):
        excess, statistic, where = _share_excess(chart), chart.watch.sums, place.condition()
    else:
        excess, statistic = _mean_excess(chart), chart.watch.scores
        where = place.condition("high" if chart.side > 0 else "low")
    state: AlarmState = "confirmed" if watch.again or q_value <= SURE else "watch"
    return Alarm(
        key=place.key,
        kind="factory",
        level=place.level,
        symptom=symptom,
        where=where,
        family=None,
        severity=severity,
        state=state,
        since=day_of(since),
        signalled_on=day_of(chart.day[chart.known + (watch.first or 0)]),
        events=excess.events,
        expected=_short(excess.expected),
        ratio=excess.ratio,
        p_value=_short(watch.p_value),
        q_value=_short(q_value),
        chart=tuple(_short(value) for value in statistic.tolist()),
        limit=_short(watch.limit),
    )


def _share_excess(chart: ShareChart) -> _Excess:
    """Failures since the excess began, and what the share of the reference would have given."""
    events = int(chart.failed[chart.since :].sum())
    trials = int(chart.inspected[chart.since :].sum())
    known = slice(chart.known)
    reference = Incidence(int(chart.failed[known].sum()), float(chart.inspected[known].sum()))
    found = rate_ratio(Incidence(events, float(trials)), reference)
    return _Excess(events, trials * chart.watch.share, found.ratio)


def _mean_excess(chart: MeanChart) -> _Excess:
    """Days since the shift that lie a standard deviation off on its side, and how many would."""
    later = chart.daily.cut(slice(chart.since, None))
    reference = chart.watch.reference
    off = chart.side * (later.means - reference.centre)
    events = int((off > np.sqrt(reference.variances(later.readings))).sum())
    expected = ONE_SIGMA * len(later.means)
    return _Excess(events, expected, standardised_ratio(events, expected).ratio)


def _what(chart: Chart, since: int, defects: tuple[Defect, ...]) -> tuple[str, int]:
    """Symptom and severity."""
    if isinstance(chart, MeanChart):
        beyond = int(chart.beyond[chart.since :].sum())
        return str(chart.place.characteristic_id), GRAVE if beyond else SLIGHT
    last = int(chart.day[-1])
    units: dict[str, int] = {}
    critical: dict[str, bool] = {}
    for one in defects:
        if since <= one.day <= last and one.code and one.within(chart.place):
            units[one.code] = units.get(one.code, 0) + one.units
            critical[one.code] = one.safety_critical
    leading = max(sorted(units), key=lambda code: units[code], default="")
    if leading and 2 * units[leading] >= int(chart.failed[chart.since :].sum()):
        return leading, CRITICAL if critical[leading] else GRAVE
    return FAILED, GRAVE


def _short(value: float) -> float:
    return float(f"{value:.6g}")
