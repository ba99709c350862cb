"""A circuit breaker: a server that keeps failing is left alone for a while, then tried by one.

Source of the pattern: M. Nygard, Release It!, "Circuit Breaker". Without it every unit of a line
would wait out the time limit of a dead server.
"""

import threading
from collections.abc import Callable
from typing import Literal, NamedTuple

from services.vision.errors import VisionPaused

BreakerState = Literal["closed", "open", "half_open"]


class BreakerLimits(NamedTuple):
    """When it opens, and for how long."""

    failures: int = 5
    """Failures in a row that open it (count)."""
    cool_down_s: float = 30.0
    """How long it then stays open (s)."""


class Breaker:
    """One server's breaker; threads may share it."""

    def __init__(self, server: str, limits: BreakerLimits, clock: Callable[[], float]) -> None:
        """A closed breaker.

        Args:
            server: name of the server, for messages.
            limits: when it opens, and for how long.
            clock: monotonic time (s).
        """
        self._server = server
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._trying = False

    @property
    def state(self) -> BreakerState:
        """closed: asked as usual. open: left alone. half_open: one request may try."""
        with self._lock:
            return self._state()

    def enter(self) -> None:
        """Before a request.

        Raises:
            VisionPaused: the server is left alone, or another request is trying it.
        """
        with self._lock:
            state = self._state()
            if state == "open" or (state == "half_open" and self._trying):
                raise VisionPaused(self._server, self._failures, max(self._left(), 0.0))
            self._trying = state == "half_open"

    def succeeded(self) -> None:
        """The server answered."""
        with self._lock:
            self._failures, self._opened_at, self._trying = 0, None, False

    def failed(self) -> None:
        """The server did not answer."""
        with self._lock:
            self._failures += 1
            if self._trying or self._failures >= self._limits.failures:
                self._opened_at = self._clock()
            self._trying = False

    def gave_up(self) -> None:
        """The request ended without telling anything of the server."""
        with self._lock:
            self._trying = False

    def _state(self) -> BreakerState:
        if self._opened_at is None:
            return "closed"
        return "open" if self._left() > 0 else "half_open"

    def _left(self) -> float:
        if self._opened_at is None:
            return 0.0
        return self._opened_at + self._limits.cool_down_s - self._clock()
