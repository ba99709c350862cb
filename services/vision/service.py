"""The vision service as tools and verbs know it: a picture of a station in, a verdict out.

It fetches the picture from an allowed place, asks the server that judges the station, and holds a
foreign server's score to our own threshold. The bytes end here.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from domain.errors import AndonError, InvalidArgument
from services.vision.adapters.opening import Secret, adapter_of
from services.vision.breaker import Breaker, BreakerState
from services.vision.client import VisionClient, Way, waited
from services.vision.contract import BatchItem, InspectAnswer, InspectRequest, Recipe, Want
from services.vision.fetching import Fetched, fetch
from services.vision.in_process import ADDRESS, in_process
from services.vision.inspector import Inspector
from services.vision.judging import Standing, Thresholds, judge, threshold_for
from services.vision.settings import (
    FILE_NAME,
    EmbeddedEntry,
    VisionSettings,
    default_settings,
    read_vision_settings,
)
from services.vision.store import VisionStore

_PASSED_ON = ("serial", "station_id", "camera_id", "recipe", "captured_at", "want")


class Wanted(NamedTuple):
    """A picture that is to be judged."""

    uri: str
    """Where it is."""
    serial: str
    """Unit that it shows."""
    station_id: str
    """Station that took it."""
    recipe: Recipe | None = None
    """By what it is judged; none: the station's only recipe."""
    camera_id: str | None = None
    """Camera; none: the station's only one."""
    captured_at: datetime | None = None
    """When it was taken."""
    sha256: str | None = None
    """SHA-256 (hex) that its bytes must have; none: whatever they are."""
    want: tuple[Want, ...] = ("score", "boxes")
    """What the answer should hold."""


class Judged(NamedTuple):
    """What became of one picture."""

    wanted: Wanted
    """What was asked; `sha256` is filled in once the picture was fetched."""
    answer: InspectAnswer | None
    """The answer; none if it failed."""
    error: dict[str, object] | None = None
    """What went wrong (`andon.error/1`)."""


class ServerState(NamedTuple):
    """How a server is."""

    name: str
    """Name in `vision.yaml`."""
    kind: str
    """Kind of server."""
    ready: bool | None
    """Whether it says that it is ready; none: such servers do not say."""
    breaker: BreakerState
    """Whether it is left alone."""


class Surroundings(NamedTuple):
    """What the service needs of the machine; only the wiring knows it."""

    config: Path
    """Folder with the user's own `vision.yaml`, if there is one."""
    state: Path
    """Folder in which the embedded server keeps what it needs."""
    thresholds: Thresholds
    """What people approved, by station."""
    now: Callable[[], datetime]
    """The clock (aware)."""
    secret: Secret
    """Value of an environment variable."""


@dataclass
class Vision:
    """The vision service."""

    settings: VisionSettings
    """Servers, stations, and where pictures may come from."""
    store: VisionStore
    """What the embedded server keeps."""
    thresholds: Thresholds
    """What people approved, by station."""
    now: Callable[[], datetime]
    """The clock (aware)."""
    secret: Secret
    """Value of an environment variable."""
    _clients: dict[str, VisionClient] = field(default_factory=dict, repr=False)

    @property
    def inspector(self) -> Inspector:
        """The embedded server's work, without its wire."""
        return Inspector(self.store, self.thresholds, self.now)

    def inspect(self, wanted: Wanted) -> Judged:
        """The verdict on one picture.

        Raises:
            NotPermitted: the picture lies outside the allowed places.
            InvalidArgument: it cannot be read, or is not the one that was announced.
            UnknownName: nothing was fitted for the station or recipe.
            ServiceUnavailable: the picture's host or the vision server gave no answer.
        """
        return waited(self._inspect(wanted))

    def inspect_bytes(self, wanted: Wanted, content: bytes) -> InspectAnswer:
        """The verdict on a picture that the caller has read."""
        asked = request_of(self._placed(wanted), Fetched.of(wanted.uri, content))
        return waited(self._asked(asked, content))

    def inspect_all(self, some: Sequence[Wanted]) -> tuple[Judged, ...]:
        """What became of each picture of one station; one that fails does not stop the others."""
        return waited(self._inspect_all(some))

    def states(self) -> tuple[ServerState, ...]:
        """How each server is."""
        return waited(self._states())

    def client(self, station_id: str) -> VisionClient:
        """The client of the server that judges a station.

        Raises:
            BadArgument: a key is missing, or the embedded server is not installed.
        """
        return self._client(self.settings.station(station_id).server)

    async def _inspect(self, wanted: Wanted) -> Judged:
        fetched = await fetch(wanted.uri, self.settings.pictures)
        asked = request_of(self._placed(wanted), fetched)
        answer = await self._asked(asked, fetched.content)
        return Judged(wanted._replace(sha256=fetched.sha256), answer)

    async def _asked(self, asked: InspectRequest, content: bytes) -> InspectAnswer:
        client = self.client(asked.station_id)
        answer = await client.inspect(asked, content)
        return answer if client.adapter.judges else self._held(answer, asked)

    async def _inspect_all(self, some: Sequence[Wanted]) -> tuple[Judged, ...]:
        if len({one.station_id for one in some}) != 1:
            raise InvalidArgument("a batch is of one station", next_step="send a batch for each")
        client = self.client(some[0].station_id)
        found = await asyncio.gather(*map(self._fetched, some))
        ready = [one for one in found if isinstance(one, tuple)]
        items = (
            await client.inspect_all([(asked, image) for _, asked, image in ready]) if ready else ()
        )
        done = {
            id(wanted): self._judged(wanted, asked, item, judges=client.adapter.judges)
            for (wanted, asked, _), item in zip(ready, items, strict=True)
        }
        return tuple(
            done[id(wanted)] if isinstance(one, tuple) else Judged(wanted, None, one.to_json())
            for wanted, one in zip(some, found, strict=True)
        )

    async def _fetched(self, wanted: Wanted) -> tuple[Wanted, InspectRequest, bytes] | AndonError:
        try:
            fetched = await fetch(wanted.uri, self.settings.pictures)
            asked = request_of(self._placed(wanted), fetched)
        except AndonError as error:
            return error
        return wanted, asked, fetched.content

    def _judged(
        self, wanted: Wanted, asked: InspectRequest, item: BatchItem, *, judges: bool
    ) -> Judged:
        known = wanted._replace(sha256=asked.image_sha256)
        if item.answer is None:
            return Judged(known, None, item.error)
        return Judged(known, item.answer if judges else self._held(item.answer, asked))

    def _held(self, answer: InspectAnswer, asked: InspectRequest) -> InspectAnswer:
        """A foreign server's answer by our threshold."""
        standing = Standing(
            threshold=threshold_for(asked, self.thresholds(asked.station_id)),
            scale=self.store.scale(asked.station_id, asked.camera_id),
            alarm=self.store.alarm(asked.station_id),
            now=self.now(),
        )
        return judge(answer, asked, standing)

    def _placed(self, wanted: Wanted) -> Wanted:
        """With the station's only camera, where none is named."""
        own = self.settings.station(wanted.station_id).camera_id
        return wanted._replace(camera_id=wanted.camera_id or own)

    async def _states(self) -> tuple[ServerState, ...]:
        found = []
        for name, entry in self.settings.servers.items():
            client = self._client(name)
            found.append(ServerState(name, entry.kind, await client.ready(), client.breaker.state))
        return tuple(found)

    def _client(self, name: str) -> VisionClient:
        if name not in self._clients:
            entry = self.settings.servers[name]
            embedded = isinstance(entry, EmbeddedEntry)
            way = Way(
                url=ADDRESS if isinstance(entry, EmbeddedEntry) else entry.url,
                patience=entry.patience,
                breaker=Breaker(name, entry.patience.breaker, time.monotonic),
                now=self.now,
                transport=in_process(self.inspector) if embedded else None,
            )
            self._clients[name] = VisionClient(adapter_of(name, entry, self.secret), way)
        return self._clients[name]


def open_vision(around: Surroundings) -> Vision:
    """The vision service of these folders.

    Raises:
        BadArgument: `vision.yaml` is wrong.
    """
    folder = around.state / "vision"
    own = around.config / FILE_NAME
    pictures = folder / "pictures"
    settings = read_vision_settings(own) if own.exists() else default_settings(pictures)
    store = VisionStore(folder)
    return Vision(settings, store, around.thresholds, around.now, around.secret)


def request_of(wanted: Wanted, fetched: Fetched) -> InspectRequest:
    """The request for a fetched picture; its key is the same whenever it is asked again.

    Raises:
        InvalidArgument: the picture is not the one that was announced.
    """
    if wanted.sha256 is not None and wanted.sha256.lower() != fetched.sha256:
        raise InvalidArgument(
            f"the picture of {wanted.serial} is not the one that was announced:"
            f" {fetched.sha256[:12]}…, announced {wanted.sha256[:12]}…",
            holds="nothing was judged",
            next_step="look for the picture that was taken, or leave `image_sha256` out",
        )
    recipe = wanted.recipe.label if wanted.recipe else "*"
    said = "\n".join((wanted.station_id, wanted.serial, recipe, fetched.sha256))
    try:
        asked = InspectRequest(
            image_uri=wanted.uri,
            image_sha256=fetched.sha256,
            key=f"I-{hashlib.sha256(said.encode()).hexdigest()[:32]}",
            **{name: getattr(wanted, name) for name in _PASSED_ON},
        )
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise InvalidArgument(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    return asked
