"""When a change of the rules is warned of: on publication, then nearer and nearer to its day.

A stage belongs to one day. A run that looks at the days since the last one therefore gives each
stage once, however often it runs.
"""

from datetime import date, timedelta
from typing import Literal, NamedTuple

from services.standards.records import ChangeEvent

Stage = Literal["publication", "days_365", "days_180", "days_90", "days_30", "due"]
"""publication: the change was published, or is new in the library. days_N: so many days are left.
due: it is the day."""
BEFORE: dict[Stage, int] = {
    "days_365": 365,
    "days_180": 180,
    "days_90": 90,
    "days_30": 30,
    "due": 0,
}
"""Days before the day of a change (count)."""
PUBLISHED = ("publication", "proposal")
"""Kinds of change whose day is that of their publication: nothing falls due."""


class Reaching(NamedTuple):
    """A stage and the day on which it is reached."""

    stage: Stage
    on: date


def due_on(event: ChangeEvent) -> date:
    """The day of a change; the first of its month or year where no day is known."""
    parts = [int(part) for part in event.date.split("-")]
    return date(*[*parts, 1, 1][:3])


def stages_of(event: ChangeEvent) -> tuple[Reaching, ...]:
    """The stages of a change by their days, the first first."""
    due = due_on(event)
    if event.kind in PUBLISHED:
        return (Reaching("publication", due),)
    return tuple(Reaching(stage, due - timedelta(days)) for stage, days in BEFORE.items())


def stages_between(event: ChangeEvent, since: date, until: date) -> tuple[Reaching, ...]:
    """The stages that are reached after a day and up to another, the latter included."""
    return tuple(one for one in stages_of(event) if since < one.on <= until)


def stage_at(event: ChangeEvent, day: date) -> Stage | None:
    """The last stage that a change has reached by a day; none: it is further off than all."""
    past = [one.stage for one in stages_of(event) if one.on <= day]
    return past[-1] if past else None
