"""The bench of one pair: a multiple of a plain comparison, and threads as they were."""

import cv2

from evals.bench import vision


def test_a_pair_is_measured_beside_a_plain_comparison(monkeypatch) -> None:
    monkeypatch.setattr(vision, "PAIRS", 1)
    monkeypatch.setattr(vision, "REPEAT", 2)
    threads = cv2.getNumThreads()
    multiple, *_ = vision.run(1)
    assert multiple.ratio_to is not None
    assert multiple.n == 2
    assert multiple.value > 0
    assert cv2.getNumThreads() == threads
