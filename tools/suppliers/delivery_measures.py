"""Figures of a supplier over a window: PPM, refused lots, delivery to commit."""

from datetime import date

from domain.contract import Contract
from domain.intervals import Interval, binomial_interval
from domain.scorecard import MILLION
from tools.suppliers.delivery_rows import Deliveries, Window


class ShareFigure(Contract):
    """A share with what it was counted from; `interval` is that of the share."""

    events: int
    """What was counted (count)."""
    total: int
    """Out of so many (count)."""
    interval: Interval
    """Share, 0 to 1, with its exact interval (Clopper-Pearson)."""


class PpmFigure(Contract):
    """Rejected parts per million."""

    rejected: int
    """Pieces refused at incoming inspection (count)."""
    received: int
    """Pieces received in inspected deliveries (count)."""
    deliveries: int
    """Inspected deliveries (count)."""
    interval: Interval
    """PPM with its exact interval, as if pieces failed one by one; lots make it wider."""


class DeliveryMeasures(Contract):
    """What a supplier delivered in a window."""

    first_on: date
    """First day of arrival."""
    last_on: date
    """Last day of arrival."""
    deliveries: int
    """Deliveries that arrived (count)."""
    ppm: PpmFigure | None
    """Rejects; null: nothing inspected is recorded."""
    lots_refused: ShareFigure | None
    """Deliveries that were refused whole, out of those inspected; null: none inspected."""
    on_time: ShareFigure | None
    """Deliveries made by the promised day, out of those with a promise; null: no promise."""
    consignments_on_time: ShareFigure | None
    """The same where deliveries of one promised day and one arrival count once; rated by it."""
    mean_days_late: float | None
    """Mean delay of the late deliveries (days); null: none was late."""


def measures_of(rows: Deliveries, window: Window, level: float = 0.95) -> DeliveryMeasures:
    """The figures of one supplier's deliveries that arrived in a window."""
    inside = rows.during(window)
    checked = inside.where(inside.inspected)
    due = inside.where(inside.due)
    late = due.late
    refused = int((checked.rejected == checked.quantity).sum())
    return DeliveryMeasures(
        first_on=window.first_on,
        last_on=window.last_on,
        deliveries=len(inside.delivered),
        ppm=_ppm(checked, level),
        lots_refused=share_of(refused, len(checked.quantity), level),
        on_time=share_of(int((~late).sum()), len(late), level),
        consignments_on_time=_on_time(inside.consignments(), level),
        mean_days_late=(float((due.delivered - due.promised)[late].mean()) if late.any() else None),
    )


def share_of(events: int, total: int, level: float) -> ShareFigure | None:
    """A share with its exact interval; none out of nothing."""
    if not total:
        return None
    interval = binomial_interval(events, total, level=level)
    return ShareFigure(events=events, total=total, interval=interval)


def _on_time(consignments: Deliveries, level: float) -> ShareFigure | None:
    late = consignments.late
    return share_of(int((~late).sum()), len(late), level)


def _ppm(checked: Deliveries, level: float) -> PpmFigure | None:
    if not len(checked.quantity):
        return None
    rejected, received = int(checked.rejected.sum()), int(checked.quantity.sum())
    share = binomial_interval(rejected, received, level=level)
    assert share.estimate is not None  # something was received
    assert share.high is not None  # a share is bounded
    interval = Interval(
        estimate=rejected * MILLION / received,
        low=share.low * MILLION,
        high=share.high * MILLION,
        level=level,
    )
    return PpmFigure(
        rejected=rejected, received=received, deliveries=len(checked.quantity), interval=interval
    )
