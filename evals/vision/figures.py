"""The vision suite: what is found, how well it is placed, and what thresholds and drift promise."""

from evals.figure import Figure
from evals.vision import board_figures, conformal, repeatability, stations, texture


def figures() -> list[Figure]:
    """Every figure; those of pictures need public data sets."""
    return [
        *board_figures.figures(),
        *repeatability.figures(),
        *conformal.figures(),
        *texture.figures(),
        *stations.figures(),
    ]
