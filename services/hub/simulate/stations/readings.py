"""Camera signals of the watched stations, one reading of each a shift."""

import numpy as np

from services.hub.simulate.setting import Setting
from services.hub.simulate.stations.story import (
    BRIGHTER,
    DIMMER,
    SHIFT,
    STEP,
    Story,
    shift_starts,
    story_of,
)
from services.hub.simulate.timeline import Floats, Ints
from services.hub.simulate.writing import Columns, named, times

SIGNALS = ("brightness", "sharpness", "pose_shift")
USUAL = (128.0, 1.0, 0.6)
SPREAD, OF_DAYS = (1.2, 0.02, 0.12), (0.6, 0.01, 0.05)
"""Standard deviation of a reading, and of the days' means, by signal."""
SOFTER = 0.45
"""Sharpness lost at full strength."""
READ_AFTER = 300
"""Seconds after the start of the shift."""


def with_readings(setting: Setting, columns: Columns) -> Columns:
    """Table `signals` with the readings of the watched stations, if there are such."""
    story = story_of(setting)
    if story is None:
        return columns
    second = shift_starts(setting, story) + READ_AFTER
    random = setting.random("station signals")
    station, signal, at, value = [], [], [], []
    for line in story.watched.tolist():
        for number in range(len(SIGNALS)):
            station.append(np.full(len(second), line))
            signal.append(np.full(len(second), number))
            at.append(second)
            value.append(_values(story, number, line, second, random))
    lines = setting.catalogue.lines
    more = {
        "station_id": named([f"{one.line_id}-{STEP}" for one in lines], np.concatenate(station)),
        "signal": named(list(SIGNALS), np.concatenate(signal)),
        "at": times(np.concatenate(at)),
        "value": np.round(np.concatenate(value), 3),
    }
    return {name: np.concatenate([column, more[name]]) for name, column in columns.items()}


def _values(
    story: Story, number: int, line: int, second: Ints, random: np.random.Generator
) -> Floats:
    shifts = 3
    of_day = np.repeat(random.normal(0, OF_DAYS[number], len(second) // shifts), shifts)
    worse = story.severity(np.full(len(second), line), second)
    moved = (
        128.0 * (-DIMMER if story.kind == "camera" else BRIGHTER),
        -SOFTER if story.kind == "camera" else 0.0,
        0.0 if story.kind == "camera" else SHIFT,
    )[number]
    noise = random.normal(0, SPREAD[number], len(second))
    return np.asarray(np.maximum(USUAL[number] + of_day + noise + moved * worse, 0.0))
