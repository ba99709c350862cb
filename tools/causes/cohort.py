"""Units at risk as arrays: what is recorded of each, and the failures to be expected of it.

A cohort holds every unit that failed and, of very many others, a sample that stands for all of them
(a case-cohort design), so that a question on millions of units stays a question on arrays.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from domain.errors import NoData
from domain.persontime import Season, Service, expected_failures, scaled_to_family, season
from domain.records.evidence import Note
from tools.causes.levels import OTHER, Levels, Lots, levels_of
from tools.causes.population import Population, day
from tools.causes.recorded import Asked, attributes_of, parts_of, values_of
from tools.tool import ToolContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

MOST_UNITS = 40_000
"""Units without failure of which a cohort holds all; of more, it holds a sample so large."""
CONTROLS_EACH = 30
"""Units without failure in a sample for each that failed, if that makes more."""
MOST_LEVELS = 20_000
"""A level with fewer than one in so many of the units read is too rare to be weighed by itself."""
FEWEST_SAMPLED = 20
"""The same where units are sampled (units read): the sample says how many there are of a level."""
SEPARATOR = "\x1f"
FACTORS = ("site_id", "line_id", "shift", "model_id", "country", "family")


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
    notes: tuple[Note, ...] = ()
    """What was not read, or not as it is recorded."""

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
    read = context.snapshot.arrays(
        "cause_units", **population.parameters, most_units=MOST_UNITS, controls_each=CONTROLS_EACH
    )
    failed: Bools = read["failed"]
    size = len(failed)
    if not failed.any():
        raise NoData(
            f"no unit in service that was asked about has a claim of {population.symptom}",
            holds="claims without a known unit or sale date cannot be compared",
            next_step="ask `data_quality` for the serials that claims and units share",
        )
    units = int(read["units"][0])
    fewest = max(1, size // MOST_LEVELS, FEWEST_SAMPLED if units > size else 1)
    factors = {name: levels_of(read[name], fewest) for name in FACTORS}
    service = _service(read, factors["family"].codes, population.timed)
    expected, rhythm = _expectation(service, factors["country"], population.timed)
    names: list[str] = read["serial"].tolist()
    asked = Asked(context, SEPARATOR.join(names), size, fewest)
    parts, lots = parts_of(asked)
    values, not_finite = values_of(asked)
    factors |= attributes_of(asked, service.start)
    pooled = {name: levels.pooled for name, levels in (factors | parts).items() if levels.pooled}
    return Cohort(
        units=units,
        serials=tuple(names),
        failed=failed,
        weight=service.weight,
        service=service,
        expected=expected,
        season=rhythm,
        fold=read["fold"].astype("int64"),
        built=read["built_on"].astype("int64"),
        factors=factors,
        parts=parts,
        lots=lots,
        values=values,
        changes=_changes(context, read["built_on"]),
        notes=population.notes + _notes(units, size, pooled, not_finite),
    )


def _notes(units: int, size: int, pooled: dict[str, int], not_finite: int) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    if units > size:
        text = f"{size} of {units} units were read: all that failed, and a sample that stands for"
        found["sampled_controls"] = f"{text} the others"
    if pooled:
        rare = ", ".join(f"{count} of {name}" for name, count in pooled.items())
        text = f"values that too few units bear were taken together as {OTHER!r}: {rare}"
        found["rare_values_together"] = text
    if not_finite:
        found["measurements_not_finite"] = (
            f"{not_finite} measurements that are no finite number were left out"
        )
    return tuple(Note(code=code, text=text) for code, text in found.items())


def _service(read: dict[str, Any], family: "Ints", timed: bool) -> Service:
    """Time in service; units without failure count for those that the sample left out."""
    import numpy as np

    failed: Bools = read["failed"]
    others = max(1, len(failed) - int(failed.sum()))
    weight = np.where(failed, 1.0, (int(read["units"][0]) - int(failed.sum())) / others)
    start = read["start_on"].astype(np.int64)
    days = np.ones(len(start))
    if timed:
        days = np.maximum(read["end_on"].astype(np.float64) - start, 0) + 0.5
    return Service(start, days, failed, weight, family)


def _expectation(service: Service, country: Levels, timed: bool) -> tuple["Floats", Season | None]:
    expected = expected_failures(service)
    if not timed:
        return expected, None
    known = [*country.names, ""]
    rhythm = season(service, expected, country.codes % len(known), known)
    return scaled_to_family(expected * rhythm.factor, service), rhythm


def _changes(context: ToolContext, built: "Ints") -> tuple[Change, ...]:
    rows = context.snapshot.query(
        "cause_changes", first=day(built.min()), last=day(built.max())
    ).values
    return tuple(
        Change(change_id, at, site, line, model, kind, description or "")
        for change_id, at, site, line, model, kind, description in rows
    )
