"""A server that keeps failing is left alone, then tried by one request."""

import pytest

from services.vision.breaker import Breaker, BreakerLimits
from services.vision.errors import VisionPaused
from tests.services.vision.vision_parts import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("line1", BreakerLimits(failures=2, cool_down_s=30.0), clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.enter()
        breaker.failed()


def test_one_failure_pauses_nothing(breaker: Breaker) -> None:
    fail(breaker, 1)
    assert breaker.state == "closed"


def test_an_answer_between_two_failures_begins_the_count_anew(breaker: Breaker) -> None:
    fail(breaker, 1)
    breaker.enter()
    breaker.succeeded()
    fail(breaker, 1)
    assert breaker.state == "closed"


def test_failures_in_a_row_leave_the_server_alone(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 2)
    clock.seconds = 12.0
    with pytest.raises(VisionPaused, match=r"failed 2 times in a row .* another 18 s"):
        breaker.enter()


def test_after_the_cool_down_one_request_tries_and_the_others_wait(
    breaker: Breaker, clock: Clock
) -> None:
    fail(breaker, 2)
    clock.seconds = 30.0
    assert breaker.state == "half_open"
    breaker.enter()
    with pytest.raises(VisionPaused):
        breaker.enter()
    breaker.succeeded()
    assert breaker.state == "closed"


def test_a_try_that_fails_begins_the_cool_down_anew(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 2)
    clock.seconds = 30.0
    fail(breaker, 1)
    clock.seconds = 59.0
    assert breaker.state == "open"
    clock.seconds = 60.0
    assert breaker.state == "half_open"


def test_a_try_that_told_nothing_leaves_the_turn_to_the_next(
    breaker: Breaker, clock: Clock
) -> None:
    fail(breaker, 2)
    clock.seconds = 30.0
    breaker.enter()
    breaker.gave_up()
    breaker.enter()
    assert breaker.state == "half_open"
