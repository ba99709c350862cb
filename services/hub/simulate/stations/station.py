"""A told station's share of the tables, block by block."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.records.station import StationVerdict
from services.hub.simulate.factory import BLOCK, Block
from services.hub.simulate.inspection import Inspected
from services.hub.simulate.production import BEFORE_EXIT
from services.hub.simulate.setting import Setting
from services.hub.simulate.stations.album import Album
from services.hub.simulate.stations.golden import golden_looks, golden_rows, golden_units
from services.hub.simulate.stations.scores import THRESHOLD
from services.hub.simulate.stations.story import RAMP_DAYS, STEP, Story, story_of
from services.hub.simulate.timeline import DAY, day_of
from services.hub.simulate.truth import PlantedStation
from services.hub.simulate.worlds.declaration import StoryKind
from services.hub.simulate.writing import Columns

VERDICTS: dict[StoryKind, StationVerdict] = {
    "camera": "system",
    "lot": "product",
    "pose": "pose_or_lighting",
    "none": "no_jump",
}


class ToldStation:
    """Adds golden samples and pictures to the tables of a world with a station's story."""

    def __init__(self, setting: Setting, story: Story, out: Path) -> None:
        self._setting = setting
        self._story = story
        self._album = Album(setting, story, out)

    def units(self, columns: Columns, block: Block) -> Columns:
        """Table `units`, the golden samples among the first block's."""
        if block.number > 1:
            return columns
        return _joined(columns, golden_units(self._setting, self._story))

    def inspections(self, inspected: Inspected, block: Block) -> Columns:
        """Table `inspections`: the first block has the golden looks, the last one pictures."""
        found: dict[str, NDArray[Any]] = dict(inspected.columns)
        count = len(found["serial"])
        for name in ("image_uri", "image_sha256"):
            found[name] = np.full(count, None, dtype=object)
        if block.number == -(-self._setting.plan.units // BLOCK):
            # The first rows are those of vision, one for each unit in its order.
            second = block.built - BEFORE_EXIT[STEP]
            printed = self._album.of_units(block, inspected.defect, second)
            for name, column in printed._asdict().items():
                found[name][: block.units] = column
        if block.number > 1:
            return found
        self._album.template()
        looks = golden_looks(self._setting, self._story)
        golden = dict(golden_rows(self._setting, looks))
        golden.update(self._album.of_golden(looks)._asdict())
        return _joined(found, golden)

    def truth(self) -> PlantedStation:
        """What was planted."""
        setting, story = self._setting, self._story
        lines = setting.catalogue.lines
        bad = story.lot if story.lot >= 0 else None
        lots, suppliers = setting.lots, setting.catalogue.suppliers
        return PlantedStation(
            story=story.kind,
            verdict=VERDICTS[story.kind],
            station_id=f"{lines[story.line].line_id}-{STEP}",
            watched=tuple(f"{lines[at].line_id}-{STEP}" for at in story.watched.tolist()),
            first=None if story.kind == "none" else day_of(story.first // DAY),
            ramp_days=RAMP_DAYS if story.kind in ("camera", "pose") else None,
            threshold=THRESHOLD,
            lot_id=None if bad is None else str(lots.lot_id[bad]),
            part_id=None if bad is None else setting.catalogue.parts[story.part].part_id,
            supplier_id=None if bad is None else suppliers[int(lots.supplier[bad])].supplier_id,
            pictures=tuple(self._album.taken),
        )


def told_station(setting: Setting, out: Path) -> ToldStation | None:
    """The station of a world that tells of one."""
    story = story_of(setting)
    return None if story is None else ToldStation(setting, story, out)


def _joined(columns: Columns, more: Columns) -> Columns:
    """The rows of both; a column that the second lacks is empty there."""
    count = len(next(iter(more.values())))
    nothing: NDArray[np.object_] = np.full(count, None, dtype=object)
    return {
        name: np.concatenate([column, _empty_as(column, more.get(name, nothing))])
        for name, column in columns.items()
    }


def _empty_as(column: NDArray[Any], more: NDArray[Any]) -> NDArray[Any]:
    if column.dtype.kind == "M" and more.dtype.kind == "O":
        return np.full(len(more), np.datetime64("NaT"), dtype=column.dtype)
    return more
