"""The texture model: what it finds on drawn parts, what it refuses, and what it remembers."""

import hashlib
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from domain.errors import InvalidArgument
from services.vision.drawing.flaws import KINDS, DrawnPart, FlawKind, draw_part
from services.vision.drawing.panel import PANEL
from services.vision.drawing.photograph import Camera, photograph
from services.vision.inspecting.records import FoundDefect, Inspection
from services.vision.texture.fitting import FEWEST_PICTURES, fit
from services.vision.texture.looking import inspect
from services.vision.texture.model import TextureModel, model_from_bytes

USUAL = Camera()


def picture(seed: int, kinds: tuple[FlawKind, ...] = (), camera: Camera = USUAL):
    """A part as it lies a little differently each time."""
    return seen(draw_part(PANEL, seed, kinds), seed, camera)


def seen(part: DrawnPart, seed: int, camera: Camera = USUAL):
    across, down = np.random.default_rng(seed).normal(0, 0.3, 2)
    lies = camera._replace(dx=camera.dx + across, dy=camera.dy + down)
    return photograph(part.canvas, lies, seed)


@cache
def model() -> TextureModel:
    return fit([picture(seed) for seed in range(16)])


def look(seed: int, kinds: tuple[FlawKind, ...] = (), camera: Camera = USUAL) -> Inspection:
    return inspect(model(), picture(seed, kinds, camera))


def overlaps(found: FoundDefect, part: DrawnPart) -> bool:
    box, flaw = found.box, part.flaws[0]
    return (
        box.x < flaw.x + flaw.width
        and flaw.x < box.x + box.width
        and box.y < flaw.y + flaw.height
        and flaw.y < box.y + box.height
    )


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_flaw_is_found_where_it_is(kind: FlawKind) -> None:
    for seed in range(200, 205):
        part = draw_part(PANEL, seed, (kind,))
        found = inspect(model(), seen(part, seed))
        assert found.score > 4
        assert overlaps(found.defects[0], part)
        assert found.notes == ()
        assert found.heat.max() > 60


def test_good_parts_score_about_one_and_hardly_ever_show_a_place() -> None:
    looks = [look(seed) for seed in range(100, 120)]
    assert 0.5 < np.median([one.score for one in looks]) < 2.5
    assert sum(bool(one.defects) for one in looks) <= 3
    assert all(one.notes == () and one.pose is None for one in looks)


def test_held_out_scores_are_no_better_than_those_of_new_good_parts() -> None:
    fitted = [inspect(model(), picture(seed)).score for seed in range(16)]
    new = [look(seed).score for seed in range(100, 116)]
    assert len(model().held_out) == 16
    assert np.median(fitted) < np.median(model().held_out)
    assert np.median(model().held_out) == pytest.approx(np.median(new), rel=0.6)


def test_the_heat_map_has_one_scale_for_all_pictures() -> None:
    good, bad = look(101), look(201, ("stain",))
    assert good.heat.shape == bad.heat.shape == (240, 320)
    assert good.heat.dtype == np.uint8
    assert good.heat.max() < 70
    assert bad.heat.max() == 255


@pytest.mark.parametrize(
    ("camera", "code"),
    [
        (Camera(blur=3.0), "blur"),
        (Camera(gain=0.7), "exposure"),
        (Camera(dx=8.0, angle=1.5), "out_of_distribution"),
    ],
)
def test_a_camera_that_has_changed_is_doubted(camera: Camera, code: str) -> None:
    assert code in [note.code for note in look(102, (), camera).notes]


def test_noise_is_no_part_at_all() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (240, 320), dtype=np.uint8)
    found = inspect(model(), noise)
    assert "out_of_distribution" in [note.code for note in found.notes]


def test_the_same_pictures_give_the_same_file_and_the_file_the_same_score() -> None:
    content = model().to_bytes()
    again = fit([picture(seed) for seed in range(16)])
    assert again.to_bytes() == content
    assert model().sha256 == hashlib.sha256(content).hexdigest()
    kept = model_from_bytes(content)
    assert kept.sha256 == model().sha256
    assert inspect(kept, picture(7)).score == look(7).score


def test_too_few_pictures_are_refused() -> None:
    few = [picture(seed) for seed in range(FEWEST_PICTURES - 1)]
    with pytest.raises(InvalidArgument, match="9 pictures; a texture model needs 10") as caught:
        fit(few)
    assert caught.value.holds == "nothing was fitted"


def test_pictures_of_different_sizes_are_refused() -> None:
    mixed = [picture(seed) for seed in range(10)]
    mixed[3] = mixed[3][:200]
    with pytest.raises(InvalidArgument, match="320 × 200, 320 × 240"):
        fit(mixed)


@pytest.mark.parametrize("shape", [(30, 400), (1, 1)])
def test_pictures_too_small_for_cells_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(InvalidArgument, match="too small"):
        fit([np.zeros(shape, np.uint8)] * 10)


@pytest.mark.parametrize("same", [np.full((100, 100), 90, np.uint8), picture(1)])
def test_one_picture_ten_times_is_refused(same) -> None:
    with pytest.raises(InvalidArgument, match="alike"):
        fit([same] * 10)


def test_a_picture_of_another_size_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="320 × 200"):
        inspect(model(), picture(1)[:200])


def _damaged() -> dict[str, bytes]:
    whole = model()
    endless = whole.moments._replace(mean=np.full_like(whole.moments.mean, np.inf))
    return {
        "text": b"this is no model",
        "cut": whole.to_bytes()[:5000],
        "field": whole.to_bytes().replace(b"held_out", b"held_off"),
        "shape": replace(whole, size=np.array([100.0, 100.0])).to_bytes(),
        "infinite": replace(whole, moments=endless).to_bytes(),
    }


@pytest.mark.parametrize("wrong", ["text", "cut", "field", "shape", "infinite"])
def test_a_damaged_file_is_refused_and_no_traceback(wrong: str) -> None:
    with pytest.raises(InvalidArgument, match="no texture model"):
        model_from_bytes(_damaged()[wrong])


def test_a_large_picture_has_places_in_its_own_pixels() -> None:
    def enlarged(seed: int, kinds: tuple[FlawKind, ...] = ()):
        return np.kron(picture(seed, kinds), np.ones((3, 3), np.uint8))

    large = fit([enlarged(seed) for seed in range(10)])
    part = draw_part(PANEL, 201, ("missing",))
    found = inspect(large, enlarged(201, ("missing",)))
    assert found.heat.shape == (720, 960)
    box, flaw = found.defects[0].box, part.flaws[0]
    assert box.x / 3 < flaw.x + flaw.width
    assert flaw.x < (box.x + box.width) / 3
