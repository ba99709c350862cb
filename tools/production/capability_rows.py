"""What can be said of one stream's capability: stability, shape and number of readings decide."""

from typing import Literal, NamedTuple

from pydantic import AwareDatetime

from domain.capability import (
    FEWEST_FOR_PERCENTILES,
    FEWEST_READINGS,
    Indices,
    Limits,
    Spread,
    expected_outside,
    index_of_share,
    indices,
    normality,
    percentile_index,
)
from domain.contract import Contract
from domain.intervals import Interval, binomial_interval
from domain.run_rules import WESTERN_ELECTRIC
from domain.stability import StabilityVerdict
from tools.production.gauges import GaugeFitness
from tools.production.reading_streams import Stream
from tools.production.stream_stability import charts_of, judged

LOWEST = -5.0
"""Lower bound of an index when every reading lies outside (no unit)."""
SUBGROUP = 5
"""Neighbouring readings whose spread counts as within (count)."""
Method = Literal["cpk", "ppk", "ppk_share", "none"]
CapabilityVerdict = Literal["capable", "not_capable", "undetermined"]


class StreamCapability(Contract):
    """Capability at one station; values in the unit of the characteristic, indices without one."""

    station_id: str | None
    """Station; null: not recorded."""
    readings: int
    """Readings (count)."""
    first_at: AwareDatetime
    """First reading (UTC)."""
    last_at: AwareDatetime
    """Last reading (UTC)."""
    mean: float
    """Mean."""
    sigma_within: float | None
    """Standard deviation within subgroups of 5 neighbours."""
    sigma_overall: float | None
    """Standard deviation of all readings."""
    stability: StabilityVerdict
    """stable, unstable, or undetermined for fewer than 20 subgroups."""
    stability_reason: str
    """What decided on stability."""
    near_normal: bool | None
    """False: the shape departs from normal enough to matter; null: too few readings."""
    headline: Method
    """The index to quote: cpk (stable, near normal), ppk (not shown to be stable), ppk_share (not
    normal: the index of a normal process with that share outside the limits), none (fewer than 50
    readings or no spread)."""
    index: Interval | None
    """The headline index with its interval; with ppk_share and no reading outside there is no
    estimate, only a lower bound."""
    ppk_percentile: float | None
    """Ppk by the percentiles at 0.135, 50 and 99.865 % of the readings; null if near normal, or for
    fewer than 1,000 readings."""
    cp: Interval | None
    """Width of the limits over six sigma within; null unless stable and near normal."""
    cpk: Interval | None
    """Distance to the nearer limit over three sigma within; null likewise."""
    pp: Interval | None
    """As cp, with the overall sigma; null if not near normal."""
    ppk: Interval | None
    """As cpk, with the overall sigma; null if not near normal."""
    expected_ppm: float | None
    """Parts per million outside the limits if normal with the overall sigma; null if it is not."""
    outside: Interval
    """Share of readings outside the limits, 0 to 1, with exact interval."""
    verdict: CapabilityVerdict
    """Against the required index: capable (interval at or above it), not_capable (below it), or
    undetermined."""
    reasons: tuple[str, ...]
    """What stands in the way of a better answer, in words."""


class Demand(NamedTuple):
    """What a stream is held against."""

    limits: Limits
    """Specification limits."""
    required: float
    """Index that is required (no unit)."""
    gauge: GaugeFitness
    """Whether the gauge can be believed."""
    level: float
    """Confidence level of intervals."""


class _Headline(NamedTuple):
    method: Method
    quoted: Interval | None
    within: Indices | None = None
    overall: Indices | None = None
    percentile: float | None = None


def capability_of(stream: Stream, demand: Demand) -> StreamCapability:
    """One stream against its limits."""
    charts = charts_of(stream)
    found = judged(charts, WESTERN_ELECTRIC) if charts else None
    stable: StabilityVerdict = found.verdict if found else "undetermined"
    normal = _near_normal(stream)
    outside = binomial_interval(stream.below + stream.above, stream.n, level=demand.level)
    headline = _headline(stream, demand, normal, stable)
    reasons = _reasons(stream, demand, headline, stable)
    overall = _overall(stream) if headline.overall else None
    return StreamCapability(
        **{name: getattr(stream, name) for name in ("station_id", "first_at", "last_at")},
        readings=stream.n,
        mean=_short(stream.mean),
        sigma_within=_maybe(stream.s_within),
        sigma_overall=_maybe(stream.s),
        stability=stable,
        stability_reason=found.reason if found else "the readings do not spread or are too few",
        near_normal=normal,
        headline=headline.method,
        index=_rounded(headline.quoted),
        ppk_percentile=_maybe(headline.percentile),
        cp=_rounded(headline.within.both if headline.within else None),
        cpk=_rounded(headline.within.nearest if headline.within else None),
        pp=_rounded(headline.overall.both if headline.overall else None),
        ppk=_rounded(headline.overall.nearest if headline.overall else None),
        expected_ppm=_maybe(1e6 * expected_outside(demand.limits, overall) if overall else None),
        outside=_kept(outside),
        verdict=_verdict(headline.quoted, demand),
        reasons=reasons,
    )


def _near_normal(stream: Stream) -> bool | None:
    if stream.n < FEWEST_READINGS or not stream.s:
        return None
    return normality(stream.values).near_normal


def _overall(stream: Stream) -> Spread:
    return Spread(stream.mean, stream.s or 0.0, stream.n - 1)


def _headline(
    stream: Stream, demand: Demand, normal: bool | None, stable: StabilityVerdict
) -> _Headline:
    if normal is None:
        return _Headline("none", None)
    if not normal:
        return _not_normal(stream, demand)
    overall = indices(demand.limits, _overall(stream), stream.n, level=demand.level)
    if stable != "stable" or not stream.s_within:
        return _Headline("ppk", overall.nearest, None, overall)
    freedom = stream.subgroups * (stream.size - 1)
    spread = Spread(stream.mean, stream.s_within, freedom)
    within = indices(demand.limits, spread, stream.n, level=demand.level)
    return _Headline("cpk", within.nearest, within, overall)


def _not_normal(stream: Stream, demand: Demand) -> _Headline:
    """What the share outside allows, and the index by percentiles where readings are many."""
    found = stream.below + stream.above
    outside = binomial_interval(found, stream.n, level=demand.level)
    percentile = None
    if stream.n >= FEWEST_FOR_PERCENTILES and stream.percentiles:
        below, median, above = stream.percentiles
        if below < median < above:
            percentile = percentile_index(demand.limits, stream.percentiles)
    best = None if found in (0, stream.n) else index_of_share(found / stream.n)
    low = index_of_share(outside.high) if outside.high and found < stream.n else LOWEST
    high = index_of_share(outside.low) if found else None
    quoted = Interval(estimate=best, low=low, high=high, level=demand.level)
    return _Headline("ppk_share", quoted, percentile=percentile)


def _verdict(index: Interval | None, demand: Demand) -> CapabilityVerdict:
    if index is None:
        return "undetermined"
    if index.low >= demand.required:
        return "capable"
    below = index.high is not None and index.high < demand.required
    # A gauge that spreads by itself makes a good process look bad, never a bad one good.
    return "not_capable" if below and demand.gauge != "unfit" else "undetermined"


def _reasons(
    stream: Stream, demand: Demand, headline: _Headline, stable: StabilityVerdict
) -> tuple[str, ...]:
    found = []
    if stream.n < FEWEST_READINGS:
        found.append(f"{stream.n} readings: an index needs {FEWEST_READINGS}")
    elif not stream.s:
        found.append("all readings are equal: the resolution hides the spread")
    if stable == "unstable":
        found.append("unstable: Cpk would promise a future that the process does not keep")
    elif stable == "undetermined":
        found.append("stability is not shown")
    if headline.method == "ppk_share":
        found.append("not normal: indices by sigma would mislead")
    if demand.gauge == "unfit":
        found.append("the gauge is unfit: part of the spread is the measuring")
    if (found_in := stream.autocorrelated) is not None:
        found.append(f"neighbouring subgroups hang together (r {found_in:.2f})")
    return tuple(found)


def _rounded(interval: Interval | None) -> Interval | None:
    return None if interval is None else _kept(interval)


def _kept(interval: Interval) -> Interval:
    return Interval(
        estimate=_maybe(interval.estimate),
        low=_short(interval.low),
        high=_maybe(interval.high),
        level=interval.level,
    )


def _maybe(value: float | None) -> float | None:
    return None if value is None else _short(value)


def _short(value: float) -> float:
    return float(f"{value:.6g}")
