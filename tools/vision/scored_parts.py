"""Scores of parts whose truth is known: given by the asker, or read where people looked again."""

from typing import Any, Literal, NamedTuple

import numpy as np

from domain.errors import NoData
from tools.tool import ToolContext

Source = Literal["given", "hub", "counts"]


class ScoredParts(NamedTuple):
    """Scores by truth."""

    source: Source
    """given: by the asker. hub: rejects and passes that people looked at. counts: no scores."""
    bad: tuple[float, ...]
    """Scores of defective parts."""
    good: tuple[float, ...]
    """Scores of good parts."""
    passes: int
    """Parts that the station passed (count; 0 where scores are given)."""
    passes_looked_at: int
    """Of them, parts that a person looked at (count)."""
    unknown: int
    """Scored parts whose truth nobody found (count)."""


def recorded_parts(asked: dict[str, Any], defect: str | None, context: ToolContext) -> ScoredParts:
    """Scores of a station with what people found.

    Args:
        asked: station, model version, recipe and window, as the query takes them.
        defect: the defect code that counts; None: every defect.
        context: who asks.

    Raises:
        NoData: the station scored nothing.
    """
    rows = context.snapshot.arrays("vision_scores_with_truth", **asked)
    if not len(rows["score"]):
        raise NoData(
            f"{asked['station_id']} recorded no vision scores for that choice",
            next_step="give scores of parts of known truth, or only their numbers",
        )
    bad, good, passed = (_flags(rows[name]) for name in ("bad", "good", "passed"))
    known = bad | good
    counted = bad
    if defect is not None:
        counted = bad & np.array([code == defect for code in rows["defect_code"]])
    score = np.ma.getdata(rows["score"]).astype(float)
    return ScoredParts(
        source="hub",
        bad=tuple(score[counted].tolist()),
        good=tuple(score[good].tolist()),
        passes=int(passed.sum()),
        passes_looked_at=int((passed & known).sum()),
        unknown=int((~known).sum()),
    )


def _flags(column: Any) -> Any:  # noqa: ANN401  an array, masked where null
    return np.ma.filled(column, fill_value=False).astype(bool)
