"""What a run may spend on a language model, and what it has spent.

Every request is booked before it is sent: with its estimated prompt and the longest answer it
allows. So requests that run side by side cannot exceed a budget together, and the one that would
is not sent. Afterwards the booking is replaced by what the server counted. A branch books on
its own budget and on those above it, so each specialist has a share of the run.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, NamedTuple

from pydantic import Field

from domain.contract import Contract
from domain.errors import BadArgument
from services.model.errors import BudgetSpent

MILLION = 1_000_000


class Usage(Contract):
    """Tokens of one answer."""

    prompt_tokens: int
    """Tokens sent (count)."""
    completion_tokens: int
    """Tokens received (count)."""
    estimated: bool = False
    """True: the server did not count them."""

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            estimated=self.estimated or other.estimated,
        )


class Price(Contract):
    """What a model costs, in the currency of the price table."""

    prompt: Annotated[float, Field(ge=0)]
    """For a million tokens sent."""
    completion: Annotated[float, Field(ge=0)]
    """For a million tokens received."""

    def of(self, usage: Usage) -> float:
        """The price of an answer."""
        sent = self.prompt * usage.prompt_tokens
        return (sent + self.completion * usage.completion_tokens) / MILLION


class Budget(Contract):
    """Most that may be spent; None sets no limit."""

    requests: Annotated[int, Field(ge=0)] | None = None
    """Requests, retries and repairs included (count)."""
    tokens: Annotated[int, Field(ge=0)] | None = None
    """Tokens, sent and received together (count)."""
    money: Annotated[float, Field(ge=0)] | None = None
    """Money, in the currency of the price table."""


class Spending(Contract):
    """What was spent."""

    requests: int = 0
    """Requests that went over the wire, retries and repairs included (count)."""
    serial_requests: int = 0
    """Longest chain of requests that waited for each other (count)."""
    prompt_tokens: int = 0
    """Tokens sent (count)."""
    completion_tokens: int = 0
    """Tokens received (count)."""
    money: float | None = 0.0
    """Money, in the currency of the price table; null where a price is not known."""
    seconds: float = 0.0
    """Time that requests took, added up over those that ran side by side (s)."""


class Charge(NamedTuple):
    """What one request costs."""

    usage: Usage
    """Its tokens."""
    money: float | None
    """Its price; None if the model has none in the price table."""


NOTHING = Charge(Usage(prompt_tokens=0, completion_tokens=0), 0.0)
NO_LIMIT = Budget()


class Booking:
    """One request, from its reservation to its end."""

    def __init__(self, expected: Charge, place: int) -> None:
        self.expected = expected
        """What is reserved for it."""
        self.place = place
        """Its place in the longest chain of requests before it, from 1."""
        self.spent = NOTHING
        """What it cost."""
        self.begun: float | None = None
        """When it was put on the wire (s of the performance counter); None before."""

    def begin(self) -> None:
        """It is on the wire now: unless said otherwise its prompt is paid for."""
        self.begun = time.perf_counter()
        sent = self.expected.usage.model_copy(update={"completion_tokens": 0})
        self.spent = self.expected._replace(usage=sent)


class CostLedger:
    """The spending of one run, or of one branch of it; made for one event loop at a time."""

    def __init__(self, budget: Budget = NO_LIMIT, *, parent: "CostLedger | None" = None) -> None:
        self.budget = budget
        """Most that may be spent here."""
        self._parent = parent
        self._spent = Spending()
        self._open: list[Booking] = []
        self._place: int = parent._place if parent else 0
        self._start = self._place

    @property
    def spent(self) -> Spending:
        """What was spent so far, by this ledger and its branches."""
        return self._spent.model_copy(update={"serial_requests": self._place - self._start})

    def branch(self, budget: Budget = NO_LIMIT) -> "CostLedger":
        """A ledger with a budget of its own that also books here.

        Open the branches of one wave before any of them sends: requests of two branches do not
        wait for each other, and count as one in the chain.
        """
        return CostLedger(budget, parent=self)

    @contextmanager
    def request(self, expected: Charge) -> Iterator[Booking]:
        """Book a request; what it cost is kept when the block ends, however it ends.

        Raises:
            BudgetSpent: it would exceed a budget; nothing is booked.
            BadArgument: there is a budget of money and no price.
        """
        chain = [*self._upwards()]
        for ledger in chain:
            ledger._check(expected)
        booking = Booking(expected, self._place + 1)
        for ledger in chain:
            ledger._open.append(booking)
        try:
            yield booking
        finally:
            for ledger in chain:
                ledger._open.remove(booking)
                if booking.begun is not None:
                    ledger._keep(booking, time.perf_counter() - booking.begun)

    def _upwards(self) -> Iterator["CostLedger"]:
        ledger: CostLedger | None = self
        while ledger is not None:
            yield ledger
            ledger = ledger._parent

    def _check(self, expected: Charge) -> None:
        usages = [booking.expected.usage for booking in self._open]
        tokens = sum(map(_tokens, usages)) + self._spent.prompt_tokens
        tokens += self._spent.completion_tokens
        requests = self._spent.requests + len(self._open)
        if self.budget.requests is not None and requests + 1 > self.budget.requests:
            raise BudgetSpent("requests", requests, self.budget.requests)
        if self.budget.tokens is not None and tokens + _tokens(expected.usage) > self.budget.tokens:
            raise BudgetSpent("tokens", tokens, self.budget.tokens)
        if self.budget.money is not None:
            self._check_money(expected.money, self.budget.money)

    def _check_money(self, expected: float | None, limit: float) -> None:
        if expected is None or self._spent.money is None:
            raise BadArgument(
                "a budget of money cannot be kept: the language model has no price",
                holds="nothing was sent",
                next_step="add the model to the price table, or set the budget in tokens",
            )
        spent = self._spent.money + sum(one.expected.money or 0.0 for one in self._open)
        if spent + expected > limit:
            raise BudgetSpent("money", spent, limit)

    def _keep(self, booking: Booking, seconds: float) -> None:
        money = booking.spent.money
        before = self._spent
        self._spent = Spending(
            requests=before.requests + 1,
            prompt_tokens=before.prompt_tokens + booking.spent.usage.prompt_tokens,
            completion_tokens=before.completion_tokens + booking.spent.usage.completion_tokens,
            money=None if money is None or before.money is None else before.money + money,
            seconds=before.seconds + seconds,
        )
        self._place = max(self._place, booking.place)


def _tokens(usage: Usage) -> int:
    return usage.prompt_tokens + usage.completion_tokens
