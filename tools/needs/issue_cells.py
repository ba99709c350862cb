"""Events and exposure of issues: what is counted, over which unit-months, against what.

Claims that repeat a unit's symptom within 30 days are one event; an author who tells of a symptom
many times is one voice. The raw counts stay beside.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from tools.needs.coded_feedback import CodedFeedback, SymptomCodes, read_and_code
from tools.tool import ToolContext

REPEAT_DAYS = 30
"""Claims on one unit for one symptom within so many days of the one before are one event."""
MOST_FEEDBACK = 60_000
"""Most pieces of feedback that are coded for one ranking (count)."""

Source = Literal["claims", "feedback"]
Period = Literal["now", "before"]


class Window(NamedTuple):
    """The days that count and as many before them."""

    first: date
    """First day (UTC)."""
    last: date
    """Last day (UTC)."""

    @property
    def before(self) -> date:
        """First day of the period before, which is as long."""
        return self.first - (self.last - self.first + timedelta(days=1))


class Event(NamedTuple):
    """Equal events of one cell."""

    source: Source
    """What tells of them."""
    period: Period
    """When."""
    model_id: str | None
    """Model."""
    country: str | None
    """Country."""
    symptom_code: str
    """Symptom."""
    raw: int
    """As recorded (count)."""
    events: int
    """Without repeats (count)."""


class Exposure(NamedTuple):
    """Time in service of one model in one country."""

    period: Period
    """When."""
    model_id: str | None
    """Model."""
    family: str | None
    """Its product family."""
    country: str | None
    """Country."""
    units: int
    """Units in service (count)."""
    months: dict[Source, float]
    """Unit-months: under warranty for claims, in service for feedback."""


class _Place(NamedTuple):
    period: Period
    model_id: str | None
    country: str | None
    symptom_code: str


class Tally(NamedTuple):
    """A sum over cells."""

    raw: int
    """As recorded (count)."""
    events: int
    """Without repeats (count)."""
    unit_months: float
    """Exposure (unit-months)."""


class Cells(NamedTuple):
    """All that was counted in the two periods."""

    events: tuple[Event, ...]
    """Events by cell."""
    exposures: tuple[Exposure, ...]
    """Exposure by cell."""
    feedback: CodedFeedback | None
    """The coded feedback, if it was asked for."""

    def tally(
        self,
        source: Source,
        period: Period,
        symptom_code: str,
        inside: Callable[[Event | Exposure], bool],
    ) -> Tally:
        """Events of a symptom and exposure, of the cells that lie inside."""
        counted = [
            one
            for one in self.events
            if (one.source, one.period, one.symptom_code) == (source, period, symptom_code)
            and inside(one)
        ]
        exposed = (
            one.months[source] for one in self.exposures if one.period == period and inside(one)
        )
        return Tally(
            sum(one.raw for one in counted), sum(one.events for one in counted), sum(exposed)
        )


def issue_cells(
    context: ToolContext, window: Window, codes: SymptomCodes, *, with_feedback: bool
) -> Cells:
    """Count claims, coded feedback and exposure of a window and of the period before it."""
    days: dict[str, Any] = {"first": window.first, "last": window.last, "before": window.before}
    limited = "*" not in context.snapshot.scope.regions
    exposures = context.snapshot.query("issue_exposure", **days, limited=limited).dicts()
    claims = context.snapshot.query("issue_claims", **days, repeat_days=REPEAT_DAYS).dicts()
    events = [_claims(row) for row in claims]
    feedback = None
    if with_feedback:
        feedback = read_and_code(context, MOST_FEEDBACK, first=window.before, last=window.last)
        events += _voices(feedback, window, codes)
    return Cells(tuple(events), tuple(_exposure(row) for row in exposures), feedback)


def _claims(row: dict[str, Any]) -> Event:
    names = ("period", "model_id", "country", "symptom_code")
    kept = row["claims"] - row["repeats"]
    return Event("claims", **{name: row[name] for name in names}, raw=row["claims"], events=kept)


def _voices(feedback: CodedFeedback, window: Window, codes: SymptomCodes) -> list[Event]:
    heard: set[tuple[str, str, Period]] = set()
    raw: Counter[_Place] = Counter()
    new: Counter[_Place] = Counter()
    for piece in feedback.pieces:
        period: Period = "now" if piece.received_on >= window.first else "before"
        for family in piece.coded.symptoms:
            code = codes.code_of(family)
            place = _Place(period, piece.model_id, piece.country, code)
            raw[place] += 1
            new[place] += (piece.voice, code, period) not in heard
            heard.add((piece.voice, code, period))
    return [Event("feedback", *place, raw=raw[place], events=new[place]) for place in raw]


def _exposure(row: dict[str, Any]) -> Exposure:
    return Exposure(
        period=row["period"],
        model_id=row["model_id"],
        family=row["family"],
        country=row["country"],
        units=row["units"],
        months={
            "claims": float(row["months_in_warranty"]),
            "feedback": float(row["months_in_service"]),
        },
    )
