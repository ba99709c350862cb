"""Readings as streams: one characteristic or signal at one station is one process.

Stations are kept apart, because two processes in one chart look like one that is unstable.
"""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from domain.autocorrelation import FEWEST_POINTS, autocorrelation_limit, lag_one_autocorrelation
from domain.spc import Sample
from tools.names import resolve
from tools.tool import ToolContext

MOST_POINTS = 200
"""Subgroups of a stream that are looked at (count); of more, every second, third … is drawn."""
SINGLES = 100
"""Readings of a stream below which each is a point of its own, unless a size is asked for."""


class Choice(NamedTuple):
    """Which readings, and how they form subgroups."""

    characteristic_id: str | None
    """Characteristic; or else a signal."""
    signal: str | None
    """Signal of a station."""
    stations: tuple[str, ...]
    """Stations as asked; none: all."""
    models: tuple[str, ...]
    """Models as asked; none: all."""
    sites: tuple[str, ...]
    """Sites as asked; none: all."""
    lines: tuple[str, ...]
    """Lines as asked; none: all."""
    first_on: date | None
    """First day (UTC)."""
    last_on: date | None
    """Last day (UTC)."""
    lsl: float | None
    """Lower specification limit."""
    usl: float | None
    """Upper specification limit."""
    size: int | None
    """Readings in a subgroup; none: one each for short streams, else enough for 200 points."""


class Stream(NamedTuple):
    """The readings at one station; values in the unit of the characteristic."""

    station_id: str | None
    """Station; none: not recorded."""
    n: int
    """Readings (count)."""
    mean: float
    """Mean."""
    s: float | None
    """Overall standard deviation; none for one reading."""
    first_at: datetime
    """First reading (UTC)."""
    last_at: datetime
    """Last reading (UTC)."""
    below: int
    """Readings below the lower limit (count)."""
    above: int
    """Readings above the upper limit (count)."""
    percentiles: tuple[float, float, float] | None
    """Readings at 0.135, 50 and 99.865 %; none if all are equal."""
    values: tuple[float, ...]
    """At most 1,000 readings, evenly drawn, in order of time."""
    size: int
    """Readings in a subgroup (count)."""
    subgroups: int
    """Full subgroups (count)."""
    s_within: float | None
    """Pooled standard deviation within all full subgroups; none if there is no such."""
    starts: tuple[datetime, ...]
    """First reading of each subgroup that is looked at (UTC)."""
    samples: tuple[Sample, ...]
    """Those subgroups, in order of time."""

    @property
    def place(self) -> str:
        """The station in words."""
        return self.station_id or "no station"

    @property
    def autocorrelated(self) -> float | None:
        """Autocorrelation of the subgroup means where it is beyond chance."""
        if len(self.samples) < FEWEST_POINTS:
            return None
        found = lag_one_autocorrelation([sample.mean for sample in self.samples])
        if found is None or abs(found) <= autocorrelation_limit(len(self.samples)):
            return None
        return found


class Streams(NamedTuple):
    """All streams of a choice."""

    streams: tuple[Stream, ...]
    """By station, in alphabetical order."""
    not_finite: int
    """Readings without a number (count)."""


def streams_of(choice: Choice, context: ToolContext) -> Streams:
    """Read the streams that a choice names.

    Raises:
        UnknownName: a station, model, site or line is not in the hub.
    """
    names: dict[str, Any] = {
        "models": resolve(context, "model", choice.models) or None,
        "sites": resolve(context, "site", choice.sites) or None,
        "lines": resolve(context, "line", choice.lines) or None,
    }
    rows = context.snapshot.query(
        "reading_streams",
        characteristic_id=choice.characteristic_id,
        signal=choice.signal,
        of_units=any(names.values()),
        stations=resolve(context, "station", choice.stations) or None,
        first_on=choice.first_on,
        last_on=choice.last_on,
        lsl=choice.lsl,
        usl=choice.usl,
        size=choice.size,
        singles=SINGLES,
        most=MOST_POINTS,
        **names,
    ).dicts()
    streams = tuple(_stream(row) for row in rows if row["n"])
    return Streams(streams, rows[0]["not_finite"])


def _stream(row: dict[str, Any]) -> Stream:
    size = row["size"] or 0
    parts = zip(row["means"] or (), row["deviations"] or (), row["spans"] or (), strict=True)
    return Stream(
        **{name: row[name] for name in ("station_id", "n", "mean", "s", "first_at", "last_at")},
        below=row["below"],
        above=row["above"],
        percentiles=tuple(row["percentiles"]) if row["percentiles"] else None,
        values=tuple(row["drawn_values"]),
        size=size,
        subgroups=row["subgroups"] or 0,
        s_within=row["s_within"] if size > 1 else None,
        starts=tuple(datetime.fromtimestamp(at, UTC) for at in row["starts"] or ()),
        samples=tuple(Sample(size, mean, s, span) for mean, s, span in parts),
    )
