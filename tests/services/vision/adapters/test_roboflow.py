"""Roboflow-shaped servers: boxes by their centre become boxes by their corner."""

import json
from typing import Any

import httpx
import pytest
import respx

from services.vision.adapters.roboflow import RoboflowAdapter
from services.vision.client import waited
from services.vision.errors import VisionTimedOut, VisionUnreadable
from services.vision.settings import RoboflowEntry
from tests.services.vision.vision_parts import IMAGE, URL, client, request

BOX = {"x": 100.0, "y": 50.0, "width": 20.0, "height": 10.0, "class": "stain", "confidence": 0.8}
ANSWER = {"time": 0.05, "image": {"width": 640, "height": 480},
          "predictions": [{**BOX, "confidence": 0.4}, BOX]}  # fmt: skip
ENTRY = RoboflowEntry(kind="roboflow", url=URL, project="caps", version="12")
ADAPTER = RoboflowAdapter("robo", ENTRY, "hush")


def read(body: Any) -> Any:
    return ADAPTER.read(body, request())


def test_a_centre_becomes_a_corner() -> None:
    first = read(ANSWER).defects[0]
    assert first.box_px.model_dump() == {"x": 90.0, "y": 45.0, "width": 20.0, "height": 10.0}


def test_the_score_is_that_of_the_surest_box_and_0_without_any() -> None:
    assert read(ANSWER).score == 0.8
    assert read({**ANSWER, "predictions": []}).score == 0.0


@pytest.mark.parametrize("missing", ["class", "confidence", "x", "width"])
def test_a_box_that_lacks_a_field_is_no_answer(missing: str) -> None:
    box = {key: value for key, value in BOX.items() if key != missing}
    with pytest.raises(VisionUnreadable, match=missing):
        read({**ANSWER, "predictions": [box]})


def test_an_answer_without_predictions_is_no_answer_and_not_a_good_part() -> None:
    with pytest.raises(VisionUnreadable, match="predictions"):
        read({"message": "Forbidden"})


def test_the_key_stands_in_a_header_and_not_in_the_address() -> None:
    with respx.mock:
        route = respx.post(f"{URL}caps/12").respond(json=ANSWER)
        found = waited(client(ADAPTER).inspect(request(), IMAGE))
    sent = route.calls.last.request
    assert (found.model, found.model_version, found.latency_ms) == ("caps", "12", 50.0)
    assert sent.headers["Authorization"] == "Bearer hush"
    assert "hush" not in str(sent.url)


def test_a_batch_of_pictures_goes_one_by_one_and_one_failure_stops_no_other() -> None:
    with respx.mock:
        respx.post(f"{URL}caps/12").side_effect = lambda sent: (
            httpx.Response(400) if sent.content == b"YmFk" else httpx.Response(200, json=ANSWER)
        )
        some = [(request(key=f"I-{n}", serial=f"SN-{n}"), image)
                for n, image in enumerate((b"good", b"bad", b"good"))]  # fmt: skip
        items = waited(client(ADAPTER).inspect_all(some))
    assert [one.status for one in items] == ["done", "failed", "done"]
    assert items[1].error is not None
    assert items[1].error["code"] == "vision_rejected"


def test_a_read_that_takes_too_long_is_tried_again_and_then_told() -> None:
    with respx.mock:
        route = respx.post(f"{URL}caps/12").mock(side_effect=httpx.ReadTimeout("slow"))
        with pytest.raises(VisionTimedOut):
            waited(client(ADAPTER).inspect(request(), IMAGE))
    assert route.call_count == 3


@pytest.mark.parametrize(
    "more",
    [
        {"predictions": [{**BOX, "x": float("nan")}]},
        {"predictions": [{**BOX, "width": float("inf")}]},
        {"predictions": [{**BOX, "width": -1}]},
        {"predictions": [{**BOX, "class": "A" * 5000}]},
        {"time": float("nan")},
    ],
    ids=["nan", "infinite", "negative", "long_kind", "time"],
)
def test_numbers_that_no_place_has_are_no_answer(more: dict[str, Any]) -> None:
    with respx.mock:
        respx.post(f"{URL}caps/12").respond(content=json.dumps({**ANSWER, **more}).encode())
        with pytest.raises(VisionUnreadable):
            waited(client(ADAPTER).inspect(request(), IMAGE))
