"""Public pairs of bare boards (DeepPCB): are their defects found, where they are, by kind?

A detection is right if it overlaps a true box by a third (intersection over union), each once. The
limits were chosen on every other pair (`build`); the rest (`held`) was looked at only to report.
The boxes of the data set have a margin around the defect, so detections get one as well.
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from services.vision.inspecting.golden import Golden, GoldenLimits, compare
from services.vision.inspecting.pictures import read_picture
from services.vision.inspecting.records import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

DATA = "vision_deeppcb"
KINDS = ("open", "short", "mousebite", "spur", "copper", "pinhole")
"""Kinds by the data set's numbers 1 to 6."""
LIMITS = GoldenLimits(contrast=100.0, board=True, material="dark")
MISSED = "-"
"""What an unfound defect is called in a confusion."""
LEAST_OVERLAP = 0.33
MARGIN = 10.0
"""What the boxes of the data set leave around a defect (px); chosen on the build half."""
HALVES = {"build": 0, "held": 1}
"""Remainder of a pair's number in the order of names, by 2."""


class Labelled(NamedTuple):
    """A box with the kind of its defect."""

    kind: str
    """One of `KINDS`."""
    box: Box
    """Where."""


class Pair(NamedTuple):
    """A tested board with its template."""

    name: str
    """Name in the data set."""
    template: "Pixels"
    """The good board."""
    tested: "Pixels"
    """The board with defects."""
    truth: tuple[Labelled, ...]
    """Its defects."""


class Matched(NamedTuple):
    """What was found on one board, beside its truth."""

    truth: tuple[Labelled, ...]
    """Its defects."""
    hits: dict[int, str]
    """Kind that was said, by the number of the defect that it is."""
    found: int
    """Detections, right and wrong."""


def folder() -> Path:
    """Where the data set would be."""
    return Path(os.environ.get("ANDON_TEST_DATA", "../shared/data")) / DATA


def pairs(where: Path) -> Iterator[Pair]:
    """Pairs in the order of their names."""
    for path in sorted(where.glob("*_test.jpg")):
        name = path.name.removesuffix("_test.jpg")
        lines = (where / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        yield Pair(
            name,
            read_picture((where / f"{name}_temp.jpg").read_bytes()).grey,
            read_picture(path.read_bytes()).grey,
            tuple(_labelled(line) for line in lines if line.strip()),
        )


def look(golden: Golden, tested: "Pixels", truth: Sequence[Labelled]) -> Matched:
    """Inspect one board, and say which of its defects were found."""
    said = [
        Labelled(one.kind, _widened(one.box, tested.shape))
        for one in compare(golden, tested).defects
    ]
    return Matched(tuple(truth), hits(said, truth), len(said))


def f_score(some: Sequence[Matched], *, kinds: bool = False) -> float:
    """Harmonic mean of precision and recall, regardless of kind or with it."""
    hits = sum(
        not kinds or said == one.truth[i].kind for one in some for i, said in one.hits.items()
    )
    return 2 * hits / max(sum(len(one.truth) + one.found for one in some), 1)


def right_kind(some: Sequence[Matched], kind: str) -> list[bool]:
    """For each found defect of a kind, whether that was said."""
    return [
        said == kind for one in some for i, said in one.hits.items() if one.truth[i].kind == kind
    ]


def confusion(some: Sequence[Matched]) -> Counter[tuple[str, str]]:
    """How often a defect of one kind was called by another (true, said; `MISSED` if not found)."""
    return Counter(
        (label.kind, one.hits.get(i, MISSED)) for one in some for i, label in enumerate(one.truth)
    )


def hits(said: Sequence[Labelled], truth: Sequence[Labelled]) -> dict[int, str]:
    """Largest overlap first, each box once."""
    overlaps = sorted(
        (
            (overlap(one.box, true.box), i, j)
            for i, one in enumerate(said)
            for j, true in enumerate(truth)
        ),
        reverse=True,
    )
    taken: set[int] = set()
    found: dict[int, str] = {}
    for share, i, j in overlaps:
        if share >= LEAST_OVERLAP and i not in taken and j not in found:
            taken.add(i)
            found[j] = said[i].kind
    return found


def overlap(one: Box, other: Box) -> float:
    """Intersection over union (0 to 1)."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    both = max(width, 0.0) * max(height, 0.0)
    return both / (one.width * one.height + other.width * other.height - both)


def _labelled(line: str) -> Labelled:
    left, top, right, bottom, number = map(int, line.split())
    box = Box(x=left, y=top, width=right - left, height=bottom - top)
    return Labelled(KINDS[number - 1], box)


def _widened(box: Box, shape: tuple[int, ...]) -> Box:
    left, top = max(box.x - MARGIN, 0.0), max(box.y - MARGIN, 0.0)
    right = min(box.x + box.width + MARGIN, shape[1])
    bottom = min(box.y + box.height + MARGIN, shape[0])
    return Box(x=left, y=top, width=right - left, height=bottom - top)
