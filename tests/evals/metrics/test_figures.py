from importlib.resources import files

import yaml

from evals.metrics.figures import SETS, Judged, of_cases
from services.lexicon.lexicon import LANGUAGES
from services.metrics.loading import load


def cases(name: str) -> list[dict[str, object]]:
    text = (files("evals.metrics") / "gold" / f"{name}.yaml").read_text(encoding="utf-8")
    found: list[dict[str, object]] = yaml.safe_load(text)["cases"]
    return found


def test_the_gold_speaks_nine_languages_of_metrics_that_exist() -> None:
    catalogue = load()
    known = {
        name: metric.unit for v in catalogue.views.values() for name, metric in v.metrics.items()
    }
    rows = [row for name in SETS.values() for row in cases(name)]
    assert len(cases("needs")) >= 50
    assert {row["language"] for row in rows} == set(LANGUAGES)
    assert {row["metric"] for row in rows} <= known.keys()


def test_a_wrong_metric_a_wrong_unit_and_a_missing_question_miss_their_targets() -> None:
    wrong = Judged("en", "x", "set_noise", right=False, unit_right=False, asks=True, asked=False)
    assert [one.met for one in of_cases("a set", [wrong])[:3]] == [False, False, False]


def test_a_needless_question_is_counted() -> None:
    fine = Judged("en", "x", "set_noise", right=True, unit_right=True, asks=False, asked=True)
    right, unit, _, needless = of_cases("a set", [fine])
    assert (right.met, unit.met, needless.value) == (True, True, 1.0)
