"""The bench as a command: one suite, one table or one JSON object, and an exit code."""

import pytest

from evals.bench import answer
from evals.figure import at_most


@pytest.mark.parametrize(("requests", "code"), [(4, 0), (5, 7)])
def test_a_missed_target_is_exit_7(andon, monkeypatch, requests, code) -> None:
    figure = at_most("two specialists: requests", [requests], answer.FEW_REQUESTS, None)
    monkeypatch.setattr(answer, "run", lambda _units: [figure])
    ran = andon("bench", "answer", "--json")
    assert ran.code == code
    assert (ran.json["schema"], ran.json["suite"]) == ("andon.eval/1", "answer")
    assert ran.json["rows"][0]["met"] == (code == 0)


def test_an_unknown_suite_lists_those_there_are(andon) -> None:
    ran = andon("bench", "nonsense", "--json")
    assert (ran.code, ran.json["code"]) == (2, "bad_argument")
    assert "answer" in ran.json["next_step"]
