"""What has to hold between rows: names that exist, units that can be read, one clear default."""

from collections.abc import Iterator

from domain.errors import BadArgument
from services.hub.ingest.mapping.units import conversion
from services.lexicon.lexicon import LANGUAGES
from services.metrics.catalogue import View
from services.metrics.records import Metric, Need

OWN_UNITS = frozenset({"1", "dB(A)", "dB", "dBm", "acum", "cd/m2"})
"""Units that pint does not hold or spells otherwise: ratios, levels, sharpness, luminance."""


def faults_of(view: View) -> list[str]:
    """Everything that does not hold among the rows of a family."""
    found = [fault for metric in view.metrics.values() for fault in _metric(view, metric)]
    found += [
        f"parameters: {one.id!r}: unit {one.unit!r} is unknown"
        for one in view.parameters.values()
        if not unit_is_known(one.unit)
    ]
    found += [
        f"drivers: {driver.id!r}: metric {name!r} is not there"
        for driver in view.drivers.values()
        for name in driver.metrics
        if name not in view.metrics
    ]
    for need in view.needs.values():
        found += _need(view, need)
    return found


def unit_is_known(unit: str) -> bool:
    """Whether pint reads the unit, or it is one of our own."""
    if unit in OWN_UNITS:
        return True
    try:
        conversion(unit, unit)
    except BadArgument:
        return False
    return True


def _metric(view: View, metric: Metric) -> Iterator[str]:
    at = f"metrics: {metric.id!r}"
    if not unit_is_known(metric.unit):
        yield f"{at}: unit {metric.unit!r} is unknown"
    for name in metric.parameters:
        if name not in view.parameters:
            yield f"{at}: parameter {name!r} is not there"
    for other in metric.tradeoffs:
        if other.metric not in view.metrics:
            yield f"{at}: tradeoff with {other.metric!r}, which is not there"
    if metric.movable != (not metric.why_fixed):
        yield f"{at}: why_fixed is said of what cannot be moved, and only of that"
    if metric.movable and not metric.parameters:
        yield f"{at}: nothing moves it"


def _need(view: View, need: Need) -> Iterator[str]:
    at = f"needs: {need.id!r}"
    for name in need.drivers:
        if name not in view.drivers:
            yield f"{at}: driver {name!r} is not there"
    for other in need.refines:
        if other not in view.needs:
            yield f"{at}: refines {other!r}, which is not there"
    if need.ambiguous and (need.default not in need.drivers or len(need.drivers) < 2):
        yield f"{at}: an ambiguous need has drivers to choose from, and one of them as default"
    if not need.ambiguous and need.default:
        yield f"{at}: a default is for ambiguous needs"
    if missing := [one for one in LANGUAGES if not need.phrases.get(one)]:
        yield f"{at}: no phrases in {', '.join(missing)}"
