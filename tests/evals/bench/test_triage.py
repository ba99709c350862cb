"""The bench of triage: what it measures, on hubs too small for its times to mean anything."""

from pathlib import Path

import pytest

from evals.bench import triage


def test_a_night_is_measured_beside_the_same_night_after_more_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = {"HISTORY": 100, "NIGHT": 10, "DAY": 5, "REPEAT": 1, "MULTIPLES": (1, 3)}
    for name, value in small.items():
        monkeypatch.setattr(triage, name, value)
    night, longer = triage._nights(tmp_path / "nights")
    assert night.value > 0
    assert (longer.n, longer.target) == (1, "<= 1.5")
    assert longer.ratio_to == "the same night after 100 older texts"


def test_the_model_of_the_bench_answers_each_text_that_it_is_shown() -> None:
    body = {"messages": [{"content": "rules"}, {"content": 'Texts, by number:\n{"1":"a","2":"b"}'}]}
    assert triage._nothing_in_them(body).text.count('"symptom": "none"') == 2
