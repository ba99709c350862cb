"""Units at risk as arrays: what is recorded of each, and the failures to be expected of it.

A cohort holds every unit that failed and, of very many others, a sample that stands for all of them
(a case-cohort design), so that a question on millions of units stays a question on arrays.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from domain.errors import NoData
from domain.persontime import Season, Service, expected_failures, scaled_to_family, season
from tools.causes.population import Population, day
from tools.tool import ToolContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

MOST_UNITS = 120_000
"""Units without failure of which a cohort holds all; of more, it holds a sample so large."""
MOST_VALUES = 500
"""An attribute with more values than this is a number plate, not a factor."""
SEPARATOR = "\x1f"


class Levels(NamedTuple):
    """A recorded factor: the level of each unit."""

    codes: "Ints"
    """Index of its name, by unit; -1: not recorded."""
    names: tuple[str, ...]
    """Names of the levels."""


class Lots(NamedTuple):
    """Received lots of one part; codes of `Levels` are indexes into these."""

    supplier: tuple[str | None, ...]
    """Supplier of each lot."""
    received: tuple[int | None, ...]
    """Day of receipt (days since 1970-01-01)."""


class Change(NamedTuple):
    """A recorded process change."""

    change_id: str
    day: int
    site_id: str | None
    line_id: str | None
    model_id: str | None
    kind: str | None
    description: str


@dataclass(frozen=True)
class Cohort:
    """Units at risk, one place a unit in every array."""

    units: int
    """Units at risk (count); more than places where a sample stands for them."""
    serials: tuple[str, ...]
    """Serial of each unit."""
    failed: "Bools"
    """Whether the symptom was claimed in the time observed."""
    weight: "Floats"
    """How many units each stands for."""
    service: Service
    """Time in service."""
    expected: "Floats"
    """Failures expected by age, family and season."""
    season: Season | None
    """Yearly rhythm; none where units have no times."""
    fold: "Ints"
    """Third of the units for hold-out confirmation, 0 to 2, by serial."""
    built: "Ints"
    """Day of build (days since 1970-01-01)."""
    factors: dict[str, Levels]
    """Site, line, shift, model, country, family and attributes (`attribute:name`)."""
    parts: dict[str, Levels]
    """Lot of each part."""
    lots: dict[str, Lots]
    """Lots of each part."""
    values: dict[str, "Floats"] = field(default_factory=dict)
    """Value of each characteristic; NaN: not measured."""
    changes: tuple[Change, ...] = ()
    """Recorded process changes within the time of build."""

    @property
    def failures(self) -> int:
        """Failed units (count)."""
        return int(self.failed.sum())

    def count(self, mask: "Bools") -> int:
        """Units that a mask stands for (count)."""
        return round(float(self.weight[mask].sum()))


def cohort_of(population: Population, context: ToolContext) -> Cohort:
    """Read the units at risk and everything recorded of them.

    Raises:
        NoData: no unit at risk, or none of them failed.
    """
    import numpy as np

    row = context.snapshot.query(
        "cause_units", **population.parameters, most_units=MOST_UNITS
    ).dicts()[0]
    if not row["serial"] or not any(row["failed"]):
        raise NoData(
            f"no unit in service that was asked about has a claim of {population.symptom}",
            holds="claims without a known unit or sale date cannot be compared",
            next_step="ask `data_quality` for the serials that claims and units share",
        )
    factors = {name: levels(row[name]) for name in FACTORS}
    service = _service(row, factors["family"].codes, population.timed)
    expected, rhythm = _expectation(service, factors["country"], population.timed)
    serials = SEPARATOR.join(row["serial"])
    starts = SEPARATOR.join(map(str, row["start_on"]))
    built = np.array(row["built_on"], dtype=np.int64)
    size = len(built)
    parts, lots = _parts(context, serials, size)
    return Cohort(
        units=row["units"],
        serials=tuple(row["serial"]),
        failed=service.failed,
        weight=service.weight,
        service=service,
        expected=expected,
        season=rhythm,
        fold=np.array(row["fold"], dtype=np.int64),
        built=built,
        factors=factors | _attributes(context, serials, starts, size),
        parts=parts,
        lots=lots,
        values=_values(context, serials, size),
        changes=_changes(context, built),
    )


def _service(row: dict[str, Any], family: "Ints", timed: bool) -> Service:
    """Time in service; units without failure count for those that the sample left out."""
    import numpy as np

    failed = np.array(row["failed"], dtype=np.bool_)
    others = max(1, len(failed) - int(failed.sum()))
    weight = np.where(failed, 1.0, (row["units"] - int(failed.sum())) / others)
    start = np.array(row["start_on"], dtype=np.int64)
    days = np.ones(len(start))
    if timed:
        days = np.maximum(np.array(row["end_on"], dtype=np.float64) - start, 0) + 0.5
    return Service(start, days, failed, weight, family)


FACTORS = ("site_id", "line_id", "shift", "model_id", "country", "family")


def levels(values: list[str | None]) -> Levels:
    """Codes and names of a list of values."""
    import numpy as np

    names = sorted({value for value in values if value is not None})
    places: dict[str | None, int] = {name: place for place, name in enumerate(names)}
    places[None] = -1
    codes = np.fromiter((places[value] for value in values), np.int64, len(values))
    return Levels(codes, tuple(names))


def by_lot(taken: Levels, values: tuple[str | None, ...]) -> Levels:
    """A property of the lot of one part, such as its supplier, by unit."""
    import numpy as np

    names = tuple(sorted({value for value in values if value is not None}))
    places = [names.index(value) if value is not None else -1 for value in values]
    return Levels(np.array([*places, -1])[taken.codes], names)


def _expectation(service: Service, country: Levels, timed: bool) -> tuple["Floats", Season | None]:
    expected = expected_failures(service)
    if not timed:
        return expected, None
    known = [*country.names, ""]
    rhythm = season(service, expected, country.codes % len(known), known)
    return scaled_to_family(expected * rhythm.factor, service), rhythm


def _scattered(size: int, row: dict[str, Any], values: list[str | None]) -> Levels:
    import numpy as np

    found = levels(values)
    codes = np.full(size, -1, dtype=np.int64)
    codes[np.array(row["place"], dtype=np.int64)] = found.codes
    return Levels(codes, found.names)


def _parts(
    context: ToolContext, serials: str, size: int
) -> tuple[dict[str, Levels], dict[str, Lots]]:
    found = context.snapshot.query("cause_lots").dicts()[0]
    ids = found["lot_id"] or []
    known = {
        lot: (supplier, received)
        for lot, supplier, received in zip(
            ids, found["supplier_id"] or [], found["received_on"] or [], strict=True
        )
    }
    parts: dict[str, Levels] = {}
    lots: dict[str, Lots] = {}
    for row in context.snapshot.query("cause_parts", serials=serials).dicts():
        taken = _scattered(size, row, row["lot_id"])
        pairs = [known.get(lot, (None, None)) for lot in taken.names]
        parts[row["part_id"]] = taken
        lots[row["part_id"]] = Lots(tuple(p[0] for p in pairs), tuple(p[1] for p in pairs))
    return parts, lots


def _values(context: ToolContext, serials: str, size: int) -> dict[str, "Floats"]:
    import numpy as np

    found: dict[str, Floats] = {}
    for row in context.snapshot.query("cause_measurements", serials=serials).dicts():
        values = np.full(size, np.nan)
        values[np.array(row["place"], dtype=np.int64)] = row["value"]
        found[row["characteristic_id"]] = values
    return found


def _attributes(context: ToolContext, serials: str, starts: str, size: int) -> dict[str, Levels]:
    rows = context.snapshot.query(
        "cause_attributes", serials=serials, starts=starts, most_values=MOST_VALUES
    ).dicts()
    return {f"attribute:{row['name']}": _scattered(size, row, row["value"]) for row in rows}


def _changes(context: ToolContext, built: "Ints") -> tuple[Change, ...]:
    rows = context.snapshot.query(
        "cause_changes", first=day(built.min()), last=day(built.max())
    ).values
    return tuple(
        Change(change_id, at, site, line, model, kind, description or "")
        for change_id, at, site, line, model, kind, description in rows
    )
