"""Takes a request over the wire: past the gate, booked, in its turn, in time, or once more.

Every request passes here, those of the probe as well.
"""

import asyncio
from dataclasses import dataclass
from typing import NamedTuple

from services.model.errors import ModelDidNotAnswer, ModelTimedOut
from services.model.gate import refuse_personal
from services.model.ledger import NOTHING, Booking, Charge, CostLedger, Price, Usage
from services.model.message import Json, compact
from services.model.per_loop import PerLoop
from services.model.tokens import estimated_tokens
from services.model.wire import TokenSink, Wire, WireReply
from services.retrying import Sleep, Waits, retrying

SENT = ("messages", "tools", "response_format")
WAITS = Waits(first_s=0.5, longest_s=8.0)


class Limits(NamedTuple):
    """What one model may be asked at most."""

    attempts: int = 3
    """Requests for one reply, if they fail (count)."""
    request_seconds: float = 60.0
    """Time for one request (s)."""
    seconds: float = 120.0
    """Time for one answer, with waiting, retries and repair (s)."""
    at_once: int = 4
    """Requests under way at a time (count)."""


class Exchange(NamedTuple):
    """A request that was answered."""

    reply: WireReply
    """The reply."""
    usage: Usage
    """Tokens of the request that succeeded."""
    attempts: int
    """Requests that it took (count)."""


@dataclass
class _Listener:
    """Hands text on, and remembers whether any was: shown text cannot be taken back."""

    hand_on: TokenSink
    shown: bool = False

    def hear(self, text: str) -> None:
        self.shown = True
        self.hand_on(text)


class Courier:
    """Takes requests to one model."""

    def __init__(self, wire: Wire, limits: Limits, price: Price | None, sleep: Sleep) -> None:
        """A courier.

        Args:
            wire: the way to the model.
            limits: what it may be asked at most.
            price: what it costs; without one money is not known.
            sleep: how to wait between two tries.
        """
        self.wire = wire
        self.limits = limits
        self._price = price
        self._sleep = sleep
        self._slots = PerLoop(lambda: asyncio.Semaphore(limits.at_once))

    async def exchange(
        self, body: Json, ledger: CostLedger, seconds: float, on_token: TokenSink | None = None
    ) -> Exchange:
        """One reply to one request, with retries.

        Args:
            body: the request.
            ledger: where each try is booked.
            seconds: no retry begins later than this (s).
            on_token: told each piece of text; given, the reply is streamed.

        Raises:
            ModelDidNotAnswer: there is no reply.
            BadArgument: there is a budget of money and no price.
        """
        listener = _Listener(on_token) if on_token else None
        sink = listener.hear if listener else None
        loop = retrying(
            self.limits.attempts,
            seconds,
            self._sleep,
            lambda error: _may_pass(error) and not (listener is not None and listener.shown),
            WAITS,
        )
        async for attempt in loop:
            with attempt:
                exchange = await self._request(body, ledger, sink)
        return exchange._replace(attempts=attempt.retry_state.attempt_number)

    async def _request(self, body: Json, ledger: CostLedger, sink: TokenSink | None) -> Exchange:
        refuse_personal(body)
        prompt = estimated_tokens(compact([body[key] for key in SENT if key in body]))
        longest = body.get("max_tokens") or body.get("max_completion_tokens") or 0
        with ledger.request(self._charge(_estimate(prompt, longest))) as booking:
            async with self._slots.get():
                reply = await self._sent(body, booking, sink)
            usage = reply.usage or _estimate(prompt, _length(reply))
            booking.spent = self._charge(usage)
        return Exchange(reply, usage, attempts=1)

    async def _sent(self, body: Json, booking: Booking, sink: TokenSink | None) -> WireReply:
        booking.begin()
        try:
            async with asyncio.timeout(self.limits.request_seconds):
                return await self.wire.send(body, sink)
        except ModelDidNotAnswer as error:
            if not error.billed:
                booking.spent = NOTHING
            raise
        except TimeoutError:
            pass
        raise ModelTimedOut(self.limits.request_seconds)

    def _charge(self, usage: Usage) -> Charge:
        return Charge(usage, self._price.of(usage) if self._price else None)


def _estimate(prompt: int, completion: int) -> Usage:
    return Usage(prompt_tokens=prompt, completion_tokens=completion, estimated=True)


def _length(reply: WireReply) -> int:
    calls = "".join(call.name + call.arguments for call in reply.calls)
    return estimated_tokens(reply.text + calls)


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, ModelDidNotAnswer) and error.transient
