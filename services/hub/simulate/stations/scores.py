"""What the watched stations make of each unit: a score, and a verdict at a fixed threshold.

A score is a logistic function of how strange a unit looks. In ordinary days it gives the miss and
false-reject rates of all other stations.
"""

from typing import NamedTuple

import numpy as np

from services.hub.simulate.factory import Block
from services.hub.simulate.setting import Setting
from services.hub.simulate.stations.story import of_bad_lot, story_of
from services.hub.simulate.timeline import Bools, Floats, Ints
from services.hub.simulate.worlds.declaration import StoryKind

THRESHOLD = 0.5
"""Score from which a unit is rejected."""
GOOD, DEFECTIVE = -2.41, 1.645
"""Mean strangeness; a standard deviation of 1 makes 0.8 % false rejects and 5 % misses."""
SPOILT = 0.5
"""Share of a bad lot's units that are defective."""
SPOILT_BY = "D-SCRATCH"
WORSE: dict[StoryKind, tuple[float, float]] = {
    "camera": (2.2, -1.6),
    "pose": (2.0, 0.0),
    "lot": (0.0, 0.0),
    "none": (0.0, 0.0),
}
"""Strangeness that good and defective units gain at full strength."""


class Verdicts(NamedTuple):
    """Truth and verdict of the units of a block; arrays of one length."""

    defective: Bools
    """Units with a defect."""
    kind: Ints
    """Index of the defect that each would have."""
    caught: Bools
    """Units that the station rejects."""
    score: Floats
    """Their score, 0 to 1."""


def judged(setting: Setting, block: Block, ordinary: Verdicts) -> Verdicts:
    """The verdicts with those of the watched stations in place of the ordinary ones."""
    story = story_of(setting)
    if story is None:
        return ordinary
    random = setting.random("station verdicts", block.number)
    codes = [code for code, _, _, _ in setting.catalogue.defects]
    spoilt = of_bad_lot(story, block.lots) & (random.random(block.units) < SPOILT)
    defective = ordinary.defective | spoilt
    good, bad = WORSE[story.kind]
    worse = story.severity(block.line, block.built)
    strange = random.standard_normal(block.units) + np.where(
        defective, DEFECTIVE + bad * worse, GOOD + good * worse
    )
    here = np.isin(block.line, story.watched)
    return Verdicts(
        np.where(here, defective, ordinary.defective),
        np.where(here & spoilt, codes.index(SPOILT_BY), ordinary.kind),
        np.where(here, strange >= 0, ordinary.caught),
        np.where(here, score_of(strange), ordinary.score),
    )


def score_of(strange: Floats) -> Floats:
    """The score of a strangeness, 0 to 1."""
    return np.asarray(1 / (1 + np.exp(-strange)))
