"""Worlds about a camera station that suddenly rejects more: by its camera, a lot, or its fixture.

The field knows nothing of it: the symptom of these worlds is one that nobody planted.
"""

from services.hub.simulate.worlds.declaration import Scenario, Stage, StationStory, StoryKind

SITES = ("QDA", "MTY")
"""Sites with two lines of the family, so that a second station sees the same lots."""
FAMILY = "TV"
ELSEWHERE = ("VIBRATION", "DOOR_SEAL")
"""Symptoms that this family cannot show."""


def station_camera(stage: Stage) -> Scenario:
    """A station's camera loses focus and light: it rejects good units and misses defects."""
    return _scenario(stage, "camera")


def station_lot(stage: Stage) -> Scenario:
    """One lot of a part is damaged; the stations that use it reject it, and rightly."""
    return _scenario(stage, "lot")


def station_pose(stage: Stage) -> Scenario:
    """A station's fixture shifts and its light turns: good units are rejected, of any lot."""
    return _scenario(stage, "pose")


def station_null(stage: Stage) -> Scenario:
    """A camera station works as it always did."""
    return _scenario(stage, "none")


def _scenario(stage: Stage, kind: StoryKind) -> Scenario:
    site_id = stage.pick(SITES)
    lines = [one for one in stage.lines_of(FAMILY) if one.startswith(f"{site_id}-")]
    line_id = stage.pick(lines)
    first = stage.ago(24, 34)
    return Scenario(
        stage.pick(ELSEWHERE),
        "no_elevated_rate",
        changes=stage.ordinary(first, site_id),
        station=StationStory(kind, line_id, first),
    )
