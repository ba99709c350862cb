"""Conditions and comparisons in words that a plant manager understands."""

from typing import get_args

from domain.intervals import Interval
from domain.rates import Incidence, RateRatio
from domain.records.cause import Branch, Condition
from domain.stratification import PooledRatio
from tools.causes.factor import Factor
from tools.production.branches import branch_of

_BRANCHES: dict[str, Branch] = {
    "lots": "material",
    "supplier": "material",
    "change": "method",
    "build": "method",
    "measurement": "machine",
}
_PLAIN: dict[str, Branch] = {
    "site_id": "method",
    "line_id": "machine",
    "shift": "man",
    "shift by site": "man",
    "model_id": "method",
    "country": "environment",
}


def branch_for(factor: Factor, kind: str | None) -> Branch:
    """Branch of the cause and effect diagram; a recorded change's own kind decides for it."""
    if factor.group == "change":
        return branch_of(kind) or "method"
    if factor.name.startswith("attribute:"):
        return "material"
    if factor.name in _PLAIN:
        return _PLAIN[factor.name]
    if factor.group == "supplier" and " by " in factor.name:
        return "method"
    found = _BRANCHES.get(factor.group, "method")
    return found if found in get_args(Branch) else "method"


def phrase(condition: Condition) -> str:
    """A condition as a noun phrase, for example `units of site MTY, shift B`."""
    return "units " + ", ".join(part for part in _parts(condition) if part)


def odds(incidence: Incidence, ratio: RateRatio) -> str:
    """Failures beside those expected, and how many times the rate of all others that is."""
    seen = f"{incidence.events} failed where {incidence.exposure:.1f} were to be expected"
    estimate, high = ratio.ratio.estimate, ratio.ratio.high
    if estimate is None:
        return f"{seen}; no other unit failed"
    upper = "no upper limit" if high is None else f"{high:.2f}"
    span = f"95 % {ratio.ratio.low:.2f} to {upper}"
    return f"{seen}: {estimate:.2f} times the rate of the others ({span})"


def beside(ratio: PooledRatio | None) -> str:
    """The rate within equal standing towards the cause."""
    if ratio is None or ratio.ratio.estimate is None:
        return "nothing is left to compare once the cause is taken into account"
    return (
        f"with the cause held equal its rate is {ratio.ratio.estimate:.2f} times that of the "
        f"others (p = {ratio.p_value:.2g})"
    )


def written(interval: Interval) -> str:
    """An interval in a sentence."""
    if interval.estimate is None:
        return f"without estimate (from {interval.low:.3g})"
    high = "∞" if interval.high is None else f"{interval.high:.3g}"
    return f"{interval.estimate:.3g} [{interval.low:.3g}, {high}]"


def _parts(condition: Condition) -> list[str]:
    return [
        *_material(condition),
        f"of site {condition.site_id}" if condition.site_id and not condition.line_id else "",
        f"of line {condition.line_id}" if condition.line_id else "",
        f"at station {condition.station_id}" if condition.station_id else "",
        f"of shift {condition.shift}" if condition.shift else "",
        *_measured(condition),
        f"built with change {condition.change_id}" if condition.change_id else "",
        _between("built", condition.built_from, condition.built_to),
        f"of model {', '.join(condition.model_id)}" if condition.model_id else "",
        f"sold in {', '.join(condition.country)}" if condition.country else "",
        _attribute(condition),
        f"reported through {condition.channel}" if condition.channel else "",
    ]


def _material(condition: Condition) -> list[str]:
    if not (condition.part_id or condition.supplier_id):
        return []
    what = f"with {condition.part_id or 'parts'}"
    if condition.supplier_id:
        what += f" from {condition.supplier_id}"
    if condition.lot_ids and len(condition.lot_ids) <= 3:
        what += f" (lot {', '.join(condition.lot_ids)})"
    elif condition.lot_ids:
        what += f" ({len(condition.lot_ids)} lots)"
    return [what, _between("received", condition.received_from, condition.received_to)]


def _measured(condition: Condition) -> list[str]:
    if condition.characteristic_id is None:
        return []
    rules = [(condition.characteristic_id, condition.direction, condition.threshold)]
    rules += [(one.characteristic_id, one.direction, one.threshold) for one in condition.also or ()]
    sides = {"low": "below", "high": "above"}
    return [
        f"with {name} {sides.get(side or '', 'unstable')} {at:g}"
        for name, side, at in rules
        if at is not None
    ]


def _attribute(condition: Condition) -> str:
    if condition.attribute is None:
        return ""
    return f"with {condition.attribute.name} {condition.attribute.value}"


def _between(verb: str, first: object, last: object) -> str:
    if first and last and first != last:
        return f"{verb} {first} to {last}"
    if first and last:
        return f"{verb} on {first}"
    return f"{verb} from {first} on" if first else f"{verb} up to {last}" if last else ""
