"""One function over any server that speaks chat completions: ask, and get what was asked for.

Whatever the server lacks, and however it fails, the caller sees one of two things: a completion in
the form that was asked for, or `ModelDidNotAnswer`, upon which rules decide.
"""

import asyncio
import time
from collections.abc import Sequence

from services.model.body import offered, repair_body, request_body
from services.model.capability import Capabilities, CapabilityCache
from services.model.completion import Asked, Completion, Value
from services.model.courier import Courier, Exchange, Limits
from services.model.errors import ModelRejected, ModelTimedOut, ModelUnreadable
from services.model.ledger import CostLedger, Price
from services.model.message import Json, Message, ToolChoice, ToolSpec
from services.model.per_loop import PerLoop
from services.model.probe import NOT_THIS_FEATURE, Trial, probe
from services.model.reading import Reading, Unreadable, read_reply
from services.model.wire import TokenSink, Wire, WireReply
from services.retrying import Sleep

DEFAULT_ANSWER_TOKENS = 1500
DEFAULT_LIMITS = Limits()
COUNT_IN_STREAM: Json = {"stream_options": {"include_usage": True}}


class ChatModel:
    """A language model, behind one function."""

    def __init__(
        self,
        wire: Wire,
        limits: Limits = DEFAULT_LIMITS,
        *,
        price: Price | None = None,
        cache: CapabilityCache | None = None,
        known: Capabilities | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """A model at the end of a wire.

        Args:
            wire: the way to it.
            limits: what it may be asked at most.
            price: what it costs; without one money is not known.
            cache: where what its server can do is remembered.
            known: what its server can do; without it the server is probed when first needed.
            sleep: how to wait between two tries.
        """
        self.name = wire.model
        """Name of the model."""
        self.probing = CostLedger()
        """What it took to find out what the server can do; no run pays for it."""
        self._courier = Courier(wire, limits, price, sleep)
        self._cache = cache or CapabilityCache()
        self._known = known
        self._turn = PerLoop(asyncio.Lock)

    async def capabilities(self) -> Capabilities:
        """What the server can do; it is probed once, and not at all if the cache knows it.

        Raises:
            ModelDidNotAnswer: the probe failed.
        """
        async with self._turn.get():
            if self._known is None:
                address = self._courier.wire.address
                self._known = self._cache.get(address, self.name)
                if self._known is None:
                    self._known = await probe(self._try)
                    self._cache.put(address, self.name, self._known)
            return self._known

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        ledger: CostLedger,
        tools: Sequence[ToolSpec] = (),
        schema: type[Value] | None = None,
        tool_choice: ToolChoice = "auto",
        max_tokens: int = DEFAULT_ANSWER_TOKENS,
        seconds: float | None = None,
        on_token: TokenSink | None = None,
    ) -> Completion[Value]:
        """Ask the language model.

        Args:
            messages: the conversation so far.
            ledger: where the requests are booked, with the budget that they may spend.
            tools: tools that it may call.
            schema: the form of the answer; None for free text.
            tool_choice: whether it may or must call a tool.
            max_tokens: longest answer (tokens).
            seconds: most time, retries and repair included (s); None for that of the limits.
            on_token: told each piece of text as it comes, before it is read or checked; a
                repaired answer comes whole.

        Raises:
            ModelDidNotAnswer: there is no answer; its kinds are drawn in `errors.py`.
            BadArgument: there is a budget of money and the model has no price.
        """
        asked = Asked(tuple(messages), tuple(tools), schema, tool_choice, max_tokens)
        allowed = self._courier.limits.seconds if seconds is None else seconds
        try:
            async with asyncio.timeout(allowed):
                return await self._answer(asked, ledger, allowed, on_token)
        except TimeoutError:
            pass
        raise ModelTimedOut(allowed)

    async def close(self) -> None:
        """Close the connections of the running event loop."""
        await self._courier.wire.close()

    async def _answer(
        self, asked: Asked[Value], ledger: CostLedger, seconds: float, on_token: TokenSink | None
    ) -> Completion[Value]:
        started = time.perf_counter()
        known = await self.capabilities()
        body = request_body(asked, known, self.name)
        in_words = offered(asked, known) and not known.tools
        streamed = COUNT_IN_STREAM if on_token and known.usage_in_stream else {}
        first = await self._exchange(body | streamed, ledger, seconds, on_token)
        try:
            reading = read_reply(first.reply, asked, in_words=in_words)
        except Unreadable as fault:
            body = repair_body(body, first.reply, fault.problem)
        else:
            return _completion(reading, [first], started)
        left = seconds - (time.perf_counter() - started)
        second = await self._exchange(body, ledger, left, None)
        try:
            reading = read_reply(second.reply, asked, in_words=in_words)
        except Unreadable as fault:
            failure = ModelUnreadable(fault.fault)
        else:
            return _completion(reading, [first, second], started)
        raise failure

    async def _exchange(
        self, body: Json, ledger: CostLedger, seconds: float, on_token: TokenSink | None
    ) -> Exchange:
        try:
            return await self._courier.exchange(body, ledger, seconds, on_token)
        except ModelRejected as error:
            if error.status in NOT_THIS_FEATURE:  # the server may have changed since the probe
                self._cache.forget(self._courier.wire.address, self.name)
            raise

    async def _try(self, trial: Trial) -> WireReply:
        body = {"model": self.name, **trial.body}
        seconds = self._courier.limits.seconds
        if not trial.streamed:
            return (await self._courier.exchange(body, self.probing, seconds)).reply
        body |= COUNT_IN_STREAM
        return (await self._courier.exchange(body, self.probing, seconds, _unheard)).reply


def _completion(
    reading: Reading[Value], exchanges: list[Exchange], started: float
) -> Completion[Value]:
    usage = exchanges[0].usage
    for exchange in exchanges[1:]:
        usage += exchange.usage
    return Completion(
        text=reading.text,
        value=reading.value,
        tool_calls=reading.calls,
        usage=usage,
        seconds=time.perf_counter() - started,
        attempts=sum(exchange.attempts for exchange in exchanges),
        cut=exchanges[-1].reply.cut,
    )


def _unheard(text: str) -> None:
    """Nobody listens to a probe."""
