"""A sign of life while something is at work, so that others can tell slow from dead.

It beats on a thread of its own: a long calculation that keeps the event loop or all of its workers
busy must not look like a death. Whoever cannot give a sign for as long as others wait for one has
to think itself dead as well, because by then they do.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

from sqlalchemy.exc import SQLAlchemyError

PATIENCE_SECONDS = 20.0
"""Silence after which others take something for dead (s)."""
BEATS = 6
"""Beats within that time (count)."""


@contextlib.contextmanager
def heartbeat(
    beat: Callable[[], bool], *, patience: float, lost: Callable[[], None]
) -> Iterator[None]:
    """Beat until the block ends.

    Args:
        beat: gives a sign of life; false when others have already taken it for dead.
        patience: silence after which they do (s); `BEATS` beats fall into it.
        lost: called once, on the beating thread, when they have or must have done so.
    """
    stop = threading.Event()
    work = threading.Thread(target=_keep, args=(beat, patience, lost, stop), daemon=True)
    work.start()
    try:
        yield
    finally:
        stop.set()  # not joined: a beat that waits for a locked database would hold up the caller


def _keep(
    beat: Callable[[], bool], patience: float, lost: Callable[[], None], stop: threading.Event
) -> None:
    heard = time.monotonic()
    while not stop.wait(patience / BEATS):
        alive = time.monotonic() - heard < patience
        began = time.monotonic()
        with contextlib.suppress(SQLAlchemyError):  # the next beat may get through
            alive = beat()
            heard = began
        if not alive:
            if not stop.is_set():
                lost()
            return
