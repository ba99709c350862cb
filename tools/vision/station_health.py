"""Golden pieces, drift and rejects of a camera station, each beside what it was before."""

from typing import Literal, NamedTuple

from domain.camera_or_product import DOUBT, raised_p_value
from domain.contract import Contract
from domain.drift import SignalMove
from domain.intervals import Interval, binomial_interval
from domain.records.station import GoldenLooks
from tools.vision.station_days import VisionDays

GoldenState = Literal["right", "misjudged", "absent"]
HALF = 0.5


class GoldenHealth(Contract):
    """Looks at golden pieces, whose truth is known."""

    state: GoldenState
    """right, misjudged more often than before, or absent: nobody looked."""
    looks: int
    """Looks now (count)."""
    misjudged: Interval | None
    """Share of them that misjudged the piece, with exact interval; null: no looks."""
    pieces: int
    """Different pieces that were misjudged now (count)."""
    p_value: float | None
    """Exact one-sided p-value of no more than before; null: nothing to compare."""


class Drift(Contract):
    """A daily mean watched against its own past."""

    signal: str
    """score, brightness, sharpness or pose_shift."""
    before: float
    """Mean of the reference (unit of the signal)."""
    now: float
    """Mean since the shift began, or of all watched days."""
    moved: bool
    """Whether the chart signalled."""
    p_value: float
    """Bound of the probability of such a chart in control."""
    run_length: float
    """Days to a false signal that the limits are set for (days)."""


class Rejects(NamedTuple):
    """Shares of rejected units, and of rejects that people found good."""

    rejected: Interval | None
    rejected_before: Interval | None
    rejects_p_value: float | None
    overruled: Interval | None


def rejects_of(days: VisionDays) -> Rejects:
    """Shares of now and of the reference, with exact intervals."""
    table = days.rejects
    both = bool(table.units and table.reference_units)
    return Rejects(
        rejected=_share(table.events, table.units),
        rejected_before=_share(table.reference_events, table.reference_units),
        rejects_p_value=float(f"{raised_p_value(table):.4g}") if both else None,
        overruled=_share(days.cleared, days.examined),
    )


def golden_health(golden: GoldenLooks | None) -> GoldenHealth:
    """Whether golden pieces are misjudged; without looks of before, more often than never."""
    if golden is None or not golden.misjudged.units:
        return GoldenHealth(state="absent", looks=0, misjudged=None, pieces=0, p_value=None)
    table = golden.misjudged
    compared = table if table.reference_units else table._replace(reference_units=table.units)
    p_value = raised_p_value(compared)
    return GoldenHealth(
        state="misjudged" if p_value <= DOUBT else "right",
        looks=table.units,
        misjudged=binomial_interval(table.events, table.units),
        pieces=golden.samples,
        p_value=float(f"{p_value:.4g}"),
    )


def drift_of(move: SignalMove) -> Drift:
    """A watched mean as tools tell it."""
    told = {name: getattr(move, name) for name in Drift.model_fields}
    return Drift(**told)


def moved_words(moves: tuple[SignalMove, ...], rejects: Rejects) -> list[str]:
    """What is not as it was, in words."""
    found = [
        f"{one.signal} moved from {one.before:.4g} to {one.now:.4g}" for one in moves if one.moved
    ]
    if rejects.rejects_p_value is not None and rejects.rejects_p_value <= DOUBT:
        found.append("rejects rose")
    if rejects.overruled is not None and rejects.overruled.low > HALF:
        found.append("people find most rejects good")
    return found


def _share(events: int, trials: int) -> Interval | None:
    return binomial_interval(events, trials) if trials else None
