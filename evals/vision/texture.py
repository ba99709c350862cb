"""Does the texture model tell bad cells from good ones, and do its scores keep promises?

Electroluminescence pictures of solar cells: 20 good and 40 bad ones (defect probability 2/3 or 1)
of each kind of module. Half of the good cells fit a model, the other half and all bad ones are
scored. Cells, not pictures of cells, are split: each cell has one picture.
"""

import csv
import math
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.calibration import Terms, review_band
from domain.conformal import MissGoal, miss_threshold
from evals.figure import Figure, share
from evals.vision.conformal import of_mean
from services.vision.inspecting.pictures import read_picture
from services.vision.texture.features import Seen, features
from services.vision.texture.fitting import fit
from services.vision.texture.model import distances

Floats = NDArray[np.float64]
Pixels = NDArray[np.uint8]
SEEDS = range(20)
"""Splits."""
DRAWN = 1_000
GOAL, STRICT = MissGoal(0.1), MissGoal(0.02)
KINDS = ("mono", "poly")


class Cell(NamedTuple):
    """One solar cell."""

    grey: Pixels
    """Its picture."""
    seen: Seen
    """The same in figures."""
    probability: float
    """Defect probability, as experts judged: 0, 1/3, 2/3 or 1."""


class Scored(NamedTuple):
    """Scores of one split."""

    held: list[int]
    """Places of the good cells that were not fitted on."""
    good: Floats
    """Their scores."""
    bad: Floats
    """Scores of every bad cell, in order."""
    doubtful: Floats
    """Scores of the cells of probability 1/3."""


def figures(seeds: range = SEEDS) -> list[Figure]:
    """Every figure, or why there is none."""
    folder = Path(os.environ.get("ANDON_TEST_DATA", "../shared/data")) / "vision_elpv"
    if not folder.is_dir():
        return [Figure(figure="texture, vision_elpv", value=0, n=0, skipped=f"no {folder}")]
    found: list[Figure] = []
    for kind in KINDS:
        cells = read_cells(folder, kind)
        splits = [score_split(cells, seed) for seed in seeds]
        found += [auroc(kind, splits), promise(kind, splits)]
        found += [strict_promise(kind, splits), *in_review(kind, splits)]
    return found


def read_cells(folder: Path, kind: str) -> list[Cell]:
    """Every cell of one kind of module."""
    cells = []
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["module_type"] == kind:
                grey = read_picture((folder / row["file"]).read_bytes()).grey
                cells.append(Cell(grey, features(grey), float(row["defect_probability"])))
    return cells


def score_split(cells: list[Cell], seed: int) -> Scored:
    """Fit on half of the good cells, score all others."""
    good = [one for one in cells if one.probability == 0]
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(good)).tolist()
    fitted, held = order[: len(good) // 2], order[len(good) // 2 :]
    model = fit([good[place].grey for place in fitted])

    def scores(some: list[Cell]) -> Floats:
        return np.array([model.score(distances(model.moments, one.seen)) for one in some])

    return Scored(
        held,
        scores([good[place] for place in held]),
        scores([one for one in cells if one.probability > 0.5]),
        scores([one for one in cells if 0 < one.probability < 0.5]),
    )


def auroc(kind: str, splits: list[Scored]) -> Figure:
    """Chance that a bad cell scores higher than a good one; its interval resamples cells."""
    bad, good = len(splits[0].bad), 1 + max(place for one in splits for place in one.held)
    wins, pairs = np.zeros((bad, good)), np.zeros((bad, good))
    for one in splits:
        higher = one.bad[:, None] > one.good[None, :]
        wins[:, one.held] += higher + 0.5 * (one.bad[:, None] == one.good[None, :])
        pairs[:, one.held] += 1
    random = np.random.Generator(np.random.PCG64(1))
    drawn = []
    for _ in range(DRAWN):
        rows, columns = random.integers(bad, size=bad), random.integers(good, size=good)
        at = np.ix_(rows, columns)
        drawn.append(wins[at].sum() / pairs[at].sum())
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(
        figure=f"texture, vision_elpv {kind}: AUROC, {bad} bad and {good} good cells",
        value=float(wins.sum() / pairs.sum()),
        n=len(splits),
        low=float(low),
        high=float(high),
    )


def promise(kind: str, splits: list[Scored]) -> Figure:
    """Mean miss rate of thresholds set on half of the bad cells, on the other half."""
    rates = []
    for number, one in enumerate(splits):
        random = np.random.Generator(np.random.PCG64(number))
        for _ in range(1_000 // len(splits)):
            known, others = np.array_split(one.bad[random.permutation(len(one.bad))], 2)
            threshold = miss_threshold(known.tolist(), GOAL).threshold or -math.inf
            rates.append(float((others < threshold).mean()))
    told = f"vision_elpv {kind}, {len(known)} defects, alpha {GOAL.alpha:g}"
    return of_mean(told, np.array(rates), GOAL)


def strict_promise(kind: str, splits: list[Scored]) -> Figure:
    """What 40 bad cells say of a promise of 2 %."""
    found = miss_threshold(splits[0].bad.tolist(), STRICT)
    return Figure(
        figure=f"conformal, vision_elpv {kind}, alpha {STRICT.alpha:g}: the refusal is right",
        value=found.needed,
        n=found.defects,
        target="infeasible, 49 needed",
        met=found.threshold is None and found.needed == 49,
    )


def in_review(kind: str, splits: list[Scored]) -> list[Figure]:
    """Share of doubtful and of good cells that a person looks at; each split counts."""
    terms = Terms(alpha=GOAL.alpha, beta=0.1)
    doubtful, good = [], []
    for one in splits:
        limit = miss_threshold(one.bad.tolist(), GOAL).threshold
        band = review_band(limit, one.bad.tolist(), one.good.tolist(), terms)
        doubtful += [band.verdict(score) == "REVIEW" for score in one.doubtful]
        good += [band.verdict(score) != "OK" for score in one.good]
    cost = f"not passed where misses stay below {GOAL.alpha:.0%}"
    return [
        share(f"texture, vision_elpv {kind}: cells of probability 1/3 sent to review", doubtful),
        share(f"texture, vision_elpv {kind}: good cells {cost}", good),
    ]
