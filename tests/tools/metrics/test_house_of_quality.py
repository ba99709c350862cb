import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from domain.errors import InvalidArgument, UnknownName
from domain.records.evidence import Evidence
from services.bundle import Services
from services.lexicon.lexicon import LANGUAGES
from services.metrics.catalogue import Catalogue, View
from services.metrics.records import Driver, Family, Method, Metric, Need, Tradeoff
from tools.metrics.house_csv import guarded
from tools.metrics.house_of_quality import house_of_quality
from tools.runner import run_tool
from tools.tool import ToolContext

WORLD = {
    "models": [{"model_id": "AC-1", "family": "AC"}],
    "benchmarks": [
        {"model_id": "AC-1", "metric": "noise", "value": 54.0, "unit": "dB(A)"},
        {"model_id": "X-AIR", "metric": "noise", "value": 51.0, "unit": "dB(A)"},
        {"model_id": "X-AIR", "metric": "weight", "value": 9.0, "unit": "kg"},
    ],
}


def names(word: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, word)


def metric(name: str, direction: Any, **more: Any) -> Metric:
    method = Method(standard="house method")
    return Metric(
        id=name, names=names(f"{name} name"), unit="1", direction=direction, method=method, **more
    )


def need(name: str, **drivers: Any) -> Need:
    return Need(id=name, names=names(f"{name} name"), phrases={"en": name}, drivers=drivers)


VIEW = View(
    Family(id="GENERIC", names=names("any"), phrases={}),
    {},
    {
        one.id: one
        for one in (
            metric("noise", "down", tradeoffs=(Tradeoff(metric="airflow", sign="-"),)),
            metric("airflow", "up", tradeoffs=(Tradeoff(metric="noise", sign="-"),)),
            metric("panel", "up", movable=False),
        )
    },
    {
        "fan": Driver(id="fan", names=names("fan"), metrics={"noise": 9, "airflow": 3}),
        "air": Driver(id="air", names=names("air"), metrics={"airflow": 9}),
    },
    {one.id: one for one in (need("quiet", fan=9), need("cools", air=9, fan=1))},
)


@pytest.fixture
def small_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Services, "metrics", Catalogue("test", {"GENERIC": VIEW}))


@pytest.fixture
def house(
    small_catalogue: None, ask_stocked: Callable[..., ToolContext]
) -> Callable[..., Evidence]:
    def call(**query: Any) -> Evidence:
        return run_tool(house_of_quality, query, ask_stocked())

    return call


def needs(*rows: tuple[str, object]) -> list[dict[str, Any]]:
    return [{"need": name, "importance": importance} for name, importance in rows]


def wished(*names: str) -> list[dict[str, Any]]:
    return [{"metric": name, "direction": "up"} for name in names]


EXAMPLE = {
    "needs": needs(("a", 5), ("b", 3), ("c", 4)),
    "metrics": wished("x", "y", "z"),
    "relations": [[9, 3, 0], [1, 9, 3], [0, 3, 9]],
}


def by_metric(found: Evidence) -> dict[str, dict[str, Any]]:
    return {one["metric"]: one for one in found.result["metrics"]}


def codes(found: Evidence) -> set[str]:
    return {note.code for note in found.warnings}


def test_the_worked_example_comes_out_exactly(house) -> None:
    found = house(**EXAMPLE)
    metrics = found.result["metrics"]
    assert [one["importance_exact"] for one in metrics] == ["48", "54", "45"]
    assert [round(100 * one["share"], 1) for one in metrics] == [32.7, 36.7, 30.6]
    assert [one["rank"] for one in metrics] == [2, 1, 3]
    assert found.result["relations_from"] == "given"


def test_a_weight_of_tenths_is_reckoned_without_rounding(house) -> None:
    row = {"need": "a", "importance": 4.1, "current": 3, "target": 5, "sales_point": 1.2}
    found = house(needs=[row], metrics=wished("x"), relations=[[9]])
    assert found.result["needs"][0]["weight_exact"] == "41/5"
    assert found.result["metrics"][0]["importance_exact"] == "369/5"


def test_an_unserved_need_and_a_metric_without_need_are_named(house) -> None:
    query = {**EXAMPLE, "relations": [[9, 0, 3], [0, 0, 0], [0, 0, 9]]}
    found = house(**query)
    assert found.result["unserved_needs"] == ["b"]
    assert found.result["metrics_without_need"] == ["y"]
    assert {"unserved_needs", "metrics_without_need"} <= codes(found)


def test_relations_and_metrics_that_are_not_given_come_from_the_catalogue(house) -> None:
    found = house(needs=needs(("quiet", 5), ("cools name", 3)))
    assert found.result["relations_from"] == "catalogue"
    strengths = {
        (need["need"], metric["metric"]): strength
        for need, row in zip(found.result["needs"], found.result["relations"], strict=True)
        for metric, strength in zip(found.result["metrics"], row, strict=True)
    }
    assert strengths["quiet", "noise"] == 9
    assert strengths["cools name", "airflow"] == 9
    assert strengths["cools name", "noise"] == 1
    assert by_metric(found)["noise"]["method"] == "house method"


def test_wishes_that_fight_are_a_conflict_once(house) -> None:
    found = house(needs=needs(("quiet", 5), ("cools", 3)))
    assert len(found.result["conflicts"]) == 1
    conflict = found.result["conflicts"][0]
    assert {conflict["first"], conflict["second"]} == {"noise", "airflow"}
    assert conflict["share"] == pytest.approx(1)


def test_a_roof_that_is_given_takes_the_place_of_the_catalogues(house) -> None:
    roof = [{"first": "x", "second": "z", "sign": "--"}, {"first": "x", "second": "y", "sign": "+"}]
    found = house(**EXAMPLE, roof=roof)
    assert found.result["roof_from"] == "given"
    assert [(one["first"], one["second"]) for one in found.result["conflicts"]] == [("x", "z")]


def test_values_of_competitors_stand_beside_ours(house) -> None:
    found = by_metric(house(needs=needs(("quiet", 5))))["noise"]["benchmarks"]
    assert [(one["model_id"], one["ours"], one["value"]) for one in found] == [
        ("AC-1", True, 54.0),
        ("X-AIR", False, 51.0),
    ]


def test_a_metric_that_the_maker_cannot_move_is_pointed_out(house) -> None:
    found = house(needs=needs(("a", 1)), metrics=[{"metric": "panel"}], relations=[[9]])
    assert by_metric(found)["panel"]["movable"] is False
    assert "fixed_metrics" in codes(found)


def test_the_table_can_be_read_back_and_runs_no_formula(house) -> None:
    query = {**EXAMPLE, "needs": needs(("=1+1", 5), ('say "a, b"', 3), ("c", 4))}
    rows = list(csv.reader(io.StringIO(house(**query).result["csv"])))
    assert [row[0] for row in rows[1:4]] == ["'=1+1", 'say "a, b"', "c"]
    assert rows[1][2:] == ["9", "3", "0"]
    assert dict(zip(rows[0][2:], rows[6][2:], strict=True)) == {"x": "48", "y": "54", "z": "45"}


@pytest.mark.parametrize("cell", ["=A1", "+1", "-1", "@x", "\tx", "\rx", "  =A1"])
def test_a_cell_that_a_spreadsheet_would_run_is_guarded(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


def test_the_chart_shows_every_strength(house) -> None:
    found = house(**EXAMPLE)
    assert found.chart is not None
    assert [one["strength"] for one in found.chart["data"]["values"]] == [9, 3, 0, 1, 9, 3, 0, 3, 9]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"needs": needs(("a", 0), ("b", 3), ("c", 4))}, "'a': importance 0"),
        ({"needs": needs(("a", -2), ("b", 3), ("c", 4))}, "above zero"),
        ({"needs": needs(("a", 5), ("A ", 3), ("c", 4))}, "need 'A' stands there twice"),
        ({"metrics": wished("x", "x", "z")}, "metric 'x' stands there twice"),
        ({"metrics": wished("x", "y")}, "for 2 metrics"),
        ({"metrics": []}, "without the metrics"),
        ({"metrics": [{"metric": "x"}, *wished("y", "z")]}, "no direction"),
        ({"relations": [[9, 3, 0], [1, 9, 3]]}, "3 needs want 3 rows"),
        ({"relations": [[9, 3], [1, 9, 3], [0, 3, 9]]}, "columns for 3 metrics"),
        ({"relations": [[9, 3, 5], [1, 9, 3], [0, 3, 9]]}, "strength 5"),
        ({"roof": [{"first": "x", "second": "x", "sign": "-"}]}, "to itself"),
        (
            {
                "roof": [
                    {"first": "x", "second": "y", "sign": "-"},
                    {"first": "y", "second": "x", "sign": "+"},
                ]
            },
            "two things",
        ),
        ({"needs": needs(*((f"n{i}", 1) for i in range(61)))}, "needs"),
    ],
)
def test_a_house_that_is_built_wrong_is_refused(house, changed: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidArgument, match=says):
        house(**{**EXAMPLE, **changed})


def test_a_need_that_the_catalogue_does_not_know_offers_near_ones(house) -> None:
    with pytest.raises(UnknownName) as refused:
        house(needs=needs(("quiett", 5)))
    assert refused.value.near == ("quiet",)


def test_a_roof_over_a_metric_that_is_not_in_the_house_is_refused(house) -> None:
    with pytest.raises(UnknownName, match="'q'"):
        house(**EXAMPLE, roof=[{"first": "x", "second": "q", "sign": "-"}])


def test_a_quieter_air_conditioner_is_weighed_with_the_shipped_catalogue(
    ask_stocked: Callable[..., ToolContext],
) -> None:
    context = ask_stocked()
    wanted = list(context.services.metrics.view("AC").needs)[:6]
    rows = needs(*((name, 1 + place) for place, name in enumerate(wanted)))
    found = run_tool(house_of_quality, {"needs": rows, "family": "AC"}, context)
    assert found.result["unserved_needs"] == []
    assert found.result["metrics_without_need"] == []
    assert found.result["conflicts"] != []
    assert sum(one["share"] for one in found.result["metrics"]) == pytest.approx(1)
