"""Asks one vision server: in time, once more where that helps, and not at all while it is down.

A picture has one key, so asking again is safe. What comes back is believed only if it is JSON of
the right shape and speaks of the unit that was asked about.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import ValidationError

from domain.errors import AndonError, InvalidArgument
from services.messaging.webhook import retry_after
from services.retrying import Sleep, Waits, retrying
from services.vision.adapters.andon import AndonAdapter
from services.vision.adapters.port import Adapter, Call, unreadable
from services.vision.breaker import Breaker
from services.vision.contract import MOST_IN_BATCH, BatchItem, InspectAnswer, InspectRequest
from services.vision.errors import (
    VisionBusy,
    VisionDidNotAnswer,
    VisionRejected,
    VisionTimedOut,
    VisionUnreachable,
    VisionUnreadable,
)
from services.vision.judging import doubted
from services.vision.settings import Patience

if TYPE_CHECKING:
    import httpx

MOST_ANSWER_BYTES = 32_000_000
AT_ONCE = 4
"""Pictures that are asked about at a time, where the server takes one only (count)."""
_BUSY = (408, 425, 429)
WAITS = Waits(first_s=0.2, longest_s=4.0)
_Result = TypeVar("_Result")
Asked = tuple[InspectRequest, bytes]
"""A request and its picture."""


class Way(NamedTuple):
    """How a server is reached."""

    url: str
    """Its address."""
    patience: Patience
    """How long it is waited for."""
    breaker: Breaker
    """Whether it is left alone."""
    now: Callable[[], datetime]
    """The clock: a server may ask to wait until a moment."""
    transport: "httpx.AsyncBaseTransport | None" = None
    """The server in this process; none: the network."""
    sleep: Sleep = asyncio.sleep
    """How to wait between two tries."""


class VisionClient:
    """Asks one server."""

    def __init__(self, adapter: Adapter, way: Way) -> None:
        """A client; nothing is connected to yet.

        Args:
            adapter: the server's JSON.
            way: how it is reached.
        """
        self.adapter = adapter
        self._way = way

    @property
    def breaker(self) -> Breaker:
        """Whether the server is left alone."""
        return self._way.breaker

    async def inspect(self, asked: InspectRequest, image: bytes) -> InspectAnswer:
        """What the server says of one picture.

        Raises:
            VisionDidNotAnswer: no answer, or none that may be believed.
            InvalidArgument: our own server refuses the picture.
        """
        async with self._connection() as connection:
            return await self._inspected(connection, asked, image)

    async def inspect_all(self, some: Sequence[Asked]) -> tuple[BatchItem, ...]:
        """What became of each picture; one that fails does not stop the others.

        Args:
            some: requests with their pictures, at most 32 of them.

        Raises:
            InvalidArgument: there are more.
            VisionDidNotAnswer: our own server did not answer at all.
        """
        if len(some) > MOST_IN_BATCH:
            raise InvalidArgument(
                f"{len(some)} pictures at once; at most {MOST_IN_BATCH}",
                next_step="send them in several batches",
            )
        async with self._connection() as connection:
            if isinstance(self.adapter, AndonAdapter):
                body = await self._body(connection, self.adapter.batch(some), some[0][0].key)
                items = self.adapter.read_batch(body, [asked for asked, _ in some])
                return tuple(
                    self._item(one, asked) for one, (asked, _) in zip(items, some, strict=True)
                )
            turns = asyncio.Semaphore(AT_ONCE)
            return tuple(
                await asyncio.gather(*(self._tried(connection, turns, one) for one in some))
            )

    async def ready(self) -> bool | None:
        """Whether the server says that it is ready; None if such servers do not say."""
        import httpx

        call = self.adapter.health()
        if call is None:
            return None
        async with self._connection() as connection:
            try:
                async with (
                    asyncio.timeout(self._way.patience.request_s),
                    connection.stream(call.method, call.path, **call.carries) as answer,
                ):
                    return answer.is_success  # what it says beside that is not read
            except (httpx.HTTPError, TimeoutError):
                return False

    def _connection(self) -> "httpx.AsyncClient":
        import httpx

        return httpx.AsyncClient(
            base_url=self._way.url,
            transport=self._way.transport,
            timeout=self._way.patience.request_s,
            follow_redirects=False,
        )

    async def _inspected(
        self, connection: "httpx.AsyncClient", asked: InspectRequest, image: bytes
    ) -> InspectAnswer:
        body = await self._body(connection, self.adapter.call(asked, image), asked.key)
        return self._checked(self._read(body, asked), asked)

    def _read(self, body: Any, asked: InspectRequest) -> InspectAnswer:  # noqa: ANN401  any JSON
        """An answer in our words; numbers that no field can hold are the server's fault."""
        try:
            return self.adapter.read(body, asked)
        except ValidationError as error:
            raise unreadable(self.adapter.name, error) from None

    async def _tried(
        self, connection: "httpx.AsyncClient", turns: asyncio.Semaphore, one: Asked
    ) -> BatchItem:
        asked, image = one
        async with turns:
            try:
                answer = await self._inspected(connection, asked, image)
            except AndonError as error:
                return BatchItem(key=asked.key, status="failed", error=error.to_json())
        return BatchItem(key=asked.key, status="done", answer=answer)

    def _item(self, item: BatchItem, asked: InspectRequest) -> BatchItem:
        if item.answer is None:
            return item
        try:
            return item.model_copy(update={"answer": self._checked(item.answer, asked)})
        except VisionUnreadable as error:
            return BatchItem(key=asked.key, status="failed", error=error.to_json())

    def _checked(self, answer: InspectAnswer, asked: InspectRequest) -> InspectAnswer:
        name = self.adapter.name
        if answer.serial != asked.serial:
            raise VisionUnreadable(name, f"it answered for another unit than {asked.serial}")
        if answer.request_id != asked.key:
            raise VisionUnreadable(name, "it answered another request")
        return doubted(answer, self._way.now()) if self.adapter.judges else answer

    async def _body(self, connection: "httpx.AsyncClient", call: Call, key: str) -> Any:  # noqa: ANN401
        """The answer's JSON, with retries within the total time."""
        patience = self._way.patience
        loop = retrying(patience.attempts, patience.total_s, self._way.sleep, _may_pass, WAITS)
        try:
            async with asyncio.timeout(patience.total_s):
                async for attempt in loop:
                    with attempt:
                        return await self._guarded(connection, call, key)
        except TimeoutError:
            pass
        raise VisionTimedOut(self.adapter.name, patience.total_s)

    async def _guarded(self, connection: "httpx.AsyncClient", call: Call, key: str) -> Any:  # noqa: ANN401
        """One request past the breaker, which learns how it went."""
        breaker = self._way.breaker
        breaker.enter()
        try:
            body = await self._once(connection, call, key)
        except (VisionRejected, InvalidArgument):
            breaker.succeeded()
            raise
        except (VisionDidNotAnswer, asyncio.CancelledError):
            breaker.failed()
            raise
        except BaseException:
            breaker.gave_up()
            raise
        breaker.succeeded()
        return body

    async def _once(self, connection: "httpx.AsyncClient", call: Call, key: str) -> Any:  # noqa: ANN401
        import httpx

        carries = dict(call.carries)
        carries["headers"] = {**carries.get("headers", {}), "Idempotency-Key": key}
        try:
            async with connection.stream(call.method, call.path, **carries) as answer:
                content = await self._content(answer)
        except httpx.TimeoutException as error:
            raise VisionTimedOut(self.adapter.name, self._way.patience.request_s) from error
        except httpx.HTTPError as error:
            raise VisionUnreachable(self.adapter.name, type(error).__name__) from error
        if not answer.is_success:
            raise self._refused(answer.status_code, answer.headers, content)
        return self._json(content)

    async def _content(self, answer: "httpx.Response") -> bytes:
        content = bytearray()
        async for piece in answer.aiter_bytes():
            content += piece
            if len(content) > MOST_ANSWER_BYTES:
                raise VisionUnreadable(self.adapter.name, "its answer is too long")
        return bytes(content)

    def _json(self, content: bytes) -> Any:  # noqa: ANN401  any JSON
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            start = content.lstrip()[:1]
            what = "a web page" if start == b"<" else "something else"
            raise VisionUnreadable(self.adapter.name, f"it answered {what}, not JSON") from None

    def _refused(self, status: int, headers: Mapping[str, str], content: bytes) -> AndonError:
        told = _told(content) if isinstance(self.adapter, AndonAdapter) else None
        if status >= 500 or status in _BUSY:
            wait = retry_after(headers.get("Retry-After"), self._way.now())
            return VisionBusy(self.adapter.name, status, wait, told.message if told else "")
        if told is not None:
            return told
        return VisionRejected(self.adapter.name, status)


def _told(content: bytes) -> InvalidArgument | None:
    """The error that our own server explains; None if it explains none."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict) or body.get("schema") != "andon.error/1":
        return None
    return InvalidArgument(
        str(body.get("message", "")),
        holds=str(body.get("holds", "")),
        next_step=str(body.get("next_step", "")),
    )


def waited(work: Coroutine[Any, Any, _Result]) -> _Result:
    """The result of asynchronous work, for callers that are not; under a running loop too."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, VisionDidNotAnswer) and error.transient
