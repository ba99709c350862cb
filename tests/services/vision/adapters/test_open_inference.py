"""Open Inference Protocol v2: tensors out, a score and a map back."""

import json
from typing import Any

import cv2
import numpy as np
import pytest
import respx

from services.vision.adapters.open_inference import OpenInferenceAdapter
from services.vision.client import waited
from services.vision.errors import VisionUnreadable
from services.vision.settings import OpenInferenceEntry
from tests.services.vision.vision_parts import URL, client, request

PIXELS = np.arange(32 * 20, dtype=np.uint8).reshape(20, 32)
PNG = bytes(cv2.imencode(".png", PIXELS)[1])


def adapter(**more: Any) -> OpenInferenceAdapter:
    entry = OpenInferenceEntry(kind="open_inference", url=URL, model="leather", **more)
    return OpenInferenceAdapter("triton", entry, None)


def answer(**more: Any) -> dict[str, Any]:
    score = {"name": "score", "shape": [1, 1], "datatype": "FP32", "data": [0.73]}
    told = {"model_name": "leather", "model_version": "3", "id": "I-1", "outputs": [score]}
    return {**told, **more}


def read(body: Any, **more: Any) -> Any:
    return adapter(**more).read(body, request(want=("score", "map")))


def test_the_score_and_the_version_are_those_of_the_answer() -> None:
    with respx.mock:
        route = respx.post(f"{URL}v2/models/leather/infer").respond(json=answer())
        found = waited(client(adapter()).inspect(request(), PNG))
    assert (found.score, found.model, found.model_version) == (0.73, "leather", "3")
    assert found.verdict == "REVIEW"
    sent = json.loads(route.calls.last.request.content)
    assert sent["id"] == "I-1"
    assert sent["parameters"]["serial"] == "SN-1"


@pytest.mark.parametrize(
    ("layout", "channels", "shape"),
    [("NHWC", 1, [1, 20, 32, 1]), ("NHWC", 3, [1, 20, 32, 3]), ("NCHW", 3, [1, 3, 20, 32])],
)
def test_pixels_go_in_the_order_of_axes_that_the_model_takes(
    layout: str, channels: int, shape: list[int]
) -> None:
    call = adapter(layout=layout, channels=channels).call(request(), PNG)
    (tensor,) = call.carries["json"]["inputs"]
    assert (tensor["shape"], tensor["datatype"]) == (shape, "UINT8")
    values = np.array(tensor["data"], np.uint8).reshape(shape)[0]
    first = values[0] if layout == "NCHW" else values[:, :, 0]
    assert (first == PIXELS).all()


def test_a_model_of_floats_gets_pixels_from_0_to_1() -> None:
    (tensor,) = adapter(datatype="FP32").call(request(), PNG).carries["json"]["inputs"]
    assert 0 <= min(tensor["data"]) < max(tensor["data"]) <= 1


def test_a_model_of_bytes_gets_the_file_itself() -> None:
    (tensor,) = adapter(datatype="BYTES").call(request(), b"file").carries["json"]["inputs"]
    assert (tensor["shape"], tensor["data"]) == ([1], ["ZmlsZQ=="])


def test_a_named_version_is_asked_for_and_health_is_that_of_the_model() -> None:
    one = adapter(version="3")
    assert one.call(request(), PNG).path == "v2/models/leather/versions/3/infer"
    health = one.health()
    assert health is not None
    assert health.path == "v2/models/leather/ready"


def test_a_map_is_scaled_by_the_stated_top_never_by_itself() -> None:
    faint = [0.0, 0.01, 0.02, 0.01]
    tensor = {"name": "map", "shape": [1, 2, 2], "datatype": "FP32", "data": faint}
    body = answer(outputs=[*answer()["outputs"], tensor])
    found = read(body, map="map", map_most=1.0)
    assert found.heat.cells == ((0, 2), (5, 2))
    assert (found.heat.low, found.heat.high) == (0, 255)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"id": "I-2"}, "another request"),
        ({"outputs": []}, "'score' is missing"),
        ({"model_version": None}, "which version"),
        ({"outputs": None}, "outputs"),
        ({"outputs": [{"name": "score", "shape": [2], "datatype": "FP32", "data": [1, 2]}]},
         "not one number"),
        ({"outputs": [{"name": "score", "shape": [1], "datatype": "FP32", "data": [1e999]}]},
         "no finite number"),
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_no_answer(more: dict[str, Any], said: str) -> None:
    with pytest.raises(VisionUnreadable, match=said):
        read(answer(**more))


def test_a_map_of_another_size_than_it_says_is_no_map() -> None:
    tensor = {"name": "map", "shape": [2, 3], "datatype": "FP32", "data": [0.1]}
    with pytest.raises(VisionUnreadable, match="no map"):
        read(answer(outputs=[*answer()["outputs"], tensor]), map="map")


@pytest.mark.parametrize(
    ("shape", "data"),
    [
        ([-2, -2], [1, 2, 3, 4]),
        ([0, 5], []),
        ([2, 2], ["a", "b", "c", "d"]),
        ([2, 2], [[1, 2], [3, 4], 5, 6]),
        ([2, 2], [float("nan"), 0, 0, 0]),
        ([2, 2], [None, 0, 0, 0]),
        ([2, 2], [10**400, 0, 0, 0]),
        ([2, 2], [True, 0, 0, 0]),
    ],
)
def test_a_map_with_a_gap_is_no_map_of_a_sound_part(shape: list[int], data: list[Any]) -> None:
    score = answer()["outputs"][0]
    odd = {"name": "map", "shape": shape, "datatype": "FP32", "data": data}
    with pytest.raises(VisionUnreadable):
        read(answer(outputs=[score, odd]), map="map")
