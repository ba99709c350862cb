"""The window of days that a metric is counted over, and where the record cuts it."""

from datetime import date

from domain.contract import Contract
from domain.errors import InvalidArgument, NoData
from domain.records.evidence import Note
from tools.needs.service_record import early_end, recorded_to
from tools.production.metric_counts import require_records
from tools.production.metrics import Metric
from tools.tool import ToolContext


class Period(Contract):
    """A window of days (UTC), both ends included."""

    first: date | None = None
    """First day, for example 2026-01-01; none: from the first record on."""
    last: date | None = None
    """Last day, for example 2026-06-30; none: the as-of date, or for rates of claims and feedback
    the day of the latest one on record, if that is earlier."""


def last_day(period: Period, metric: Metric, context: ToolContext) -> date:
    """Last day that counts: none after the as-of date, nor after the record of claims or feedback.

    Raises:
        InvalidArgument: the window is empty.
        NoData: no events are recorded, or none so late as the window begins.
    """
    first, as_of = period.first, context.snapshot.as_of
    last = min(period.last or as_of, as_of)
    if first and first > last:
        raise InvalidArgument(
            f"the window {first} to {last} is empty",
            holds=f"nothing is known after the as-of date {as_of}",
            next_step="give an earlier `first`",
        )
    require_records(context, metric)
    if metric.watched is None:
        return last
    end = recorded_to(context, metric.watched)
    if first and first > end:
        raise NoData(
            f"{metric.id}: the record of {metric.watched} ends on {end}, before the window begins",
            holds="this is not a rate of zero",
            next_step=f"give an earlier `first`, or take in later {metric.watched}",
        )
    return min(last, end)


def window_notes(
    period: Period, metric: Metric, last: date, context: ToolContext
) -> tuple[Note, ...]:
    """Why the window ends earlier than was asked, if it does."""
    as_of = context.snapshot.as_of
    wanted = period.last or as_of
    if metric.watched and last < min(wanted, as_of):
        return early_end(context, metric.watched, last)
    if wanted > last:
        text = f"Nothing is known after {last}: the window ends there."
        return (Note(code="window_cut", text=text),)
    return ()
