"""What the field watch reads: events by symptom, model, market and week, and the units in service.

An event counts in the week in which it was reported, at the age that the unit had then. So the
newest week is as complete as any other, and no report that is still to come can be missed in it.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from domain.expected_events import age_band, exposure_by_age
from services.hub.coding import NO_SYMPTOM, UNREAD
from tools.needs.issue_cells import REPEAT_DAYS, Source
from tools.tool import ToolContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

WEEK = timedelta(days=7)
MONTH_WEEKS = 30.4375 / 7
LONGEST_SERVICE = timedelta(days=6 * 365)
"""Units sold longer before the window are not watched: hardly any is under warranty."""
NO_END = 100_000
"""Weeks of warranty where none is on record."""
LATE_WEEKS = 9
"""Weeks after the end of warranty in which a claim may still be reported."""
OPEN_WEEKS = 26
"""A feedback channel counts in a market when it is as old as this: a new one asks more people."""


Row = dict[str, Any]


class Place(NamedTuple):
    """One model in one market."""

    model_id: str
    """Model."""
    country: str | None
    """Market; none: not on record."""
    family: str
    """Product family; the model itself where it has none."""


class Population(NamedTuple):
    """Units in service, with the weeks of the window; week 0 is the first."""

    places: tuple[Place, ...]
    """Models in markets."""
    first_monday: date
    """First day of week 0."""
    weeks: int
    """Complete weeks (count)."""
    exposure: "Floats"
    """Unit-weeks in service, under warranty if it is for claims: places by age bands by weeks."""
    cover: "Ints"
    """Weeks in service for which a unit of each place counts."""
    units: int
    """Units sold and still counting in the last week (count)."""


class FieldEvents(NamedTuple):
    """Events of one source; arrays of one length, an entry for each group of equal events."""

    source: Source
    """What tells of them."""
    symptoms: tuple[str, ...]
    """Symptom codes."""
    symptom: "Ints"
    """Index into `symptoms`."""
    place: "Ints"
    """Index into the population's places."""
    week: "Ints"
    """Week of the report."""
    band: "Ints"
    """Age band of the unit; -1: not known."""
    counts: "Floats"
    """Events without repeats (count)."""
    repeats: int
    """Reports that repeat one of 30 days before, and do not count (count)."""
    elsewhere: int
    """Reports on models or markets of which no unit was in service in that week (count)."""
    past_warranty: int
    """Reports on units whose warranty had ended long before (count)."""
    new_channels: tuple[str, ...] = ()
    """Feedback channels too new in a market to be compared with before, as `market: channel`."""


class Span(NamedTuple):
    """Complete weeks (Monday to Sunday) up to a day, and of whom."""

    first_monday: date
    """First day."""
    weeks: int
    """How many (count)."""
    models: list[str]
    """Models; none: all."""
    countries: list[str]
    """Markets; none: all."""

    @property
    def until(self) -> date:
        """The day after the last one."""
        return self.first_monday + WEEK * self.weeks

    def bound(self) -> dict[str, Any]:
        """Values that every query of the watch takes."""
        return {
            "origin": self.first_monday,
            "until": self.until,
            "models": self.models or None,
            "countries": self.countries or None,
        }


def span_to(
    last: date, weeks: int, models: list[str] | None = None, countries: list[str] | None = None
) -> Span:
    """The last so many complete weeks, the last of them ending on or before a day."""
    until = last + timedelta(days=1)
    monday = until - timedelta(days=until.weekday())
    return Span(monday - WEEK * weeks, weeks, models or [], countries or [])


def read_sales(context: ToolContext, span: Span) -> list[Row]:
    """Units sold by place and week of sale, with the warranty of the place."""
    return _rows(
        context,
        "watch_exposure",
        **span.bound(),
        oldest=span.first_monday - LONGEST_SERVICE,
        limited="*" not in context.snapshot.scope.regions,
    )


def population_of(sales: list[Row], span: Span, source: Source) -> Population:
    """Units in service by place, age and week; for claims only those under warranty."""
    import numpy as np

    places = {
        (row["model_id"], row["country"]): (
            Place(row["model_id"], row["country"], row["family"] or row["model_id"]),
            row["warranty"] if source == "claims" else None,
        )
        for row in sales
    }
    index = {key: place for place, key in enumerate(places)}
    first = min((row["sold_week"] for row in sales), default=0)
    first = min(first, 0)
    sold = np.zeros((len(index), span.weeks - first))
    for row in sales:
        sold[index[row["model_id"], row["country"]], row["sold_week"] - first] += row["units"]
    cover = np.array([_weeks(months) for _, months in places.values()], dtype=np.int64)
    age = span.weeks - 1 - first - np.arange(sold.shape[1])
    return Population(
        places=tuple(place for place, _ in places.values()),
        first_monday=span.first_monday,
        weeks=span.weeks,
        exposure=exposure_by_age(sold, first, cover, span.weeks),
        cover=cover,
        units=int(sold[age[None, :] <= cover[:, None]].sum()),
    )


def read_claims(context: ToolContext, span: Span, population: Population) -> FieldEvents:
    """Claims of the window by the week of their report."""
    rows = _rows(context, "watch_claims", **span.bound(), repeat_days=REPEAT_DAYS)
    return _events("claims", rows, population)


def read_voices(context: ToolContext, span: Span, population: Population) -> FieldEvents:
    """Authors who tell of a symptom, from feedback coded before; new channels are left out."""
    rows = _rows(
        context,
        "watch_voices",
        **span.bound(),
        repeat_days=REPEAT_DAYS,
        nothing=[NO_SYMPTOM, UNREAD],
    )
    channels = _rows(context, "watch_channels", origin=span.first_monday, until=span.until)
    first_week = {(row["country"], row["channel"]): row["first_week"] for row in channels}
    settled = min(OPEN_WEEKS, span.weeks // 2)
    new = {key for key, first in first_week.items() if first > span.weeks - settled}
    heard = {(row["country"], row["channel"]) for row in rows}
    kept = [row for row in rows if (row["country"], row["channel"]) not in new]
    found = _events("feedback", kept, population)
    return found._replace(
        new_channels=tuple(
            sorted(f"{country or '?'}: {channel}" for country, channel in new & heard)
        )
    )


def _rows(
    context: ToolContext,
    name: str,
    **parameters: Any,  # noqa: ANN401  bound values
) -> list[Row]:
    """All rows of a query: what is reckoned on must not be cut at the asker's row limit."""
    columns = context.snapshot.arrays(name, **parameters)
    values = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in values]


def _events(source: Source, rows: list[Row], population: Population) -> FieldEvents:
    import numpy as np

    index = {(one.model_id, one.country): place for place, one in enumerate(population.places)}
    exposed = population.exposure.sum(axis=1) > 0
    known = [
        row
        for row in rows
        if (place := index.get((row["model_id"], row["country"]))) is not None
        and exposed[place, row["week"]]
    ]
    late = population.cover + LATE_WEEKS
    kept = [row for row in known if _age(row) <= late[index[row["model_id"], row["country"]]]]
    symptoms = tuple(sorted({row["symptom_code"] for row in kept}))
    number = {code: place for place, code in enumerate(symptoms)}
    ages = np.array([_age(row) for row in kept], dtype=np.int64)

    def column(values: list[Any]) -> "Ints":
        return np.array(values, dtype=np.int64)

    return FieldEvents(
        source=source,
        symptoms=symptoms,
        symptom=column([number[row["symptom_code"]] for row in kept]),
        place=column([index[row["model_id"], row["country"]] for row in kept]),
        week=column([row["week"] for row in kept]),
        band=np.where(ages >= 0, age_band(ages), -1),
        counts=np.array([row["events"] for row in kept], dtype=np.float64),
        repeats=sum(row["raw"] - row["events"] for row in kept),
        elsewhere=_raw(rows) - _raw(known),
        past_warranty=_raw(known) - _raw(kept),
    )


def _raw(rows: list[Row]) -> int:
    return sum(row["raw"] for row in rows)


def _weeks(months: int | None) -> int:
    return NO_END if months is None else round(months * MONTH_WEEKS)


def _age(row: Row) -> int:
    """Weeks in service at the report; -1: not known."""
    sold = row.get("sold_week")
    return -1 if sold is None else max(0, int(row["week"] - sold))
