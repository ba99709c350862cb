"""One ingest at a time: a kernel lock, and a heartbeat that says who holds it.

The lock dies with its process, so a killed ingest never blocks the next one. The heartbeat serves
people ("held by process 4711 since 10:32"), and hubs on shared folders where another machine's
kernel lock is not seen: there a fresh heartbeat counts as held.
"""

import contextlib
import fcntl
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from domain.errors import HubBusy, HubUnavailable

BEAT_SECONDS = 5.0
STALE_SECONDS = 30.0


@contextlib.contextmanager
def lease(
    hub: Path, *, wait: float = 0.0, waiting: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the hub's only writing lease.

    Args:
        hub: the hub's folder.
        wait: how long to wait for another holder (s).
        waiting: told once who is waited for.

    Raises:
        HubBusy: another ingest still held it after that time.
        HubUnavailable: the folder cannot be written.
    """
    with _opened(hub / "lease") as file:
        _acquire(file, time.monotonic() + wait, waiting)
        stop = threading.Event()
        since = time.time()
        _note(file, since)  # at once: whoever waits should read who holds it
        beat = threading.Thread(target=_beat, args=(file, stop, since), daemon=True)
        beat.start()
        try:
            yield
        finally:
            stop.set()
            beat.join()
            file.seek(0)
            file.truncate()


def _opened(path: Path) -> IO[str]:
    try:
        return path.open("a+", encoding="utf-8")
    except OSError as error:
        raise HubUnavailable(
            f"cannot write to the hub at {path.parent}: {error.strerror}",
            holds="nothing was read or written",
            next_step="mend the folder's permissions, or name another hub with --hub",
        ) from error


def _acquire(file: IO[str], deadline: float, waiting: Callable[[str], None] | None) -> None:
    told = False
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not _held_elsewhere(file):
                return
            fcntl.flock(file, fcntl.LOCK_UN)
        holder = _describe(file)
        if time.monotonic() >= deadline:
            raise HubBusy(
                f"another ingest is running: {holder}",
                holds="the hub is as it was; readers are not affected",
                next_step="run it again when the other has ended, or give a longer --wait",
            )
        if waiting and not told:
            waiting(holder)
            told = True
        time.sleep(0.1)


def _held_elsewhere(file: IO[str]) -> bool:
    note = _read(file)
    if not note or note.get("host") == socket.gethostname():
        return False
    return time.time() - float(note.get("beat", 0)) < STALE_SECONDS


def _describe(file: IO[str]) -> str:
    note = _read(file)
    if not note:
        return "it has only just begun"
    since = datetime.fromtimestamp(float(note["since"]), UTC).strftime("%H:%M:%S UTC")
    return f"process {note['pid']} on {note['host']} since {since}"


def _read(file: IO[str]) -> dict[str, str]:
    file.seek(0)
    try:
        note = json.loads(file.read() or "{}")
    except json.JSONDecodeError:  # read while the holder was writing
        return {}
    return note if isinstance(note, dict) else {}


def _beat(file: IO[str], stop: threading.Event, since: float) -> None:
    while not stop.wait(BEAT_SECONDS):
        _note(file, since)


def _note(file: IO[str], since: float) -> None:
    note = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
    text = json.dumps({**note, "beat": time.time()})
    with contextlib.suppress(OSError):  # a full disk must not end the ingest here
        file.seek(0)
        file.truncate()
        file.write(text)
        file.flush()
