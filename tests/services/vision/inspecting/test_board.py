"""Kinds on a bare board: what a difference touches is what it is called."""

import cv2
import numpy as np
import pytest

from services.vision.inspecting.golden import GoldenLimits, compare, golden_of

SHAPE = (160, 160)
COPPER, BOARD = 0, 255
TRACKS = ((40, 52), (90, 102))
"""Rows of two tracks."""
KINDS = {
    "copper": ((66, 74), (70, 82), COPPER),
    "spur": ((52, 60), (70, 80), COPPER),
    "short": ((52, 90), (70, 80), COPPER),
    "pinhole": ((43, 49), (70, 78), BOARD),
    "mousebite": ((40, 47), (70, 80), BOARD),
    "open": ((38, 54), (70, 80), BOARD),
}


def board():
    picture = np.full(SHAPE, BOARD, np.uint8)
    for first, last in TRACKS:
        picture[first:last, 10:150] = COPPER
    return picture


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("material", ["dark", "bright"])
def test_each_kind_is_named_on_either_colour_and_in_either_direction(
    kind, turned, material
) -> None:
    template, picture = board(), board()
    rows, columns, level = KINDS[kind]
    picture[slice(*rows), slice(*columns)] = level
    if turned:
        template, picture = cv2.transpose(template), cv2.transpose(picture)
    if material == "bright":
        template, picture = 255 - template, 255 - picture
    golden = golden_of(template, GoldenLimits(board=True, material=material, area_px=15))
    assert [one.kind for one in compare(golden, picture).defects] == [kind]
