"""LandingLens-shaped servers: an OK/NG class in the cloud, plain predictions at the edge.

Source: LandingLens documentation, "JSON responses": in the cloud `backbonepredictions` is the
model and `predictions` the class made of it afterwards; at the edge and in a container
`predictions` is the model's, and there is no class.
"""

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from services.vision.adapters.port import Call, read_as
from services.vision.contract import Answered, InspectAnswer, InspectRequest, SeenDefect, Verdict
from services.vision.errors import VisionUnreadable
from services.vision.inspecting.records import Box
from services.vision.settings import LandingLensEntry


class _Corners(Answered):
    xmin: float
    ymin: float
    xmax: float
    ymax: float


class _Object(Answered):
    score: float = Field(ge=0, le=1)
    labelName: str
    coordinates: _Corners | None = None


class _Class(Answered):
    score: float = Field(ge=0, le=1)
    labelName: str


class _Predicted(Answered):
    type: str | None = None
    predictions: Any
    backbonepredictions: Any = None


class LandingLensAdapter:
    """A LandingLens-shaped server."""

    judges = False

    def __init__(self, name: str, entry: LandingLensEntry, secret: str | None) -> None:
        """An adapter.

        Args:
            name: name of the server.
            entry: which endpoint, and which labels are good.
            secret: its key, if it asks for one.
        """
        self.name = name
        self._entry = entry
        self._secret = secret

    def call(self, asked: InspectRequest, image: bytes) -> Call:
        """The picture as a form file."""
        carries: dict[str, Any] = {
            "files": {"file": (asked.image_sha256[:16], image, "application/octet-stream")},
            "headers": {"apikey": self._secret} if self._secret else {},
        }
        if self._entry.endpoint_id is not None:
            carries["params"] = {"endpoint_id": self._entry.endpoint_id}
        return Call("POST", "", carries)

    def read(self, body: Any, asked: InspectRequest) -> InspectAnswer:  # noqa: ANN401  any JSON
        """Boxes, the class where there is one, and a score of both.

        The score is the class's certainty that the part is bad; without a class it is that of the
        surest box of a label that is not good, and 0 without any.
        """
        found = read_as(_Predicted, body, self.name)
        label = self._label(found)
        boxes = found.backbonepredictions if label is not None else found.predictions
        seen = [one for one in self._objects(boxes) if one.labelName not in self._entry.good]
        verdict: Verdict = "REVIEW"
        score = max((one.score for one in seen), default=0.0)
        if label is not None:
            good = label.labelName in self._entry.good
            verdict = "OK" if good else "NG"
            score = 1.0 - label.score if good else label.score
        return InspectAnswer(
            request_id=asked.key,
            serial=asked.serial,
            verdict=verdict,
            score=score,
            model=self._entry.endpoint_id or self.name,
            model_version=self._entry.model_version,
            defects=tuple(sorted(map(_defect, seen), key=lambda one: -one.confidence)),
        )

    def health(self) -> Call | None:
        """None is documented for both editions."""
        return None

    def _label(self, found: _Predicted) -> _Class | None:
        """The class; None where the answer consists of the model's own boxes."""
        told = found.predictions
        if isinstance(told, dict) and "labelName" in told:
            return read_as(_Class, told, self.name)
        if found.type == "ClassificationPrediction":
            raise VisionUnreadable(self.name, "predictions.labelName is missing")
        return None

    def _objects(self, told: Any) -> Iterator[_Object]:  # noqa: ANN401  any JSON
        """Boxes, be they by id (in the cloud) or in a list (at the edge)."""
        if told is None:
            return
        some = told.values() if isinstance(told, dict) else told
        if not isinstance(told, dict | list):
            raise VisionUnreadable(self.name, "predictions are neither an object nor a list")
        for one in some:
            yield read_as(_Object, one, self.name)


def _defect(one: _Object) -> SeenDefect:
    at, box = one.coordinates, None
    if at is not None:
        box = Box(x=at.xmin, y=at.ymin, width=at.xmax - at.xmin, height=at.ymax - at.ymin)
    return SeenDefect(kind=one.labelName, confidence=one.score, box_px=box)
