"""Inspections of a block: vision on every unit, a function test, and people who look again.

A few units carry a defect. Vision misses some and rejects some good units; a person looks at
each reject and may overrule it.
"""

from typing import NamedTuple

import numpy as np

from services.hub.simulate.factory import Block
from services.hub.simulate.production import BEFORE_EXIT
from services.hub.simulate.setting import Setting
from services.hub.simulate.stations.scores import Verdicts, judged
from services.hub.simulate.timeline import Bools, Floats, Ints, Texts
from services.hub.simulate.writing import Columns, named, times

DEFECTIVE, MISSED, FALSE_REJECT, TEST_FAILS = 0.012, 0.05, 0.008, 0.006
"""Shares: of units with a defect, of defects missed, of good units rejected, of test failures."""
METHODS = ["vision", "test", "person"]


class Inspected(NamedTuple):
    """The rows and what they hide."""

    columns: Columns
    known: dict[str, int]
    """Defects present, missed, and good units rejected by vision (counts)."""
    defect: Texts
    """Code of the defect that each unit of the block has; empty for none."""


class _Rows(NamedTuple):
    unit: Ints
    method: Ints
    failed: Bools
    defect: Ints
    score: Floats
    overruled: Bools
    delay: int


def inspections(setting: Setting, block: Block) -> Inspected:
    """Table `inspections` of the block."""
    random = setting.random("inspections", block.number)
    count = block.units
    everyone = np.arange(count)
    defective = random.random(count) < DEFECTIVE
    kind = _defects(setting, block, random)
    caught = np.where(
        defective, random.random(count) >= MISSED, random.random(count) < FALSE_REJECT
    )
    score = np.where(caught, random.beta(6, 2, count), random.beta(1.5, 9, count))
    seen = judged(setting, block, Verdicts(defective, kind, caught, score))
    defective, kind, caught, score = seen
    no = np.zeros(count, dtype=np.bool_)
    rejected = np.flatnonzero(caught)
    tested = random.random(count) < TEST_FAILS
    batches = (
        _Rows(everyone, no * 0, caught, np.where(caught, kind, -1), score, no, 0),
        _Rows(everyone, no + 1, tested, np.full(count, -1), np.full(count, np.nan), no, -240),
        _Rows(
            rejected,
            np.full(len(rejected), 2),
            defective[rejected],
            np.where(defective[rejected], kind[rejected], -1),
            np.full(len(rejected), np.nan),
            ~defective[rejected],
            120,
        ),
    )
    known = {
        "defects": int(defective.sum()),
        "missed": int((defective & ~caught).sum()),
        "false_rejects": int((caught & ~defective).sum()),
    }
    codes = [code for code, _, _, _ in setting.catalogue.defects]
    return Inspected(_columns(setting, block, batches), known, named(codes, kind, defective))


def _defects(setting: Setting, block: Block, random: np.random.Generator) -> Ints:
    codes = [code for code, _, _, _ in setting.catalogue.defects]
    options = np.array(
        [
            [codes.index(code) for code in setting.catalogue.families[line.family].defects]
            for line in setting.catalogue.lines
        ]
    )
    return np.asarray(options[block.line, random.integers(0, options.shape[1], size=block.units)])


def _columns(setting: Setting, block: Block, batches: tuple[_Rows, ...]) -> Columns:
    unit = np.concatenate([rows.unit for rows in batches])
    method = np.concatenate([rows.method for rows in batches])
    failed = np.concatenate([rows.failed for rows in batches])
    defect = np.concatenate([rows.defect for rows in batches])
    delay = np.concatenate([np.full(len(rows.unit), rows.delay) for rows in batches])
    codes = [code for code, _, _, _ in setting.catalogue.defects]
    lines = setting.catalogue.lines
    stations = [f"{line.line_id}-{step}" for line in lines for step in ("VIS", "EOL", "VIS")]
    by_vision = method == 0
    return {
        "inspection_id": _ids(block, len(unit)),
        "serial": block.serial[unit],
        "station_id": named(stations, block.line[unit] * 3 + method),
        "inspected_at": times(block.built[unit] - BEFORE_EXIT["VIS"] + delay),
        "method": named(METHODS, method),
        "result": named(["pass", "fail"], failed.astype(np.int64)),
        "defect_code": named(codes, np.maximum(defect, 0), defect >= 0),
        "score": np.round(np.concatenate([rows.score for rows in batches]), 4),
        "recipe_id": named([f"VIS-{line.family}-3" for line in lines], block.line[unit], by_vision),
        "model_version": named(["golden-1.4"], np.zeros_like(unit), by_vision),
        "found_by": named(METHODS, method, failed),
        "operator_override": np.concatenate([rows.overruled for rows in batches]),
    }


def _ids(block: Block, count: int) -> Texts:
    return np.array(
        [f"IN-{block.number:03d}{index + 1:06d}" for index in range(count)], dtype=object
    )
