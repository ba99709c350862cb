"""Golden samples: parts with a known truth that the watched stations look at each shift."""

from typing import NamedTuple

import numpy as np

from services.hub.simulate.setting import Setting
from services.hub.simulate.stations.scores import WORSE, score_of
from services.hub.simulate.stations.story import STEP, Story, shift_starts
from services.hub.simulate.timeline import DAY, Bools, Floats, Ints, Texts
from services.hub.simulate.writing import Columns, named, times

SAMPLES, A_RUN = 24, 8
"""Samples of a station, good and bad in turn, and how many of them one run looks at (count)."""
EASIEST, HARDEST = 3.0, 1.4
"""How far a sample's strangeness lies from the threshold."""
NOISE = 0.3
"""Standard deviation of the strangeness from look to look."""
RUN_AFTER, APART = 600, 20
"""Seconds from the start of the shift to the run, and from look to look."""
RESULTS = ["as_expected", "false_reject", "missed"]


class Looks(NamedTuple):
    """Looks at golden samples, in the order of stations and time; arrays of one length."""

    line: Ints
    """Line of the station."""
    sample: Ints
    """Number of the sample, from 0; even ones are good."""
    second: Ints
    """When."""
    score: Floats
    """Score, 0 to 1."""
    result: Ints
    """Place in `RESULTS`."""

    @property
    def good(self) -> Bools:
        """Which looks are at good samples."""
        return np.asarray(self.sample % 2 == 0)


def golden_looks(setting: Setting, story: Story) -> Looks:
    """Every look of the watched days."""
    starts = shift_starts(setting, story)
    random = setting.random("golden samples")
    run = np.repeat(np.arange(len(starts)), A_RUN)
    turn = np.tile(np.arange(A_RUN), len(starts))
    sample = (run * A_RUN + turn) % SAMPLES
    second = starts[run] + RUN_AFTER + turn * APART
    lines, scores = [], []
    for line in story.watched.tolist():
        distance = random.uniform(HARDEST, EASIEST, SAMPLES)
        ease = np.where(np.arange(SAMPLES) % 2 == 0, -distance, distance)
        worse = story.severity(np.full(len(run), line), second) * (story.kind == "camera")
        gained = np.where(sample % 2 == 0, *WORSE[story.kind]) * worse
        scores.append(score_of(ease[sample] + random.normal(0, NOISE, len(run)) + gained))
        lines.append(np.full(len(run), line))
    stations = len(lines)
    score, everyone = np.concatenate(scores), np.tile(sample, stations)
    rejected, good = score >= 0.5, everyone % 2 == 0
    result = np.where(rejected & good, 1, np.where(~rejected & ~good, 2, 0))
    return Looks(np.concatenate(lines), everyone, np.tile(second, stations), score, result)


def golden_serials(setting: Setting, line: Ints, sample: Ints) -> Texts:
    """Serials of samples, such as GOLD-QDA-L1-NG-03."""
    names = [one.line_id for one in setting.catalogue.lines]
    return np.array(
        [
            f"GOLD-{names[at]}-{'NG' if number % 2 else 'OK'}-{number // 2 + 1:02d}"
            for at, number in zip(line.tolist(), sample.tolist(), strict=True)
        ],
        dtype=object,
    )


def golden_units(setting: Setting, story: Story) -> Columns:
    """Rows of table `units` for the samples: at their site, never to be sold."""
    line = np.repeat(story.watched, SAMPLES)
    sample = np.tile(np.arange(SAMPLES), len(story.watched))
    book, count = setting.catalogue, len(line)
    family = book.lines[story.line].family
    model = next(at for at, one in enumerate(book.models) if one.family == family)
    built = setting.calendar.first * DAY
    return {
        "serial": golden_serials(setting, line, sample),
        "model_id": named([one.model_id for one in book.models], np.full(count, model)),
        "site_id": named([one.site_id for one in book.sites], np.full(count, story.site)),
        "line_id": named([one.line_id for one in book.lines], line),
        "built_at": times(np.full(count, built)),
    }


def golden_rows(setting: Setting, looks: Looks) -> Columns:
    """Rows of table `inspections` for the looks."""
    lines, count = setting.catalogue.lines, len(looks.line)
    zeros = np.zeros(count, dtype=np.int64)
    return {
        "inspection_id": np.array([f"IN-G{at + 1:08d}" for at in range(count)], dtype=object),
        "serial": golden_serials(setting, looks.line, looks.sample),
        "station_id": named([f"{one.line_id}-{STEP}" for one in lines], looks.line),
        "inspected_at": times(looks.second),
        "method": named(["golden"], zeros),
        "result": named(RESULTS, looks.result),
        "defect_code": np.full(count, None, dtype=object),
        "score": np.round(looks.score, 4),
        "recipe_id": named([f"VIS-{one.family}-3" for one in lines], looks.line),
        "model_version": named(["golden-1.4"], zeros),
        "found_by": np.full(count, None, dtype=object),
        "operator_override": np.zeros(count, dtype=np.bool_),
    }
