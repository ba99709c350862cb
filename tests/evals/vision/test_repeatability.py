"""Drawn parts and the scatter of places on them, with fewer looks than the eval takes."""

import numpy as np

from evals.vision import repeatability
from evals.vision.parts import PLATE, SLOT, STRAIGHT, Disc, Part, draw


def test_a_pixel_on_an_edge_takes_its_share() -> None:
    hole = Part((Disc(50.0, 50.0, 10.25),), (), 100)
    drawn = draw(hole, (), STRAIGHT, np.random.default_rng(0))
    assert drawn[50, 59] == SLOT
    assert drawn[50, 62] == PLATE
    assert SLOT < drawn[50, 60] < PLATE
    missing = (PLATE - drawn.astype(float)).sum() / (PLATE - SLOT)
    assert abs(missing - np.pi * 10.25**2) < 1


def test_places_scatter_less_than_a_tenth_of_a_millimetre(monkeypatch) -> None:
    monkeypatch.setattr(repeatability, "PARTS", 1)
    monkeypatch.setattr(repeatability, "LOOKS", 8)
    exact, x, y, away = repeatability.figures()
    assert exact.value == 1
    assert x.met
    assert y.met
    assert x.n == 8 * repeatability.MARKS
    assert 0 < away.value < 0.02
