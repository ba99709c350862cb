"""Our own wire format, be the server in this process or on another machine."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from services.vision.adapters.port import Call, read_as
from services.vision.contract import (
    BatchAnswer,
    BatchItem,
    BatchRequest,
    InspectAnswer,
    InspectRequest,
    PictureBytes,
    WiredRequest,
)
from services.vision.errors import VisionUnreadable


class AndonAdapter:
    """A server of this package."""

    judges = True

    def __init__(self, name: str, secret: str | None) -> None:
        """An adapter.

        Args:
            name: name of the server.
            secret: its key, if it asks for one.
        """
        self.name = name
        self._headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def call(self, asked: InspectRequest, image: bytes) -> Call:
        """The picture goes in the request."""
        return self._call("v1/inspect", wired(asked, image).model_dump_json())

    def read(self, body: Any, asked: InspectRequest) -> InspectAnswer:  # noqa: ANN401  any JSON
        """The answer is ours already."""
        return read_as(InspectAnswer, body, self.name)

    def batch(self, items: Sequence[tuple[InspectRequest, bytes]]) -> Call:
        """Several pictures in one request."""
        many = BatchRequest(items=tuple(wired(asked, image) for asked, image in items))
        return self._call("v1/inspect/batch", many.model_dump_json())

    def read_batch(
        self,
        body: Any,  # noqa: ANN401  any JSON
        asked: Sequence[InspectRequest],
    ) -> tuple[BatchItem, ...]:
        """What became of each, in the order asked.

        Raises:
            VisionUnreadable: it is no such answer, or of other pictures.
        """
        items = read_as(BatchAnswer, body, self.name).items
        if [one.key for one in items] != [one.key for one in asked]:
            raise VisionUnreadable(self.name, "it answered other pictures than it was asked for")
        return items

    def health(self) -> Call | None:
        """`/healthz`."""
        return Call("GET", "healthz", {"headers": self._headers})

    def _call(self, path: str, content: str) -> Call:
        headers = {**self._headers, "Content-Type": "application/json"}
        return Call("POST", path, {"content": content.encode(), "headers": headers})


def wired(asked: InspectRequest, image: bytes) -> WiredRequest:
    """A request with its picture."""
    picture = PictureBytes(base64=b64encode(image).decode())
    return WiredRequest(**dict(asked), picture=picture)
