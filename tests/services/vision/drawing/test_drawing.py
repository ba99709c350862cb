"""Drawn parts: repeatable, with flaws where they are said to be."""

import cv2
import numpy as np
import pytest

from services.vision.drawing.flaws import KINDS, FlawKind, draw_part
from services.vision.drawing.panel import HEIGHT, PANEL, WIDTH
from services.vision.drawing.photograph import Camera, photograph
from services.vision.drawing.png import png
from services.vision.inspecting.pictures import read_picture

CLEAN = Camera(noise=0.0)


def test_the_same_seed_draws_the_same_picture_and_another_part_differs() -> None:
    first, again = (photograph(draw_part(PANEL, 4).canvas, Camera(), 9) for _ in range(2))
    assert np.array_equal(first, again)
    assert first.shape == (HEIGHT, WIDTH)
    assert not np.array_equal(first, photograph(draw_part(PANEL, 5).canvas, Camera(), 9))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(6))
def test_a_flaw_changes_the_picture_in_its_box_and_nowhere_else(kind: FlawKind, seed: int) -> None:
    good, flawed = draw_part(PANEL, seed), draw_part(PANEL, seed, (kind,))
    pictures = [photograph(one.canvas, CLEAN, 0).astype(int) for one in (good, flawed)]
    changed = abs(pictures[1] - pictures[0]) > 12
    (flaw,) = flawed.flaws
    assert (flaw.kind, good.flaws) == (kind, ())
    rows, columns = np.nonzero(changed)
    assert len(rows) > 5
    assert flaw.y - 2 <= rows.min() <= rows.max() <= flaw.y + flaw.height + 2
    assert flaw.x - 2 <= columns.min() <= columns.max() <= flaw.x + flaw.width + 2


def test_a_camera_blurs_dims_and_shifts() -> None:
    canvas = draw_part(PANEL, 1).canvas
    plain = photograph(canvas, CLEAN, 0)
    sharpness = [
        cv2.Laplacian(picture, cv2.CV_64F).var()
        for picture in (plain, photograph(canvas, CLEAN._replace(blur=3.0), 0))
    ]
    assert sharpness[1] < sharpness[0] / 4
    dim = photograph(canvas, CLEAN._replace(gain=0.7), 0)
    assert dim.mean() == pytest.approx(0.7 * plain.mean(), rel=0.01)
    moved = photograph(canvas, CLEAN._replace(dx=6.0, dy=-3.0), 0)
    assert np.array_equal(moved[10:-10, 16:-4], plain[13:-7, 10:-10])
    turned = photograph(canvas, CLEAN._replace(angle=90.0), 0)[20:220, 60:260].astype(int)
    clockwise = np.rot90(plain[20:220, 60:260], -1)
    assert abs(turned - clockwise).mean() < 1


def test_the_file_holds_the_picture() -> None:
    pixels = photograph(draw_part(PANEL, 2, ("stain",)).canvas, Camera(), 3)
    content = png(pixels)
    assert np.array_equal(cv2.imdecode(np.frombuffer(content, np.uint8), -1), pixels)
    assert np.array_equal(read_picture(content).grey, pixels)
    assert png(pixels) == content
