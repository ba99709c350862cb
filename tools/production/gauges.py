"""Whether the gauge of a characteristic can be believed, from its recorded studies."""

from itertools import groupby
from typing import Any, Literal

from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.measurement_system import Trial, gauge_study
from tools.tool import ToolContext

GaugeFitness = Literal["fit", "conditional", "unfit", "unknown"]
_WORST_FIRST: tuple[GaugeFitness, ...] = ("unfit", "unknown", "conditional", "fit")


class GaugeResult(Contract):
    """One gauge study, evaluated; standard deviations in the unit of the characteristic."""

    study_id: str
    """Study."""
    gauge_id: str | None
    """Gauge; null: not recorded."""
    verdict: GaugeFitness
    """fit: gauge spread below 10 % of the total; conditional: 10 to 30 %; unfit: above, or fewer
    than 5 classes; unknown: the study cannot be evaluated."""
    gauge_share: float | None
    """Gauge over total standard deviation (%GRR as a share, 0 to 1)."""
    tolerance_share: float | None
    """Six gauge standard deviations over the width of the limits; null with one limit."""
    categories: int | None
    """Classes of parts that the gauge tells apart (ndc, count); 5 or more are wanted."""
    repeatability: float | None
    """Standard deviation of one operator on one part."""
    reproducibility: float | None
    """Standard deviation between operators."""
    trials: int
    """Readings of the study (count)."""
    reason: str | None
    """Why it cannot be evaluated; null if it can."""


def gauge_results(
    characteristic_id: str, tolerance: float | None, context: ToolContext
) -> tuple[GaugeResult, ...]:
    """Every recorded study of the gauges of a characteristic, evaluated.

    Args:
        characteristic_id: the characteristic as the hub spells it.
        tolerance: width of its limits in its unit, where it has both.
        context: who asks.
    """
    rows = context.snapshot.query("gauge_trials", characteristic_id=characteristic_id).dicts()
    studies = groupby(rows, key=lambda row: (row["study_id"], row["gauge_id"]))
    return tuple(_result(key, list(trials), tolerance) for key, trials in studies)


def fitness(studies: tuple[GaugeResult, ...]) -> GaugeFitness:
    """The worst verdict of the studies; unknown without any."""
    found = {study.verdict for study in studies}
    return next((verdict for verdict in _WORST_FIRST if verdict in found), "unknown")


def _result(
    key: tuple[str, str | None], rows: list[dict[str, Any]], tolerance: float | None
) -> GaugeResult:
    trials = [Trial(str(row["operator"]), str(row["part_no"]), row["value"]) for row in rows]
    try:
        study = gauge_study(trials)
    except InvalidArgument as error:
        empty = dict.fromkeys(
            ("gauge_share", "tolerance_share", "categories", "repeatability", "reproducibility")
        )
        return GaugeResult(
            study_id=key[0],
            gauge_id=key[1],
            verdict="unknown",
            trials=len(rows),
            reason=error.message,
            **empty,
        )
    return GaugeResult(
        study_id=key[0],
        gauge_id=key[1],
        verdict=study.verdict,
        gauge_share=_short(study.share),
        tolerance_share=_short(6 * study.gauge / tolerance) if tolerance else None,
        categories=study.categories,
        repeatability=_short(study.repeatability),
        reproducibility=_short(study.reproducibility),
        trials=len(rows),
        reason=None,
    )


def _short(value: float) -> float:
    return float(f"{value:.6g}")
