"""Is a stream of readings stable? Its subgroups on control charts, signals against chance."""

from typing import Literal, NamedTuple

from domain.run_rules import LIMITS_ONLY, NELSON, WESTERN_ELECTRIC, RunRule
from domain.spc import ALL, ControlChart, individuals_charts, subgroup_charts
from domain.stability import (
    RUN_LENGTHS,
    Stability,
    StabilityVerdict,
    separate_signals,
    stability,
)
from tools.production.reading_streams import Stream

RuleSet = Literal["western_electric", "nelson", "limits_only"]
RULES: dict[RuleSet, tuple[RunRule, ...]] = {
    "western_electric": WESTERN_ELECTRIC,
    "nelson": NELSON,
    "limits_only": LIMITS_ONLY,
}
LARGEST_SUBGROUP = 25
"""Subgroups of more readings have limits from the moving range of their means: the spread within
them would make limits so narrow that differences of no weight count."""


class Charts(NamedTuple):
    """The two charts of a stream."""

    place: ControlChart
    """Where the points lie."""
    spread: ControlChart
    """How they spread."""


class StreamStability(NamedTuple):
    """Both charts weighed."""

    verdict: StabilityVerdict
    """Unstable if one of the charts is."""
    place: Stability
    """Of the means or single readings."""
    spread: Stability | None
    """Of the spread within subgroups; none without such, as moving ranges hang together."""
    reason: str
    """What decided, in words."""


def charts_of(stream: Stream, baseline: slice = ALL) -> Charts | None:
    """Control charts of a stream with limits from a baseline; none if nothing spreads there."""
    samples = stream.samples
    if len(samples[baseline]) < 2:
        return None
    if 1 < stream.size <= LARGEST_SUBGROUP:
        charts = Charts(*subgroup_charts(samples, baseline))
    else:
        charts = Charts(*individuals_charts([sample.mean for sample in samples], baseline))
    return charts if charts.place.sigma[0] > 0 else None


def judged(charts: Charts, rules: tuple[RunRule, ...]) -> StreamStability:
    """Is the stream stable by these rules?"""
    found = separate_signals(charts.place.scores, rules)
    place = stability(charts.place.values.tolist(), found, RUN_LENGTHS[rules])
    spread = None
    if charts.spread.kind != "moving_range":
        beyond = int(charts.spread.outside.sum())
        spread = stability(charts.spread.values.tolist(), beyond, RUN_LENGTHS[LIMITS_ONLY])
    verdicts = {place.verdict} | ({spread.verdict} if spread else set())
    verdict: StabilityVerdict = "unstable" if "unstable" in verdicts else place.verdict
    return StreamStability(verdict, place, spread, _reason(place, spread))


def _reason(place: Stability, spread: Stability | None) -> str:
    if place.verdict == "undetermined":
        return "too few points to judge stability"
    found = []
    for name, one in (("level", place), ("spread", spread)):
        if one is None or one.verdict != "unstable":
            continue
        step = one.step_p_value
        if step is not None and step < one.p_value:
            found.append(f"the {name} steps or drifts (p {step:.2g})")
        else:
            found.append(
                f"{one.signals} signals of the {name} where chance gives {one.expected:.1f}"
            )
    if found:
        return "; ".join(found)
    return f"{place.signals} signals where chance gives {place.expected:.1f}; no step"
