"""A picture by its address: judged where allowed, never carried into the evidence."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.errors import InvalidArgument, NotPermitted, ServiceUnavailable, UnknownName
from domain.records.evidence import Evidence
from services.vision.fitting import Fitter, Place
from services.vision.inspecting.golden import GoldenLimits
from services.vision.service import Vision
from services.vision.settings import default_settings
from services.vision.store import VisionStore
from tests.services.vision.test_server import GOOD, SCRATCHED, TEMPLATE
from tests.services.vision.vision_parts import threshold
from tools.rerun import rerun
from tools.runner import run_tool
from tools.tool import ToolContext
from tools.vision.inspect_image import inspect_image

Ask = Callable[..., ToolContext]
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
WORLD: dict[str, Any] = {
    "sites": [{"site_id": "QDA", "region": "APAC"}, {"site_id": "WRO", "region": "EU"}],
    "units": [
        {"serial": "SN-1", "site_id": "QDA", "built_at": NOW},
        {"serial": "SN-2", "site_id": "QDA", "built_at": NOW},
        {"serial": "EU-1", "site_id": "WRO", "built_at": NOW},
    ],
    "inspections": [
        {"inspection_id": "I-1", "serial": "SN-1", "station_id": "ST-A", "inspected_at": NOW},
        {"inspection_id": "I-2", "serial": "EU-1", "station_id": "ST-A", "inspected_at": NOW},
    ],
}


@pytest.fixture
def context(ask_stocked: Ask, tmp_path: Path) -> ToolContext:
    """A context whose vision service judges ST-A beside a template, with a threshold in force."""
    pictures, store = tmp_path / "pictures", VisionStore(tmp_path / "vision")
    pictures.mkdir()
    for name, content in {"good": GOOD, "bad": SCRATCHED}.items():
        (pictures / f"{name}.png").write_bytes(content)
    (pictures / "text.png").write_text("hello", encoding="utf-8")
    (tmp_path / "secret.png").write_bytes(GOOD)
    limits = GoldenLimits(contrast=20.0, area_px=10)
    fitted = Fitter(store, lambda: NOW).golden(Place("ST-A"), TEMPLATE, limits)
    held = [threshold(model_version=fitted.version, pass_below=5.0, reject_from=10.0)]
    vision = Vision(default_settings(pictures), store, lambda _: held, lambda: NOW, {}.get)
    one = ask_stocked()
    return replace(one, services=replace(one.services, open_vision=lambda: vision))


def look(context: ToolContext, uri: str = "good.png", **more: Any) -> Evidence:
    question = {"image_uri": uri, "serial": "SN-1", "station_id": "st-a", **more}
    return run_tool(inspect_image, question, context)


def test_a_good_part_passes_and_a_scratched_one_does_not(context: ToolContext) -> None:
    good, bad = look(context), look(context, "bad.png", serial="SN-2")
    assert good.result["image"]["verdict"] == "OK"
    assert bad.result["image"]["verdict"] == "NG"
    assert bad.result["image"]["defects"]
    assert bad.summary.startswith("SN-2: NG, score ")


def test_evidence_names_model_threshold_and_scale(context: ToolContext) -> None:
    named = look(context).versions.vision_model
    assert named is not None
    assert named.startswith("golden:ST-A@")
    assert named.endswith("V-AAAAAAAAAA no scale")


def test_the_question_is_pinned_to_the_picture_that_was_found(
    context: ToolContext, tmp_path: Path
) -> None:
    one = look(context)
    assert one.query["image_sha256"] == one.result["image"]["image_sha256"]
    assert rerun(one, context).status == "identical"
    (tmp_path / "pictures" / "good.png").write_bytes(SCRATCHED)
    assert look(context).id != one.id
    with pytest.raises(InvalidArgument, match="not the one that was announced"):
        rerun(one, context)


def test_no_byte_of_the_picture_stands_in_the_evidence(context: ToolContext) -> None:
    text = look(context).model_dump_json()
    assert b64encode(GOOD).decode()[:60] not in text
    assert len(text) < 60_000


def test_the_map_is_drawn_on_its_fixed_scale(context: ToolContext) -> None:
    good, bad = look(context), look(context, "bad.png")
    for one in (good, bad):
        assert one.chart is not None
        assert one.chart["encoding"]["color"]["scale"]["domain"] == [0, 255]
    tops = [max(row["value"] for row in one.chart["data"]["values"]) for one in (good, bad)]
    assert tops[0] < 10 < tops[1]
    assert look(context, want=["score"]).chart is None


@pytest.mark.parametrize("uri", ["../secret.png", "/etc/passwd", "https://evil.example.com/a.png"])
def test_a_picture_outside_the_allowed_places_is_refused(context: ToolContext, uri: str) -> None:
    with pytest.raises(NotPermitted):
        look(context, uri)


def test_a_text_named_like_a_picture_is_refused(context: ToolContext) -> None:
    with pytest.raises(InvalidArgument):
        look(context, "text.png")


def test_another_picture_than_announced_is_refused(context: ToolContext) -> None:
    with pytest.raises(InvalidArgument, match="announced"):
        look(context, image_sha256="0" * 64)


@pytest.mark.parametrize(("field", "value"), [("serial", "SN-9"), ("station_id", "ST-9")])
def test_an_unknown_unit_or_station_is_told(context: ToolContext, field: str, value: str) -> None:
    with pytest.raises(UnknownName):
        look(context, **{field: value})


def test_a_unit_of_another_region_is_unknown(context: ToolContext, ask_stocked: Ask) -> None:
    europe = replace(ask_stocked(regions=("EU",)), services=context.services)
    with pytest.raises(UnknownName):
        look(europe)


def test_without_a_vision_service_it_says_so(ask_stocked: Ask) -> None:
    with pytest.raises(ServiceUnavailable, match="no vision service"):
        look(ask_stocked())
