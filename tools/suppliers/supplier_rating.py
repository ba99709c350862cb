"""The rating of a supplier: scores of periods, and the band that they lead to."""

from datetime import date, timedelta
from typing import Literal, NamedTuple

from domain.contract import Contract
from domain.intervals import Interval
from domain.scorecard import Band, PeriodResult, Score, course, score_of
from services.policy.suppliers import SupplierPolicy
from tools.suppliers.delivery_measures import DeliveryMeasures, measures_of
from tools.suppliers.delivery_rows import Deliveries, Window

RatedBy = Literal["quality", "delivery"]


class RatedPeriod(Contract):
    """One rating period, reckoned anew from the rows."""

    first_on: date
    """First day of arrival."""
    last_on: date
    """Last day of arrival."""
    deliveries: int
    """Deliveries that arrived (count)."""
    ppm: float | None
    """Rejected parts per million; null: not recorded."""
    on_time: float | None
    """Share of consignments on time, 0 to 1; null: not recorded."""
    score: Score | None
    """Its score; null: too few to rate."""
    danger: bool
    """Whether a SCAR for a danger was in force in it."""
    band: Band | None
    """Band of the supplier after it; null until a period was rated."""


class Rating(Contract):
    """Where a supplier stands by the rules."""

    status: Literal["rated", "too_few", "internal"]
    """too_few: the newest period has too few deliveries; internal: a store or company of ours."""
    band: Band | None
    """Band by the rules after the newest period; null: no period could be rated."""
    band_before: Band | None
    """Band after the period before."""
    band_in_force: Band | None
    """Band that a person approved; null: none, or it cannot be seen here."""
    score: Score | None
    """Score of the newest period; null: too few to rate."""
    indication: Score | None
    """What the newest period's figures would score if they were enough; null: nothing recorded."""
    rated_by: tuple[RatedBy, ...]
    """What the score rests on."""
    toward: Literal["worse", "better"] | None
    """Where the newest periods point without having moved the band yet; null: nowhere."""
    periods_toward: int
    """Rated periods in a row that point there (count)."""
    capped: bool
    """Whether a danger holds the band down."""
    periods: tuple[RatedPeriod, ...]
    """The periods, the oldest first."""


class Signed(NamedTuple):
    """What the ledger says of a supplier."""

    band: Band | None
    """Band in force."""
    dangers: tuple[date, ...]
    """Days on which SCARs for a danger that are in force were issued."""


def rating_of(rows: Deliveries, last_on: date, policy: SupplierPolicy, signed: Signed) -> Rating:
    """The rating of one supplier at the end of a day, reckoned from its deliveries alone.

    Args:
        rows: its deliveries, over all periods.
        last_on: last day of the newest period.
        policy: the rules.
        signed: what was decided about it.
    """
    figures = [measures_of(rows, window) for window in _windows(last_on, policy)]
    scores = [scored(one, policy) for one in figures]
    dangers = [any(day <= one.last_on for day in signed.dangers) for one in figures]
    results = [
        PeriodResult(score.band if score else None, danger)
        for score, danger in zip(scores, dangers, strict=True)
    ]
    standings = course(results, policy.scoring)
    periods = tuple(
        RatedPeriod(
            first_on=one.first_on,
            last_on=one.last_on,
            deliveries=one.deliveries,
            ppm=one.ppm.interval.estimate if one.ppm else None,
            on_time=_on_time(one),
            score=score,
            danger=danger,
            band=standing.band,
        )
        for one, score, danger, standing in zip(figures, scores, dangers, standings, strict=True)
    )
    now, before = standings[-1], standings[-2] if len(standings) > 1 else None
    return Rating(
        status="rated" if scores[-1] else "too_few",
        band=now.band,
        band_before=before.band if before else None,
        band_in_force=signed.band,
        score=scores[-1],
        indication=_indicated(figures[-1], policy),
        rated_by=_rated_by(figures[-1], policy),
        toward=None if not now.toward else "worse" if now.toward > 0 else "better",
        periods_toward=abs(now.toward),
        capped=now.capped,
        periods=periods,
    )


def internal_rating() -> Rating:
    """The rating of what is no supplier: none."""
    return Rating(
        status="internal",
        band=None,
        band_before=None,
        band_in_force=None,
        score=None,
        indication=None,
        rated_by=(),
        toward=None,
        periods_toward=0,
        capped=False,
        periods=(),
    )


def rating_days(policy: SupplierPolicy) -> int:
    """Days of deliveries that a rating is reckoned from."""
    return policy.rules.period.days * policy.rules.period.count


def _windows(last_on: date, policy: SupplierPolicy) -> list[Window]:
    """Rating periods up to a day, the oldest first."""
    days = policy.rules.period.days
    newest = Window(last_on - timedelta(days=days - 1), last_on)
    windows = [newest]
    while len(windows) < policy.rules.period.count:
        windows.append(windows[-1].before(days))
    return windows[::-1]


def _rated_by(figures: DeliveryMeasures, policy: SupplierPolicy) -> tuple[RatedBy, ...]:
    least = policy.rules.minimum
    found: list[RatedBy] = []
    ppm, on_time = figures.ppm, figures.consignments_on_time
    if ppm and ppm.received >= least.pieces and ppm.deliveries >= least.deliveries:
        found.append("quality")
    if on_time and on_time.total >= least.deliveries:
        found.append("delivery")
    return tuple(found)


def scored(figures: DeliveryMeasures, policy: SupplierPolicy) -> Score | None:
    """The score of a period by the measures that have enough data.

    Quality is what a supplier is rated for: where rejects are recorded but too few, there is none.
    """
    by = _rated_by(figures, policy)
    if figures.ppm is not None and "quality" not in by:
        return None
    return score_of(
        figures.ppm.interval if figures.ppm and "quality" in by else None,
        _delivery(figures) if "delivery" in by else None,
        policy.scoring,
    )


def _indicated(figures: DeliveryMeasures, policy: SupplierPolicy) -> Score | None:
    quality = figures.ppm.interval if figures.ppm else None
    return score_of(quality, _delivery(figures), policy.scoring)


def _delivery(figures: DeliveryMeasures) -> Interval | None:
    on_time = figures.consignments_on_time
    return on_time.interval if on_time else None


def _on_time(figures: DeliveryMeasures) -> float | None:
    on_time = figures.consignments_on_time
    return on_time.interval.estimate if on_time else None
