from typing import Any

import pytest

from domain.errors import InvalidArgument
from domain.records.evidence import Evidence
from tools.cases.risk_assessment import risk_assessment
from tools.runner import run_tool


@pytest.fixture
def assess(ask):
    context = ask()

    def asked(severity: int, *steps: Any, **query: Any) -> Evidence:
        told = [
            {"says": "a step", **step}
            if isinstance(step, dict)
            else {"says": "a step", "probability": step}
            for step in steps
        ]
        return run_tool(risk_assessment, {"severity": severity, "steps": told, **query}, context)

    return asked


def codes_of(found: Evidence) -> set[str]:
    return {note.code for note in found.warnings}


def test_severity_one_at_one_in_five_hundred_is_low_and_no_decision(assess) -> None:
    found = assess(1, 0.1, 0.02)
    assert found.result["level"] == "low"
    assert found.result["probability"] == pytest.approx(1 / 500)
    assert found.result["decision"] == "a_person_decides"
    assert "A named person decides" in found.summary


def test_no_level_ever_says_that_no_recall_is_needed(assess) -> None:
    for severity in (1, 4):
        for probability in (0.9, 1e-9):
            found = assess(severity, probability)
            words = f"{found.summary} {found.result} {found.warnings}".lower()
            assert "no recall" not in words
            assert "a_person_decides" in codes_of(found)


def test_what_would_change_the_level_is_said(assess) -> None:
    found = assess(2, 5e-4).result
    assert found["level"] == "medium"
    assert (found["rises_above"], found["falls_at"]) == (0.001, 0.0001)
    assert {one["says"]: one["level"] for one in found["variations"]} == {
        "probability one band up": "high",
        "probability one band down": "low",
        "severity one step up": "high",
        "severity one step down": "low",
    }
    assert (found["lowest"], found["highest"]) == ("low", "serious")
    assert found["band"] == "more than 0.0001, at most 0.001"


def test_counts_become_a_rate_with_its_interval(assess) -> None:
    found = assess(3, {"events": 3, "out_of": 10_000, "evidence": "E-AAAAAAAAAA"}, 0.5).result
    step = found["steps"][0]
    assert step["probability"] == pytest.approx(3e-4)
    assert step["interval"]["low"] < 3e-4 < step["interval"]["high"]
    assert step["evidence"] == "E-AAAAAAAAAA"
    assert found["probability_low"] == pytest.approx(step["interval"]["low"] / 2)
    assert found["probability_high"] == pytest.approx(step["interval"]["high"] / 2)


def test_never_seen_is_not_taken_for_impossible(assess) -> None:
    found = assess(4, {"events": 0, "out_of": 1000})
    assert found.result["probability"] == pytest.approx(0.00368, rel=0.01)
    assert found.result["level"] == "serious"
    assert "no_events" in codes_of(found)


def test_the_range_of_levels_covers_the_interval_of_the_counts(assess) -> None:
    found = assess(2, {"events": 1, "out_of": 3000}).result
    assert found["level"] == "medium"
    assert (found["lowest"], found["highest"]) == ("low", "serious")


def test_vulnerable_users_are_a_scenario_of_their_own_that_sets_the_level(assess) -> None:
    plain, graver = assess(2, 5e-4), assess(2, 5e-4, vulnerable_users=True)
    assert graver.result["scenarios"] == [
        {"says": "vulnerable_users", "severity": 3, "level": "high"},
        {"says": "as_stated", "severity": 2, "level": "medium"},
    ]
    assert (plain.result["level"], graver.result["level"]) == ("medium", "high")
    assert "vulnerable users" in graver.summary
    assert assess(4, 0.5, vulnerable_users=True).result["scenarios"][0]["severity"] == 4


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ({}, "either probability"),
        ({"probability": 0.1, "events": 1, "out_of": 2}, "either probability"),
        ({"events": 1}, "either probability"),
        ({"probability": 0.1, "out_of": 2}, "either probability"),
        ({"events": 3, "out_of": 2}, "exceed"),
        ({"probability": 1.5}, "probability"),
    ],
)
def test_a_step_that_cannot_be_reckoned_with_is_refused(assess, step, says) -> None:
    with pytest.raises(InvalidArgument, match=says):
        assess(2, step)


def test_a_severity_beyond_the_matrix_or_no_step_is_refused(assess) -> None:
    with pytest.raises(InvalidArgument, match="severity"):
        assess(5, 0.1)
    with pytest.raises(InvalidArgument, match="steps"):
        assess(2)
