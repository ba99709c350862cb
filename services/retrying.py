"""When a request to another machine is sent again, and after how long.

A client's own retries are switched off, or the two would multiply. Only what may pass is tried
again: a busy server, a lost connection, a time limit. A server that asks to wait longer than there
is time for is not waited for.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_any,
    stop_before_delay,
    wait_exponential,
    wait_random,
)

Sleep = Callable[[float], Awaitable[None]]


class Waits(NamedTuple):
    """How long to wait where the server does not say it; doubled from try to try."""

    first_s: float
    """After the first failure (s), and the width of the random part."""
    longest_s: float
    """At most (s)."""


def retrying(
    attempts: int,
    seconds: float,
    sleep: Sleep,
    may_pass: Callable[[BaseException], bool],
    waits: Waits,
) -> AsyncRetrying:
    """The loop around one request.

    Args:
        attempts: most requests (count).
        seconds: no wait may end later than this (s); a longer one ends in the failure at once.
        sleep: how to wait.
        may_pass: whether the same request may succeed later; a failure with a `retry_after`
            says itself how long to wait (s).
        waits: how long to wait otherwise.
    """
    backoff = wait_exponential(multiplier=waits.first_s, max=waits.longest_s) + wait_random(
        0, waits.first_s
    )

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked: float | None = getattr(error, "retry_after", None)
        return backoff(state) if asked is None else asked

    return AsyncRetrying(
        retry=retry_if_exception(may_pass),
        wait=wait,
        stop=stop_any(stop_after_attempt(attempts), stop_before_delay(seconds)),
        sleep=sleep,
        reraise=True,
    )
