"""Pictures of some looks of the story's station, with what is wrong in each, to the pixel."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from domain.errors import HubUnavailable
from services.hub.simulate.factory import Block
from services.hub.simulate.setting import Setting
from services.hub.simulate.stations.golden import A_RUN, SAMPLES, Looks, golden_serials
from services.hub.simulate.stations.story import Story
from services.hub.simulate.timeline import Ints, Texts
from services.hub.simulate.truth import PicturedFlaw, PictureTruth
from services.vision.drawing.flaws import KINDS, DrawnPart, FlawKind, draw_part
from services.vision.drawing.panel import PANEL
from services.vision.drawing.photograph import Camera, photograph
from services.vision.drawing.png import png

FOLDER = "pictures"
PICTURED = 16
"""Units of the last days that are pictured (count)."""
LIES = 0.3
"""Standard deviation of how a part lies (px)."""
SHOWS: dict[str, FlawKind] = {
    "D-SCRATCH": "scratch",
    "D-MISALIGN": "misplaced",
    "D-SOLDER": "missing",
    "D-LABEL": "stain",
}
"""What a defect looks like."""


class Printed(NamedTuple):
    """Where a picture is; arrays of one length, empty where there is none."""

    image_uri: Texts
    """Path in the written folder."""
    image_sha256: Texts
    """Digest of the file (hex)."""


class _Shot(NamedTuple):
    serial: str
    part: DrawnPart
    second: int
    camera: Camera


class Album:
    """Draws, writes and remembers pictures."""

    def __init__(self, setting: Setting, story: Story, out: Path) -> None:
        self._setting = setting
        self._story = story
        self._out = out
        self._random = setting.random("pictures")
        self.taken: list[PictureTruth] = []
        """What each picture shows."""

    def template(self) -> None:
        """The perfect part as the camera saw it when it was set up, without noise."""
        pixels = photograph(draw_part(PANEL, 0).canvas, Camera(noise=0.0), 0)
        self._write(f"{FOLDER}/template.png", png(pixels))

    def of_golden(self, looks: Looks) -> Printed:
        """Pictures of the first look at each sample of the station, and of its last run."""
        found = _nothing(len(looks.line))
        here = np.flatnonzero(looks.line == self._story.line)
        serials = golden_serials(self._setting, looks.line[here], looks.sample[here])
        parts: dict[str, DrawnPart] = {}
        for place in [*range(SAMPLES), *range(len(here) - A_RUN, len(here))]:
            serial, sample = str(serials[place]), int(looks.sample[here[place]])
            if serial not in parts:
                kinds = (KINDS[sample // 2 % len(KINDS)],) if sample % 2 else ()
                parts[serial] = draw_part(PANEL, 1_000 + sample, kinds)
            second = int(looks.second[here[place]])
            camera = self._camera(second, in_nest=True)
            self._take(_Shot(serial, parts[serial], second, camera), found, int(here[place]))
        return found

    def of_units(self, block: Block, defect: Texts, second: Ints) -> Printed:
        """Pictures of the last units of the block at the station.

        Args:
            block: the units.
            defect: code of the defect that each unit has; empty for none.
            second: when each is inspected.
        """
        found = _nothing(block.units)
        here = np.flatnonzero(block.line == self._story.line)[-PICTURED:]
        for place in here.tolist():
            code = defect[place]
            part = draw_part(PANEL, 2_000 + place, (SHOWS[code],) if code else ())
            at = int(second[place])
            camera = self._camera(at, in_nest=False)
            self._take(_Shot(str(block.serial[place]), part, at, camera), found, place)
        return found

    def _camera(self, second: int, *, in_nest: bool) -> Camera:
        """How the camera sees; a golden sample lies in a nest that does not shift."""
        across, down = (float(one) for one in self._random.normal(0, LIES, 2))
        camera = self._story.camera(second, (across, down))
        if in_nest:
            return camera._replace(dx=across, dy=down, angle=0.0)
        return camera

    def _take(self, shot: _Shot, found: Printed, place: int) -> None:
        pixels = photograph(shot.part.canvas, shot.camera, len(self.taken))
        name = f"{FOLDER}/{shot.serial}-{shot.second}.png"
        content = png(pixels)
        self._write(name, content)
        found.image_uri[place] = name
        found.image_sha256[place] = hashlib.sha256(content).hexdigest()
        self.taken.append(
            PictureTruth(
                image_uri=name,
                serial=shot.serial,
                at=datetime.fromtimestamp(shot.second, UTC),
                camera={name: round(value, 3) for name, value in shot.camera._asdict().items()},
                flaws=tuple(
                    PicturedFlaw(kind=flaw.kind, box=tuple(round(side, 1) for side in flaw[1:]))
                    for flaw in shot.part.flaws
                ),
            )
        )

    def _write(self, name: str, content: bytes) -> None:
        path = self._out / name
        try:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise HubUnavailable(
                f"cannot write {path}: {error.strerror}",
                holds="the files written so far are incomplete; truth.json comes last",
                next_step="make room, or choose another folder",
            ) from error


def _nothing(count: int) -> Printed:
    return Printed(np.full(count, None, dtype=object), np.full(count, None, dtype=object))
