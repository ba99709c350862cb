"""The embedded server, asked through its wire: in this process and over a socket."""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest

from domain.errors import InvalidArgument
from domain.records.vision_threshold import ActivateVisionThreshold
from services.vision.adapters.andon import AndonAdapter, wired
from services.vision.breaker import Breaker
from services.vision.client import VisionClient, Way, waited
from services.vision.contract import InspectRequest, Recipe
from services.vision.drawing.flaws import draw_part
from services.vision.drawing.panel import PANEL
from services.vision.drawing.photograph import Camera, photograph
from services.vision.drawing.png import png
from services.vision.fitting import Fitter, Place
from services.vision.in_process import ADDRESS, in_process
from services.vision.inspecting.golden import GoldenLimits
from services.vision.inspector import Inspector
from services.vision.scale import Scale
from services.vision.server import MOST_BODY_BYTES, create_server
from services.vision.settings import Patience
from services.vision.store import VisionStore
from tests.services.vision.vision_parts import NOW, Clock, threshold

LIMITS = GoldenLimits(contrast=20.0, area_px=10)


def shot(part: int, *kinds: Any, camera: Camera | None = None) -> bytes:
    drawn = draw_part(PANEL, part, kinds)
    return png(photograph(drawn.canvas, camera or Camera(dx=0.4, dy=-0.3), part))


TEMPLATE = png(photograph(draw_part(PANEL, 0, ()).canvas, Camera(noise=0.0), 0))
GOOD, SCRATCHED = shot(1), shot(7, "scratch")


def asked(image: bytes, serial: str = "SN-1", **more: Any) -> InspectRequest:
    digest = hashlib.sha256(image).hexdigest()
    told: dict[str, Any] = {
        "image_uri": f"file:{serial}.png", "image_sha256": digest, "serial": serial,
        "station_id": "ST-A", "key": f"I-{digest[:8]}-{serial}", "want": ("score", "boxes", "map"),
    }  # fmt: skip
    return InspectRequest(**{**told, **more})


class House:
    """A store with one fitted station, and whatever threshold is in force."""

    def __init__(self, folder: Path) -> None:
        self.store = VisionStore(folder)
        self.fitted = Fitter(self.store, lambda: NOW).golden(Place("ST-A"), TEMPLATE, LIMITS)
        self.held: list[ActivateVisionThreshold] = []
        self.inspector = Inspector(self.store, lambda _: self.held, lambda: NOW)

    def approve(self, **more: Any) -> None:
        told = {"model_version": self.fitted.version, "pass_below": 5.0, "reject_from": 10.0}
        self.held = [threshold(**{**told, **more})]

    def client(self) -> VisionClient:
        patience = Patience(attempts=1, total_s=60.0, request_s=60.0)
        breaker = Breaker("here", patience.breaker, Clock())
        way = Way(ADDRESS, patience, breaker, lambda: NOW, in_process(self.inspector))
        return VisionClient(AndonAdapter("here", None), way)

    def ask(self, image: bytes, **more: Any) -> Any:
        return waited(self.client().inspect(asked(image, **more), image))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "vision")


def test_without_a_threshold_everything_goes_to_a_person(house: House) -> None:
    found = house.ask(GOOD)
    assert (found.verdict, found.model) == ("REVIEW", "golden:ST-A")
    assert "no_threshold" in {one.code for one in found.warnings}


def test_a_good_part_passes_and_a_scratched_one_is_found_where_the_scratch_is(
    house: House,
) -> None:
    house.approve()
    good, bad = house.ask(GOOD), house.ask(SCRATCHED, serial="SN-2")
    assert (good.verdict, good.threshold_id) == ("OK", "V-AAAAAAAAAA")
    assert bad.verdict == "NG"
    assert bad.score > good.score
    (flaw,) = draw_part(PANEL, 7, ("scratch",)).flaws
    box = bad.defects[0].box_px
    x, y, width, height = flaw[1:]
    assert x - 8 <= box.x + box.width / 2 <= x + width + 8
    assert y - 8 <= box.y + box.height / 2 <= y + height + 8


def test_a_heat_map_is_kept_under_the_name_of_its_content(house: House) -> None:
    heat = house.ask(SCRATCHED).heat
    kept = cv2.imdecode(np.frombuffer(house.store.heat(heat.ref), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert (heat.low, heat.high) == (0, 255)
    assert kept.max() == max(map(max, heat.cells))
    assert house.ask(SCRATCHED).heat.ref == heat.ref


def test_the_map_of_a_good_part_does_not_glow(house: House) -> None:
    good, bad = house.ask(GOOD).heat, house.ask(SCRATCHED).heat
    assert max(map(max, good.cells)) < max(map(max, bad.cells)) / 2


def test_sizes_come_in_mm_while_the_scale_holds(house: House) -> None:
    scale = Scale(mm_per_px=0.1, calibration_id="C-1", valid_until=NOW + timedelta(days=1))
    house.store.put_scale("ST-A", None, scale)
    found = house.ask(SCRATCHED)
    assert found.calibration_id == "C-1"
    first = found.defects[0]
    assert first.box_mm.x == pytest.approx(first.box_on_part.x * 0.1)
    house.store.put_scale("ST-A", None, scale.model_copy(update={"valid_until": NOW}))
    assert house.ask(SCRATCHED).defects[0].box_mm is None


def test_a_recipe_that_is_fitted_anew_ends_the_threshold(house: House) -> None:
    house.approve()
    Fitter(house.store, lambda: NOW).golden(Place("ST-A"), shot(0), LIMITS)
    found = house.ask(GOOD)
    assert (found.verdict, found.warnings[-1].code) == ("REVIEW", "threshold_void")


def test_a_camera_that_lost_its_focus_passes_nothing(house: House) -> None:
    house.approve()
    found = house.ask(shot(1, camera=Camera(blur=4.0)))
    assert found.verdict != "OK"
    assert "blur" in {one.code for one in found.warnings}


TRUNCATED = bytes(cv2.imencode(".jpg", np.full((200, 200, 3), 90, np.uint8))[1])[:-60]
HUGE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (20_000).to_bytes(4, "big") * 2 + b"\x08\0\0\0\0" + bytes(4)
)
TINY = bytes(cv2.imencode(".png", np.zeros((1, 1), np.uint8))[1])


@pytest.mark.parametrize(
    "image",
    [TRUNCATED, HUGE, TINY, b"not a picture at all", b""],
    ids=["truncated", "20,000 x 20,000", "1 x 1", "text", "empty"],
)
def test_a_picture_that_cannot_be_judged_is_refused_with_a_next_step(
    house: House, image: bytes
) -> None:
    with pytest.raises(InvalidArgument) as told:
        house.ask(image)
    assert told.value.next_step


def test_a_picture_in_16_bits_or_with_transparency_is_judged_like_the_same_in_8(
    house: House,
) -> None:
    house.approve()
    pixels = cv2.imdecode(np.frombuffer(GOOD, np.uint8), cv2.IMREAD_GRAYSCALE)
    deep = bytes(cv2.imencode(".png", pixels.astype(np.uint16) * 257)[1])
    clear = bytes(cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGRA))[1])
    scores = [house.ask(image).score for image in (GOOD, deep, clear)]
    assert scores[1:] == [scores[0], scores[0]]


def test_another_picture_than_announced_is_refused(house: House) -> None:
    with pytest.raises(InvalidArgument, match="announced"):
        waited(house.client().inspect(asked(GOOD), SCRATCHED))


def test_a_station_that_was_not_fitted_is_told(house: House) -> None:
    with pytest.raises(InvalidArgument, match="vision station 'ST-X'"):
        house.ask(GOOD, station_id="ST-X")


def test_a_recipe_that_was_not_fitted_is_told(tmp_path: Path) -> None:
    house = House(tmp_path)
    named = Place("ST-B", Recipe(model_id="M1", version="1"))
    Fitter(house.store, lambda: NOW).golden(named, TEMPLATE, LIMITS)
    with pytest.raises(InvalidArgument, match="M2-1"):
        house.ask(GOOD, station_id="ST-B", recipe=Recipe(model_id="M2", version="1"))


def test_the_only_recipe_brings_its_threshold_to_a_picture_that_names_none(tmp_path: Path) -> None:
    house = House(tmp_path)
    named = Place("ST-B", Recipe(model_id="M1", version="1"))
    fitted = Fitter(house.store, lambda: NOW).golden(named, TEMPLATE, LIMITS)
    house.approve(recipe_id="M1-1", model_version=fitted.version)
    assert house.ask(GOOD, station_id="ST-B").verdict == "OK"


def test_one_bad_picture_of_a_batch_stops_no_other(house: House) -> None:
    house.approve()
    some = [(asked(image, f"SN-{n}"), image) for n, image in enumerate((GOOD, b"text", SCRATCHED))]
    items = waited(house.client().inspect_all(some))
    assert [one.status for one in items] == ["done", "failed", "done"]
    assert [one.answer.verdict for one in items if one.answer] == ["OK", "NG"]
    assert items[1].error is not None
    assert items[1].error["schema"] == "andon.error/1"


def test_more_pictures_than_a_batch_holds_are_refused(house: House) -> None:
    with pytest.raises(InvalidArgument, match="at most 32"):
        waited(house.client().inspect_all([(asked(GOOD), GOOD)] * 33))


Send = Callable[..., httpx.Response]


@pytest.fixture
def send(house: House) -> Send:
    """Sends one raw request to the server, as any program could."""

    def sent(method: str, path: str, secret: str | None = None, **carries: Any) -> httpx.Response:
        async def once() -> httpx.Response:
            way = httpx.ASGITransport(create_server(house.inspector, secret=secret))
            async with httpx.AsyncClient(transport=way, base_url=ADDRESS) as connection:
                return await connection.request(method, path, **carries)

        return asyncio.run(once())

    return sent


def test_a_golden_piece_that_is_misjudged_voids_the_station_until_it_is_judged_rightly(
    house: House, send: Send
) -> None:
    house.approve()

    def golden(image: bytes, expected: str, serial: str) -> Any:
        body = wired(asked(image, serial), image).model_dump(mode="json")
        answer = send("POST", "/v1/golden", json={"expected": expected, "request": body})
        assert answer.status_code == 200
        return answer.json()

    assert golden(GOOD, "OK", "GOLD-1")["passed"]
    wrong = golden(GOOD, "NG", "GOLD-2")
    assert (wrong["passed"], wrong["verdict"]) == (False, "OK")
    void = house.ask(GOOD)
    assert (void.verdict, void.warnings[-1].code) == ("REVIEW", "calibration_void")
    (state,) = send("GET", "/v1/calibrations").json()
    assert "GOLD-2" in state["alarm"]
    assert golden(SCRATCHED, "NG", "GOLD-2")["passed"]
    assert house.ask(GOOD).verdict == "OK"
    assert len(send("GET", "/v1/golden", params={"station_id": "ST-A"}).json()) == 3


def test_a_golden_piece_cannot_be_checked_without_a_threshold(house: House, send: Send) -> None:
    body = {"expected": "OK", "request": wired(asked(GOOD), GOOD).model_dump(mode="json")}
    answer = send("POST", "/v1/golden", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_argument")


def test_recipes_and_heat_maps_are_listed_and_handed_out(house: House, send: Send) -> None:
    ref = house.ask(SCRATCHED).heat.ref.removeprefix("heat:")
    (one,) = send("GET", "/v1/recipes").json()
    assert (one["station_id"], one["method"], one["samples"]) == ("ST-A", "golden", 1)
    assert send("GET", f"/v1/heat/{ref}").headers["content-type"] == "image/png"
    assert send("GET", "/v1/heat/ST-A").status_code == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"serial": 3}', b"\xff\xfe", b'{"picture": {"base64": "AAAA"}}'],
)
def test_a_malformed_body_is_told_without_its_content(send: Send, body: bytes) -> None:
    answer = send("POST", "/v1/inspect", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert "AAAA" not in answer.text


@pytest.mark.parametrize("text", ["@@@", "钢钢钢钢"])
def test_a_picture_that_is_no_base64_is_refused(send: Send, text: str) -> None:
    body = wired(asked(GOOD), GOOD).model_dump(mode="json")
    body["picture"]["base64"] = text
    answer = send("POST", "/v1/inspect", json=body)
    assert (answer.status_code, text in answer.text) == (422, False)


def test_a_body_that_is_announced_too_large_is_not_read(send: Send) -> None:
    headers = {"Content-Length": str(MOST_BODY_BYTES + 1)}
    answer = send("POST", "/v1/inspect", content=b"x", headers=headers)
    assert (answer.status_code, answer.json()["schema"]) == (413, "andon.error/1")


def test_a_server_with_a_key_lets_nobody_in_without_it(send: Send) -> None:
    assert send("GET", "/v1/recipes", secret="hush").status_code == 401
    bearer = {"Authorization": "Bearer hush"}
    assert send("GET", "/v1/recipes", secret="hush", headers=bearer).status_code == 200
    assert send("GET", "/healthz", secret="hush").status_code == 200


def test_no_log_holds_a_picture(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    house.ask(GOOD)
    text = b64encode(GOOD).decode()
    assert text[:40] not in caplog.text
    assert str(GOOD[:20]) not in caplog.text


def test_without_a_key_this_machine_is_asked_by_its_own_names_only(send: Send) -> None:
    for name in (
        "evil.example.com",
        "127.0.0.1.evil.example.com",
        "",
        "localhost@evil.example.com",
    ):
        refused = send("GET", "/v1/recipes", headers={"Host": name})
        assert (refused.status_code, refused.json()["schema"]) == (401, "andon.error/1")
    for name in ("127.0.0.1:8030", "localhost", "[::1]:8030"):
        assert send("GET", "/v1/recipes", headers={"Host": name}).status_code == 200
    other = {"Host": "line1.example.com", "Authorization": "Bearer hush"}
    assert send("GET", "/v1/recipes", secret="hush", headers=other).status_code == 200


def test_nobody_has_a_body_read_without_the_key(send: Send) -> None:
    async def body() -> AsyncIterator[bytes]:
        pytest.fail("it was read")
        yield b""

    assert send("POST", "/v1/inspect", secret="hush", content=body()).status_code == 401
