"""From a supplier's figures to a score, and from scores to a band that does not jump.

A band costs a supplier orders, so chance must not move it: it changes one step at a time and only
when periods in a row agree, and too few deliveries give no score at all.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from pydantic import model_validator

from domain.contract import Contract
from domain.intervals import Interval

Band = Literal["A", "B", "C", "D"]
"""Best to worst."""
BANDS: tuple[Band, ...] = get_args(Band)
FULL = 100.0
MILLION = 1_000_000
DIGITS = 9
"""Decimals of points, so that a figure on a band's limit earns the band."""


class Scale(Contract):
    """A figure's way to points."""

    full: float
    """Figure that earns 100 points, and every better one."""
    none: float
    """Figure that earns 0 points, and every worse one."""

    @model_validator(mode="after")
    def _spans(self) -> "Scale":
        if self.full == self.none or min(self.full, self.none) <= 0:
            raise ValueError("full and none must be above zero and differ")
        return self


class Scoring(NamedTuple):
    """The rules of a rating."""

    quality: Scale
    """By PPM, logarithmic."""
    delivery: Scale
    """By the share of consignments on time (0 to 1), straight."""
    weights: tuple[float, float]
    """Of quality and delivery."""
    limits: Mapping[Band, float]
    """Least score of each band."""
    hysteresis: int
    """Rated periods in a row on one side of the band that move it (count)."""
    safety_cap: Band
    """Best band while a danger is confirmed."""


class Score(Contract):
    """Points of one period; the ends are those of the figures' intervals taken together."""

    points: float
    """Score, 0 to 100."""
    low: float
    """Score if every figure stood at the worse end of its interval."""
    high: float
    """Score if every figure stood at the better end."""
    band: Band
    """Band of the score."""
    best_band: Band
    """Band of the upper end."""
    worst_band: Band
    """Band of the lower end."""


class PeriodResult(NamedTuple):
    """What one period says."""

    band: Band | None
    """Band of its score; none: too few to rate."""
    danger: bool
    """Whether a danger was confirmed in it."""


class Standing(NamedTuple):
    """A band after a period."""

    band: Band | None
    """None until a period was rated."""
    toward: int
    """Rated periods in a row that ask for another band: above 0 a worse one, below 0 a better."""
    capped: bool
    """Whether the period lowered it for a danger."""


def points(value: float, scale: Scale, *, logarithmic: bool) -> float:
    """Points of a figure, 0 to 100.

    Args:
        value: the figure, zero or more.
        scale: where points are full and where they end.
        logarithmic: equal ratios cost equal points; otherwise equal differences do.
    """
    if logarithmic:
        value, full, none = (math.log(max(one, 1e-9)) for one in (value, scale.full, scale.none))
    else:
        full, none = scale.full, scale.none
    share = (value - none) / (full - none)
    return round(FULL * min(1.0, max(0.0, share)), DIGITS)


def score_of(quality: Interval | None, delivery: Interval | None, rules: Scoring) -> Score | None:
    """The score of a period with what its intervals leave open.

    Args:
        quality: PPM with its interval; none: not enough of it.
        delivery: share on time with its interval; none: not enough of it.
        rules: the rules.

    Returns:
        None if neither figure can be used. One alone bears the whole weight.
    """
    parts: list[tuple[float, tuple[float, float, float]]] = []
    if quality is not None:
        low, middle, high = _ends(quality)
        worst_first = (high, middle, low)
        parts.append((rules.weights[0], _points(worst_first, rules.quality, logarithmic=True)))
    if delivery is not None:
        parts.append(
            (rules.weights[1], _points(_ends(delivery), rules.delivery, logarithmic=False))
        )
    if not parts:
        return None
    total = sum(weight for weight, _ in parts)
    low, middle, high = (
        sum(weight * of[place] for weight, of in parts) / total for place in range(3)
    )
    return Score(
        points=middle,
        low=low,
        high=high,
        band=band_of(middle, rules.limits),
        best_band=band_of(high, rules.limits),
        worst_band=band_of(low, rules.limits),
    )


def band_of(score: float, limits: Mapping[Band, float]) -> Band:
    """The best band whose least score is reached."""
    return next((band for band in BANDS if score >= limits[band]), BANDS[-1])


def course(periods: Sequence[PeriodResult], rules: Scoring) -> list[Standing]:
    """The band after each period, the oldest first.

    The first rated period sets it. After that it moves one step, when `hysteresis` rated periods in
    a row ask for the same direction; periods with too few deliveries neither move nor interrupt. A
    confirmed danger lowers it to the cap at once.
    """
    found: list[Standing] = []
    standing = Standing(None, 0, False)
    for period in periods:
        standing = _moved(standing, period, rules)
        found.append(standing)
    return found


def _moved(standing: Standing, period: PeriodResult, rules: Scoring) -> Standing:
    band, toward = standing.band, standing.toward
    if period.band is not None:
        if band is None:
            band, toward = period.band, 0
        else:
            band, toward = _stepped(band, toward, period.band, rules.hysteresis)
    if period.danger and (band is None or BANDS.index(band) < BANDS.index(rules.safety_cap)):
        return Standing(rules.safety_cap, 0, True)
    return Standing(band, toward, period.danger)


def _stepped(band: Band, toward: int, asked: Band, hysteresis: int) -> tuple[Band, int]:
    here, there = BANDS.index(band), BANDS.index(asked)
    if here == there:
        return band, 0
    direction = 1 if there > here else -1
    run = toward + direction if toward * direction > 0 else direction
    if abs(run) < hysteresis:
        return band, run
    return BANDS[here + direction], 0


def _ends(interval: Interval) -> tuple[float, float, float]:
    assert interval.estimate is not None  # shares of something delivered
    assert interval.high is not None  # shares are bounded
    return interval.low, interval.estimate, interval.high


def _points(
    values: tuple[float, float, float], scale: Scale, *, logarithmic: bool
) -> tuple[float, float, float]:
    low, middle, high = (points(one, scale, logarithmic=logarithmic) for one in values)
    return low, middle, high
