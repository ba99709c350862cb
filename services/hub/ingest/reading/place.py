"""Where an input file may lie: below the ingested folder, and a plain readable file."""

import os
import stat
from pathlib import Path
from typing import NamedTuple

from domain.errors import DataRejected
from services.hub.ingest.reading.refusal import refuse


class Place(NamedTuple):
    """A file that may be read."""

    path: Path
    """Absolute, without symbolic links."""
    shown: str
    """Its name for people and records: relative to the ingest root if there is one."""
    size: int
    """Bytes."""


def locate(path: Path, root: Path | None) -> Place:
    """Check that `path` is a readable, non-empty file below `root`.

    Raises:
        DataRejected: it lies outside, is missing, no plain file, unreadable or empty.
    """
    shown = _shown(path, root)
    try:
        resolved = path.resolve(strict=True)
        state = resolved.stat()
    except (OSError, RuntimeError, ValueError) as failure:
        raise _unreadable(shown, failure) from failure
    if root is not None and not resolved.is_relative_to(root.resolve()):
        raise refuse(
            shown,
            "the path leads outside the ingested folder",
            "copy the file into the folder; links and `..` that leave it are not followed",
        )
    if not stat.S_ISREG(state.st_mode):
        what = "a folder" if stat.S_ISDIR(state.st_mode) else "not a plain file"
        raise refuse(shown, f"this is {what}", "name a file")
    if state.st_size == 0:
        raise refuse(shown, "the file is empty", "export it again, or leave it out")
    _check_readable(resolved, shown)
    return Place(resolved, shown, state.st_size)


def _check_readable(path: Path, shown: str) -> None:
    try:
        with path.open("rb"):
            pass
    except OSError as failure:
        raise _unreadable(shown, failure) from failure


def _shown(path: Path, root: Path | None) -> str:
    if root is None:
        return path.name
    relative = os.path.relpath(path.absolute(), root.absolute())
    return Path(relative).as_posix()


def _unreadable(shown: str, failure: Exception) -> DataRejected:
    reason = failure.strerror if isinstance(failure, OSError) and failure.strerror else str(failure)
    return refuse(
        shown, f"cannot be read: {reason}", "check the name and the permissions of the file"
    )
