"""When the station's trouble is there and how grave it is: the one clock that all rows share."""

from typing import NamedTuple

import numpy as np

from services.hub.simulate.setting import Setting
from services.hub.simulate.timeline import DAY, PRODUCTION_DAYS, Bools, Floats, Ints, day_number
from services.hub.simulate.worlds.declaration import StoryKind
from services.vision.drawing.photograph import Camera

RAMP_DAYS = 10
"""Days from the first sign to full strength (count)."""
WATCHED_DAYS = 120
"""Last days of production with golden samples and camera signals (count)."""
PART = "P-PANEL"
STEP = "VIS"
LOT_FIRST, LOT_LAST, LATE = 44, 14, 21
"""Days before the end between which the bad lot comes into use, and last days in which it should be
used much (count). No lot lasts longer than 30 days, so that one does come into use."""
BLUR, DIMMER, BRIGHTER, SHIFT, TURN, SIDE_LIGHT = 2.3, 0.3, 0.05, 6.0, 1.2, 0.15
"""At full strength: more blur (px), light lost, light won, shift (px), turn (deg), side light."""


class Story(NamedTuple):
    """A station's story, in indexes and seconds."""

    kind: StoryKind
    """What gets worse."""
    line: int
    """Its line."""
    watched: Ints
    """Lines of its family at its site, itself among them."""
    site: int
    """Its site."""
    first: int
    """Second at which the trouble begins."""
    lot: int
    """The bad lot; -1: none."""
    part: int
    """The part that lots are of."""

    def severity(self, line: Ints, second: Ints) -> Floats:
        """How far camera or fixture has gone, 0 to 1; always 0 in stories of neither."""
        grown = np.clip((second - self.first) / (RAMP_DAYS * DAY), 0.0, 1.0)
        moves = self.kind in ("camera", "pose")
        return np.where((line == self.line) & moves, grown, 0.0)

    def camera(self, second: int, jitter: tuple[float, float]) -> Camera:
        """The camera of the story's line at one moment; `jitter` is how a part lies (px)."""
        worse = float(self.severity(np.array(self.line), np.array(second)))
        as_set_up = Camera(dx=jitter[0], dy=jitter[1])
        if self.kind == "camera":
            return as_set_up._replace(
                blur=as_set_up.blur + BLUR * worse, gain=as_set_up.gain - DIMMER * worse
            )
        return as_set_up._replace(
            gain=as_set_up.gain + BRIGHTER * worse,
            side_light=SIDE_LIGHT * worse,
            dx=jitter[0] + SHIFT * worse,
            angle=TURN * worse,
        )


def story_of(setting: Setting) -> Story | None:
    """The story of a setting, if its world tells one."""
    declared = setting.scenario.station
    if declared is None:
        return None
    lines = setting.catalogue.lines
    line = next(at for at, one in enumerate(lines) if one.line_id == declared.line_id)
    home = lines[line]
    watched = [
        at for at, one in enumerate(lines) if (one.site, one.family) == (home.site, home.family)
    ]
    part = next(at for at, one in enumerate(setting.catalogue.parts) if one.part_id == PART)
    story = Story(
        declared.kind,
        line,
        np.array(watched),
        home.site,
        day_number(declared.first) * DAY,
        -1,
        part,
    )
    return _with_lot(setting, story) if declared.kind == "lot" else story


def _with_lot(setting: Setting, story: Story) -> Story:
    """The story with the lot that most units of the last weeks take, of those that began late."""
    end, share = setting.calendar.end, setting.lots.shares[story.site, story.part]
    found: list[tuple[float, int, int]] = []
    streams = setting.lots.streams[story.site, story.part]
    for stream, taken in zip(streams, (share, 1 - share), strict=False):
        for start, lot in zip(stream.starts.tolist(), stream.lots.tolist(), strict=True):
            if end - LOT_FIRST <= start <= end - LOT_LAST:
                last = min(int(setting.lots.used_until[lot]), end - 1)
                found.append(((last - max(start, end - LATE)) * taken, -lot, start))
    _, lot, start = max(found)
    return story._replace(lot=-lot, first=start * DAY)


def watched_days(setting: Setting) -> Ints:
    """Days of production whose golden samples and signals are written."""
    last = setting.calendar.first + PRODUCTION_DAYS
    return np.arange(last - WATCHED_DAYS, last)


def shift_starts(setting: Setting, story: Story) -> Ints:
    """Seconds (UTC) at which the shifts of the watched days begin."""
    days = watched_days(setting)
    offsets = setting.calendar.offsets[story.site, days - setting.calendar.first]
    hours = np.array([start for start, _ in setting.catalogue.shifts.values()])
    return np.asarray(((days * DAY - offsets)[:, None] + hours * 3600).ravel())


def of_bad_lot(story: Story, lots: Ints) -> Bools:
    """Units with the bad lot; `lots` by unit and part."""
    return np.asarray((lots[:, story.part] == story.lot) & (story.lot >= 0))
