"""The figures of calibration, texture and stations: known answers, and what misses a target."""

import math
import os
from pathlib import Path

import numpy as np
import pytest

from domain.camera_or_product import camera_or_product
from domain.conformal import MissGoal
from domain.contingency import TwoByTwo
from domain.records.station import StationEvidence
from evals.vision import texture
from evals.vision.conformal import figures, miss_rates, of_mean
from evals.vision.stations import Judged, judge, of_judged
from services.hub.simulate import Plan

ELPV = Path(os.environ.get("ANDON_TEST_DATA", "../shared/data")) / "vision_elpv"


def test_promises_hold_over_resampled_splits() -> None:
    found = figures(splits=300)
    assert len(found) == 7
    assert all(one.met for one in found)


def test_a_threshold_that_misses_more_than_promised_misses_its_target() -> None:
    assert of_mean("", np.full(100, 0.05), MissGoal(0.02)).met is False


def test_too_few_defects_give_no_rate() -> None:
    rates = miss_rates(np.arange(1000.0), MissGoal(0.02), 48, 5)
    assert all(math.isnan(rate) for rate in rates)


@pytest.mark.skipif(not ELPV.is_dir(), reason="the solar cells are not here")
def test_texture_tells_bad_cells_from_good_and_refuses_two_percent() -> None:
    cells = texture.read_cells(ELPV, "poly")
    splits = [texture.score_split(cells, seed) for seed in range(3)]
    auroc = texture.auroc("poly", splits)
    assert auroc.low is not None
    assert auroc.value > 0.65 > 0.55
    assert auroc.low < auroc.value
    assert texture.strict_promise("poly", splits).met


def test_absent_pictures_are_a_skip_with_a_reason(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANDON_TEST_DATA", str(tmp_path))
    (found,) = texture.figures()
    assert found.skipped is not None


def test_a_failing_camera_is_told_from_its_exports() -> None:
    judged = judge(Plan(world="station_camera", seed=3, units=3_000, format="parquet"))
    assert judged.found.verdict == judged.right == "system"


def test_a_wrong_cause_misses_its_targets() -> None:
    usual = camera_or_product(StationEvidence(TwoByTwo(1, 60, 12, 600), None, (), ()))
    wrong = Judged("station_pose", "pose_or_lighting", usual, None)
    by_name = {one.figure: one for one in of_judged([wrong])}
    assert by_name["station_pose: the planted cause is the answer"].met is False
    assert by_name["all stations: a wrong cause is named"].met is False
