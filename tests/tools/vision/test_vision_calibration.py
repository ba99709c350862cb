"""A promise about missed defects takes defects; what it allows is proposed word for word."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from domain.errors import InvalidArgument, NoData, UnknownName
from domain.records.evidence import Evidence
from tools.cases.propose_action import propose_action
from tools.registry import named
from tools.runner import run_tool
from tools.tool import ToolContext
from tools.vision.vision_calibration import VisionCalibrationQuery, vision_calibration

Ask = Callable[..., ToolContext]
START = datetime(2026, 6, 1, 6, tzinfo=UTC)
RANDOM = np.random.default_rng(5)
BAD = tuple(sorted(float(one) for one in RANDOM.uniform(0.5, 1.0, 200)))
GOOD = tuple(float(one) for one in RANDOM.uniform(0.0, 0.6, 500))


def look(number: int, score: float, found: str | None, station: str = "ST-A") -> list[Any]:
    """A vision look, and what a person found of the unit later."""
    at = START + timedelta(minutes=number)
    row = {"serial": f"{station}-{number:04}", "station_id": station}
    vision = {**row, "inspection_id": f"{station}-V{number}", "inspected_at": at, "score": score,
              "method": "vision", "result": "fail" if score >= 0.5 else "pass",
              "model_version": "g-2" if number > 3 else "g-1", "recipe_id": "R1"}  # fmt: skip
    if found is None:
        return [vision]
    person = {**row, "inspection_id": f"{station}-P{number}", "method": "person",
              "inspected_at": at + timedelta(seconds=30),
              "result": "pass" if found == "good" else "fail",
              "defect_code": None if found == "good" else found}  # fmt: skip
    return [vision, person]


def looks() -> list[Any]:
    """ST-A: people look at rejects only. ST-B: they look at everything."""
    rows: list[Any] = []
    for number in range(104):
        bad = number % 4 == 0
        score = 0.55 + 0.4 * (number % 7) / 7 if bad else 0.05 + 0.4 * (number % 11) / 11
        found = ("SCRATCH" if number % 8 else "STAIN") if bad else "good"
        rows += look(number, score, found if score >= 0.5 else None)
        rows += look(number, score, found, station="ST-B")
    return rows


LOOKS = looks()
WORLD: dict[str, Any] = {
    "codes": [{"code": "SCRATCH", "kind": "defect"}, {"code": "STAIN", "kind": "defect"}],
    "units": [
        {"serial": serial, "model_id": "M1", "site_id": "QDA", "built_at": START}
        for serial in sorted({row["serial"] for row in LOOKS})
    ],
    "models": [{"model_id": "M1"}],
    "sites": [{"site_id": "QDA", "region": "APAC"}],
    "inspections": LOOKS,
}


@pytest.fixture
def found(ask_stocked: Ask) -> Callable[..., Evidence]:
    return lambda **question: run_tool(vision_calibration, question, ask_stocked())


def test_48_scratches_do_not_carry_2_percent_and_49_do(found: Callable[..., Evidence]) -> None:
    short = found(most_missed=0.02, defect="scratch", defects=48)
    assert short.result["because"].startswith("infeasible: need >= 49 defects, have 48")
    plan = short.result["plan"]
    assert (plan["needed"], plan["more"], plan["needed_with_confidence"]) == (49, 1, 149)
    assert plan["reachable"] == pytest.approx(1 / 49)
    assert "149 for 95 % confidence" in short.summary
    assert found(most_missed=0.02, defects=49).result["feasible"]


def test_a_promise_with_confidence_takes_more_defects(found: Callable[..., Evidence]) -> None:
    few = found(most_missed=0.005, confidence=0.95, defects=597)
    assert (few.result["feasible"], few.result["plan"]["needed"]) == (False, 598)
    assert found(most_missed=0.005, confidence=0.95, defects=598).result["feasible"]


def test_until_there_are_enough_defects_a_person_decides(found: Callable[..., Evidence]) -> None:
    short = found(defects=3)
    assert "REVIEW" in short.result["plan"]["interim"]
    assert any("46 more" in step for step in short.result["plan"]["steps"])
    assert short.result["activation"] == {
        "allowed": False,
        "why_not": ["no_scores", "station_missing", "model_version_missing"],
        "payload": None,
    }


def test_good_parts_alone_set_no_threshold(found: Callable[..., Evidence]) -> None:
    one = found(good_scores=GOOD)
    assert (one.result["feasible"], one.result["threshold"]) == (False, None)
    assert one.result["pass_below"] is None
    assert one.result["activation"]["why_not"][0] == "no_scores"


def test_200_defects_at_2_percent_may_miss_three(found: Callable[..., Evidence]) -> None:
    one = found(defect_scores=BAD, good_scores=GOOD, prevalence=0.01)
    result = one.result
    assert (result["threshold"]["misses"], result["expected"]["missed"]) == (3, 3)
    assert result["pass_below"] == BAD[3]
    assert result["pass_below"] <= result["reject_from"]
    scrapped = result["expected"]["scrapped_good"]["estimate"]
    assert scrapped <= 0.01
    held = sum(score >= BAD[3] for score in GOOD)
    assert result["expected"]["rejected_good"]["estimate"] == pytest.approx(held / 500)
    caught, false = 0.01 * 197 / 200, 0.99 * held / 500
    assert result["expected"]["right_rejects"] == pytest.approx(caught / (caught + false))


def test_without_good_parts_only_what_nobody_has_seen_is_rejected_by_itself(
    found: Callable[..., Evidence],
) -> None:
    one = found(defect_scores=BAD)
    assert one.result["reject_from"] > max(BAD)
    assert {note["code"] for note in one.to_json()["warnings"]} == {
        "given_scores", "no_good_parts", "exchangeable", "all_to_review"
    }  # fmt: skip


def test_rejects_alone_cannot_promise_anything_about_what_passed(
    found: Callable[..., Evidence],
) -> None:
    one = found(station_id="ST-A", most_missed=0.2, model_version="g-2")
    assert one.result["source"] == "hub"
    assert one.result["threshold"]["threshold"] is not None
    assert (one.result["passes"], one.result["passes_looked_at"]) == (75, 0)
    assert one.result["activation"]["why_not"] == ["passes_not_looked_at"]
    assert "passes_not_looked_at" in {note.code for note in one.warnings}


def test_a_station_where_everything_was_looked_at_allows_a_proposal(
    found: Callable[..., Evidence],
) -> None:
    one = found(station_id="st-b", most_missed=0.05, valid_days=30)
    payload = one.result["activation"]["payload"]
    assert one.result["activation"]["allowed"]
    assert (payload["station_id"], payload["model_version"]) == ("ST-B", "g-2")
    assert payload["valid_until"] == "2026-07-01T23:59:59Z"
    assert one.versions.vision_model == "g-2"
    assert payload["pass_below"] == one.result["pass_below"]


def test_one_kind_of_defect_counts_by_itself(found: Callable[..., Evidence]) -> None:
    all_kinds = found(station_id="ST-B", most_missed=0.1).result["plan"]["have"]
    stains = found(station_id="ST-B", most_missed=0.1, defect="STAIN").result["plan"]["have"]
    assert (all_kinds, stains) == (25, 12)


def test_scores_of_another_model_version_are_not_mixed_in(found: Callable[..., Evidence]) -> None:
    old = found(station_id="ST-B", model_version="g-1", most_missed=0.5)
    assert old.result["plan"]["have"] == 1


def test_a_station_without_scores_is_no_data(found: Callable[..., Evidence]) -> None:
    with pytest.raises(NoData):
        found(station_id="ST-A", model_version="g-9")


@pytest.mark.parametrize("field", ["station_id", "defect"])
def test_an_unknown_name_is_told(found: Callable[..., Evidence], field: str) -> None:
    with pytest.raises(UnknownName):
        found(**{"station_id": "ST-A", field: "NOWHERE"})


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"defects": 3, "defect_scores": [0.2]},
        {"defect_scores": [float("nan")]},
        {"defects": 50, "most_missed": 0},
        {"defects": -1},
        {"station_id": "ST-A", "confidence": 0.2},
    ],
)
def test_a_question_that_says_nothing_or_two_things_is_refused(question: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        VisionCalibrationQuery.model_validate(question)


def test_a_threshold_is_proposed_as_its_evidence_allows_and_in_no_other_words(
    found: Callable[..., Evidence], ask_stocked: Ask
) -> None:
    one = found(station_id="ST-B", most_missed=0.05)
    payload = {**one.result["activation"]["payload"], "pass_below": 0.59}
    wish = {"kind": "activate_vision_threshold", "payload": payload, "evidence": [one.id]}
    with pytest.raises(InvalidArgument, match="no evidence allows this threshold"):
        run_tool(propose_action, wish, ask_stocked())


def test_the_same_scores_make_the_same_evidence(found: Callable[..., Evidence]) -> None:
    assert found(defect_scores=BAD).id == found(defect_scores=BAD).id
    assert named("vision_calibration").effect == "read"
