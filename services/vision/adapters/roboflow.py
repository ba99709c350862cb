"""Roboflow-shaped servers: boxes by their centre, one JSON for a picture.

Source: Roboflow documentation, "Response object format": `time`, `image {width, height}`,
`predictions [{x, y, width, height, class, confidence}]` with x and y at the middle of the box.
"""

from base64 import b64encode
from typing import Any

from pydantic import Field

from services.vision.adapters.port import Call, read_as
from services.vision.contract import Answered, InspectAnswer, InspectRequest, SeenDefect
from services.vision.inspecting.records import Box
from services.vision.settings import RoboflowEntry


class _Prediction(Answered):
    kind: str = Field(alias="class")
    confidence: float = Field(ge=0, le=1)
    x: float
    y: float
    width: float = Field(ge=0)
    height: float = Field(ge=0)


class _Size(Answered):
    width: float
    height: float


class _Predicted(Answered):
    predictions: tuple[_Prediction, ...]
    image: _Size
    time: float = 0.0


class RoboflowAdapter:
    """A Roboflow-shaped server."""

    judges = False

    def __init__(self, name: str, entry: RoboflowEntry, secret: str | None) -> None:
        """An adapter.

        Args:
            name: name of the server.
            entry: which project and version.
            secret: its key, if it asks for one.
        """
        self.name = name
        self._entry = entry
        self._headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def call(self, asked: InspectRequest, image: bytes) -> Call:
        """The picture as base64 text.

        The key goes in a header, which Roboflow Inference reads from 1.5 on: addresses end in logs.
        """
        headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded"}
        path = f"{self._entry.project}/{self._entry.version}"
        return Call("POST", path, {"content": b64encode(image), "headers": headers})

    def read(self, body: Any, asked: InspectRequest) -> InspectAnswer:  # noqa: ANN401  any JSON
        """Boxes; the score is the certainty of the surest one, and 0 without any."""
        found = read_as(_Predicted, body, self.name)
        worst = sorted(found.predictions, key=lambda one: -one.confidence)
        return InspectAnswer(
            request_id=asked.key,
            serial=asked.serial,
            verdict="REVIEW",
            score=worst[0].confidence if worst else 0.0,
            model=self._entry.project,
            model_version=self._entry.version,
            defects=tuple(_defect(one) for one in worst),
            latency_ms=max(found.time, 0.0) * 1000.0,
        )

    def health(self) -> Call | None:
        """None is documented for the hosted service."""
        return None


def _defect(one: _Prediction) -> SeenDefect:
    corner = {"x": one.x - one.width / 2, "y": one.y - one.height / 2}
    box = Box(**corner, width=one.width, height=one.height)
    return SeenDefect(kind=one.kind, confidence=one.confidence, box_px=box)
