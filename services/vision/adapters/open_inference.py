"""Open Inference Protocol v2: tensors in, tensors out.

Source: Open Inference Protocol, "HTTP/REST" (KServe, Triton and others speak it): `GET
v2/health/ready`, `GET v2/models/{m}`, `POST v2/models/{m}[/versions/{v}]/infer`.
"""

import math
from base64 import b64encode
from typing import Any

from services.vision.adapters.port import Call, read_as
from services.vision.contract import HEAT_RANGE, Answered, HeatMap, InspectAnswer, InspectRequest
from services.vision.errors import VisionUnreadable
from services.vision.heat import heat_map
from services.vision.settings import OpenInferenceEntry


class _Tensor(Answered):
    name: str
    shape: tuple[int, ...]
    datatype: str
    data: list[Any]


class _Inferred(Answered):
    model_name: str
    model_version: str | None = None
    id: str | None = None
    outputs: tuple[_Tensor, ...]


class OpenInferenceAdapter:
    """A server of the Open Inference Protocol v2."""

    judges = False

    def __init__(self, name: str, entry: OpenInferenceEntry, secret: str | None) -> None:
        """An adapter.

        Args:
            name: name of the server.
            entry: what it takes and gives.
            secret: its key, if it asks for one.
        """
        self.name = name
        self._entry = entry
        self._headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def call(self, asked: InspectRequest, image: bytes) -> Call:
        """The picture as one input tensor."""
        body = {
            "id": asked.key,
            "parameters": {"serial": asked.serial, "station_id": asked.station_id},
            "inputs": [self._input(image)],
        }
        model = f"v2/models/{self._entry.model}"
        if self._entry.version is not None:
            model += f"/versions/{self._entry.version}"
        return Call("POST", f"{model}/infer", {"json": body, "headers": self._headers})

    def read(self, body: Any, asked: InspectRequest) -> InspectAnswer:  # noqa: ANN401  any JSON
        """Score, and the map where the model gives one."""
        found = read_as(_Inferred, body, self.name)
        if found.id not in (None, asked.key):
            raise VisionUnreadable(self.name, "it answered another request")
        version = found.model_version or self._entry.version
        if version is None:
            raise VisionUnreadable(self.name, "it does not say which version of the model answered")
        return InspectAnswer(
            request_id=asked.key,
            serial=asked.serial,
            verdict="REVIEW",
            score=self._score(found),
            model=found.model_name,
            model_version=version,
            heat=self._heat(found) if "map" in asked.want else None,
        )

    def health(self) -> Call | None:
        """Whether the model is loaded."""
        path = f"v2/models/{self._entry.model}/ready"
        return Call("GET", path, {"headers": self._headers})

    def _input(self, image: bytes) -> dict[str, Any]:
        entry = self._entry
        if entry.datatype == "BYTES":
            data: list[Any] = [b64encode(image).decode()]
            return {"name": entry.input, "shape": [1], "datatype": "BYTES", "data": data}
        from services.vision.inspecting.pictures import read_picture

        pixels = read_picture(image).grey[:, :, None].repeat(entry.channels, axis=2)
        if entry.layout == "NCHW":
            pixels = pixels.transpose(2, 0, 1)
        values = pixels.ravel()
        listed = values.tolist() if entry.datatype == "UINT8" else (values / 255.0).tolist()
        shape = [1, *pixels.shape]
        return {"name": entry.input, "shape": shape, "datatype": entry.datatype, "data": listed}

    def _score(self, found: _Inferred) -> float:
        tensor = self._output(found, self._entry.score)
        values = self._numbers(tensor)
        if len(values) != 1:
            raise VisionUnreadable(self.name, f"output {tensor.name!r} is not one number")
        return values[0]

    def _heat(self, found: _Inferred) -> HeatMap | None:
        if self._entry.map is None:
            return None
        import numpy as np

        tensor = self._output(found, self._entry.map)
        sides = [one for one in tensor.shape if one != 1]
        fits = len(sides) == 2 and min(sides) > 0 and math.prod(sides) == len(tensor.data)
        if not fits:
            raise VisionUnreadable(self.name, f"output {tensor.name!r} is no map")
        values = np.array(self._numbers(tensor)).reshape(sides) / self._entry.map_most
        scaled = (np.clip(values, 0, 1) * HEAT_RANGE[1]).astype(np.uint8)
        return heat_map(scaled)

    def _numbers(self, tensor: _Tensor) -> list[float]:
        """Its values; a gap in a map is no sound place."""
        found = [_number(one) for one in tensor.data]
        values = [one for one in found if one is not None]
        if len(values) != len(found):
            raise VisionUnreadable(
                self.name, f"output {tensor.name!r} holds what is no finite number"
            )
        return values

    def _output(self, found: _Inferred, name: str) -> _Tensor:
        for one in found.outputs:
            if one.name == name:
                return one
        raise VisionUnreadable(self.name, f"output {name!r} is missing")


def _number(value: object) -> float | None:
    """A finite number; None, of anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
