"""When a request is sent again, and after how long.

The SDK's own retries are switched off, or the two would multiply. Only what may pass is tried
again: 408, 409, 429, 5xx, lost connections and time limits, and never once text has been shown.
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

from services.model.errors import ModelDidNotAnswer

Sleep = Callable[[float], Awaitable[None]]

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 8.0
_backoff = wait_exponential(multiplier=FIRST_WAIT_SECONDS, max=LONGEST_WAIT_SECONDS) + wait_random(
    0, FIRST_WAIT_SECONDS
)


def retrying(
    attempts: int, seconds: float, sleep: Sleep, shown: Callable[[], bool]
) -> AsyncRetrying:
    """The loop around one request.

    Args:
        attempts: most requests (count).
        seconds: no wait may end later than this (s); a longer one ends in the failure at once.
        sleep: how to wait.
        shown: True once a piece of the answer was handed on.
    """

    def again(error: BaseException) -> bool:
        return isinstance(error, ModelDidNotAnswer) and error.transient and not shown()

    return AsyncRetrying(
        retry=retry_if_exception(again),
        wait=_wait,
        stop=stop_any(stop_after_attempt(attempts), stop_before_delay(seconds)),
        sleep=sleep,
        reraise=True,
    )


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, ModelDidNotAnswer) and error.retry_after is not None:
        return error.retry_after
    return _backoff(state)
