"""Doubts about a picture: said with figure and limit, and not said of a good one."""

import cv2
import numpy as np
import pytest

from services.vision.inspecting.golden import compare, golden_of


def codes(golden, picture):
    return [one.code for one in compare(golden, picture).notes]


@pytest.mark.parametrize(("sigma", "said"), [(1.0, []), (2.0, ["blur"]), (4.0, ["blur"])])
def test_a_picture_out_of_focus_is_doubted_from_a_limit_on(bench, sigma, said) -> None:
    assert codes(bench.golden, cv2.GaussianBlur(bench.template, (0, 0), sigma)) == said


@pytest.mark.parametrize(("gain", "said"), [(0.8, []), (1.2, []), (0.5, ["exposure"])])
def test_a_dark_picture_is_doubted_from_a_limit_on(bench, gain, said) -> None:
    assert codes(bench.golden, bench.picture(gain=gain)) == said


def test_stray_light_is_a_shift_of_brightness(bench) -> None:
    assert codes(bench.golden, cv2.add(bench.template, 60)) == ["exposure"]


@pytest.mark.parametrize(
    ("pose", "said"),
    [
        ({"dx": 12.0, "angle": 2.0}, []),
        ({"dx": 20.0}, ["pose"]),
        ({"angle": 3.5}, ["pose"]),
        ({"scale": 1.03}, ["pose"]),
    ],
)
def test_a_part_that_lies_badly_is_doubted_from_a_limit_on(bench, pose, said) -> None:
    assert codes(bench.golden, bench.picture(**pose)) == said


def test_another_part_is_out_of_distribution(bench) -> None:
    rng = np.random.default_rng(0)
    for picture in (
        rng.integers(0, 256, bench.template.shape, dtype=np.uint8),
        np.full_like(bench.template, 255),
        bench.template[:, ::-1].copy(),
    ):
        assert "out_of_distribution" in codes(bench.golden, picture)


def test_a_note_says_the_figure_and_its_limit(bench) -> None:
    (note,) = compare(bench.golden, bench.picture(dx=20.0)).notes
    assert "shifted by 20.0 px (at most 15)" in note.text


def test_a_plain_template_doubts_neither_sharpness_nor_likeness() -> None:
    plain = np.full((100, 100), 128, np.uint8)
    assert codes(golden_of(plain), plain) == []
