"""`andon eval` prints figures as a table or one JSON object, and fails when a target is missed."""

import pytest

from evals import run
from evals.figure import Figure

MET = Figure(figure="share understood", value=0.97, n=100, target=">= 0.95", met=True)
MISSED = Figure(figure="false causes", value=0.2, n=50, target="<= 0.05", met=False)


@pytest.fixture(autouse=True)
def suites(monkeypatch) -> None:
    monkeypatch.setattr(run, "SUITES", {"good": lambda: [MET], "bad": lambda: [MET, MISSED]})


def test_a_suite_is_one_object_with_its_figures(andon) -> None:
    ran = andon("eval", "good", "--json")
    assert (ran.code, ran.json["schema"], ran.json["suite"]) == (0, "andon.eval/1", "good")
    assert ran.json["rows"][0]["figure"] == "share understood"


def test_several_suites_are_one_object_too_and_each_row_names_its_suite(andon) -> None:
    ran = andon("eval", "--json")
    assert ran.json["suite"] == "good, bad"
    assert [row["suite"] for row in ran.json["rows"]] == ["good", "bad", "bad"]


def test_a_missed_target_is_exit_7_and_is_seen_in_the_table(andon) -> None:
    ran = andon("eval", "good", "bad")
    assert ran.code == 7
    assert "MISSED  false causes: 0.2" in ran.out
    assert "good …" in ran.err


def test_an_unknown_suite_is_a_bad_argument_and_lists_all(andon) -> None:
    ran = andon("eval", "nonsense", "--json")
    assert ran.code == 2
    assert ran.json["next_step"] == "one of: good, bad"
