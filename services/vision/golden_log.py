"""Looks at golden pieces, a line each: what was written is neither reordered nor forgotten.

An alarm rests on the last look at each piece, however long ago that was.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Literal, NamedTuple

from pydantic import AwareDatetime

from domain.contract import Contract
from services.vision.contract import Name, Verdict


class GoldenCheck(Contract):
    """One look at a golden piece, whose truth is known."""

    key: str
    """The request; the same one again counts once, by its last answer."""
    at: AwareDatetime
    """When (UTC)."""
    station_id: Name
    """Station."""
    serial: Name
    """The golden piece."""
    expected: Literal["OK", "NG"]
    """What it is."""
    verdict: Verdict
    """What the station said."""
    score: float
    """Its score."""
    model_version: str
    """Version of the model."""
    passed: bool
    """A good piece passes by itself, and a bad one does not."""


class _Read(NamedTuple):
    state: tuple[int, int]
    checks: tuple[GoldenCheck, ...]


class GoldenLog:
    """The looks of one station; a file that did not change is read once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: _Read | None = None

    def write(self, check: GoldenCheck) -> None:
        """Write down a look, on a line of its own even if the last writer died within one.

        Raises:
            OSError: it cannot be written.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab+") as file:
            cut_off = _ends_within_a_line(file)
            file.write(b"\n" * cut_off + check.model_dump_json().encode() + b"\n")

    def checks(self) -> tuple[GoldenCheck, ...]:
        """Each key once, in the order in which each was last written down.

        Raises:
            OSError: it cannot be read.
        """
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return ()
        state = (found.st_size, found.st_mtime_ns)
        read = self._read
        if read is None or read.state != state:
            newest: dict[str, GoldenCheck] = {}
            for one in _lines(self._path):
                newest.pop(one.key, None)
                newest[one.key] = one
            read = self._read = _Read(state, tuple(newest.values()))
        return read.checks


def _lines(path: Path) -> Iterator[GoldenCheck]:
    for line in path.read_bytes().splitlines():
        try:
            yield GoldenCheck.model_validate(json.loads(line))
        except ValueError:
            continue  # a line that was cut off when its process died


def _ends_within_a_line(file: IO[bytes]) -> bool:
    if not file.seek(0, os.SEEK_END):
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"
