"""When a vision server is asked again, and after how long.

Only what may pass is tried again: 408, 425, 429, 5xx, lost connections and time limits. A server
that asks to wait longer than there is time for is not waited for.
"""

from collections.abc import Awaitable, Callable

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

from services.vision.errors import VisionDidNotAnswer

Sleep = Callable[[float], Awaitable[None]]

FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 4.0
_backoff = wait_exponential(multiplier=FIRST_WAIT_SECONDS, max=LONGEST_WAIT_SECONDS) + wait_random(
    0, FIRST_WAIT_SECONDS
)


def retrying(attempts: int, seconds: float, sleep: Sleep) -> AsyncRetrying:
    """The loop around one request.

    Args:
        attempts: most requests (count).
        seconds: no wait may end later than this (s); a longer one ends in the failure at once.
        sleep: how to wait.
    """
    return AsyncRetrying(
        retry=retry_if_exception(_may_pass),
        wait=_wait,
        stop=stop_any(stop_after_attempt(attempts), stop_before_delay(seconds)),
        sleep=sleep,
        reraise=True,
    )


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, VisionDidNotAnswer) and error.transient


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, VisionDidNotAnswer) and error.retry_after is not None:
        return error.retry_after
    return _backoff(state)
