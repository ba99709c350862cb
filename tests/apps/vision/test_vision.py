"""`andon vision`: fitted, calibrated, approved by two people; then it passes parts by itself."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from apps.verbs.worker import worker
from services.hub.hub import Hub
from services.vision.drawing.flaws import KINDS, draw_part
from services.vision.drawing.panel import PANEL
from services.vision.drawing.photograph import Camera, photograph
from services.vision.drawing.png import png
from tests.conftest import fill

STATION = ("--station", "ST-A")
DEFECTS = 24


def shot(part: int, *kinds: Any, camera: Camera | None = None) -> bytes:
    return png(photograph(draw_part(PANEL, part, kinds).canvas, camera or Camera(dx=0.3), part))


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A template, good and defective parts, and good ones to fit a texture model on."""
    folder = tmp_path_factory.mktemp("pictures")
    for name in ("good", "bad", "fit"):
        (folder / name).mkdir()
    (folder / "template.png").write_bytes(shot(0, camera=Camera(noise=0.0)))
    for n in range(DEFECTS):
        (folder / "good" / f"G-{n}.png").write_bytes(shot(100 + n))
        (folder / "bad" / f"B-{n}.png").write_bytes(shot(300 + n, KINDS[n % len(KINDS)]))
    for n in range(10):
        (folder / "fit" / f"F-{n}.png").write_bytes(shot(500 + n))
    return folder


@pytest.fixture
def fitted(ready: Callable[..., Any], place: Path, pictures: Path) -> Callable[..., Any]:
    """A hub that knows the station, whose template is fitted."""
    rows = [{"station_id": "ST-A", "signal": "brightness", "value": 1.0}]
    units = [{"serial": f"SN-{n}", "model_id": "M1", "site_id": "QDA"} for n in range(3)]
    fill(Hub(place / "hub"), {"signals": rows, "units": units})
    done = ready("vision", "fit", *STATION, "--template", pictures / "template.png",
                 "--contrast", "20", "--json")  # fmt: skip
    assert done.json["method"] == "golden"
    return ready


def verdicts(run: Callable[..., Any], *files: Path) -> list[str]:
    found = run("vision", "inspect", *STATION, *files, "--json").json
    return [one["answer"]["verdict"] if one["status"] == "done" else one["error"]["code"]
            for one in found["images"]]  # fmt: skip


def test_a_threshold_that_two_people_approved_lets_parts_pass(fitted, pictures: Path) -> None:
    good, bad = pictures / "good" / "G-1.png", pictures / "bad" / "B-0.png"
    assert verdicts(fitted, good, bad) == ["REVIEW", "REVIEW"]
    folders = ("--defects", pictures / "bad", "--good", pictures / "good")
    told = fitted("vision", "calibrate", *STATION, *folders, "--most-missed", "0.05",
                  "--propose", "--json").json  # fmt: skip
    assert told["evidence"]["result"]["feasible"]
    one = told["proposal"]["result"]["proposal_id"]
    sha256 = told["proposal"]["result"]["sha256"]
    for who in ("quality_manager", "quality_deputy"):
        assert verdicts(fitted, good) == ["REVIEW"]
        assert fitted("approve", one, "--sha256", sha256[:8], "--as", who).code == 0
    worker(once=True, queues="actions")
    assert verdicts(fitted, good) == ["OK"]
    assert verdicts(fitted, bad)[0] in ("REVIEW", "NG")
    assert fitted("vision", "--json").json["stations"][0]["threshold"]
    right = fitted("vision", "inspect", *STATION, good, "--golden", "OK", "--json").json
    wrong = fitted("vision", "inspect", *STATION, good, "--golden", "NG").out
    assert right["golden"][0]["passed"], right
    assert "wrong" in wrong
    assert verdicts(fitted, good) == ["REVIEW"]


def test_too_few_defects_are_told_and_nothing_is_proposed(fitted, pictures: Path) -> None:
    ran = fitted("vision", "calibrate", *STATION, "--defects", pictures / "bad", "--propose")
    assert ran.code == 0
    assert "Infeasible" in ran.out
    assert "not proposed: infeasible" in ran.out
    assert fitted("proposals").out == "nothing waits for a decision\n"


def test_a_copy_of_a_defect_is_no_second_defect(fitted, pictures: Path, place: Path) -> None:
    (place / "copies").mkdir()
    for n in range(60):
        copy = place / "copies" / f"{n}.png"
        copy.write_bytes((pictures / "bad" / "B-0.png").read_bytes())
    ran = fitted("vision", "calibrate", *STATION, "--defects", place / "copies", "--json")
    assert ran.json["evidence"]["result"]["plan"]["have"] == 1
    (place / "copies" / "G-1.png").write_bytes((pictures / "good" / "G-1.png").read_bytes())
    folders = ("--defects", place / "copies", "--good", pictures / "good")
    assert "both defective and good" in fitted("vision", "calibrate", *STATION, *folders).err


def test_a_picture_that_cannot_be_read_stops_no_other(fitted, pictures: Path, place: Path) -> None:
    text = place / "text.png"
    text.write_text("hello", encoding="utf-8")
    found = verdicts(fitted, text, place / "gone.png", pictures / "good" / "G-1.png")
    assert found == ["invalid_argument", "invalid_argument", "REVIEW"]


def test_a_texture_model_is_fitted_on_a_folder_of_good_parts(fitted, pictures: Path) -> None:
    done = fitted("vision", "fit", "--station", "ST-T", pictures / "fit", "--json").json
    assert (done["method"], done["samples"]) == ("texture", 10)
    found = fitted("vision", "inspect", "--station", "ST-T", pictures / "good" / "G-1.png",
                   pictures / "bad" / "B-0.png", "--json").json["images"]  # fmt: skip
    good, bad = (one["answer"]["score"] for one in found)
    assert good < bad


def test_the_size_of_a_pixel_is_kept_with_its_last_day(fitted, pictures: Path) -> None:
    kept = fitted("vision", "calibrate", *STATION, "--mm-per-px", "0.05", "--until", "2026-12-31")
    assert "0.05 mm a pixel until 2026-12-31" in kept.out
    bad = pictures / "bad" / "B-0.png"
    (one,) = fitted("vision", "inspect", *STATION, bad, "--json").json["images"]
    first = one["answer"]["defects"][0]
    assert first["box_mm"]["width"] == pytest.approx(first["box_on_part"]["width"] * 0.05)


@pytest.mark.parametrize(
    "arguments",
    [
        ("fit",),
        ("fit", *STATION),
        ("inspect", *STATION),
        ("inspect", *STATION, "x.png", "--golden", "MAYBE"),
        ("calibrate", *STATION),
        ("calibrate", *STATION, "--defects", "nowhere"),
        ("calibrate", *STATION, "--mm-per-px", "0.05"),
        ("calibrate", *STATION, "--mm-per-px", "0.05", "--until", "2020-01-01"),
        ("fit", *STATION, "x", "--recipe", "M1"),
        ("fit", *STATION, "--template", "x.png", "--contrast", "nan"),
        ("serve", "--host", "0.0.0.0"),
    ],
)
def test_a_command_that_lacks_something_says_what(ready, arguments: tuple[str, ...]) -> None:
    ran = ready("vision", *arguments, "--json")
    assert ran.code == 2
    assert ran.json["code"] in ("bad_argument", "invalid_argument")


def test_settings_that_are_wrong_are_told_with_their_place(ready, place: Path) -> None:
    path = place / "state" / "vision.yaml"
    path.write_text("default: nowhere\n", encoding="utf-8")
    ran = ready("vision", "--json")
    assert (ran.code, ran.json["where"]["file"]) == (2, str(path))
    assert "no server 'nowhere'" in ran.json["message"]


def test_a_server_whose_key_is_missing_is_told(ready, place: Path, monkeypatch) -> None:
    monkeypatch.delenv("CAM_KEY", raising=False)
    text = (
        "servers: {a: {kind: andon, url: https://a.example.com, secret_env: CAM_KEY}}\ndefault: a"
    )
    (place / "state" / "vision.yaml").write_text(text, encoding="utf-8")
    ran = ready("vision", "--json")
    assert (ran.code, "CAM_KEY" in ran.json["message"]) == (2, True)


def test_the_server_serves_another_process_over_a_socket(fitted, pictures: Path, place) -> None:
    program = "from apps.cli import run; run(['vision', 'serve', '--port', '0'])"
    command = [sys.executable, "-c", program]
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as served:
        try:
            assert served.stderr is not None
            told = served.stderr.readline().decode()
            url = told.split()[3].rstrip(",")
            assert httpx.get(f"{url}/healthz", timeout=60.0).json()["status"] == "ok"
            settings = {"servers": {"line": {"kind": "andon", "url": url}}, "default": "line"}
            text = json.dumps(settings)
            (place / "state" / "vision.yaml").write_text(text, encoding="utf-8")
            assert verdicts(fitted, pictures / "good" / "G-1.png") == ["REVIEW"]
            assert fitted("vision", "--json").json["servers"][0]["ready"] is True
        finally:
            served.terminate()
    assert verdicts(fitted, pictures / "good" / "G-1.png") == ["vision_unreachable"]
