"""LandingLens-shaped servers: cloud and edge say the same things in different places."""

import json
from typing import Any

import pytest
import respx

from services.vision.adapters.landinglens import LandingLensAdapter
from services.vision.client import waited
from services.vision.errors import VisionBusy, VisionUnreadable
from services.vision.settings import LandingLensEntry, Patience
from tests.services.vision.vision_parts import IMAGE, URL, Waits, client, request

BOX = {"score": 0.91, "labelIndex": 1, "labelName": "scratch",
       "coordinates": {"xmin": 40, "ymin": 60, "xmax": 70, "ymax": 75}}  # fmt: skip
FAINT = {**BOX, "score": 0.3, "labelName": "dust"}
CLOUD = {
    "backbonetype": "ObjectDetectionPrediction",
    "backbonepredictions": {"a-1": FAINT, "a-2": BOX},
    "type": "ClassificationPrediction",
    "predictions": {"score": 0.98, "labelIndex": 1, "labelName": "NG"},
}
EDGE = {"type": "ObjectDetectionPrediction", "predictions": {"a-1": FAINT, "a-2": BOX}}


def adapter(**more: Any) -> LandingLensAdapter:
    entry = LandingLensEntry(kind="landinglens", url=URL, model_version="v4", **more)
    return LandingLensAdapter("landing", entry, "hush")


def read(body: Any) -> Any:
    return adapter().read(body, request())


def test_the_cloud_gives_a_class_and_boxes_by_corners() -> None:
    found = read(CLOUD)
    assert (found.verdict, found.score) == ("NG", 0.98)
    first = found.defects[0]
    assert (first.kind, first.confidence) == ("scratch", 0.91)
    assert first.box_px.model_dump() == {"x": 40, "y": 60, "width": 30, "height": 15}


def test_a_good_class_has_a_low_score_however_sure_it_is() -> None:
    found = read({**CLOUD, "predictions": {"score": 0.99, "labelName": "OK"}})
    assert found.verdict == "OK"
    assert found.score == pytest.approx(0.01)


def test_the_edge_gives_boxes_where_the_cloud_gives_the_class() -> None:
    found = read(EDGE)
    assert (found.verdict, found.score, len(found.defects)) == ("REVIEW", 0.91, 2)


def test_the_edge_may_give_its_boxes_as_a_list() -> None:
    assert read({**EDGE, "predictions": [FAINT, BOX]}) == read(EDGE)


def test_an_edge_without_boxes_found_nothing() -> None:
    found = read({**EDGE, "predictions": {}})
    assert (found.score, found.defects) == (0.0, ())


def test_a_classification_without_boxes_is_read_too() -> None:
    found = read({**CLOUD, "backbonetype": None, "backbonepredictions": None})
    assert (found.verdict, found.defects) == ("NG", ())


def test_a_box_without_corners_is_a_defect_without_a_place() -> None:
    body = {**EDGE, "predictions": {"a": {"score": 0.7, "labelName": "dent"}}}
    (one,) = read(body).defects
    assert (one.kind, one.box_px) == ("dent", None)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "ClassificationPrediction", "predictions": {}},
        {"backbonepredictions": {}},
        {**EDGE, "predictions": {"a": {"labelName": "dent"}}},
        {**EDGE, "predictions": {"a": {**BOX, "score": 7}}},
        {**EDGE, "predictions": 3},
        [],
    ],
)
def test_an_answer_that_lacks_something_is_no_answer(body: Any) -> None:
    with pytest.raises(VisionUnreadable):
        read(body)


def test_the_picture_goes_as_a_form_file_with_key_and_endpoint() -> None:
    with respx.mock:
        route = respx.post(URL, params={"endpoint_id": "E-9"}).respond(json=CLOUD)
        found = waited(client(adapter(endpoint_id="E-9")).inspect(request(), IMAGE))
    sent = route.calls.last.request
    assert (found.model, found.model_version) == ("E-9", "v4")
    assert sent.headers["apikey"] == "hush"
    assert IMAGE in sent.content
    assert "hush" not in str(sent.url)


def test_forty_calls_a_minute_end_in_a_busy_server_that_is_waited_for() -> None:
    waits = Waits()
    with respx.mock:
        route = respx.post(URL).respond(429, headers={"Retry-After": "1"})
        with pytest.raises(VisionBusy, match="429"):
            waited(client(adapter(), patience=Patience(attempts=2, total_s=5.0), waits=waits)
                   .inspect(request(), IMAGE))  # fmt: skip
    assert (route.call_count, waits.seconds) == (2, [1.0])


@pytest.mark.parametrize("corner", [{"xmin": 90}, {"ymax": float("nan")}])
def test_corners_in_the_wrong_order_are_no_answer(corner: dict[str, float]) -> None:
    turned = {**BOX, "coordinates": {"xmin": 40, "ymin": 60, "xmax": 70, "ymax": 75, **corner}}
    body = {"type": "ObjectDetectionPrediction", "predictions": {"a": turned}}
    with respx.mock:
        respx.post(URL).respond(content=json.dumps(body).encode())
        with pytest.raises(VisionUnreadable):
            waited(client(adapter()).inspect(request(), IMAGE))
