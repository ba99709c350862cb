"""A camera station's questions: verdict first, what is missing said, and nothing is set."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from agents.root_cause import RootCauseReport
from agents.wording.phrasebook import LANGUAGES
from domain.records.task import Period
from services.hub.hub import Hub
from tests.agents.camera_stations import reported, said
from tests.conftest import asking, fill
from tests.tools.vision.camera_worlds import camera_world
from tools.tool import ToolContext

Context = Callable[..., ToolContext]


@pytest.fixture(scope="module")
def cameras(tmp_path_factory: pytest.TempPathFactory) -> Context:
    """Looks at a hub with five camera stations of one story each, which nobody writes to."""
    folder = tmp_path_factory.mktemp("camera-questions")
    hub = Hub.create(folder / "hub")
    fill(hub, camera_world())
    return asking(hub, folder)


def about(station: str, aspect: str = "station") -> dict[str, object]:
    return {"aspects": (aspect,), "scope": {"station": (station,)}}


@pytest.mark.parametrize(
    ("station", "verdict", "next_step"),
    [
        ("CAMERA", "it is the camera, not the product", "next_renew_golden_and_recheck"),
        ("LOT", "it is the product, not the camera", "next_contain_lot"),
        ("POSE", "it is how parts lie or are lit", "next_reseat_and_relight"),
        ("BARE", "cannot be told yet", "next_run_golden_samples"),
    ],
)
def test_the_verdict_opens_the_report_and_a_test_ends_it(
    cameras: Context, station: str, verdict: str, next_step: str
) -> None:
    report = reported(cameras, **about(station))
    assert report.claims[0].headline
    assert verdict in said(report).splitlines()[0]
    assert [one.name for one in report.next_steps] == [next_step]


def test_a_station_without_trouble_is_told_without_a_next_step(cameras: Context) -> None:
    report = reported(cameras, **about("NULL"))
    assert report.next_steps == ()
    assert "rejects have not risen" in said(report)


def test_trouble_that_lasts_since_a_day_is_compared_from_that_day_on(cameras: Context) -> None:
    last = cameras().snapshot.as_of
    since = last - timedelta(days=9)
    lasting = reported(cameras, **about("POSE"), period=Period(first=since, last=last))
    assert lasting.claims[0].finding.window == (since, last)
    gone = Period(first=since - timedelta(days=30), last=since)
    past = reported(cameras, **about("POSE"), period=gone)
    assert past.claims[0].finding.window == (last - timedelta(days=13), last)


def test_the_lot_is_told_beside_the_others_of_the_same_weeks(cameras: Context) -> None:
    told = said(reported(cameras, **about("LOT")))
    assert "Lot L-BAD stands out: 100% of its" in told
    assert "Hold lot L-BAD" in told


def test_what_is_missing_is_said_and_the_course_told_where_no_golden_sample_was_run(
    cameras: Context,
) -> None:
    report = reported(cameras, **about("BARE"))
    phrases = [one.phrase for one in report.claims]
    left = next(one for one in report.claims if one.phrase == "station_left")
    assert left.finding.verdict == "undetermined"
    assert "a run of golden samples" in said(report)
    assert "look" in phrases, "station_trend tells the course"


def test_a_station_without_a_camera_is_told_by_its_course_alone(ask: Context, hub: Hub) -> None:
    hours = range(6, 18)
    fill(hub, {
        "sites": [{"site_id": "QDA", "region": "APAC"}],
        "models": [{"model_id": "M1"}],
        "units": [{"serial": f"U-{hour}", "model_id": "M1", "site_id": "QDA", "country": "JP",
                   "built_at": f"2026-06-01T{hour:02}:00:00Z"} for hour in hours],
        "inspections": [{"inspection_id": f"I-{hour}", "serial": f"U-{hour}", "result": "pass",
                         "station_id": "EOL", "method": "electrical",
                         "inspected_at": f"2026-06-02T{hour:02}:00:00Z"} for hour in hours],
    })  # fmt: skip
    report = reported(ask, **about("EOL"))
    assert [one.phrase for one in report.claims] == ["look"]
    assert report.limits == () or "camera_or_product" not in said(report)


def test_without_a_station_it_is_asked_which_one_is_meant(ask: Context) -> None:
    report = reported(ask, aspects=("station",))
    assert [one.name for one in report.open_questions] == ["ask_camera_station"]


def test_the_state_of_a_station_names_what_speaks_against_it(cameras: Context) -> None:
    told = said(reported(cameras, **about("CAMERA", "station_health")))
    first = told.splitlines()[0]
    assert "CAMERA: not to be relied on" in first
    assert "golden samples that are misjudged" in first
    assert "Sharpness moved from" in told
    assert "No approved threshold is known here" in told
    assert "NULL: sound." in said(reported(cameras, **about("NULL", "station_health")))


WANTED = {"most_missed": "0.02", "defects": "48"}


def test_two_percent_cannot_be_promised_with_forty_eight_pictures(ask: Context) -> None:
    report = reported(ask, aspects=("calibration",), given=WANTED)
    told = said(report)
    assert told.startswith("Infeasible: to miss at most 2% of the defects on average takes 49 ")
    assert "there are 48 (missing: 1)" in told
    assert "To be 95% sure of it for this very threshold takes 149 defective parts" in told
    assert "a person decides" in told
    assert "Nothing was set" in told
    steps = [one.name for one in report.next_steps]
    assert steps == ["next_collect_defects", "next_collect_passes"]
    assert report.claims[0].finding.verdict == "not_supported"
    assert report.proposals == ()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"most_missed": "0.02", "defects": "49"}, "Enough: to miss at most 2%"),
        ({"most_missed": "0.02", "defects": "148", "confidence": "0.95"}, "takes 149 "),
        ({"most_missed": "0.005", "confidence": "0.95"}, "takes 598 defective parts"),
    ],
)
def test_how_many_defects_a_promise_takes_follows_from_the_promise(
    ask: Context, given: dict[str, str], expected: str
) -> None:
    first = said(reported(ask, aspects=("calibration",), given=given)).splitlines()[0]
    assert expected in first


def test_a_station_with_passes_that_nobody_looked_at_proposes_nothing(cameras: Context) -> None:
    report = reported(cameras, **about("LOT", "calibration"), given={"most_missed": "0.02"})
    told = said(report)
    assert "passes only, so defects that slipped through are not among the scores" in told
    assert report.proposals == ()


@pytest.fixture(scope="module")
def every_report(cameras: Context) -> list[RootCauseReport]:
    asked = [about(one) for one in ("CAMERA", "LOT", "POSE", "BARE")]
    asked += [about(one, "station_health") for one in ("CAMERA", "NULL", "BARE")]
    return [reported(cameras, **one) for one in asked]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_can_be_read_in_every_language(
    every_report: list[RootCauseReport], cameras: Context, language: str
) -> None:
    told = [said(one, language) for one in every_report]
    assert all("CAMERA" in told[place] for place in (0, 4))
    wanted = said(reported(cameras, aspects=("calibration",), given=WANTED), language)
    assert "49" in wanted
    assert "149" in wanted
