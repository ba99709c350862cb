"""Do limits in words pick the displays that they mean? Public rows, truth by plain comparison."""

import math
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from evals.figure import Figure, share
from services.requirements.limits import read_limits

DATA = "spec_displays_edid"
_ROW = re.compile(
    r"^\|[^|]*\|\s*(?P<model>[^|]*?)\s*\|[^|]*\|\s*(?P<width>\d+)x(?P<height>\d+)\s*\|"
    r"\s*(?P<inch>[\d.]+)\s*\|\s*(?P<made>\d{4})\s*\|"
)


class Display(NamedTuple):
    """One row whose resolution, size and year are all recorded."""

    line: int
    """Line of the file."""
    diagonal: float
    """Diagonal (in)."""
    width: float
    """Columns (px)."""
    height: float
    """Rows (px)."""
    year: float
    """Year of make."""

    @property
    def density(self) -> float:
        """Pixels per inch along the diagonal."""
        return math.hypot(self.width, self.height) / self.diagonal


Truth = Callable[[Display], bool]
FILTERS: tuple[tuple[str, Truth], ...] = (
    ("The diagonal shall be at least 27 inch.", lambda one: one.diagonal >= 27),
    ("The diagonal shall be at most 24 inch.", lambda one: one.diagonal <= 24),
    ("The diagonal shall be larger than 31.5 inch.", lambda one: one.diagonal > 31.5),
    ("The diagonal shall be between 23 and 25 inch.", lambda one: 23 <= one.diagonal <= 25),
    ("The diagonal shall be no more than 61 cm.", lambda one: one.diagonal * 2.54 <= 61),
    ("The width shall be at least 3840 pixels.", lambda one: one.width >= 3840),
    ("The height shall be below 1080 pixels.", lambda one: one.height < 1080),
    ("The year of make shall be at least 2019.", lambda one: one.year >= 2019),
    ("The density shall be at least 110 ppi.", lambda one: one.density >= 110),
    (
        "The width shall be at least 3840 pixels. The diagonal shall be at least 27 inch."
        " The year of make shall be at least 2019.",
        lambda one: one.width >= 3840 and one.diagonal >= 27 and one.year >= 2019,
    ),
    (
        "The diagonal shall be at most 15.6 inch. The density shall be above 140 ppi.",
        lambda one: one.diagonal <= 15.6 and one.density > 140,
    ),
    (
        "The diagonal shall be between 31 and 35 inch. The height shall be at least 1440 pixels.",
        lambda one: 31 <= one.diagonal <= 35 and one.height >= 1440,
    ),
)
"""Requirements in words, and the same written out by hand."""
FIELDS = ("diagonal", "width", "height", "year", "density")
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    ">=": lambda found, asked: found >= asked,
    "<=": lambda found, asked: found <= asked,
    ">": lambda found, asked: found > asked,
    "<": lambda found, asked: found < asked,
}


def figures() -> list[Figure]:
    """Filters whose row sets are exact; the public data set is needed."""
    path = Path(os.environ.get("ANDON_TEST_DATA", "../shared/data")) / DATA / "DigitalDisplay.md"
    if not path.is_file():
        return [Figure(figure="display filters exact", value=0, n=0, skipped=f"no {path}")]
    rows = displays(path.read_text(encoding="utf-8"))
    exact = [
        {one for one in rows if _meets(one, text)} == {one for one in rows if truth(one)}
        for text, truth in FILTERS
    ]
    return [share("display filters exact", exact, at_least=1.0)]


def displays(text: str) -> list[Display]:
    """Rows of the table with resolution, size and year."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        row = _ROW.match(line)
        if row is not None and float(row["inch"]) > 0:
            values = (float(row[name]) for name in ("inch", "width", "height", "made"))
            found.append(Display(number, *values))
    return found


def _meets(one: Display, text: str) -> bool:
    return all(_holds(one, sentence) for sentence in re.split(r"(?<=\.)\s", text))


def _holds(one: Display, sentence: str) -> bool:
    (limit,) = read_limits(sentence, "en").limits
    field = next(name for name in FIELDS if name in sentence)
    value = getattr(one, field)
    if limit.unit in ("centimeter", "cm"):
        value *= 2.54
    if limit.high is not None:
        return bool(limit.value <= value <= limit.high)
    return _COMPARED[limit.operator](value, limit.value)
