"""The catalogue is read whole, an overlay lies over it, and what is wrong is named."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.errors import BadArgument
from services.lexicon.folding import fold, plain
from services.lexicon.lexicon import LANGUAGES
from services.lexicon.pattern import Script, any_phrase
from services.metrics.catalogue import GENERIC
from services.metrics.checking import unit_is_known
from services.metrics.loading import load
from services.metrics.records import Metric
from services.standards.loading import load as load_standards

FAMILIES = ("TV", "AC", GENERIC)
NAMES = dict.fromkeys(LANGUAGES, "press force")
SCRIPTS: dict[str, Script] = {"zh": "unspaced", "ja": "unspaced", "ar": "arabic"}
FAMILY: dict[str, Any] = {"id": "JUICER", "names": NAMES, "phrases": {"en": "juicer*"}}
PARAMETER: dict[str, Any] = {
    "id": "screw_pitch", "kind": "design", "unit": "mm", "names": NAMES,
}  # fmt: skip
METRIC: dict[str, Any] = {
    "id": "juice_yield", "names": NAMES, "unit": "%", "direction": "up",
    "method": {"standard": "house method"}, "parameters": {"screw_pitch": "-"},
}  # fmt: skip
DRIVER: dict[str, Any] = {"id": "much_juice", "names": NAMES, "metrics": {"juice_yield": 9}}
NEED: dict[str, Any] = {
    "id": "more_juice", "names": NAMES, "drivers": {"much_juice": 9},
    "phrases": dict.fromkeys(LANGUAGES, "more juice"),
}  # fmt: skip


def _overlay(folder: Path, **rows: list[dict[str, Any]]) -> Path:
    document: dict[str, Any] = {
        "family": FAMILY, "parameters": [PARAMETER], "metrics": [METRIC], "drivers": [DRIVER],
        "needs": [NEED],
    }  # fmt: skip
    text = yaml.safe_dump(document | rows, allow_unicode=True)
    (folder / "juicer.yaml").write_text(text, encoding="utf-8")
    return folder


def _metrics() -> Iterator[Metric]:
    return (metric for view in load().views.values() for metric in view.metrics.values())


@pytest.mark.parametrize(("family", "least"), [("TV", 25), ("AC", 25), (GENERIC, 10)])
def test_a_family_is_covered_at_depth(family: str, least: int) -> None:
    view, generic = load().view(family), load().view(GENERIC)
    own = [one for name, one in view.metrics.items() if one is not generic.metrics.get(name)]
    assert len(own or view.metrics) >= least


@pytest.mark.parametrize("family", FAMILIES)
def test_every_row_has_a_name_in_nine_languages_and_a_unit_that_is_read(family: str) -> None:
    view = load().view(family)
    rows = (view.parameters, view.metrics, view.drivers, view.needs)
    assert all(set(one.names) == set(LANGUAGES) for kind in rows for one in kind.values())
    units = {one.unit for one in view.parameters.values()}
    units |= {one.unit for one in view.metrics.values()}
    assert [unit for unit in units if not unit_is_known(unit)] == []


def test_a_metric_names_only_rules_that_the_standards_library_holds() -> None:
    library = load_standards()
    rules = set(library.standards) | set(library.schemes)
    for metric in _metrics():
        assert set(metric.limited_by) <= rules, metric.id
        assert metric.method.id is None or metric.method.id in library.standards, metric.id
        for target in metric.targets:
            assert target.item is None or target.item in library.test_items, metric.id
            assert set(target.markets) <= set(library.markets), metric.id


def test_a_target_in_the_unit_of_its_test_item_has_its_value() -> None:
    items, compared = load_standards().test_items, 0
    for metric in _metrics():
        for target in metric.targets:
            item = items[target.item] if target.item else None
            if item and isinstance(item.value, int | float) and item.unit == metric.unit:
                assert target.value == item.value, metric.id
                compared += 1
    assert compared >= 5


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_in_a_family_is_beyond_reach(family: str) -> None:
    view = load().view(family)
    measured = {name for driver in view.drivers.values() for name in driver.metrics}
    asked = {name for need in view.needs.values() for name in need.drivers}
    moved = {name for metric in view.metrics.values() for name in metric.parameters}
    generic = load().view(GENERIC) if family != GENERIC else None
    assert set(view.metrics) - set(generic.metrics if generic else ()) <= measured
    assert set(view.drivers) - set(generic.drivers if generic else ()) <= asked
    assert set(view.parameters) - set(generic.parameters if generic else ()) <= moved


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plain_phrase_of_a_need_is_found_by_its_word_list(language: str) -> None:
    found = 0
    for view in load().views.values():
        for need in view.needs.values():
            phrases = re.split(r",\s", need.phrases[language])
            pattern = any_phrase(phrases, SCRIPTS.get(language, "spaced"))
            for phrase in (one for one in phrases if re.fullmatch(r"[\w ]+", one)):
                assert pattern.search(fold(plain(phrase))), (need.id, phrase)
                found += 1
    assert found > 50


def test_the_own_row_of_a_family_takes_the_place_of_the_generic_one() -> None:
    catalogue = load()
    assert "sound_power_indoor" in catalogue.view("AC").drivers["quiet_indoor"].metrics
    assert catalogue.view("AC").metrics["standby_power"].limited_by == ("EU-ECO-AC",)
    assert catalogue.view(GENERIC).metrics["standby_power"].limited_by == ("EU-STANDBY",)


def test_quiet_running_of_an_air_conditioner_is_first_the_indoor_unit() -> None:
    view = load().view("AC")
    assert view.weighted(view.needs["silent_set"])[0].metric == "sound_power_indoor"
    signs = view.metrics["sound_power_indoor"].parameters
    assert (signs["fan_speed_curve"], signs["pipe_routing"]) == ("+", "-")


def test_a_family_without_rows_is_seen_through_the_generic_ones() -> None:
    assert load().view("WM").family.id == GENERIC


def test_a_family_in_an_overlay_is_added_to_the_generic_rows(tmp_path: Path) -> None:
    catalogue = load(_overlay(tmp_path))
    view = catalogue.view("JUICER")
    assert view.weighted(view.needs["more_juice"])[0].metric == "juice_yield"
    assert "failure_rate" in view.metrics
    assert "juice_yield" not in catalogue.view("AC").metrics
    assert catalogue.version != load().version


@pytest.mark.parametrize(
    ("kind", "row", "said"),
    [
        ("metrics", METRIC | {"unit": "flurbs"}, "flurbs"),
        ("metrics", METRIC | {"parameters": {"no_such": "+"}}, "no_such"),
        ("metrics", METRIC | {"parameters": {}}, "nothing moves it"),
        ("metrics", METRIC | {"movable": False}, "why_fixed"),
        ("metrics", METRIC | {"direction": "sideways"}, "direction"),
        ("metrics", METRIC | {"tradeoffs": [{"metric": "no_such", "sign": "+"}]}, "no_such"),
        ("parameters", PARAMETER | {"unit": "flurbs"}, "flurbs"),
        ("parameters", PARAMETER | {"names": {"en": "pitch"}}, "no name in"),
        ("drivers", DRIVER | {"metrics": {"no_such": 9}}, "no_such"),
        ("drivers", DRIVER | {"metrics": {"juice_yield": 5}}, "much_juice"),
        ("needs", NEED | {"drivers": {"no_such": 9}}, "no_such"),
        ("needs", NEED | {"ambiguous": True}, "ambiguous"),
        ("needs", NEED | {"default": "much_juice"}, "default"),
        ("needs", NEED | {"refines": ["no_such"]}, "no_such"),
        ("needs", NEED | {"phrases": {"en": "more juice"}}, "no phrases in"),
    ],
)
def test_a_wrong_row_stops_the_reading_and_is_named(
    tmp_path: Path, kind: str, row: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadArgument, match=said):
        load(_overlay(tmp_path, **{kind: [row]}))


def test_a_second_row_of_an_id_in_one_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="second row"):
        load(_overlay(tmp_path, metrics=[METRIC, METRIC]))
