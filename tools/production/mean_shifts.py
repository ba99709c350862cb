"""How far a characteristic moved, in its own unit: an alarm alone says only that it did."""

from collections.abc import Mapping
from statistics import NormalDist

from domain.contract import Contract
from domain.intervals import Interval
from domain.records.alarm import Alarm
from tools.production.factory_charts import Charts, MeanChart

LEVEL = 0.95


class MeanShift(Contract):
    """A characteristic before and since its shift."""

    key: str
    """Key of the alarm."""
    unit: str | None
    """Unit of the characteristic; null: not recorded."""
    reference_mean: float
    """Mean in the reference."""
    mean: float
    """Mean since the shift."""
    shift: Interval
    """The latter less the former, with its 95 % interval, wandering included."""
    readings: int
    """Readings since the shift (count)."""
    beyond_limits: int
    """Readings of these beyond a specification limit (count)."""


def mean_shifts(
    alarms: tuple[Alarm, ...], charts: Charts, units: Mapping[str, str | None]
) -> tuple[MeanShift, ...]:
    """The shifts behind the alarms about characteristics, in the order of the alarms.

    Args:
        alarms: all alarms.
        charts: the charts that they come from.
        units: unit by characteristic.
    """
    by_key = {one.place.key: one for one in charts.charts if isinstance(one, MeanChart)}
    return tuple(
        _shift(by_key[one.key], units.get(one.symptom)) for one in alarms if one.key in by_key
    )


def _shift(chart: MeanChart, unit: str | None) -> MeanShift:
    reference = chart.watch.reference
    later = chart.daily.cut(slice(chart.since, None))
    apart, error = reference.apart(later)
    reach = NormalDist().inv_cdf((1 + LEVEL) / 2) * error
    return MeanShift(
        key=chart.place.key,
        unit=unit,
        reference_mean=_short(reference.centre),
        mean=_short(reference.centre + apart),
        shift=Interval(
            estimate=_short(apart),
            low=_short(apart - reach),
            high=_short(apart + reach),
            level=LEVEL,
        ),
        readings=int(later.readings.sum()),
        beyond_limits=int(chart.beyond[chart.since :].sum()),
    )


def _short(value: float) -> float:
    return float(f"{value:.6g}")
