"""Charts as text: they say what the picture says, stay in their width, and never fail."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.terminal.cells import fit, fold, wide
from apps.terminal.charts.drawing import draw

X = {"field": "at", "type": "temporal", "title": "time (UTC)"}
Y = {"field": "value", "type": "quantitative", "title": "mm"}
GROUP = {"field": "group", "type": "nominal", "title": None}


def course(values, *more_layers) -> dict:
    rows = [{"at": f"2026-01-{day:02}", "value": value} for day, value in enumerate(values, 1)]
    line = {"mark": "line", "encoding": {"x": X, "y": Y}}
    return {"title": "Gap", "data": {"values": rows}, "layer": [line, *more_layers]}


def control(values, lower, upper, signals=()) -> dict:
    spec = course(values)
    for day, row in enumerate(spec["data"]["values"], 1):
        row |= {
            "lower": lower,
            "upper": upper,
            "signal": "beyond_limit" if day in signals else None,
        }
    dashed = [
        {
            "mark": {"type": "line", "strokeDash": [4, 4]},
            "encoding": {"x": X, "y": {**Y, "field": end}},
        }
        for end in ("lower", "upper")
    ]
    marked = {
        "transform": [{"filter": "datum.signal != null"}],
        "mark": {"type": "point"},
        "encoding": {"x": X, "y": Y, "tooltip": {"field": "signal"}},
    }
    return {**spec, "layer": [*dashed, *spec["layer"], marked]}


def bars(rows, sort=None) -> dict:
    encoding = {"y": {**GROUP, "sort": sort}, "x": {**Y, "title": "claims"}}
    return {"data": {"values": rows}, "mark": "bar", "encoding": encoding}


def forest(rows) -> dict:
    x = {"field": "ratio", "type": "quantitative", "title": "rate ratio"}
    rule = {"y": GROUP, "x": {**x, "field": "low"}, "x2": {"field": "high"}}
    point = {"y": GROUP, "x": x, "color": {"field": "state"}}
    layers = [{"mark": "rule", "encoding": rule}, {"mark": "point", "encoding": point}]
    return {"data": {"values": rows}, "layer": layers}


def test_a_course_becomes_a_sparkline_with_first_last_least_and_most() -> None:
    lines = draw(course([1.0, 2.0, 8.0, 4.0]), 80)
    assert "▁▁▁▂▂▂███▄▄▄" in lines[1]
    assert "1 → 4  min 1  max 8" in lines[1]
    assert "2026-01-01" in lines[2]


def test_series_share_one_scale_and_a_gap_stays_a_gap() -> None:
    a = [
        {"at": str(at), "value": value, "who": "a"} for at, value in ((1, 0.0), (2, 1.0), (3, 0.0))
    ]
    b = [{"at": str(at), "value": 1.0, "who": "b"} for at in (1, 3)]
    rows = a + b
    spec = course([])
    spec["data"]["values"] = rows
    spec["layer"][0]["encoding"]["color"] = {"field": "who"}
    drawn = {line.split()[0]: line for line in draw(spec, 80)}
    assert "▁▁▁███▁▁▁" in drawn["a"]
    assert "███   ███" in drawn["b"]


def test_months_in_service_stand_in_the_order_of_numbers_not_of_letters() -> None:
    spec = course([])
    spec["data"]["values"] = [{"at": month, "value": float(month)} for month in (1, 2, 10, 11)]
    assert "▁▁▁▂▂▂▇▇▇███" in draw(spec, 80)[1]


def test_a_control_chart_marks_limits_and_the_points_that_signal() -> None:
    lines = draw(control([5.0, 5.2, 4.9, 9.0, 5.1], 3.0, 7.0, signals={4}), 80)
    at = {name: line for line in lines for name in ("upper 7", "lower 3") if name in line}
    assert all("┄┄┄" in line for line in at.values())
    assert len(at) == 2
    top = next(line for line in lines if "◆" in line)
    assert lines.index(top) < lines.index(at["upper 7"])
    assert "◆ 1 of 5 points signal: 2026-01-04 beyond limit" in lines[-1]


def test_a_signal_is_not_lost_when_many_points_share_a_column() -> None:
    values = [5.0 + (day % 7) / 10 for day in range(28)]
    for place in range(1, 29):
        assert any("◆" in line for line in draw(control(values, 0, 9, {place}), 48)[:-1])


def test_specification_limits_stand_in_the_plot_by_name() -> None:
    limits = [{"limit": "lsl", "value": 1.0}, {"limit": "usl", "value": 3.0}]
    rule = {
        "data": {"values": limits},
        "mark": "rule",
        "encoding": {"y": Y, "color": {"field": "limit"}},
    }
    text = "\n".join(draw(course([2.0, 2.1, 1.9], rule), 80))
    assert "lsl 1" in text
    assert "usl 3" in text


def test_a_jump_is_marked_under_the_course_with_its_moment() -> None:
    jump = {"data": {"values": [{"at": "2026-01-03"}]}, "mark": "rule", "encoding": {"x": X}}
    line = draw(course([1.0, 1.0, 5.0, 5.0], jump), 80)[-1]
    assert line == "      ↑ 2026-01-03"


def test_bars_are_as_long_as_their_values() -> None:
    rows = [{"group": "a", "value": 10}, {"group": "b", "value": 5}, {"group": "c", "value": 0}]
    counts = [line.count("█") for line in draw(bars(rows), 80)[1:]]
    assert counts == [48, 24, 0]


def test_what_is_not_nothing_is_never_drawn_as_nothing() -> None:
    line = draw(bars([{"group": "a", "value": 1e6}, {"group": "b", "value": 1}]), 80)[2]
    assert "▏" in line


def test_bars_that_are_sorted_by_length_and_summed_are() -> None:
    rows = [{"group": "a", "value": 1, "kind": "k"}, {"group": "b", "value": 2, "kind": "k"},
            {"group": "a", "value": 4, "kind": "l"}]  # fmt: skip
    spec = bars(rows, sort="-x")
    spec["encoding"]["x"]["aggregate"] = "sum"
    spec["encoding"]["color"] = {"field": "kind"}
    assert [line.split()[0] for line in draw(spec, 80)[1:]] == ["a", "b"]
    assert draw(spec, 80)[1].endswith(" 5")


def test_bars_show_their_intervals() -> None:
    spec = bars([{"group": "a", "value": 2.0, "low": 1.5, "high": None}])
    rule = {"x": {"field": "low"}, "x2": {"field": "high"}}
    encoding = spec.pop("encoding")
    spec |= {"encoding": {"y": encoding["y"]}}
    spec |= {"layer": [{"mark": "bar", "encoding": {"x": encoding["x"]}},
                       {"mark": "rule", "encoding": rule}]}  # fmt: skip
    assert draw(spec, 80)[1].endswith("2  [1.5, ∞]")


def test_a_forest_plot_shows_intervals_beside_the_line_at_one() -> None:
    rows = [
        {"group": "lot", "ratio": 4.0, "low": 2.0, "high": 8.0, "state": "stands"},
        {"group": "shift", "ratio": 1.0, "low": 0.5, "high": 2.0, "state": "ruled out"},
    ]
    _, axis, lot, shift, legend = draw(forest(rows), 80)
    one = axis.index("1")
    assert lot[one] == "┊"
    assert lot.index("├") > one
    assert shift.index("├") < one < shift.index("┤")
    assert lot.startswith("●")
    assert shift.startswith("○")
    assert "4 [2, 8]" in lot
    assert legend == "● stands   ○ ruled out"


def test_an_interval_without_an_end_goes_on_in_an_arrow() -> None:
    row = {"group": "lot", "ratio": 4.0, "low": 2.0, "high": None, "state": "stands"}
    assert "▸" in draw(forest([row]), 80)[2]


def test_changes_stand_on_one_axis_of_time_with_their_count() -> None:
    rows = [
        {"at": "2026-01-01T00:00:00Z", "group": "machine"},
        {"at": "2026-01-31T00:00:00Z", "group": "machine"},
        {"at": "2026-01-31T01:00:00Z", "group": "machine"},
        {"at": "2026-01-16T00:00:00Z", "group": "man"},
    ]
    spec = {"data": {"values": rows}, "mark": {"type": "tick"}, "encoding": {"x": X, "y": GROUP}}
    machine = draw(spec, 80)[1]
    assert machine.startswith("machine  │")
    assert machine.endswith("2  3")


@pytest.mark.parametrize("width", [80, 100, 120])
def test_wide_characters_keep_the_columns_straight(width) -> None:
    rows = [{"group": "冰箱不制冷", "value": 3.0}, {"group": "TV", "value": 2.0}]
    lines = draw(bars(rows), width)[1:]
    starts = {wide(line.split("█")[0]) for line in lines}
    assert len(starts) == 1
    rows = [{"group": "シャープ 液晶パネル " * 5, "ratio": 2.0, "low": 1.0, "high": 3.0}]
    assert all(wide(line) <= width for line in draw(forest(rows), width))


@pytest.mark.parametrize(
    "chart",
    [
        None,
        [],
        "line",
        {},
        {"mark": "arc", "data": {"values": [{"a": 1}]}},
        {"layer": [None, {"mark": 7}], "encoding": []},
        course([]),
        course([float("nan"), float("inf")]),
        bars([{"group": "a", "value": "many"}]),
        forest([{"group": None, "ratio": None}]),
        {"mark": "tick", "encoding": {"x": X, "y": GROUP}, "data": {"values": [{"at": "soon"}]}},
    ],
)
def test_an_odd_specification_is_counted_and_not_guessed_at(chart) -> None:
    (line,) = draw(chart, 80)
    assert line.startswith("chart: ")
    assert line.endswith(" points, see --json")


NUMBERS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9))
ROWS = st.lists(
    st.dictionaries(
        st.sampled_from(["at", "value", "group", "ratio", "low", "high", "lower", "upper",
                         "signal", "state"]), NUMBERS),
    max_size=40,
)  # fmt: skip
KINDS = [course([]), control([], 0, 1), bars([]), forest([])]


@given(kind=st.sampled_from(KINDS), rows=ROWS, width=st.integers(0, 200))
@settings(max_examples=150, deadline=None)
def test_any_rows_are_drawn_within_the_width_or_counted(kind, rows, width) -> None:
    lines = draw({**kind, "data": {"values": rows}}, width)
    assert lines
    assert all(wide(line) <= max(width, 48) for line in lines)


@given(st.recursive(NUMBERS | st.just("line") | st.just("bar"),
       lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
           st.sampled_from(["data", "values", "mark", "layer", "encoding", "x", "y", "field"]),
           inner, max_size=4), max_leaves=12))  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_no_json_at_all_makes_drawing_fail(chart) -> None:
    assert draw(chart, 80)


@given(text=st.text(max_size=60), cells=st.integers(1, 30))
def test_text_is_fitted_to_exactly_its_cells(text, cells) -> None:
    plain = " ".join(text.split())
    assert wide(fit(plain, cells)) == cells


@given(text=st.text(st.characters(categories=["L", "N"]), max_size=60), most=st.integers(1, 4))
def test_folded_text_keeps_to_its_cells_and_lines(text, most) -> None:
    lines = fold(text, 12, most)
    assert len(lines) <= most
    assert all(wide(line) <= 12 for line in lines)


def test_every_mark_that_the_tools_draw_is_known_here() -> None:
    tools = Path(__file__).parents[3] / "tools"
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(tools.rglob("*.py")))
    drawn = set(re.findall(r'"mark": (?:{"type": )?"(\w+)"', text))
    assert drawn
    counted_only = {"rect"}  # a heat map has no picture in letters: its points are counted
    assert drawn <= {"line", "bar", "rule", "point", "area", "tick"} | counted_only
