"""Where the part lies, found to a small part of a pixel, whatever it is that differs."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.vision.inspecting.records import Pose
from services.vision.inspecting.registration import matrix_of, pose_of, prepare, register

POSES = st.builds(
    Pose,
    dx=st.floats(-20, 20),
    dy=st.floats(-20, 20),
    angle=st.floats(-5, 5),
    scale=st.floats(0.95, 1.05),
)


@given(POSES)
@settings(max_examples=50)
def test_a_pose_and_its_matrix_say_the_same(pose) -> None:
    back = pose_of(matrix_of(pose, (300, 400)), (300, 400))
    assert back.model_dump() == pytest.approx(pose.model_dump(), abs=1e-9)


@pytest.mark.parametrize(
    "pose",
    [
        {"dx": 10.0, "dy": -10.0, "angle": 2.0},
        {"dx": -9.7, "dy": 3.2, "angle": -2.0, "scale": 1.01},
        {"dx": 0.25, "dy": 0.75, "angle": 0.1, "scale": 0.99},
        {"dx": 0.0, "dy": 0.0, "angle": 0.0},
    ],
)
@pytest.mark.parametrize("gain", [0.8, 1.2])
def test_a_moved_part_is_found_to_a_twentieth_of_a_pixel(bench, pose, gain) -> None:
    found = register(prepare(bench.template), bench.picture(gain=gain, **pose))
    true = matrix_of(Pose(**{"scale": 1.0, **pose}), bench.template.shape)
    corners = np.array([[0, 319, 0, 319], [0, 0, 319, 319], [1, 1, 1, 1]])
    assert np.abs(found @ corners - true @ corners).max() < 0.05


def test_a_large_defect_does_not_pull_the_part_towards_itself(bench) -> None:
    picture = bench.picture(dx=4.0)
    cv2.rectangle(picture, (40, 40), (140, 140), 20, -1)
    pose = pose_of(register(prepare(bench.template), picture), bench.template.shape)
    assert (pose.dx, pose.dy) == pytest.approx((4, 0), abs=0.1)


def test_a_template_without_edges_leaves_the_part_where_it_is() -> None:
    plain = np.full((100, 120), 128, np.uint8)
    found = register(prepare(plain), np.full((100, 120), 60, np.uint8))
    assert np.array_equal(found, np.eye(2, 3))


def test_a_picture_cut_a_little_smaller_is_registered_about_its_own_corner(bench) -> None:
    picture = bench.picture()[6:, :-10]
    pose = pose_of(register(prepare(bench.template), picture), bench.template.shape)
    assert (pose.dx, pose.dy) == pytest.approx((0, -6), abs=0.05)


def test_the_same_pictures_give_the_same_pose_to_the_last_bit(bench) -> None:
    picture = bench.picture(dx=3.0, angle=1.0)
    first, again = (register(prepare(bench.template), picture) for _ in range(2))
    assert np.array_equal(first, again)


def test_drawing_follows_the_pose_that_it_is_given(bench) -> None:
    moved = bench.picture(dx=7.0)
    assert np.abs(moved[:, 7:].astype(int) - bench.template[:, :-7]).mean() < 4
